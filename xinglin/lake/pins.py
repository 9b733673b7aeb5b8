"""Snapshots that published figures hold: maintenance never expires a pinned one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from xinglin.kernel.errors import XinglinError
from xinglin.lake.store import Lake
from xinglin.lake.tables import LAKE, at_lake


@dataclass(frozen=True)
class Pin:
    """Why a snapshot is kept."""

    name: str
    snapshot: int
    why: str
    pinned_at: datetime


def pin(lake: Lake, name: str, *, why: str, snapshot: int | None = None) -> int:
    """Hold a snapshot (default: the newest) under a name; returns its number.

    The same name twice at another snapshot is refused: release it first.
    """
    with lake.write() as tx:
        return hold(tx.con, name, why=why, snapshot=snapshot)


def hold(con: duckdb.DuckDBPyConnection, name: str, *, why: str, snapshot: int | None = None) -> int:
    """`pin` within a write transaction: held if and only if what else it writes is."""
    held = {p.name: p.snapshot for p in pins(con)}
    there = snapshots(con)
    wanted = snapshot if snapshot is not None else max(there)
    if wanted not in there:
        raise XinglinError(f"快照 {wanted} 已不存在", do=f"现有 {len(there)} 个快照")
    if held.get(name, wanted) != wanted:
        raise XinglinError(f"“{name}”已钉在快照 {held[name]}", do="先解除，再钉新的")
    if name not in held:
        con.execute(f"INSERT INTO {at_lake('pin')} VALUES (?, ?, ?, ?)", [name, wanted, why, datetime.now(UTC).replace(tzinfo=None)])
    return wanted


def release(lake: Lake, name: str) -> None:
    """Let a pinned snapshot go; the next tidying may expire it."""
    with lake.write() as tx:
        tx.con.execute(f"DELETE FROM {at_lake('pin')} WHERE name = ?", [name])


def pins(con: duckdb.DuckDBPyConnection) -> list[Pin]:
    """All pins by name."""
    rows = con.execute(f"SELECT name, snapshot, why, pinned_at FROM {at_lake('pin')} "
                       "ORDER BY name").fetchall()
    return [Pin(*row) for row in rows]


def snapshots(con: duckdb.DuckDBPyConnection) -> dict[int, datetime]:
    """Snapshot number → when it was committed (with zone)."""
    return dict(con.execute(
        f"SELECT snapshot_id, snapshot_time FROM ducklake_snapshots('{LAKE}')").fetchall())


def newest(con: duckdb.DuckDBPyConnection) -> int:
    """The newest committed snapshot."""
    return max(snapshots(con))
