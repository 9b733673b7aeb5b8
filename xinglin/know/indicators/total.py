"""Sums of contributions by the smallest cell; every larger total is a sum of cells."""

from __future__ import annotations

from datetime import date

import duckdb

from xinglin.kernel.dates import Period
from xinglin.know.indicators.tables import CELL, FIGURE_TOTAL
from xinglin.lake.tables import at_lake


def cells_sql(source: str, as_of: date) -> str:
    """SELECT of totals from a relation of contributions; a two-set figure's parts fall together."""
    cell = ", ".join(CELL)
    return (f"SELECT figure, edition, period, DATE '{as_of}' AS as_of, {cell}, sum(den) AS den, "
            "sum(num) AS num, count(*) FILTER (unknown) AS unknown, count(*) AS units "
            f"FROM {source} GROUP BY figure, edition, period, {cell}")


def sum_again(con: duckdb.DuckDBPyConnection, figure: str, period: Period, *, day: date) -> None:
    """Replace the totals of a figure's period; what earlier months' ends showed stays.

    `as_of` of a closed period is its last day. One total of each month is kept, its last.
    """
    as_of = min(day, period.last)
    month = Period.of(as_of, "month")
    con.execute(f"DELETE FROM {at_lake('figure_total')} WHERE figure = ? AND period = ? "
                "AND as_of BETWEEN ? AND ?", [figure, period.text, month.first, month.last])
    narrow = "(SELECT * FROM {} WHERE figure = $1 AND period = $2)".format(at_lake("contribution"))
    con.execute(f"INSERT INTO {at_lake('figure_total')} ({', '.join(FIGURE_TOTAL)}) "
                + cells_sql(narrow, as_of), [figure, period.text])
