"""Gathering laboratory rows into a big table, against a bare DuckDB CSV → Parquet copy of the same file.

    python -m bench.gather [--rows 1000000] [--base 20000000] [--people 300000]

Prints seconds and share of each step, the ratio (bare copy ÷ gather; floor 0.10) and the peak memory. The bare
copy is made before and after, and their mean taken: a shared machine is not the same from second to second.
The table lies as months of deliveries and the night's tidying leave it. What is measured goes on in a process of its
own, as `xinglin gather` does; the one that filled the table holds memory that is not the gathering's.
Of the rows 2 % are rejected, 1 % queried, 3 % correct rows that are already there.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

FLOOR = 0.10
BASE_CHUNK = 1_000_000
ORG = "12330182MB0000001X"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--base", type=int, default=20_000_000)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--measured", type=Path, help=argparse.SUPPRESS)       # the second process: its file
    wanted = parser.parse_args()
    if wanted.measured:
        _measure(wanted.measured)
        return
    root = tempfile.mkdtemp(prefix="xinglin-bench-")
    os.environ["XINGLIN_HOME"] = root
    try:
        _run(wanted.rows, wanted.base, wanted.people)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _run(rows: int, base: int, people: int) -> None:
    from xinglin.site.commands import databases_ready

    databases_ready()
    from xinglin.kernel.crypto import Keys
    from xinglin.kernel.home import home
    from xinglin.lake.store import forget_lake

    Keys.create(home().keys)
    _organisation()
    start = time.perf_counter()
    _people(people)
    _fill(base, people)
    print(f"prepared: {base} rows, {people} people, {time.perf_counter() - start:.0f} s", flush=True)
    file = _file(home().tmp / "lab_result__20240601.csv", rows=rows, base=base, people=people)
    forget_lake(home())
    subprocess.run([sys.executable, "-m", "bench.gather", "--measured", str(file)], check=True)


def _measure(file: Path) -> None:
    from xinglin.site.commands import databases_ready

    databases_ready()
    _warm_up(file)
    before = _bare_copy(file)
    start, cpu = time.perf_counter(), _cpu()
    receipt = _receive(file)
    taken, cpu, peak = time.perf_counter() - start, _cpu() - cpu, _peak()
    bare = [(a + b) / 2 for a, b in zip(before, _bare_copy(file), strict=True)]
    _report(receipt, taken=taken, bare=bare, size=file.stat().st_size, cpu=cpu, peak=peak)


def _organisation() -> None:
    from xinglin.registry.models import Organisation, Place

    place = Place.objects.create(code="330182000000", name="县", level=3)
    Organisation.objects.create(code=ORG, name="县医院", kind="county_hospital", level=3, place=place)


def _people(count: int) -> None:
    """People that an earlier delivery brought: in the registry by number, in the lake by subject."""
    import duckdb
    import pyarrow as pa
    from django.db import connection

    from xinglin.datasets.laboratory import LabResult
    from xinglin.gather.sql import make_macros
    from xinglin.kernel.home import home
    from xinglin.lake.store import open_lake
    from xinglin.registry.keys import county_keys

    con = duckdb.connect()
    make_macros(con)
    numbers = [r[0] for r in con.execute(f"SELECT {_NUMBER} FROM range({count}) t(i)").fetchall()]
    keys = county_keys()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.executemany("INSERT INTO registry_person (number, sex) VALUES (%s, '')",
                           [(n + 1,) for n in range(count)])
        cursor.executemany(
            "INSERT INTO registry_personkey (kind, hash64, person_id) VALUES ('id_number', %s, %s)",
            [(keys.hash64("id_number", number), n + 1) for n, number in enumerate(numbers)])
        cursor.execute("COMMIT")
    lake = open_lake(home())
    lake.ensure([LabResult])
    links = pa.table({"subject": [keys.hash64("subject", "his", f"P{n:07d}") for n in range(count)],
                      "person": list(range(1, count + 1))})
    con.close()
    with lake.write() as tx:
        tx.con.register("links", links)
        tx.con.execute("CREATE TEMP TABLE subjects AS FROM links")
        tx.con.unregister("links")
        tx.link("(SELECT subject, person, TIMESTAMP '2024-01-01' AS \"at\", 'bench' AS why FROM subjects)")


_FIRST17 = "'330182' || strftime(add(DATE '1940-01-01', (i // 1000)::INT), '%Y%m%d') " \
           "|| lpad((i % 1000)::VARCHAR, 3, '0')"
_NUMBER = f"{_FIRST17} || check17({_FIRST17})"


def _fill(base: int, people: int) -> None:
    """The table as the deliveries of months leave it, and the night's tidying."""
    from xinglin.datasets.laboratory import LabResult
    from xinglin.kernel.home import home
    from xinglin.lake.maintenance import tidy
    from xinglin.lake.store import open_lake

    lake = open_lake(home())
    for first in range(0, base, BASE_CHUNK):
        last = min(first + BASE_CHUNK, base)
        with lake.write() as tx:
            tx.con.execute("CREATE TEMP TABLE people AS SELECT subject, person FROM lk.main.person_link")
            tx.con.execute(f"""CREATE TEMP TABLE base AS SELECT 'his' AS source,
                'R' || i || '|GLU' AS record_id, 1::BIGINT AS version, p.subject, p.person,
                'R' || i AS report_no, '{ORG}' AS org, 'GLU' AS item, 4 + (i % 80) / 10 AS value,
                NULL::VARCHAR AS words, 'mmol/L' AS unit, TIMESTAMP '2024-01-01 08:00:00' AS sampled_at,
                TIMESTAMP '2024-01-01 10:00:00' AS reported_at, 0::BIGINT AS delivery, i AS row_no,
                TIMESTAMP '2024-01-02' AS received_at, false AS void
                FROM range({first}, {last}) t(i) JOIN people p ON p.person = (i * 7919) % {people} + 1""")
            tx.upsert(LabResult, "base")
    tidy(lake)


