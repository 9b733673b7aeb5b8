"""The store: DuckLake tables of every Record, opened once a process, written by one at a time.

`open_lake(home)` → Lake; `lake.cursor()` for a reader; `lake.write(delivery)` for a transaction
in which newest and all versions, the person's page and the delivery's row change together.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake import schema
from xinglin.lake.attach import connect
from xinglin.lake.lock import WAIT, sync, writer_lock
from xinglin.lake.settings import Settings
from xinglin.lake.tables import LAKE, at_lake
from xinglin.lake.write import Write

T = TypeVar("T")
_ATTEMPTS = 5
_REMEMBERED = 256           # answers kept of one committed state
_CONFLICTS = ("conflict", "database is locked", "could not serialize")
_open: dict[Path, Lake] = {}
_opening = threading.Lock()


def open_lake(home: Home, *, read_only: bool = False) -> Lake:
    """The process's lake of this home, opened at the first call.

    Raises XinglinError when there is nothing to read yet. A process that opened it for writing
    keeps that; asking again read-only gives a view that refuses to write.
    """
    key = home.lake.resolve()
    with _opening:
        held = _open.get(key)
        if held is None or (held.read_only and not read_only):
            if held is not None:
                held.close()
            _open[key] = Lake(home, connect(home, read_only=read_only), read_only=read_only)
        lake = _open[key]
    return Lake(home, lake.con, read_only=True) if read_only and not lake.read_only else lake


def forget_lake(home: Home) -> None:
    """Close the process's lake of this home (tests, and before the folder is moved)."""
    with _opening:
        lake = _open.pop(home.lake.resolve(), None)
    if lake is not None:
        lake.close()


class Lake:
    """An open lake. Use `cursor()` per request or thread, never `con` itself from two threads."""

    def __init__(self, home: Home, con: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        self.home = home
        self.con = con
        self.read_only = read_only
        self._events = True
        self._remembered: dict[Hashable, Any] = {}
        self._remembered_at = -1

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of this process's instance, the lake being its default schema."""
        cursor = self.con.cursor()
        cursor.execute(f"USE {LAKE}")
        return cursor

    def close(self) -> None:
        self.con.close()

    def ensure(self, records: Iterable[type[Record]]) -> None:
        """Create or extend the tables of these Records and the shared ones."""
        wanted = list(records)
        with self.cursor() as look:
            if not schema.changes(look, wanted):
                return
        with self._locked():
            schema.apply(self.cursor(), wanted, buckets=Settings.read(read_only=False).buckets)

    @contextmanager
    def write(self, delivery: int | None = None, *, wait: float = WAIT) -> Iterator[Write]:
        """One transaction under the writer lock; what it wrote is on disk before it commits.

        Staged tables are TEMP tables made on `tx.con`. Any error rolls everything back.
        """
        with self._locked(wait):
            con = self.cursor()
            try:
                con.execute("BEGIN")
                tx = Write(con, delivery, events=self._events)
                yield tx
                sync(self.home.lake / "data")
                con.execute("COMMIT")
            except BaseException:
                _roll_back(con)
                raise
            finally:
                con.close()

    def run(self, work: Callable[[Write], T], *, delivery: int | None = None) -> T:
        """`work` in one write transaction, again from the start when another writer was first."""
        for attempt in range(_ATTEMPTS):
            try:
                with self.write(delivery) as tx:
                    return work(tx)
            except duckdb.Error as error:
                if attempt == _ATTEMPTS - 1 or not is_conflict(error):
                    raise
                time.sleep(0.1 * 2 ** attempt)
        raise AssertionError("unreachable")

    @contextmanager
    def filling(self, records: Iterable[type[Record]]) -> Iterator[None]:
        """A first load of many deliveries: people's pages are made once, when it ends well.

        Only for a lake that nobody reads yet: a load that fails leaves no pages.
        """
        self._events = False
        try:
            yield
        finally:
            self._events = True
        with self.write() as tx:
            tx.remake_events(records)

    @contextmanager
    def maintaining(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection under the writer lock, without a transaction: for tidying."""
        with self._locked(), self.cursor() as con:
            yield con

    @contextmanager
    def _locked(self, wait: float = WAIT) -> Iterator[None]:
        if self.read_only:
            raise XinglinError("数据湖以只读方式打开，不能写入", do="写入只在接收与夜间任务中进行")
        with writer_lock(self.home.lake / "writer.lock", wait=wait):
            yield

    def snapshot(self) -> int:
        """The number of the newest committed state."""
        with self.con.cursor() as con:      # without USE, which asks the catalog once more
            return int(con.execute(f"FROM ducklake_current_snapshot('{LAKE}')").fetchall()[0][0])

    def remembered(self, name: Hashable, read: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """What `read` gives, asked once for each committed state: for what many pages read alike."""
        now = self.snapshot()
        if now != self._remembered_at:
            self._remembered, self._remembered_at = {}, now
        kept = self._remembered
        if name not in kept:
            if len(kept) >= _REMEMBERED:
                kept.clear()
            with self.cursor() as con:
                kept[name] = read(con)
        return kept[name]

    def watermark(self, name: str) -> int:
        """The value kept under a name, 0 when there is none yet."""
        rows = self.cursor().execute(
            f"SELECT value FROM {at_lake('watermark')} WHERE name = ?", [name]).fetchall()
        return int(rows[0][0]) if rows else 0

    def delivered(self, delivery: int) -> dict[str, Any] | None:
        """The lake's own row of a delivery, or None: so that a resumed one is not gathered twice."""
        return _one(self.cursor(), f"SELECT * FROM {at_lake('delivery')} WHERE id = ?", delivery)

    def delivered_file(self, digest: str, *, source: str, record: str) -> dict[str, Any] | None:
        """The first delivery of the same file from the same source, or None."""
        return _one(self.cursor(), f"SELECT * FROM {at_lake('delivery')} WHERE digest = ? "
                    "AND source = ? AND record = ? ORDER BY id LIMIT 1", digest, source, record)


def _one(con: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> dict[str, Any] | None:
    found = con.execute(sql, list(values))
    columns = [c[0] for c in found.description or []]
    row = found.fetchone()
    return dict(zip(columns, row, strict=True)) if row else None


def is_conflict(error: duckdb.Error) -> bool:
    """Another writer committed first: the same work may be tried again."""
    text = str(error).lower()
    return any(word in text for word in _CONFLICTS)


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:        # the failed statement has already ended the transaction
        return
