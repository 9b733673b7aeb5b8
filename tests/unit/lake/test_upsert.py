"""The lake's state is a function of the set of versions that arrived, in whatever order."""

import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lib.lake import content, day, new_lake, put, stage
from xinglin.datasets import BpScreening, CaseReport, LabResult, PopulationFigure
from xinglin.kernel.errors import XinglinError
from xinglin.lake.upsert import Counts


def reading(record_id, sbp=140, *, person=7, **more):
    return {"record_id": record_id, "person": person, "day": day("2024-03-01"), "sbp": sbp,
            "dbp": 80, **more}  # fmt: skip


def newest(lake):
    return lake.cursor().execute(
        "SELECT record_id, version, sbp FROM bp_screening ORDER BY record_id").fetchall()


def test_counts_say_what_became_of_every_row(lake):
    first = put(lake, BpScreening, [reading("a"), reading("b"), reading("c")])
    rows = [reading("a", 150, version=2), reading("b"), reading("b", 130, version=0),
            reading("c", version=2, void=True), reading("d")]  # fmt: skip
    second = put(lake, BpScreening, rows, delivery=2)
    assert first == Counts(new=3)
    assert second == Counts(new=1, updated=1, voided=1, unchanged=1, stale=1)
    assert newest(lake) == [("a", 2, 150), ("b", 1, 140), ("d", 1, 140)]


def test_a_newer_version_with_the_same_content_moves_the_version_and_counts_as_unchanged(lake):
    put(lake, BpScreening, [reading("a", version=1)])
    assert put(lake, BpScreening, [reading("a", version=2, delivery=2)]) == Counts(unchanged=1)
    assert newest(lake) == [("a", 2, 140)]


def test_an_older_version_does_not_bring_a_void_row_back(lake):
    put(lake, BpScreening, [reading("a", version=3, void=True)])
    assert put(lake, BpScreening, [reading("a", version=2, delivery=2)]) == Counts(stale=1)
    assert newest(lake) == []
    assert put(lake, BpScreening, [reading("a", 150, version=4, delivery=3)]) == Counts(updated=1)
    assert newest(lake) == [("a", 4, 150)]


def test_a_sender_who_returns_to_an_earlier_value_is_followed(lake):
    for version, sbp in ((1, 140), (2, 150), (3, 140)):
        put(lake, BpScreening, [reading("a", sbp, version=version, delivery=version)])
    assert newest(lake) == [("a", 3, 140)]


def test_the_same_version_twice_with_other_content_goes_by_time_of_receipt(lake):
    put(lake, BpScreening, [reading("a", 150, delivery=3)])
    assert put(lake, BpScreening, [reading("a", 130, delivery=2)]) == Counts(stale=1)
    assert newest(lake) == [("a", 1, 150)]


def test_an_earlier_sighting_of_a_version_hands_the_lead_to_its_rival(lake):
    put(lake, BpScreening, [reading("a", 150, delivery=3)])
    put(lake, BpScreening, [reading("a", 130, delivery=2)])
    put(lake, BpScreening, [reading("a", 150, delivery=1)])
    assert newest(lake) == [("a", 1, 130)]
    events = lake.cursor().execute("SELECT n1 FROM person_event").fetchall()
    assert events == [(130.0,)]


def test_the_line_of_a_record_is_on_the_persons_page(lake):
    put(lake, LabResult, [{"record_id": "1", "person": 9, "report_no": "R", "item": "GLU",
                           "value": 5.6, "unit": "mmol/L", "version": 2, "org": "X",
                           "reported_at": datetime.fromisoformat("2024-03-01 08:30")}])  # fmt: skip
    row = lake.cursor().execute('SELECT person, day, "at", record, org, n1, n2, c1, c2 '
                                "FROM person_event").fetchall()  # fmt: skip
    assert row == [(9, day("2024-03-01"), datetime.fromisoformat("2024-03-01 08:30"), "lab_result", "X", 5.6,
                    None, "GLU", "mmol/L")]  # fmt: skip


