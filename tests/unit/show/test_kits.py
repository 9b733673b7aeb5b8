"""The kit of every dataset: complete, the same each time, and its sample is taken as it stands."""

import io
import tomllib
import zipfile

import openpyxl
import pytest

from xinglin.datasets import DELIVERED
from xinglin.gather.mapping import border_columns, checked_map, parse_map
from xinglin.gather.receive import receive
from xinglin.kernel.crypto import Keys
from xinglin.kernel.home import home
from xinglin.show.deliveries import kit
from xinglin.site.load import catalog

RECORDS = {r.about.code: r for r in [*DELIVERED, catalog().record("htn_visit")]}


@pytest.mark.parametrize("code", RECORDS)
def test_a_kit_is_whole(code):
    record = RECORDS[code]
    made = kit.files(record)
    archive = zipfile.ZipFile(io.BytesIO(made[f"{code}-对接资料.zip"][1]()))
    assert archive.namelist() == [n for n in made if not n.endswith(".zip")]
    assert made[f"{code}-对接资料.zip"][1]() == made[f"{code}-对接资料.zip"][1]()
    assert {n.rpartition(".")[0].rpartition("-")[2] for n in made if n.endswith(".sql")} == {"postgresql", "mysql", "oracle", "mssql", "dm"}
    book = openpyxl.load_workbook(io.BytesIO(archive.read(f"{code}-数据字典.xlsx")))
    listed = [r[0].value for r in book["数据字典"].iter_rows(min_row=2)]
    assert listed == [*border_columns(record), *(n for n, c in record.columns().items() if c.kind != "person")]
    columns = parse_map(archive.read(f"{code}-列对照表.toml").decode())
    assert tomllib.loads(columns.text)["record"] == code and checked_map(columns, record)
    assert "Idempotency-Key" in archive.read("读我.txt").decode("utf-8-sig")


@pytest.mark.django_db
def test_a_sample_is_taken_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.setenv("XINGLIN_HOME", str(tmp_path / "home"))
    Keys.create(home().ensure().keys)
    for code in ("person", "encounter", "lab_result", "htn_visit"):
        record = RECORDS[code]
        file = tmp_path / f"{code}.csv"
        file.write_bytes(kit.sample(record))
        receipt = receive(home(), file, source="kit", record=record, check_only=True)
        assert (receipt.received, receipt.rejected, receipt.problem) == (kit.ROWS, 0, ""), (code, receipt.words())


def test_sample_rows_are_the_readers_own():
    assert kit.sample(RECORDS["lab_result"], org="12330182470000009X").decode().count("12330182470000009X") == kit.ROWS
