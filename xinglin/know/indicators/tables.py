"""The tables of figures in the lake. `contribution` is the truth of drill-down, `figure_total` its sums."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from xinglin.lake.tables import at_lake

# Exact sums whatever the order: an increment must equal a full computation to the last digit.
AMOUNT = "DECIMAL(18,6)"

CONTRIBUTION: Mapping[str, str] = {
    "figure": "VARCHAR", "edition": "DATE", "period": "VARCHAR",
    "part": "VARCHAR",          # '' one set; 'num' and 'den' where two sets are counted apart
    "unit": "BIGINT",           # the person's number, or the row's key for events
    "person": "BIGINT", "place": "VARCHAR", "org": "VARCHAR",
    "g1": "VARCHAR", "g2": "VARCHAR", "month": "VARCHAR",
    "den": AMOUNT, "num": AMOUNT, "unknown": "BOOLEAN",
}
CELL = ("place", "org", "g1", "g2", "month")       # what a total can be asked by
FIGURE_TOTAL: Mapping[str, str] = {
    "figure": "VARCHAR", "edition": "DATE", "period": "VARCHAR", "as_of": "DATE",
    **dict.fromkeys(CELL, "VARCHAR"),
    "den": "DECIMAL(38,6)", "num": "DECIMAL(38,6)", "unknown": "BIGINT", "units": "BIGINT",
}
FIGURE_STATE: Mapping[str, str] = {
    "figure": "VARCHAR", "edition": "DATE", "period": "VARCHAR", "as_of": "DATE",
    "fingerprint": "VARCHAR", "snapshot": "BIGINT", "records": "VARCHAR", "kept": "BOOLEAN",
    "by_person": "BOOLEAN", "code": "VARCHAR",      # of the program that computed: see Night.code
}
PUBLICATION: Mapping[str, str] = {
    "id": "BIGINT", "figure": "VARCHAR", "edition": "DATE", "period": "VARCHAR", "place": "VARCHAR",
    "numerator": "DECIMAL(38,6)", "denominator": "DECIMAL(38,6)", "unknown": "BIGINT",
    "value": "DOUBLE", "day": "DATE", "snapshot": "BIGINT", "fingerprint": "VARCHAR",
    "norms": "VARCHAR", "published_at": "TIMESTAMP", "published_by": "VARCHAR",
    "reason": "VARCHAR", "supersedes": "BIGINT",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "contribution": CONTRIBUTION, "figure_total": FIGURE_TOTAL, "figure_state": FIGURE_STATE,
    "publication": PUBLICATION,
}


def ensure(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of figures, or their columns, where they are missing; call inside a write transaction."""
    have = _columns(con)
    for name, columns in TABLES.items():
        if name not in have:
            body = ", ".join(f"{n} {kind}" for n, kind in columns.items())
            con.execute(f"CREATE TABLE {at_lake(name)} ({body})")
        for column in (c for c in columns if c not in have.get(name, columns)):
            con.execute(f"ALTER TABLE {at_lake(name)} ADD COLUMN {column} {columns[column]}")


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found = con.execute("SELECT table_name, list(column_name) FROM duckdb_columns() WHERE "
                        "database_name = 'lk' AND table_name IN (SELECT unnest(?)) GROUP BY 1", [list(TABLES)])
    return {table: set(columns) for table, columns in found.fetchall()}


def there(con: duckdb.DuckDBPyConnection) -> bool:
    """Have the tables of figures been made?"""
    return bool(con.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lk' "
                            "AND table_name = 'figure_state'").fetchall()[0][0])
