"""A first load makes people's pages once; nights merge only where small files crowd."""

import pytest

from tests.lib.lake import content, day, put
from xinglin.datasets import BpScreening
from xinglin.lake import maintenance, upsert
from xinglin.lake.upsert import Counts, sorting

PAGE = "SELECT * FROM person_event ORDER BY person, rk"


def reading(n, sbp=140, **more):
    return {"record_id": f"r{n}", "person": n % 9, "day": day("2024-03-01"), "sbp": sbp, "dbp": 80, **more}


def deliveries(lake):
    put(lake, BpScreening, [reading(n) for n in range(30)])
    put(lake, BpScreening, [reading(1, 150, version=2), reading(2, version=2, void=True), reading(31)], delivery=2)


def page(lake):
    return lake.cursor().execute(PAGE).fetchall()


def test_pages_made_at_the_end_are_those_made_row_by_row(lake):
    with lake.filling([BpScreening]):
        deliveries(lake)
        assert page(lake) == []
    at_the_end = page(lake)
    with lake.write() as tx:
        tx.con.execute("DELETE FROM lk.main.bp_screening")
        tx.con.execute("DELETE FROM lk.main.bp_screening_versions")
        tx.con.execute("DELETE FROM lk.main.person_event")
    deliveries(lake)
    assert page(lake) == at_the_end
    assert len(at_the_end) == 30


def test_a_load_that_fails_makes_no_pages_and_the_next_delivery_does(lake):
    with pytest.raises(RuntimeError), lake.filling([BpScreening]):
        raise RuntimeError
    assert put(lake, BpScreening, [reading(1)]) == Counts(new=1)
    assert len(page(lake)) == 1


def test_few_files_are_left_alone_and_many_are_merged(lake):
    for delivery in range(1, maintenance.CROWDED):
        put(lake, BpScreening, [reading(100 * delivery + n) for n in range(20)], delivery=delivery)
    few = maintenance.tidy(lake)
    assert few.files_after == few.files_before
    put(lake, BpScreening, [reading(2000 + n) for n in range(20)], delivery=99)
    before = content(lake, BpScreening)
    many = maintenance.tidy(lake)
    assert many.files_after < many.files_before
    assert content(lake, BpScreening) == before


def test_big_inserts_are_sorted_by_person(lake, monkeypatch):
    assert sorting(upsert.SORTED_FROM - 1) == ""
    monkeypatch.setattr(upsert, "SORTED_FROM", 10)
    put(lake, BpScreening, [reading(n) for n in range(60)])
    con = lake.cursor()
    for table in ("bp_screening", "person_event"):
        files = [r[0] for r in con.execute(f"SELECT data_file FROM ducklake_list_files('lk', '{table}')").fetchall()]
        for file in files:
            people = [r[0] for r in con.execute(f"SELECT person FROM read_parquet('{file}')").fetchall()]
            assert people == sorted(people)
        assert files
