"""Links and re-homing, derived tables, watermarks, the lake's own row of a delivery."""

from datetime import datetime, timedelta

import pytest

from tests.lib.lake import NOON, content, day, put, stage
from xinglin.datasets import BpScreening, Person, Task
from xinglin.kernel.errors import XinglinError
from xinglin.lake import timeline
from xinglin.lake.derived import Difference
from xinglin.packs.disease_control.hypertension import HtnVisit


def reading(record_id, *, person, subject):
    return {"record_id": record_id, "person": person, "subject": subject, "sbp": 140, "dbp": 80,
            "day": day("2024-03-01")}  # fmt: skip


def rehome(lake, *moves):
    with lake.write() as tx:
        tx.con.execute("CREATE TEMP TABLE moves (subject BIGINT, person BIGINT)")
        tx.con.executemany("INSERT INTO moves VALUES (?, ?)", moves)
        return tx.rehome("moves")


def test_merge_then_split_gives_the_same_lake(lake):
    put(lake, BpScreening, [reading("a", person=1, subject=11), reading("b", person=2, subject=22),
                            reading("c", person=3, subject=33)])  # fmt: skip
    before = content(lake, BpScreening)
    assert rehome(lake, (22, 1)) == 1
    assert len(timeline.events(lake.cursor(), 1)) == 2
    assert timeline.events(lake.cursor(), 2) == []
    assert rehome(lake, (22, 2)) == 1
    assert content(lake, BpScreening) == before


def test_a_replay_after_a_merge_does_not_undo_it(lake):
    rows = [reading("a", person=1, subject=11), reading("b", person=2, subject=22)]
    put(lake, BpScreening, rows)
    rehome(lake, (22, 1))
    merged = content(lake, BpScreening)
    put(lake, BpScreening, rows)
    assert content(lake, BpScreening) == merged


def person(number, *, subject):
    return {"record_id": f"p{number}", "person": number, "subject": subject, "updated_on": day("2024-01-01"),
            "birth_date": day("1950-05-01"), "usual_resident": True}  # fmt: skip


def test_a_persons_rows_are_all_of_every_table_also_after_a_merge_and_a_correction(lake):
    asked = [Person, BpScreening, HtnVisit]             # a register without lines; a table with none of theirs
    lake.ensure(asked)
    put(lake, Person, [person(1, subject=11), person(2, subject=22)])
    put(lake, BpScreening, [reading("a", person=1, subject=11), reading("b", person=2, subject=22)])
    for moves in ((), ((22, 1),), ((22, 2),)):
        rehome(lake, *moves) if moves else None
        for who in (1, 2, 3):
            found = timeline.rows_of_person(lake.cursor(), asked, person=who)
            for record in asked:
                plain = lake.cursor().execute(f"SELECT rk FROM {record.about.code} WHERE person = ?", [who]).fetchall()
                assert sorted(r["rk"] for r in found[record.about.code]) == sorted(rk for rk, in plain)
    assert len(timeline.rows_of_person(lake.cursor(), asked, person=2)["bp_screening"]) == 1


def links(lake, *rows):
    with lake.write() as tx:
        tx.con.execute('CREATE TEMP TABLE links (subject BIGINT, person BIGINT, "at" TIMESTAMP, why VARCHAR)')
        tx.con.executemany("INSERT INTO links VALUES (?, ?, ?, ?)", rows)
        tx.link("links")
    return lake.cursor().execute("SELECT subject, person, from_at, to_at, why FROM person_link "
                                 "ORDER BY subject, from_at").fetchall()  # fmt: skip


def test_a_link_ends_when_the_subject_turns_out_to_be_another(lake):
    later = NOON + timedelta(days=1)
    links(lake, (11, 1, NOON, "证件号"), (22, 2, NOON, "证件号"))
    assert links(lake, (11, 1, later, "证件号"), (22, 1, later, "合并")) == [
        (11, 1, NOON, None, "证件号"), (22, 2, NOON, later, "证件号"), (22, 1, later, None, "合并")]  # fmt: skip


