"""What changed between two snapshots of the lake, apart from its own tidying.

DuckLake's change feed reports a file rewritten by maintenance as rows updated; those snapshots
are left out here, else every tidying would look like news about thousands of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import LAKE, names, newest_columns, newest_table

_NEWS = ("tables_inserted_into", "tables_deleted_from", "inlined_insert", "inlined_delete")


@dataclass(frozen=True)
class News:
    """The snapshots that brought or took rows, and of which tables."""

    tables: Mapping[int, frozenset[str]]        # snapshot → names

    def spans(self, table: str) -> list[tuple[int, int]]:
        """Runs of snapshots with news of a table, first and last of each."""
        spans: list[tuple[int, int]] = []
        for snapshot in sorted(n for n, tables in self.tables.items() if table in tables):
            if spans and spans[-1][1] == snapshot - 1:
                spans[-1] = (spans[-1][0], snapshot)
            else:
                spans.append((snapshot, snapshot))
        return spans


def news(con: duckdb.DuckDBPyConnection, *, since: int, until: int) -> News:
    """What (since, until] brought.

    Raises XinglinError when one of these snapshots was tidied away: then everything must be recomputed.
    """
    found = con.execute(f"SELECT snapshot_id, changes FROM ducklake_snapshots('{LAKE}') "
                        "WHERE snapshot_id > ? AND snapshot_id <= ? ORDER BY 1",
                        [since, until]).fetchall()
    if len(found) < until - since:
        raise XinglinError("这段时间的变化记录已经清理", f"快照 {since}–{until}", "请做一次全量重算")
    called = dict(con.execute("SELECT table_id::VARCHAR, table_name FROM "
                              f"ducklake_table_info('{LAKE}')").fetchall())
    return News({snapshot: frozenset(called[n] for kind in _NEWS for n in changes.get(kind, ()) if n in called)
                 for snapshot, changes in found})


def changed_rows(con: duckdb.DuckDBPyConnection, record: type[Record], *, since: int, until: int,
                 known: News | None = None) -> str:
    """A bracketed SELECT, for FROM: the Record's columns of every row that came, went or changed.

    A changed row is there as it was and as it is. Raises like `news`, which may be given as `known`.
    """
    table, columns = newest_table(record), names(newest_columns(record))
    known = known or news(con, since=since, until=until)
    parts = [f"SELECT {columns} FROM ducklake_table_changes('{LAKE}', 'main', '{table}', {a}, {b})"
             for a, b in known.spans(table)]
    nothing = f'SELECT {columns} FROM {LAKE}.main."{table}" WHERE false'
    return f"({' UNION ALL '.join(parts) or nothing})"


def changed_persons(con: duckdb.DuckDBPyConnection, record: type[Record], *, since: int,
                    until: int) -> str:
    """Name of a TEMP table (person) of all whose rows of a Record came, went or changed."""
    rows = changed_rows(con, record, since=since, until=until)
    con.execute("CREATE OR REPLACE TEMP TABLE changed_person AS "
                f"SELECT DISTINCT person FROM {rows} WHERE person IS NOT NULL")
    return "changed_person"
