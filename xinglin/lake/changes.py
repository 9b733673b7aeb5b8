"""What changed between two snapshots of the lake, apart from its own tidying.

DuckLake's change feed reports a file rewritten by maintenance as rows updated; those snapshots
are left out here, else every tidying would look like news about thousands of people.
"""

from __future__ import annotations

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import LAKE, names, newest_columns, newest_table

_NEWS = ("tables_inserted_into", "tables_deleted_from", "inlined_insert", "inlined_delete")


def news_spans(con: duckdb.DuckDBPyConnection, *, since: int, until: int) -> list[tuple[int, int]]:
    """Runs of snapshots in (since, until] that brought or took rows, first and last of each.

    Raises XinglinError when one of them was tidied away: then everything must be recomputed.
    """
    found = con.execute(f"SELECT snapshot_id, changes FROM ducklake_snapshots('{LAKE}') "
                        "WHERE snapshot_id > ? AND snapshot_id <= ? ORDER BY 1",
                        [since, until]).fetchall()
    if len(found) < until - since:
        raise XinglinError("这段时间的变化记录已经清理", f"快照 {since}–{until}", "请做一次全量重算")
    spans: list[tuple[int, int]] = []
    for snapshot, changes in found:
        if not set(_NEWS) & set(changes):
            continue
        if spans and spans[-1][1] == snapshot - 1:
            spans[-1] = (spans[-1][0], snapshot)
        else:
            spans.append((snapshot, snapshot))
    return spans


def changed_rows(con: duckdb.DuckDBPyConnection, record: type[Record], *, since: int,
                 until: int) -> str:
    """A bracketed SELECT, for FROM: the Record's columns of every row that came, went or changed.

    A changed row is there as it was and as it is. Raises like `news_spans`.
    """
    table, columns = newest_table(record), names(newest_columns(record))
    parts = [f"SELECT {columns} FROM ducklake_table_changes('{LAKE}', 'main', '{table}', {a}, {b})"
             for a, b in news_spans(con, since=since, until=until)]
    nothing = f'SELECT {columns} FROM {LAKE}.main."{table}" WHERE false'
    return f"({' UNION ALL '.join(parts) or nothing})"


def changed_persons(con: duckdb.DuckDBPyConnection, record: type[Record], *, since: int,
                    until: int) -> str:
    """Name of a TEMP table (person) of all whose rows of a Record came, went or changed."""
    rows = changed_rows(con, record, since=since, until=until)
    con.execute("CREATE OR REPLACE TEMP TABLE changed_person AS "
                f"SELECT DISTINCT person FROM {rows} WHERE person IS NOT NULL")
    return "changed_person"
