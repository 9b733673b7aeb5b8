"""Opening and extending a lake; settings; the lock; what a read-only process may do."""

import psycopg
import pytest

from tests.lib.lake import day, new_lake, put
from xinglin.datasets import DELIVERED, BpScreening, LabResult
from xinglin.declare.record import About, Day, Integer, PersonRef, Record, Text
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.lock import writer_lock
from xinglin.lake.schema import existing_tables
from xinglin.lake.settings import Settings
from xinglin.lake.store import forget_lake, open_lake
from xinglin.lake.tables import newest_columns, staged_columns, versions_columns

READING = {"record_id": "a", "person": 1, "day": day("2024-03-01"), "sbp": 140, "dbp": 80}


class Visit(Record):
    about = About(code="visit", title="随访", grain="一次", dated_by="day")
    person = PersonRef("居民")
    day = Day("日期")
    sbp = Integer("收缩压")


class VisitLater(Record):
    about = About(code="visit", title="随访", grain="一次", dated_by="day")
    person = PersonRef("居民")
    day = Day("日期")
    sbp = Integer("收缩压")
    remark = Text("备注")


class VisitRetyped(Record):
    about = About(code="visit", title="随访", grain="一次", dated_by="day")
    person = PersonRef("居民")
    day = Day("日期")
    sbp = Text("收缩压")


@pytest.mark.parametrize("record", DELIVERED, ids=lambda r: r.about.code)
def test_every_delivered_record_has_its_two_tables(lake, record):
    tables = existing_tables(lake.cursor())
    code = record.about.code
    assert list(tables[code]) == list(newest_columns(record))
    assert list(tables[f"{code}_versions"]) == list(versions_columns(record))


def test_no_column_of_identity_is_in_the_lake(lake):
    columns = {c for table in existing_tables(lake.cursor()).values() for c in table}
    assert columns.isdisjoint({"id_number", "patient_id", "phone", "address"})


def test_a_new_column_is_added_and_old_rows_have_none(lake):
    lake.ensure([Visit])
    put(lake, Visit, [{"record_id": "a", "person": 1, "day": day("2024-03-01"), "sbp": 1}])
    lake.ensure([VisitLater])
    put(lake, VisitLater, [{"record_id": "b", "person": 1, "day": day("2024-03-02"), "sbp": 2,
                            "remark": "好"}], delivery=2)  # fmt: skip
    found = lake.cursor().execute("SELECT sbp, remark FROM visit ORDER BY sbp").fetchall()
    assert found == [(1, None), (2, "好")]


def test_a_changed_type_is_refused(lake):
    lake.ensure([Visit])
    with pytest.raises(XinglinError, match=r"BIGINT.*VARCHAR.*visit\.sbp"):
        lake.ensure([VisitRetyped])


def test_ensuring_twice_makes_no_snapshot(lake):
    before = lake.snapshot()
    lake.ensure(DELIVERED)
    assert lake.snapshot() == before


def test_the_version_of_a_laboratory_row_is_the_sources_own_version():
    assert staged_columns(LabResult).count("version") == 1


def test_read_only_reads_and_refuses_to_write(lake):
    put(lake, BpScreening, [READING])
    reader = open_lake(lake.home, read_only=True)
    assert reader.cursor().execute("SELECT sbp FROM bp_screening").fetchall() == [(140,)]
    with pytest.raises(XinglinError, match="只读"), reader.write():
        pass


def test_an_empty_home_has_nothing_to_read(tmp_path):
    with pytest.raises(XinglinError, match="还是空的"):
        open_lake(Home(tmp_path), read_only=True)


def test_a_lake_may_be_moved_with_its_home(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    with new_lake(old, [BpScreening]) as lake:
        put(lake, BpScreening, [READING])
    old.rename(new)
    with new_lake(new, [BpScreening]) as lake:
        assert lake.cursor().execute("SELECT sbp FROM bp_screening").fetchall() == [(140,)]


def test_the_second_writer_waits_no_longer_than_told(lake):
    held = writer_lock(lake.home.lake / "writer.lock")
    with held, pytest.raises(XinglinError, match="等待超时"), lake.write(wait=0.05):
        pass


def test_one_setting_divides_the_memory(monkeypatch):
    monkeypatch.setenv("XINGLIN_MEMORY", "4GB")
    monkeypatch.delenv("XINGLIN_THREADS")
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    writer, reader = (Settings.read(read_only=r) for r in (False, True))
    assert (writer.memory, reader.memory) == (1536 << 20, 512 << 20)
    assert (writer.threads, reader.threads) == (4, 2)


@pytest.mark.parametrize(("name", "value"), [("XINGLIN_MEMORY", "much"), ("XINGLIN_THREADS", "0")])
def test_a_setting_that_cannot_be_read_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(XinglinError, match=name):
        Settings.read(read_only=True)


def test_an_answer_is_remembered_until_the_next_commit(tmp_path):
    asked = []

    def count(con):
        asked.append(1)
        return con.execute("SELECT count(*) FROM lk.main.bp_screening").fetchone()[0]

    with new_lake(tmp_path, [BpScreening]) as lake:
        assert [lake.remembered("n", count) for _ in range(3)] == [0, 0, 0] and len(asked) == 1
        put(lake, BpScreening, [READING])
        assert [lake.remembered("n", count) for _ in range(2)] == [1, 1] and len(asked) == 2


def test_a_home_keeps_the_kind_of_catalog_that_it_began_with(lake, monkeypatch):
    forget_lake(lake.home)
    monkeypatch.setenv("XINGLIN_DATABASE_URL", "postgresql://xinglin:geheim@127.0.0.1:9/county")
    with pytest.raises(XinglinError, match=r"在 SQLite 文件里.*去掉 XINGLIN_DATABASE_URL") as told:
        open_lake(lake.home, read_only=True)
    assert "geheim" not in str(told.value)


def test_data_without_their_catalog_are_not_taken_for_an_empty_lake(lake):
    put(lake, BpScreening, [READING])
    forget_lake(lake.home)
    (lake.home.lake / "catalog.sqlite").rename(lake.home.root / "elsewhere")
    for words in ("数据库却没有", "目录库却是空的"):
        for read_only in (True, False):
            with pytest.raises(XinglinError, match=rf"{words}.*XINGLIN_DATABASE_URL"):
                open_lake(lake.home, read_only=read_only)
        lake.home.app_db.touch()        # then only the catalog is gone
    assert not (lake.home.lake / "catalog.sqlite").exists()


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path, monkeypatch):
    monkeypatch.setenv("XINGLIN_DATABASE_URL", "postgresql://xinglin:ge'heim@127.0.0.1:9/county?sslmode=disable")
    with pytest.raises(psycopg.OperationalError, match="port 9 failed") as told:
        open_lake(Home(tmp_path))
    assert "heim" not in str(told.value)
