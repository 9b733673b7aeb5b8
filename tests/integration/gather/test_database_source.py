"""A hospital's database as a source: pages by watermark, windows by difference, on the servers we have."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from tests.lib.hospital import Hospital, source_file
from xinglin.gather.models import Delivery, SourceState
from xinglin.gather.pull import run as running
from xinglin.gather.pull.declare import declared_source
from xinglin.gather.pull.run import run_source
from xinglin.gather.pull.trial import try_source
from xinglin.kernel.errors import XinglinError

# What servers do differently is tried on both; what we do ourselves, on a file.
on_servers = pytest.mark.parametrize("server", [
    pytest.param("postgresql", marks=pytest.mark.needs("postgresql")),
    pytest.param("mysql", marks=pytest.mark.needs("mariadb"))], indirect=True)
on_postgresql = pytest.mark.parametrize("server", [pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))], indirect=True)
on_mariadb = pytest.mark.parametrize("server", [pytest.param("mysql", marks=pytest.mark.needs("mariadb"))], indirect=True)
on_a_file = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
WATERMARK = 'watermark = "updated_at"\noverlap = "5m"'
WINDOW = 'day = "day"\nwindow = 30'


@pytest.fixture(scope="module")
def server(request, tmp_path_factory):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('his')}/his.db"
        return
    from tests.lib import mariadb, postgresql

    with (postgresql if request.param == "postgresql" else mariadb).server() as address:
        yield address.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="module")
def installed(server):
    return Hospital(server)


@pytest.fixture
def hospital(installed, monkeypatch):
    monkeypatch.setenv("XINGLIN_TEST_PASSWORD", "secret-口令")
    installed.clear()
    return installed


@pytest.fixture
def declare(county, hospital):
    """declare(how, …) writes the source file of the hospital; returns it read."""
    def write(how, **more):
        folder = county.root / "sources"
        folder.mkdir(exist_ok=True)
        (folder / "his.toml").write_text(source_file(hospital, how=how, **more), encoding="utf-8")
        return declared_source(county, "his")
    yield write
    (county.root / "sources" / "his.toml").unlink(missing_ok=True)


def days_ago(n):
    return timezone.localdate() - timedelta(days=n)


def kinds(rows):
    return rows("SELECT record_id, kind FROM encounter")


@on_servers
def test_pages_by_watermark_until_nothing_is_new(county, hospital, declare, rows):
    his = declare(WATERMARK, database="page = 2")
    for n in range(1, 6):
        hospital.add(n, day=days_ago(9), updated=f"2026-03-0{min(n, 4)} 08:00:00.25")      # 4 and 5 at one moment
    first = run_source(county, his).queries[0]
    assert (first.rows, first.complete, len(first.receipts)) == (5, True, 2)    # a page has all of its last moment
    assert [r[0] for r in kinds(rows)] == ["1", "2", "3", "4", "5"]
    hospital.set(2, kind="急诊", updated_at=datetime(2026, 3, 5, 9))
    hospital.add(6, day=days_ago(1), updated="2026-03-04 07:59:59")       # committed late, inside the overlap
    hospital.add(7, day=days_ago(1), updated="2026-03-04 07:00:00")       # too late: before the overlap
    again = run_source(county, his).queries[0]
    assert again.complete and dict(kinds(rows)) == {"1": "门诊", "2": "急诊", "3": "门诊", "4": "门诊", "5": "门诊", "6": "门诊"}
    assert not sum(r.new + r.updated for r in run_source(county, his).queries[0].receipts if not r.again)


@on_a_file
def test_a_watermark_in_the_future_stops_nobody(county, hospital, declare, rows):
    his = declare(WATERMARK)
    hospital.add(1, day=days_ago(1), updated="2036-01-01 08:00:00")
    hospital.add(2, day=days_ago(1), updated="2026-03-01 08:00:00")
    done = run_source(county, his).queries[0]
    assert "晚于明天" in done.note and [r[0] for r in kinds(rows)] == ["2"]
    hospital.add(3, day=days_ago(1), updated="2026-03-02 08:00:00")
    run_source(county, his)
    assert [r[0] for r in kinds(rows)] == ["2", "3"]


@on_mariadb
def test_a_window_is_read_again_and_what_is_gone_becomes_void(county, hospital, declare, rows):
    his = declare(WINDOW)
    for n, ago in ((1, 90), (2, 60), (3, 3), (4, 2), (5, 1)):
        hospital.add(n, day=days_ago(ago), updated=None)
    first = run_source(county, his).queries[0]
    assert (first.rows, first.complete) == (5, True) and len(kinds(rows)) == 5
    hospital.remove(4, 1)                       # 1 lies before the window: its deletion is not looked for
    hospital.set(3, kind="急诊")
    hospital.set(5, day=days_ago(45))           # corrected, now outside of the window: not gone
    hospital.add(6, day=days_ago(0), updated=None)
    second = run_source(county, his).queries[0]
    assert (second.voided, sum(r.received for r in second.receipts)) == (1, 4)
    assert rows("SELECT record_id, kind, day::VARCHAR FROM encounter") == sorted([
        ("1", "门诊", str(days_ago(90))), ("2", "门诊", str(days_ago(60))), ("3", "急诊", str(days_ago(3))),
        ("5", "门诊", str(days_ago(45))), ("6", "门诊", str(days_ago(0)))])
    assert rows("SELECT record_id FROM encounter_versions WHERE void") == [("4",)]
    quiet = run_source(county, his).queries[0]
    assert quiet.complete and not quiet.receipts


@on_a_file
def test_a_great_loss_is_asked_about_not_believed(county, hospital, declare, rows):
    his = declare(WINDOW)
    for n in range(60):
        hospital.add(n, day=days_ago(3), updated=None)
    run_source(county, his)
    hospital.clear()
    with pytest.raises(XinglinError, match=r"60 行里有 60 行不见了"):
        run_source(county, his)
    assert len(kinds(rows)) == 60


@on_a_file
def test_a_clock_set_back_asks_for_fewer_days_and_takes_none_for_gone(county, hospital, declare, rows):
    his = declare(WINDOW)
    for n in range(60):
        hospital.add(n, day=days_ago(n % 3), updated=None)
    run_source(county, his)
    then = timezone.now() - timedelta(days=9)
    with mock.patch("django.utils.timezone.now", lambda: then):
        back = run_source(county, his).queries[0]
    assert (back.rows, back.voided, back.complete) == (0, 0, True)
    run_source(county, his)
    assert len(kinds(rows)) == 60 and rows("SELECT count(*) FROM encounter_versions WHERE void") == [(0,)]


@on_a_file
def test_killed_between_pages_it_goes_on(county, hospital, declare, rows, monkeypatch):
    his = declare(WATERMARK, database="page = 2")
    for n in range(1, 7):
        hospital.add(n, day=days_ago(9), updated=f"2026-03-0{n} 08:00:00")
    real, calls = running.moved, []

    def dies(state, value):
        calls.append(value)
        if len(calls) == 2:
            raise KeyboardInterrupt     # the page is in the lake; its position is not kept
        real(state, value)
    monkeypatch.setattr(running, "moved", dies)
    with pytest.raises(KeyboardInterrupt):
        run_source(county, his)
    monkeypatch.setattr(running, "moved", real)
    assert run_source(county, his).queries[0].complete
    assert [r[0] for r in kinds(rows)] == ["1", "2", "3", "4", "5", "6"]
    assert rows("SELECT count(*) FROM encounter_versions") == [(6,)]


@on_servers
def test_an_account_that_could_write_is_refused(county, hospital, declare):
    hospital.add(1, day=days_ago(9), updated="2026-03-01 08:00:00")
    assert try_source(county, declare(WATERMARK))["account"] == "账号只读"
    loose = declare(WATERMARK, user="writer")
    with pytest.raises(XinglinError, match=r"账号能写：DELETE ON .*只有 SELECT 权限"):
        run_source(county, loose)
    assert not SourceState.objects.exists()
    warned = run_source(county, declare(WATERMARK, user="writer", database='writable = "warn"'))
    assert warned.warning.startswith("账号能写") and warned.queries[0].rows == 1


@on_servers
def test_what_is_said_when_it_cannot_be(county, hospital, declare, monkeypatch):
    if hospital.kind == "mysql":
        monkeypatch.setenv("XINGLIN_TEST_PASSWORD", "wrong-one")
        with pytest.raises(XinglinError, match="不让登录") as problem:
            run_source(county, declare(WATERMARK))
        assert "wrong-one" not in str(problem.value) and problem.value.__cause__ is None
        monkeypatch.setenv("XINGLIN_TEST_PASSWORD", "secret-口令")
    for wrong in ('watermark = "no_such_column"', 'day = "no_such_column"'):
        with pytest.raises(XinglinError, match=r"没有“.*no_such_column”"):
            run_source(county, declare(wrong))
    hospital.add(1, day=days_ago(9), updated=None, kind="门诊")
    told = try_source(county, declare(WATERMARK))["queries"][0]
    assert told["more"] == ["1 行没有updated_at，读不到"] and "没有一行" in told["words"]


@on_a_file
def test_no_faster_and_no_earlier_than_agreed(county, hospital, declare, monkeypatch):
    hospital.add(1, day=days_ago(9), updated="2026-03-01 08:00:00")
    hour = timezone.localtime().hour
    closed = f"{(hour + 2) % 24:02d}:00-{(hour + 4) % 24:02d}:00"
    assert try_source(county, declare(WATERMARK))["reads_only"] is None      # a file has no accounts
    waits = run_source(county, declare(WATERMARK, database=f'hours = ["{closed}"]'))
    assert "不在约定的时段" in waits.waiting and not waits.queries and not Delivery.objects.exists()
    slept = []
    monkeypatch.setattr(running.Pace, "took", lambda self, rows: slept.append((self.rows_per_second, rows)))
    run_source(county, declare(WATERMARK, database="rows_per_second = 500"))
    assert slept == [(500, 1)]


ALIKE = """SELECT i AS id, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'a,"b"\\n\\\\100% ' ELSE '张三 ' END AS words,
    i % 3 = 0 AS yes, DATE '2024-02-28' + i AS day, TIMESTAMP '2024-01-01 00:00:00.25' + i * interval '0.75 s' AS moment,
    (i * 0.25)::numeric(8, 2) AS amount, 'ab'::char(4) AS code{more} FROM generate_series(1, 60) i WHERE i <= :most"""


@on_postgresql
def test_copied_rows_are_the_rows_read_one_by_one(server, tmp_path, monkeypatch):
    import duckdb
    import sqlalchemy as sa

    from xinglin.gather.sources.database import fetch as fetching

    def read(name, more=""):
        paced = []
        with sa.create_engine(server).connect() as connection:
            done = fetching.fetch(connection, ALIKE.format(more=more), {"most": 50}, into=tmp_path / name, code="his",
                                  pace=fetching.Pace(1_000_000, sleep=paced.append))
        assert (done.rows, done.columns[:2]) == (50, ("id", "words"))
        return duckdb.sql(f"FROM '{tmp_path / name}' ORDER BY id::INT").fetchall()

    copied, other = read("a.parquet"), read("b.parquet", ", 1.5::float8 AS share")       # not every kind is copied
    assert [row[:-1] for row in other] == copied
    monkeypatch.setattr(fetching, "_by_copy", lambda *_: None)
    assert read("c.parquet") == copied
    assert copied[1] == ("2", 'a,"b"\n\\100% ', "false", "2024-03-01", "2024-01-01 00:00:01.75", "0.50", "ab  ")
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["a.parquet", "b.parquet", "c.parquet"]     # no plain text left


@on_postgresql
def test_what_the_server_says_while_copying_is_a_sentence(server, tmp_path):
    import sqlalchemy as sa

    from xinglin.gather.sources.database.fetch import Pace, fetch

    with sa.create_engine(server).connect() as connection, pytest.raises(XinglinError, match="（来源 his）"):
        fetch(connection, "SELECT i, 10 / (i - 3) AS n FROM generate_series(1, 5) i", {}, into=tmp_path / "a.parquet", code="his",
              pace=Pace(0))
    assert list(tmp_path.iterdir()) == []
