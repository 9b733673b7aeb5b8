"""Creating and extending the lake's tables. Columns are added, never dropped or retyped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import (
    LAKE,
    SYSTEM_TABLES,
    at_lake,
    is_derived,
    newest_columns,
    newest_table,
    q,
    versions_columns,
    versions_table,
)

# Measured on 1 million laboratory rows: zstd level 1 with version 2 pages is both the smallest and
# among the fastest; small row groups let a person's page read little (LAKE.md). A delivery makes files of
# a row group or two: sorting waits for the merge, where it pays; big inserts bring their own ORDER BY.
OPTIONS = {"sort_on_insert": "false", "parquet_compression": "zstd", "parquet_compression_level": "1",
           "parquet_version": "2", "parquet_row_group_size": "32768"}

Tables = dict[str, Mapping[str, str]]


def wanted_tables(records: Iterable[type[Record]]) -> Tables:
    """Table → its columns and SQL types."""
    tables: Tables = dict(SYSTEM_TABLES)
    for record in records:
        tables[newest_table(record)] = newest_columns(record)
        if not is_derived(record):
            tables[versions_table(record)] = versions_columns(record)
    return tables


def existing_tables(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Table → column → SQL type, as the lake is now."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            f"WHERE database_name = '{LAKE}' AND schema_name = 'main' "
            "ORDER BY table_name, column_index").fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def changes(con: duckdb.DuckDBPyConnection, records: Iterable[type[Record]]) -> bool:
    """Is there anything to create or extend? Raises XinglinError on a changed type."""
    have = existing_tables(con)
    return any(table not in have or _missing(table, have[table], columns)
               for table, columns in wanted_tables(records).items())


def apply(con: duckdb.DuckDBPyConnection, records: Iterable[type[Record]], *, buckets: int) -> None:
    """Bring the lake to these Records in one transaction."""
    records = list(records)
    have = existing_tables(con)
    if not have:
        for option, value in OPTIONS.items():
            con.execute(f"CALL {LAKE}.set_option('{option}', '{value}')")
    wanted = wanted_tables(records)
    con.execute("BEGIN")
    for table, columns in wanted.items():
        if table not in have:
            _create(con, table, columns)
            _arrange(con, table, columns, buckets)
        else:
            for name, kind in _missing(table, have[table], columns).items():
                con.execute(f"ALTER TABLE {at_lake(table)} ADD COLUMN {q(name)} {kind}")
    con.execute("COMMIT")


def _create(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    body = ", ".join(f"{q(n)} {kind}" for n, kind in columns.items())
    con.execute(f"CREATE TABLE {at_lake(table)} ({body})")


def _arrange(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str],
             buckets: int) -> None:
    """Tables read by person are bucketed; all that know a person are sorted by it."""
    if "person" not in columns or table == "person_link":
        return
    if "void" not in columns:
        con.execute(f"ALTER TABLE {at_lake(table)} SET PARTITIONED BY (bucket({buckets}, person))")
    con.execute(f"ALTER TABLE {at_lake(table)} SET SORTED BY (person)")


def _missing(table: str, have: Mapping[str, str], want: Mapping[str, str]) -> dict[str, str]:
    for name, kind in want.items():
        if name in have and have[name] != kind:
            raise XinglinError(f"列的类型变了：湖里是 {have[name]}，定义是 {kind}",
                               f"{table}.{name}", "旧数据不改类型：请另起一个列名")
    return {n: k for n, k in want.items() if n not in have}
