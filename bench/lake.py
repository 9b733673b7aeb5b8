"""The lake against a bare copy of the same rows, in one run. Prints seconds and ratios; asserts nothing.

    python -m bench.lake [--rows 20000000] [--batch 1000000] [--people 300000]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from xinglin.datasets import DELIVERED, DERIVED, LabResult
from xinglin.kernel.dates import Period
from xinglin.kernel.home import Home
from xinglin.lake import maintenance, timeline
from xinglin.lake.reader import LakeReader
from xinglin.lake.store import Lake, open_lake

PIECE = 5_000_000
CPU: list[float] = []           # of everything timed, in order
ITEMS = "['GLU','TC','TG','LDL','HDL','CREA','UA','ALT']"


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(Home(Path(folder)))
        lake.ensure([*DELIVERED, *DERIVED])
        load = _timed(lambda: _load(lake, options.rows, options.people))
        print(f"load {options.rows:,} rows: {load:.1f} s, CPU {CPU[-1]:.1f}")
        floor = _floor(lake.cursor(), Path(folder), options)
        print(f"floor, {options.batch:,} rows CSV to Parquet: {floor:.2f} s, CPU {CPU[-1]:.2f}")
        for name in ("new and corrected", "the same again"):
            took = _timed(lambda: _deliver(lake, options))
            print(f"upsert {name}: {took:.2f} s, CPU {CPU[-1]:.2f}, "
                  f"{floor / took:.2f} of the floor's speed")
        _reads(lake, options)
        print(maintenance.tidy(lake))
        _reads(lake, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name, default in (("rows", 20_000_000), ("batch", 1_000_000), ("people", 300_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _rows(first: int, last: int, people: int, version: int, delivery: int) -> str:
    """Laboratory rows first..last; a twentieth of a delivery corrects rows from before it."""
    return f"""
        SELECT 'hospital' AS source, 'R' || (i // 8) || '-' || (i % 8) AS record_id,
        {version}::BIGINT AS version, false AS void, (i // 8 % {people})::BIGINT AS subject,
        (i // 8 * 7919 % {people})::BIGINT AS person, 'R' || (i // 8) AS report_no,
        '12330182' || (i % 40) AS org, {ITEMS}[1 + i % 8] AS item,
        (i * 37 % 1000 + {version})::DOUBLE / 100 AS value, NULL::VARCHAR AS words,
        'mmol/L' AS unit, TIMESTAMP '2022-01-01' + to_minutes((i * 13 % 1500000)::BIGINT) AS sampled_at,
        TIMESTAMP '2022-01-01' + to_minutes((i * 13 % 1500000 + 90)::BIGINT) AS reported_at,
        {delivery}::BIGINT AS delivery, i::BIGINT AS row_no, TIMESTAMP '2026-01-01' AS received_at
        FROM range({first}, {last}) r(i)"""


def _load(lake: Lake, rows: int, people: int) -> None:
    for number, first in enumerate(range(0, rows, PIECE)):
        with lake.write() as tx:
            tx.con.execute("CREATE OR REPLACE TEMP VIEW staged AS "
                           + _rows(first, min(first + PIECE, rows), people, 1, number))
            tx.upsert(LabResult, "staged")


def _batch(options: argparse.Namespace) -> str:
    """New rows, and corrections (a twentieth) spread over all that is there."""
    fixed = options.batch // 20
    new = _rows(options.rows, options.rows + options.batch - fixed, options.people, 2, 999)
    step = max(1, options.rows // fixed)
    old = _rows(0, fixed, options.people, 2, 999).replace(
        f"range(0, {fixed}) r(i)", f"range(0, {fixed * step}, {step}) r(i)")
    return f"{new} UNION ALL {old}"


def _floor(con: duckdb.DuckDBPyConnection, folder: Path, options: argparse.Namespace) -> float:
    csv, parquet = folder / "batch.csv", folder / "batch.parquet"
    con.execute(f"COPY ({_batch(options)}) TO '{csv}'")
    return _timed(lambda: con.execute(
        f"COPY (FROM read_csv('{csv}')) TO '{parquet}' (COMPRESSION zstd)"))


def _deliver(lake: Lake, options: argparse.Namespace) -> None:
    with lake.write() as tx:
        tx.con.execute(f"CREATE TEMP TABLE staged AS {_batch(options)}")
        print("  ", tx.upsert(LabResult, "staged"))


def _reads(lake: Lake, options: argparse.Namespace) -> None:
    con = lake.cursor()
    timeline.events(con, 1)
    pages = [_timed(lambda p=p: timeline.events(con, p * 7907 % options.people))
             for p in range(100)]
    cpu = statistics.median(CPU[-100:])
    pages.sort()
    print(f"person page: p50 {statistics.median(pages) * 1000:.0f} ms, p95 {pages[94] * 1000:.0f} ms, "
          f"CPU p50 {cpu * 1000:.0f} ms")
    reader = LakeReader(con, date(2024, 12, 31))
    latest = reader.latest(LabResult, Period.parse("2024"))
    took = _timed(lambda: latest.agg(n=latest.count(), v=latest.value.mean()).execute())
    hand = _timed(lambda: con.execute("""SELECT count(*), avg(v) FROM (
        SELECT person, arg_max(value, (reported_at, version, rk)) v FROM lab_result
        WHERE reported_at >= DATE '2024-01-01' AND reported_at < DATE '2025-01-01'
        GROUP BY person)""").fetchall())
    print(f"latest of 2024: {took:.2f} s, by hand {hand:.2f} s, {took / hand:.1f} times")


def _timed(work: Callable[[], object]) -> float:
    """Wall seconds; the CPU seconds go beside, since a busy machine stretches the former."""
    start, cpu = time.monotonic(), time.process_time()
    work()
    CPU.append(time.process_time() - cpu)
    return time.monotonic() - start


if __name__ == "__main__":
    main()
