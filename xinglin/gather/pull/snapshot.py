"""A window read again: which rows are new or changed since the last reading, and which are gone.

The last reading is kept encrypted, since it holds names; it is replaced after its difference is delivered, so a
killed run finds the same difference again.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from xinglin.gather.models import SourceState
from xinglin.gather.sql import one, q, text
from xinglin.kernel.home import Home
from xinglin.registry.keys import county_keys

VOID = "void"


@dataclass(frozen=True)
class Difference:
    """Counts of rows; `gone` are the ids that this reading lacks. `held`: rows of the window read last."""

    changed: int
    gone: tuple[str, ...]
    held: int


@contextmanager
def last_reading(home: Home, state: SourceState, scratch: Path) -> Iterator[Path | None]:
    """The kept reading in the private scratch; None before there is one."""
    if not state.snapshot or state.key_wrapped is None or not (home.raw / state.snapshot).exists():
        yield None
        return
    plain = scratch / "before.parquet"
    county_keys().unwrap(bytes(state.key_wrapped)).decrypt_file(home.raw / state.snapshot, plain)
    try:
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def keep_reading(home: Home, state: SourceState, path: Path) -> None:
    """Put this reading in the place of the last."""
    key, name, before = county_keys().data_key(), f"snapshot-{uuid.uuid4().hex}.sm4", state.snapshot
    with path.open("rb") as plain, (home.raw / name).open("wb") as sealed:
        key.encrypt_stream(plain, sealed)
        sealed.flush()
        os.fsync(sealed.fileno())
    state.snapshot, state.key_wrapped = name, key.wrapped
    state.save(update_fields=["snapshot", "key_wrapped"])
    if before:
        (home.raw / before).unlink(missing_ok=True)


def compare(con: duckdb.DuckDBPyConnection, *, now: Path, before: Path | None, record_id: str, day: str,
            since: date, until: date) -> Difference:
    """Make `changed` (this reading's new and changed rows) and `held` (the last reading within the window).

    What the last reading has of days that this one did not ask for, by a clock set back, is not gone.
    """
    con.execute(f"CREATE OR REPLACE TABLE now_read AS FROM read_parquet({text(str(now))})")
    if before is None:
        con.execute("CREATE OR REPLACE TABLE held AS FROM now_read WHERE false")
    else:
        con.execute(f"CREATE OR REPLACE TABLE held AS FROM read_parquet({text(str(before))}) "
                    f"WHERE try_cast({q(day)} AS DATE) >= DATE {text(since.isoformat())} "
                    f"AND try_cast({q(day)} AS DATE) < DATE {text(until.isoformat())}")
    same = _columns(con, "held") == _columns(con, "now_read")
    less = " EXCEPT FROM held" if same else ""
    con.execute(f"CREATE OR REPLACE TABLE changed AS FROM now_read{less}")
    gone = con.execute(f"SELECT {q(record_id)} FROM held ANTI JOIN now_read USING ({q(record_id)}) ORDER BY 1").fetchall()
    return Difference(one(con, "SELECT count(*) FROM changed"), tuple(str(g[0]) for g in gone),
                      one(con, "SELECT count(*) FROM held"))


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [r[0] for r in con.execute(f"DESCRIBE {table}").fetchall()]


def write_difference(con: duckdb.DuckDBPyConnection, *, record_id: str, voids: tuple[str, ...], found: Path | None,
                     into: Path) -> int:
    """The delivery: changed rows, those found outside of the window, and the gone as void. Returns its rows."""
    columns = [c for c in _columns(con, "now_read") if c != VOID]
    listed = ", ".join(q(c) for c in columns)
    own = q(VOID) if VOID in _columns(con, "now_read") else "NULL::VARCHAR"
    there = [c for c in columns if c in _columns(con, "held")]
    con.execute("CREATE OR REPLACE TABLE gone (id VARCHAR)")
    con.execute("INSERT INTO gone SELECT unnest(?)", [list(voids)])
    parts = [f"SELECT {listed}, {own} AS {q(VOID)} FROM changed",
             f"SELECT {', '.join(q(c) if c in there else f'NULL AS {q(c)}' for c in columns)}, '是' AS {q(VOID)} "
             f"FROM held SEMI JOIN gone ON held.{q(record_id)} = gone.id"]
    if found is not None:
        parts.append(f"SELECT {listed}, {own} AS {q(VOID)} FROM read_parquet({text(str(found))})")
    con.execute(f"CREATE OR REPLACE TABLE sent AS {' UNION ALL '.join(parts)} ORDER BY ALL")
    con.execute(f"COPY sent TO {text(str(into))} (FORMAT parquet, COMPRESSION zstd)")
    return one(con, "SELECT count(*) FROM sent")
