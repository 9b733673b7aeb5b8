"""The lake's nightly tidying: fewer files, old snapshots expired by list, what nobody needs removed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from xinglin.kernel.clock import moment
from xinglin.lake import pins
from xinglin.lake.attach import metadata
from xinglin.lake.lock import sync
from xinglin.lake.store import Lake
from xinglin.lake.tables import LAKE

KEEP_DAYS = 30                  # of unpinned snapshots
KEEP_FILES_HOURS = 24           # a reader may still hold a file that was replaced an hour ago
DELETED_SHARE = 0.05            # a file with more deleted rows than this is rewritten
SMALL_FILE = 16 << 20           # bytes; bigger ones are left alone
CROWDED = 8                     # small files of one bucket from which merging is worth its cost


@dataclass(frozen=True)
class Tidied:
    """What one tidying did; seconds by step."""

    files_before: int
    files_after: int
    expired: int
    removed: int
    seconds: dict[str, float]


def tidy(lake: Lake, *, now: datetime | None = None, keep_days: int = KEEP_DAYS,
         keep_files_hours: float = KEEP_FILES_HOURS) -> Tidied:
    """Rewrite files with many deleted rows, merge small ones where they crowd, expire and remove what is
    not held. After a first load there is hardly anything to do: its files are few or big.

    A pinned snapshot and every file it needs survive. Readers may go on reading meanwhile.
    """
    now = now or moment(datetime.now(UTC))
    seconds: dict[str, float] = {}
    with lake.maintaining() as con:
        before = _files(con)
        seconds["rewrite"] = _timed(
            con, f"CALL ducklake_rewrite_data_files('{LAKE}', delete_threshold => {DELETED_SHARE})")
        seconds["merge"] = sum(_timed(
            con, f"CALL ducklake_merge_adjacent_files('{LAKE}', '{table}', max_file_size => {SMALL_FILE})")
            for table in _crowded(con, metadata(lake.home)))
        sync(lake.home.lake / "data")
        expired = _expire(con, now - timedelta(days=keep_days))
        seconds["statistics"] = _forget_statistics(con, metadata(lake.home))
        removed = _remove(con, now - timedelta(hours=keep_files_hours), seconds)
        return Tidied(before, _files(con), expired, removed, seconds)


def _crowded(con: duckdb.DuckDBPyConnection, meta: str) -> list[str]:
    """Tables of which some bucket has so many small files that a person's page would feel it."""
    rows = con.execute(f"""SELECT DISTINCT table_name FROM (
        SELECT t.table_name, p.partition_value, count(*) AS files
        FROM {meta}.ducklake_data_file f JOIN {meta}.ducklake_table t USING (table_id)
        LEFT JOIN {meta}.ducklake_file_partition_value p USING (data_file_id)
        WHERE f.end_snapshot IS NULL AND t.end_snapshot IS NULL AND f.file_size_bytes < {SMALL_FILE}
        GROUP BY ALL HAVING files >= {CROWDED}) ORDER BY 1""").fetchall()
    return [r[0] for r in rows]


def expirable(con: duckdb.DuckDBPyConnection, before: datetime) -> list[int]:
    """Snapshots older than `before` that are neither pinned nor the newest."""
    held = {p.snapshot for p in pins.pins(con)} | {pins.newest(con)}
    return sorted(n for n, at in pins.snapshots(con).items() if n not in held and at < before)


def _expire(con: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """By list, never by age alone: an age would take the pinned ones with it."""
    numbers = expirable(con, before)
    if numbers:
        con.execute(f"CALL ducklake_expire_snapshots('{LAKE}', versions => {numbers})")
    return len(numbers)


def _forget_statistics(con: duckdb.DuckDBPyConnection, meta: str) -> float:
    """Statistics of files that only older snapshots hold: hints, and every look-up reads those of all tables whole.

    DuckLake reads a file without statistics as one that may hold anything: a look back is slower, not wrong.
    """
    return _timed(con, f"DELETE FROM {meta}.ducklake_file_column_stats WHERE data_file_id IN "
                       f"(SELECT data_file_id FROM {meta}.ducklake_data_file WHERE end_snapshot IS NOT NULL)")


def _remove(con: duckdb.DuckDBPyConnection, before: datetime, seconds: dict[str, float]) -> int:
    """Files that no snapshot needs since `before`, and those of writers that died."""
    start, removed = time.monotonic(), 0
    stamp = f"older_than => TIMESTAMPTZ '{before.isoformat()}'"
    for step in ("cleanup_old_files", "delete_orphaned_files"):
        removed += len(con.execute(f"CALL ducklake_{step}('{LAKE}', {stamp})").fetchall())
    seconds["remove"] = round(time.monotonic() - start, 3)
    return removed


def _timed(con: duckdb.DuckDBPyConnection, sql: str) -> float:
    start = time.monotonic()
    con.execute(sql).fetchall()
    return round(time.monotonic() - start, 3)


def _files(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("SELECT coalesce(sum(file_count + delete_file_count), 0) "
                           f"FROM ducklake_table_info('{LAKE}')").fetchall()[0][0])