def _file(path: Path, *, rows: int, base: int, people: int) -> Path:
    """The delivery: half its reports carry Chinese text, names and numbers on every row."""
    import duckdb

    from xinglin.gather.sql import make_macros

    con = duckdb.connect()
    make_macros(con)
    con.execute(f"CREATE TABLE p AS SELECT i, 'P' || lpad(i::VARCHAR, 7, '0') AS patient_id, {_NUMBER} AS id_number, "
                f"'测' || chr((19968 + i % 5000)::INT) || chr((19968 + i % 4999)::INT) AS name "
                f"FROM range({people}) t(i)")
    con.execute(f"""COPY (SELECT 'R' || CASE WHEN n % 100 < 3 AND n < {base} THEN n ELSE {base} + n END AS report_no,
        CASE WHEN n % 100 < 3 THEN 2 ELSE 1 END AS version, p.patient_id, p.id_number, p.name, '{ORG}' AS org,
        CASE n % 4 WHEN 0 THEN 'GLU' WHEN 1 THEN 'TC' WHEN 2 THEN 'TG' ELSE 'CREA' END AS item,
        CASE WHEN n % 100 IN (50, 51) THEN NULL ELSE round(3 + (n % 97) / 10, 1) END AS value,
        CASE WHEN n % 100 = 60 THEN NULL ELSE 'mmol/L' END AS unit,
        '2024-06-01 08:' || lpad((n % 60)::VARCHAR, 2, '0') || ':00' AS sampled_at,
        '2024-06-01 10:' || lpad((n % 60)::VARCHAR, 2, '0') || ':00' AS reported_at
        FROM range({rows}) t(n) JOIN p ON p.i = (n * 104729) % {people} ORDER BY n)
        TO '{path}' (FORMAT csv, HEADER)""")
    return path


def _warm_up(file: Path) -> None:
    """A small delivery first, as in a process that runs: loading Python modules is not gathering."""
    small = file.with_name("lab_result__20240531.csv")
    with file.open(encoding="utf-8") as rows:
        small.write_text("".join(row.replace("R", "W", 1) for _, row in zip(range(1000), rows, strict=False)), "utf-8")
    assert _receive(small).received == 999
    print("warm: a delivery of 999 rows came first")


def _bare_copy(file: Path) -> tuple[float, float]:
    import duckdb

    start, cpu = time.perf_counter(), _cpu()
    duckdb.connect().execute(f"COPY (FROM read_csv('{file}')) TO '{file}.parquet' (FORMAT parquet)")
    return time.perf_counter() - start, _cpu() - cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    """MB resident at most."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024


def _receive(file: Path):
    from xinglin.gather.receive import receive
    from xinglin.kernel.home import home

    return receive(home(), file, source="his", record="lab_result")


def _report(receipt, *, taken: float, bare: Sequence[float], size: int, cpu: float, peak: float) -> None:
    print(receipt.words())
    for step, seconds in receipt.seconds.items():
        print(f"  {step:<12}{seconds:8.2f} s {seconds / taken:6.1%}")
    known = sum(receipt.seconds.values())
    print(f"  {'存原件及其他':<12}{taken - known:8.2f} s {(taken - known) / taken:6.1%}")
    print(f"file {size / 1e6:.0f} MB; gather {taken:.2f} s (CPU {cpu:.1f} s); "
          f"bare copy {bare[0]:.2f} s (CPU {bare[1]:.1f} s); "
          f"ratio {bare[0] / taken:.3f}, by CPU {bare[1] / cpu:.3f} (floor {FLOOR}); peak memory {peak:.0f} MB; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
