"""Several processes and one lake: killed writers, two writers, readers meanwhile, tidying, PostgreSQL."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from unittest import mock

import duckdb
import psycopg
import pytest

from tests.lib.lake import content, new_lake, put
from tests.lib.lake_writer import reading
from xinglin.datasets import BpScreening
from xinglin.kernel import clock
from xinglin.kernel.errors import XinglinError
from xinglin.lake import changes, maintenance, pins, timeline
from xinglin.lake.attach import metadata
from xinglin.lake.reader import LakeReader
from xinglin.lake.store import open_lake

LATER = datetime.now(UTC) + timedelta(days=60)


def writer(lake, delivery, first, rows, hold="go"):
    words = [str(w) for w in (lake.home.root, delivery, first, rows, hold)]
    return subprocess.Popen([sys.executable, "-m", "tests.lib.lake_writer", *words],
                            stdout=subprocess.PIPE, text=True)  # fmt: skip


def until(process, word):
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"the writer ended without saying {word}")


def pressures(lake):
    return lake.cursor().execute("SELECT sbp, count(*) FROM bp_screening GROUP BY 1 ORDER BY 1"
                                 ).fetchall()  # fmt: skip


def test_killed_before_the_commit_the_old_state_stands_and_a_replay_completes_it(lake):
    put(lake, BpScreening, [reading(n, 1) for n in range(50)])
    before = content(lake, BpScreening)
    dying = writer(lake, 2, 0, 80, "hold")
    until(dying, "ready")
    dying.kill()
    dying.wait()
    assert content(lake, BpScreening) == before
    assert lake.delivered(2) is None
    assert writer(lake, 2, 0, 80).wait() == 0
    after = content(lake, BpScreening)
    assert pressures(lake) == [(102, 80)]
    assert lake.delivered(2)["received"] == 80
    put(lake, BpScreening, [reading(n, 2) for n in range(80)], delivery=2)
    assert content(lake, BpScreening) == after


def test_two_writers_take_turns_and_neither_is_lost(lake):
    both = [writer(lake, 2, 0, 60), writer(lake, 3, 30, 60)]
    assert [p.wait() for p in both] == [0, 0]
    assert pressures(lake) == [(102, 30), (103, 60)]
    con = lake.cursor()
    assert con.execute("SELECT count(*) FROM bp_screening_versions").fetchone() == (120,)
    assert con.execute("SELECT count(*) FROM person_event").fetchone() == (90,)


def test_a_reader_does_not_wait_and_sees_whole_deliveries(lake):
    put(lake, BpScreening, [reading(n, 1) for n in range(40)])
    writing = writer(lake, 2, 0, 40, "hold")
    until(writing, "ready")
    try:
        assert pressures(lake) == [(101, 40)]
        assert len(timeline.events(lake.cursor(), 3)) == 3
    finally:
        writing.kill()
        writing.wait()


def test_a_pinned_snapshot_survives_tidying_and_others_go(lake):
    for delivery in range(1, 12):
        put(lake, BpScreening, [reading(n, delivery) for n in range(40)], delivery=delivery)
        if delivery == 2:
            held = pins.pin(lake, "figure 2024", why="公布")
    now = content(lake, BpScreening)
    done = maintenance.tidy(lake, now=LATER, keep_files_hours=0)
    assert done.expired > 0
    assert done.removed > 0
    assert done.files_after < done.files_before
    assert content(lake, BpScreening) == now
    con = lake.cursor()
    assert set(pins.snapshots(con)) >= {held}
    assert held - 1 not in pins.snapshots(con)
    reader = LakeReader(con, datetime(2024, 12, 31).date(), snapshot=held)
    assert set(reader.rows(BpScreening).select("sbp").to_pyarrow().to_pydict()["sbp"]) == {102}
    assert _files_with_statistics(con, lake) == (True, False)
    then = con.execute(f"SELECT person, sbp FROM bp_screening AT (VERSION => {held}) WHERE person = 3 AND sbp < 103").fetchall()
    assert then == [(3, 102)] * len(then) and then      # found without them
    pins.release(lake, "figure 2024")
    maintenance.tidy(lake, now=LATER, keep_files_hours=0)
    with pytest.raises(duckdb.Error):
        con.execute(f"SELECT * FROM bp_screening AT (VERSION => {held})")


def _files_with_statistics(con, lake):
    """(has every file of today statistics, has any that only the past holds)"""
    meta = metadata(lake.home)
    told = f"EXISTS (FROM {meta}.ducklake_file_column_stats s WHERE s.data_file_id = f.data_file_id)"
    live, past = (con.execute(f"SELECT count(*) FILTER ({told}), count(*) FROM {meta}.ducklake_data_file f "
                              f"WHERE end_snapshot IS {word} NULL").fetchone() for word in ("", "NOT"))
    assert live[1] and past[1]
    return live[0] == live[1], past[0] > 0


def test_a_clock_that_leaps_within_a_night_expires_nothing(lake, monkeypatch):
    put(lake, BpScreening, [reading(n, 1) for n in range(10)])
    put(lake, BpScreening, [reading(n, 2) for n in range(10)], delivery=2)
    with clock.steady(datetime.now(UTC)):
        monkeypatch.setattr(maintenance, "datetime", mock.Mock(now=lambda zone: LATER))
        assert maintenance.tidy(lake).expired == 0
    assert maintenance.tidy(lake).expired > 0


def test_changed_people_are_those_of_the_deliveries_and_not_of_the_tidying(lake):
    put(lake, BpScreening, [reading(n, 1) for n in range(40)])
    since = lake.snapshot()
    put(lake, BpScreening, [reading(3, 2), reading(5, 2), reading(100, 2)], delivery=2)
    maintenance.tidy(lake)
    con = lake.cursor()
    table = changes.changed_persons(con, BpScreening, since=since, until=lake.snapshot())
    assert con.execute(f"SELECT person FROM {table} ORDER BY 1").fetchall() == [(3,), (5,), (15,)]
    changes.changed_persons(con, BpScreening, since=since, until=since)
    assert con.execute(f"SELECT * FROM {table}").fetchall() == []
    maintenance.tidy(lake, now=LATER)
    with pytest.raises(XinglinError, match="全量重算"):
        changes.changed_persons(con, BpScreening, since=since, until=lake.snapshot())


@pytest.mark.needs("postgresql")
def test_the_catalog_may_live_in_postgresql(tmp_path, monkeypatch):
    from tests.lib.postgresql import server

    with server() as address:
        monkeypatch.setenv("XINGLIN_DATABASE_URL", address)
        with new_lake(tmp_path / "home") as lake:
            put(lake, BpScreening, [reading(n, 1) for n in range(40)])
            both = [writer(lake, 2, 0, 30), writer(lake, 3, 10, 40)]
            assert [p.wait() for p in both] == [0, 0]
            assert pressures(lake) == [(102, 10), (103, 40)]
            held = pins.pin(lake, "figure", why="公布")
            put(lake, BpScreening, [reading(n, 4) for n in range(50)], delivery=4)
            maintenance.tidy(lake, now=LATER, keep_files_hours=0)
            assert pressures(lake) == [(104, 50)]
            reader = LakeReader(lake.cursor(), datetime(2024, 12, 31).date(), snapshot=held)
            assert reader.rows(BpScreening).count().to_pyarrow().as_py() == 50
            assert not (lake.home.lake / "catalog.sqlite").exists()
        with psycopg.connect(address, autocommit=True) as con:
            con.execute("DROP SCHEMA lake CASCADE")         # another database, or a wrong address
        with pytest.raises(XinglinError, match="没有这个县"):
            open_lake(lake.home)
