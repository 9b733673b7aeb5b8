"""An extract holds the rows of one moment, in the files that its list names."""

import stat

import pyarrow.parquet as pq
import pytest

from tests.lib.lake import day, put
from xinglin.datasets import BpScreening, LabResult, Person
from xinglin.kernel.errors import XinglinError
from xinglin.lake.backends import backend_of
from xinglin.lake.backends.spark import OnSpark
from xinglin.lake.extract import extract


def reading(record_id, sbp, **more):
    return {"record_id": record_id, "person": 1, "day": day("2024-02-29"), "sbp": sbp, "dbp": 80, **more}


def test_an_extract_is_of_its_snapshot(lake, tmp_path):
    put(lake, BpScreening, [reading("a", 140), reading("b", 150)])
    then = lake.snapshot()
    put(lake, BpScreening, [reading("a", 120, version=2)])
    found = {}
    for name, snapshot in (("then", then), ("now", None)):
        files = extract(lake.cursor(), [BpScreening, LabResult], tmp_path / "o'clock" / name, snapshot=snapshot)
        assert {*files} == {"bp_screening", "lab_result"}
        assert pq.read_table(files["lab_result"]).num_rows == 0
        found[name] = sorted(pq.read_table(files["bp_screening"])["sbp"].to_pylist())
    assert found == {"then": [140, 150], "now": [120, 150]}
    assert stat.S_IMODE((tmp_path / "o'clock" / "now").stat().st_mode) == 0o700


def test_no_name_number_or_phone_is_in_an_extract(lake, tmp_path):
    files = extract(lake.cursor(), [Person], tmp_path / "x")
    assert {"name", "id_number", "phone"} & {*pq.read_schema(files["person"][0]).names} == set()


def test_spark_has_no_other_snapshot_than_the_extracts():
    with pytest.raises(XinglinError, match="那一刻"):
        OnSpark(None).table("person", 7)


def test_the_engine_is_known_by_its_connection():
    class Connection:
        name = "pyspark"

    assert isinstance(backend_of(Connection()), OnSpark)