@pytest.mark.parametrize(("value", "unit", "words", "second"), [
    (None, "{qual}", "阴性", "阴性"), (None, None, "阳性(+)", "阳性(+)"), (None, "mg/L", None, "mg/L"),
    (5.6, "mmol/L", "5.6↑", "mmol/L"), (0.0, "{qual}", "阴性", "{qual}"), (5.6, None, "偏高", None)])  # fmt: skip
def test_words_stand_on_the_line_where_nothing_was_measured(lake, value, unit, words, second):
    put(lake, LabResult, [{"record_id": "1", "person": 9, "report_no": "R", "item": "HBSAG", "value": value, "unit": unit,
                           "words": words, "version": 1, "org": "X", "reported_at": datetime.fromisoformat("2024-03-01 08:30")}])
    assert lake.cursor().execute("SELECT n1, c1, c2 FROM person_event").fetchall() == [(value, "HBSAG", second)]


def test_rows_without_a_person_are_kept_and_are_on_nobodys_page(lake):
    put(lake, CaseReport, [{"record_id": "1", "person": None, "disease": "dengue"}])
    put(lake, PopulationFigure, [{"record_id": "1", "place": "330182", "people": 5}])
    con = lake.cursor()
    assert con.execute("SELECT count(*) FROM case_report").fetchone() == (1,)
    assert con.execute("SELECT people FROM population").fetchall() == [(5,)]
    assert con.execute("SELECT count(*) FROM person_event").fetchone() == (0,)


def test_a_missing_column_is_named(lake):
    with lake.write() as tx:
        stage(tx.con, BpScreening, [reading("a")])
        tx.con.execute("ALTER TABLE staged DROP COLUMN sbp")
        with pytest.raises(XinglinError, match=r"缺少列.*sbp"):
            tx.upsert(BpScreening, "staged")


def test_a_row_without_identity_stops_the_delivery(lake):
    with pytest.raises(XinglinError, match="1 行没有来源"):
        put(lake, BpScreening, [reading(None)])
    assert newest(lake) == []


VERSION = st.fixed_dictionaries(
    {"record_id": st.sampled_from("ab"), "version": st.integers(1, 3), "void": st.booleans(),
     "sbp": st.sampled_from([130, 150]), "person": st.just(7), "delivery": st.integers(1, 4)}
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(arrived=st.lists(VERSION, min_size=2, max_size=7), data=st.data())
def test_any_order_and_any_repetition_give_the_same_lake(arrived, data):
    """Equal rows of one delivery are one row; everything else may come in any order and again."""
    numbered = [{**v, "row_no": i, "day": day("2024-03-01"), "dbp": 80}
                for i, v in enumerate(arrived)]  # fmt: skip
    again = data.draw(st.lists(st.sampled_from(numbered), max_size=3))
    shuffled = data.draw(st.permutations(numbered + again))
    cut = data.draw(st.integers(1, len(shuffled)))
    one = _lake_after([numbered])
    other = _lake_after([[row] for row in shuffled[:cut]] + [shuffled[cut:]])
    assert one == other
    assert sorted((r[2], r[3]) for r in one[0]) == _newest_in_plain_python(numbered)


def _lake_after(deliveries):
    with tempfile.TemporaryDirectory() as folder, new_lake(Path(folder), [BpScreening]) as lake:
        for rows in deliveries:
            if rows:
                put(lake, BpScreening, rows)
        return content(lake, BpScreening)


def _newest_in_plain_python(rows):
    """The sentence: a version's time is its earliest sighting; the greatest version leads."""
    leads = {}
    seen = {}
    for row in rows:
        what = (row["record_id"], row["version"], row["void"], row["sbp"])
        key = (row["version"], row["delivery"], row["row_no"])
        seen[what] = min(seen.get(what, key), key)
    for (record_id, version, void, _), key in seen.items():
        if record_id not in leads or key > leads[record_id][0]:
            leads[record_id] = (key, version, void)
    return sorted((i, v) for i, (_, v, void) in leads.items() if not void)
