"""A person's page reads one table: `person_event`, a line for every row of every Record with one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import (
    ORDER,
    SYSTEM_TABLES,
    at_lake,
    event_select,
    names,
    newest_table,
    q,
    versions_table,
)

_AT_ONCE = 2_500_000       # rows sorted in one insert: what the writer's memory holds
_LINE = ("day", "at", "record", "rk", "org", "source", "record_id", "delivery", "n1", "n2", "c1", "c2")


@dataclass(frozen=True)
class Event:
    """One line of a person's page. `n1 n2` are the first numbers of About.line, `c1 c2` its words."""

    day: date | None
    at: datetime | None
    record: str
    rk: int
    org: str | None
    source: str
    record_id: str
    delivery: int
    n1: float | None
    n2: float | None
    c1: str | None
    c2: str | None


def events(con: duckdb.DuckDBPyConnection, person: int, *, until: date | None = None) -> list[Event]:
    """The person's events, newest first; those of one day in a fixed order."""
    assert set(_LINE) < set(SYSTEM_TABLES["person_event"])
    shown = "AND (day IS NULL OR day <= ?)" if until else ""
    rows = con.execute(
        f"SELECT {names(_LINE)} FROM {at_lake('person_event')} WHERE person = ? {shown} "
        'ORDER BY day DESC NULLS LAST, "at" DESC NULLS LAST, record, rk',
        [person, until] if until else [person]).fetchall()
    return [Event(*row) for row in rows]


def remake(con: duckdb.DuckDBPyConnection, records: Iterable[type[Record]]) -> int:
    """Make the whole table anew from the newest rows, a few big inserts; lines made."""
    con.execute(f"DELETE FROM {at_lake('person_event')}")
    made, waiting, rows = 0, list[str](), 0
    for record in [*records, None]:
        lines = event_select(record, at_lake(newest_table(record))) if record else None
        count = _count(con, newest_table(record)) if record and lines else 0
        if waiting and (record is None or rows + count > _AT_ONCE):
            con.execute(f"INSERT INTO {at_lake('person_event')} "
                        f"FROM ({' UNION ALL '.join(waiting)}) ORDER BY person")
            made, waiting, rows = made + rows, [], 0
        if lines and count:
            waiting, rows = [*waiting, lines], rows + count
    return made


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {at_lake(table)} WHERE person IS NOT NULL").fetchall()[0][0])


def row(con: duckdb.DuckDBPyConnection, record: type[Record], *, person: int, rk: int
        ) -> dict[str, Any]:
    """One row in full, opened from its line. The person narrows the read to one bucket."""
    found = con.execute(f"SELECT * FROM {at_lake(newest_table(record))} WHERE person = ? AND rk = ?",
                        [person, rk])
    columns = [c[0] for c in found.description or []]
    values = found.fetchone()
    if values is None:
        raise XinglinError("这条记录已不在湖里，可能被来源方撤销", record.about.title, "请刷新页面")
    return dict(zip(columns, values, strict=True))


def rows_of_person(con: duckdb.DuckDBPyConnection, records: Iterable[type[Record]], *,
                   person: int) -> dict[str, list[dict[str, Any]]]:
    """Record code → all newest rows of one person; one transaction, so one state and one look-up.

    To look at a table costs as much as to read some rows of it, so the person's lines say which need be.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    con.execute("BEGIN")
    try:
        lined = {code for code, in con.execute(
            f"SELECT DISTINCT record FROM {at_lake('person_event')} WHERE person = ?", [person]).fetchall()}
        for record in records:
            unlined = event_select(record, newest_table(record)) is None
            found[record.about.code] = _of_person(con, record, person) if unlined or record.about.code in lined else []
    finally:
        con.execute("COMMIT")
    return found


def _of_person(con: duckdb.DuckDBPyConnection, record: type[Record], person: int) -> list[dict[str, Any]]:
    read = con.execute(f"SELECT * FROM {at_lake(newest_table(record))} WHERE person = ?", [person])
    columns = [c[0] for c in read.description or []]
    return [dict(zip(columns, r, strict=True)) for r in read.fetchall()]


def versions(con: duckdb.DuckDBPyConnection, record: type[Record], *, rk: int,
             person: int | None = None) -> list[dict[str, Any]]:
    """All versions of a row, newest first, voids included (column `void`).

    Naming the person makes it quick; without, versions that were linked to another are found too.
    """
    narrow = "AND person = ?" if person is not None else ""
    newest = ", ".join(f"{q(c)} DESC" for c in ORDER)
    found = con.execute(f"SELECT * FROM {at_lake(versions_table(record))} WHERE rk = ? {narrow} "
                        f"ORDER BY {newest}", [rk, person] if person is not None else [rk])
    columns = [c[0] for c in found.description or []]
    return [dict(zip(columns, values, strict=True)) for values in found.fetchall()]
