"""Many rows at once, without the ORM's cost a row: plain INSERT and UPDATE by executemany."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connections, router


def insert_rows(model: Any, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert; rows that break a uniqueness rule are left out. `columns` are database columns."""
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {{table}} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
    _many(model, sql, rows)


def set_column(model: Any, column: str, values: Sequence[tuple[Any, Any]]) -> None:
    """Set one column by primary key; `values` are (primary key, value)."""
    key = model._meta.pk.column
    sql = f"UPDATE {{table}} SET {column} = %s WHERE {key} = %s"  # noqa: S608 (names are ours)
    _many(model, sql, [(value, pk) for pk, value in values])


def _many(model: Any, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    connection = connections[router.db_for_write(model)]
    sql = statement.format(table=connection.ops.quote_name(model._meta.db_table))
    day = connection.ops.adapt_datefield_value
    adapted = [[day(v) if isinstance(v, date) else v for v in row] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, adapted)