def task(person, name, by="2024-06-01", **more):
    return {"person": person, "programme": "htn", "task": name, "cycle": "1", "due_by": day(by), **more}


def derive(lake, rows, persons=None):
    with lake.write() as tx:
        stage(tx.con, Task, rows)
        if persons is not None:
            tx.con.execute("CREATE TEMP TABLE touched (person BIGINT)")
            tx.con.executemany("INSERT INTO touched VALUES (?)", [[p] for p in persons])
        return tx.replace_derived(Task, "staged", persons="touched" if persons else None)


def tasks(lake):
    return lake.cursor().execute("SELECT person, task, due_by FROM task ORDER BY ALL").fetchall()


def test_a_derived_table_is_replaced_by_difference(lake):
    assert derive(lake, [task(1, "visit"), task(2, "visit")]) == Difference(removed=0, added=2)
    changed = [task(1, "visit"), task(2, "visit", "2024-07-01"), task(3, "visit")]
    assert derive(lake, changed) == Difference(removed=1, added=2)
    assert tasks(lake) == [(1, "visit", day("2024-06-01")), (2, "visit", day("2024-07-01")),
                           (3, "visit", day("2024-06-01"))]  # fmt: skip
    snapshot = lake.snapshot()
    assert derive(lake, changed) == Difference(removed=0, added=0)
    assert lake.snapshot() == snapshot


def test_narrowed_to_persons_the_others_stay(lake):
    derive(lake, [task(1, "visit"), task(2, "visit"), task(2, "recheck")])
    derive(lake, [task(2, "visit", "2024-07-01")], persons=[2, 3])
    assert tasks(lake) == [(1, "visit", day("2024-06-01")), (2, "visit", day("2024-07-01"))]


def test_two_derived_rows_of_one_key_are_refused(lake):
    with pytest.raises(XinglinError, match="1 个重复的键"):
        derive(lake, [task(1, "visit"), task(1, "visit", "2024-07-01")])


def test_a_delivery_and_its_watermark_are_known_once_committed(lake):
    received = datetime(2024, 6, 1)
    with lake.write(17) as tx:
        tx.delivery({"source": "hospital", "record": "lab_result", "digest": "ab",
                     "received_at": received, "received": 3})  # fmt: skip
        tx.watermark("journal", 5)
        tx.watermark("journal", 9)
    assert lake.watermark("journal") == 9
    assert lake.watermark("other") == 0
    assert lake.delivered(17)["received"] == 3
    assert lake.delivered(18) is None
    assert lake.delivered_file("ab", source="hospital", record="lab_result")["id"] == 17
    assert lake.delivered_file("ab", source="elsewhere", record="lab_result") is None


def test_an_error_rolls_everything_back(lake):
    with pytest.raises(RuntimeError), lake.write(17) as tx:
        tx.watermark("journal", 5)
        tx.delivery({"source": "hospital"})
        raise RuntimeError
    assert lake.watermark("journal") == 0
    assert lake.delivered(17) is None


def test_versions_of_a_row_newest_first_voids_included(lake):
    put(lake, BpScreening, [reading("a", person=1, subject=11)])
    rk = timeline.events(lake.cursor(), 1)[0].rk
    assert timeline.row(lake.cursor(), BpScreening, person=1, rk=rk)["sbp"] == 140
    put(lake, BpScreening, [{**reading("a", person=1, subject=11), "version": 2, "void": True}])
    found = timeline.versions(lake.cursor(), BpScreening, rk=rk, person=1)
    assert [(v["version"], v["void"]) for v in found] == [(2, True), (1, False)]
    with pytest.raises(XinglinError, match="已不在湖里"):
        timeline.row(lake.cursor(), BpScreening, person=1, rk=rk)
