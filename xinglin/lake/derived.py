"""Derived tables (case, task, loop): made equal to what the night computed, by difference."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import at_lake, is_derived, names, newest_columns, newest_table, q


@dataclass(frozen=True)
class Difference:
    """Rows taken out and put in; a changed row counts in both."""

    removed: int
    added: int


def replace(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str, *,
            persons: str | None) -> Difference:
    """See Write.replace_derived. Rows are told apart by About.key, which must be unique."""
    if not is_derived(record):
        raise XinglinError(f"{record.about.title}不是推算的表", record.about.code, "历史记录请用 upsert")
    columns, table = names(newest_columns(record)), at_lake(newest_table(record))
    narrow = f" SEMI JOIN (SELECT DISTINCT person FROM {persons}) USING (person)" if persons else ""
    con.execute(f"CREATE OR REPLACE TEMP TABLE _next AS SELECT {columns} FROM {staged}{narrow}")
    _refuse_twins(con, record)
    con.execute(f"CREATE OR REPLACE TEMP TABLE _old AS SELECT {columns} FROM {table}{narrow}")
    for name, one, other in (("_out", "_old", "_next"), ("_new", "_next", "_old")):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS "
                    f"SELECT * FROM {one} EXCEPT SELECT * FROM {other}")
    result = Difference(_count(con, "_out"), _count(con, "_new"))
    if result.removed:
        same = " AND ".join(f"t.{q(c)} IS NOT DISTINCT FROM o.{q(c)}" for c in _key(record))
        con.execute(f"DELETE FROM {table} t USING _out o WHERE {same}")
    if result.added:
        con.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM _new")
    for work in ("_next", "_old", "_out", "_new"):
        con.execute(f"DROP TABLE temp.{work}")
    return result


def _key(record: type[Record]) -> tuple[str, ...]:
    return record.about.key


def _refuse_twins(con: duckdb.DuckDBPyConnection, record: type[Record]) -> None:
    twins = con.execute(f"SELECT count(*) FROM (SELECT 1 FROM _next GROUP BY {names(_key(record))} "
                        "HAVING count(*) > 1)").fetchall()[0][0]
    if twins:
        raise XinglinError(f"推算结果里有 {twins} 个重复的键", f"{record.about.code}：{_key(record)}",
                           "同一键只能有一行")


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
