"""Reading a PostgreSQL table as a source, against a bare `COPY (query) TO STDOUT` of the same rows in the same run.

    python -m bench.sources [--rows 200000] [--page 250000]

Prints four rates: bare copy; reading alone (rows → Parquet of text); the first whole run (read, kept encrypted,
checked, 60,000 people registered, loaded); a run after every row has changed. Floors, as shares of the bare copy's
rows a CPU second of this process: reading 0.2, the first run 0.02, the later run 0.035
(of 200,000 rows, with 60,000 new people).
Starts its own server on loopback, and needs one (apt-get install postgresql).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

READING, FIRST, LATER = 0.2, 0.02, 0.035
ORG = "12330182MB0000001X"
QUERY = f"""SELECT v.id AS record_id, v.pid AS patient_id, v.day, '{ORG}' AS org, v.kind, v.department, v.updated_at FROM visits v"""
FILL = """CREATE TABLE visits AS SELECT i AS id, 'P' || (i * 7919 % 60000) AS pid, DATE '2026-01-01' + (i % 300) AS day,
    CASE i % 7 WHEN 0 THEN '住院' WHEN 1 THEN '急诊' ELSE '门诊' END AS kind, '内科' || (i % 20) AS department,
    to_timestamp(1767225600 + i * 20) AT TIME ZONE 'UTC' AS updated_at FROM generate_series(1, {rows}) i"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--page", type=int, default=250_000)
    wanted = parser.parse_args()
    root = tempfile.mkdtemp(prefix="xinglin-bench-")
    os.environ["XINGLIN_HOME"] = root
    from tests.lib.postgresql import server

    try:
        with server() as address:
            _run(address, wanted.rows, wanted.page)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _run(address: str, rows: int, page: int) -> None:
    from xinglin.site.commands import databases_ready

    databases_ready()
    from xinglin.gather.pull.declare import declared_source
    from xinglin.kernel.crypto import Keys
    from xinglin.kernel.home import home
    from xinglin.registry.models import Organisation, Place

    Keys.create(home().ensure().keys)
    place = Place.objects.create(code="330182000000", name="县", level=3)
    Organisation.objects.create(code=ORG, name="县医院", kind="county_hospital", level=3, place=place)
    _fill(address, rows)
    _declare(home().root, address, page)
    his = declared_source(home(), "his")
    _reading(his)                                           # warm: modules, the server's cache
    copied = _timed("COPY (query) TO STDOUT", rows, lambda: _copy(address, home().tmp / "bare.csv"))
    read = _timed("reading alone", rows, lambda: _reading(his))
    first = _timed("first run", rows, lambda: _whole(his, rows))
    _change(address)
    later = _timed("run, every row changed", rows, lambda: _whole(his, rows))
    _judge(copied / read, copied / first, copied / later)


def _fill(address: str, rows: int) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as con:
        con.execute(FILL.format(rows=rows))
        con.execute("CREATE INDEX ON visits (updated_at)")
        con.execute("ANALYZE visits")
        con.execute("CREATE ROLE reader LOGIN")
        con.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        con.execute("GRANT SELECT ON visits TO reader")


def _change(address: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as con:
        con.execute("UPDATE visits SET department = department || '一病区', updated_at = to_timestamp(1784505600 + id * 20) AT TIME ZONE 'UTC'")
        con.execute("VACUUM ANALYZE visits")


def _declare(root: Path, address: str, page: int) -> None:
    folder = root / "sources"
    folder.mkdir(exist_ok=True)
    url = address.replace("postgresql://xinglin@", "postgresql+psycopg://reader@")
    (folder / "his.toml").write_text(
        f'title = "HIS"\norg = "{ORG}"\n[database]\nurl = "{url}"\npage = {page}\n[[query]]\nrecord = "encounter"\n'
        f'watermark = "updated_at"\nsql = """{QUERY}"""\n', encoding="utf-8")


def _copy(address: str, path: Path) -> None:
    import psycopg

    with psycopg.connect(address) as con, con.cursor().copy(f"COPY ({QUERY}) TO STDOUT (FORMAT csv)") as stream, path.open("wb") as file:
        for block in stream:
            file.write(block)


def _reading(his) -> None:
    from xinglin.gather.sources.database.connect import session
    from xinglin.gather.sources.database.fetch import Pace, fetch
    from xinglin.kernel.home import home

    with session(home(), his) as (connection, _dialect):
        fetch(connection, QUERY, {}, into=home().tmp / "read.parquet", pace=Pace(0), code="his")


def _whole(his, rows: int) -> None:
    from xinglin.gather.pull.run import run_source
    from xinglin.kernel.home import home

    done = run_source(home(), his).queries[0]
    assert (done.rows, done.complete) == (rows, True), done
    assert all(r.rejected == 0 for r in done.receipts)


def _timed(what: str, rows: int, work) -> float:
    """CPU seconds of this process."""
    start, cpu = time.perf_counter(), _cpu()
    work()
    seconds, spent = time.perf_counter() - start, _cpu() - cpu
    print(f"{what:24} {seconds:6.1f} s  {spent:6.1f} CPU s  {rows / spent:10,.0f} rows a CPU second")
    return spent


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _judge(reading: float, first: float, later: float) -> None:
    print(f"of the bare copy: reading {reading:.3f} (floor {READING}), first run {first:.3f} (floor {FIRST}), "
          f"later run {later:.3f} (floor {LATER}); peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")
    if reading < READING or first < FIRST or later < LATER:
        sys.exit("below the floor")


if __name__ == "__main__":
    main()
