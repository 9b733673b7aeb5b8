"""One write transaction: rows, links, re-homing, derived tables, watermarks, the delivery's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake import derived, people, timeline
from xinglin.lake.tables import SYSTEM_TABLES, at_lake, names
from xinglin.lake.upsert import Counts, upsert


class Write:
    """What may be done in `lake.write(...)`. `con` is the transaction's connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, delivery: int | None, *, events: bool = True) -> None:
        self.con = con
        self.delivery_id = delivery
        self._events = events

    def upsert(self, record: type[Record], staged: str, *, repeated: str = "") -> Counts:
        """Bring a staged TEMP table or view in: `tables.staged_columns(record)` are its columns.

        An older version never overwrites a newer one, in whatever order they arrive; a version
        that is already there is not stored again. `repeated`: a table of the row keys that stand more
        than once, where the sender of `staged` knows them. Raises XinglinError when a column is missing.
        """
        return upsert(self.con, record, staged, events=self._events, repeated=repeated)

    def remake_events(self, records: Iterable[type[Record]]) -> int:
        """Make every person's page anew from the newest rows; lines made."""
        return timeline.remake(self.con, records)

    def link(self, relation: str) -> None:
        """Note who a subject is from a moment on: columns subject, person, at, why."""
        people.link(self.con, relation)

    def rehome(self, relation: str) -> int:
        """Move all rows of these subjects (subject, person) to their person; rows moved."""
        return people.rehome(self.con, relation)

    def stage(self, table: str, sql: str, columns: Iterable[str]) -> None:
        """Append the rows of a SELECT to the TEMP table of this name; made with its first rows."""
        listed = names(columns)
        self.con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} AS "
                         f"SELECT {listed} FROM ({sql}) LIMIT 0")
        self.con.execute(f"INSERT INTO temp.{table} SELECT {listed} FROM ({sql})")

    def unstage(self, table: str) -> None:
        """Drop a staged TEMP table, if it is there."""
        self.con.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def watermarks(self, prefix: str) -> dict[str, int]:
        """The values kept under names that begin so, as this transaction sees them."""
        rows = self.con.execute(f"SELECT name, value FROM {at_lake('watermark')} "
                                "WHERE starts_with(name, ?)", [prefix]).fetchall()
        return {name: int(value) for name, value in rows}

    def replace_derived(self, record: type[Record], staged: str, *,
                        persons: str | None = None) -> derived.Difference:
        """Make a derived table equal to `staged`, everywhere or for `persons` (column person)."""
        return derived.replace(self.con, record, staged, persons=persons)

    def watermark(self, name: str, value: int) -> None:
        """Keep how far a source was read, in this transaction."""
        self.con.execute(f"DELETE FROM {at_lake('watermark')} WHERE name = ?", [name])
        self.con.execute(f"INSERT INTO {at_lake('watermark')} VALUES (?, ?)", [name, value])

    def delivery(self, row: Mapping[str, Any]) -> None:
        """The delivery's own row; `id` defaults to the delivery of this transaction."""
        columns = SYSTEM_TABLES["delivery"]
        unknown = sorted(set(row) - set(columns))
        if unknown:
            raise XinglinError(f"交付登记没有列 {unknown}", do=f"有：{list(columns)}")
        values = {"id": self.delivery_id, **row}
        self.con.execute(f"INSERT INTO {at_lake('delivery')} ({names(values)}) "
                         f"VALUES ({', '.join('?' for _ in values)})", list(values.values()))
