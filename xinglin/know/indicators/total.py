"""Sums of contributions by the smallest cell; every larger total is a sum of cells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb

from xinglin.kernel.dates import Period
from xinglin.know.indicators.tables import CELL, FIGURE_TOTAL
from xinglin.lake.tables import at_lake


def cells_sql(source: str, as_of: date) -> str:
    """SELECT of totals from a relation of contributions; a two-set figure's parts fall together."""
    return _cells(f"(SELECT *, DATE '{as_of}' AS as_of FROM {source})")


def _cells(source: str) -> str:
    cell = ", ".join(CELL)
    return (f"SELECT figure, edition, period, as_of, {cell}, sum(den) AS den, sum(num) AS num, "
            "count(*) FILTER (unknown) AS unknown, count(*) AS units "
            f"FROM {source} GROUP BY figure, edition, period, as_of, {cell}")


def sum_again(con: duckdb.DuckDBPyConnection, asked: Iterable[tuple[str, Period]], *, day: date) -> None:
    """Replace the totals of figures' periods, all in one write; what earlier months' ends showed stays.

    `as_of` of a closed period is its last day. One total of each month is kept, its last.
    """
    rows = [_asked(figure, period, min(day, period.last)) for figure, period in asked]
    if not rows:
        return
    con.execute("CREATE OR REPLACE TEMP TABLE _sums AS SELECT * FROM (VALUES "
                f"{', '.join(rows)}) v(figure, period, as_of, first, last)")
    con.execute(f"DELETE FROM {at_lake('figure_total')} t USING temp._sums k WHERE t.figure = k.figure "
                "AND t.period = k.period AND t.as_of BETWEEN k.first AND k.last")
    narrow = (f"(SELECT c.*, k.as_of FROM {at_lake('contribution')} c "
              "JOIN temp._sums k ON c.figure = k.figure AND c.period = k.period)")
    con.execute(f"INSERT INTO {at_lake('figure_total')} ({', '.join(FIGURE_TOTAL)}) {_cells(narrow)}")


def _asked(figure: str, period: Period, as_of: date) -> str:
    month = Period.of(as_of, "month")
    return f"('{figure}', '{period.text}', DATE '{as_of}', DATE '{month.first}', DATE '{month.last}')"
