"""Month ends that no night has counted: filled in from the history as it is known now.

A county that joins today has years of history; its lines by month should not begin with tonight. A figure
so filled says what the records known now give for that day, as a total does that a later night counts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import duckdb

from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period, plus_days
from xinglin.know.indicators.contribute import compile_figure, edition_for
from xinglin.know.indicators.night import Editions
from xinglin.know.indicators.readers import opener
from xinglin.know.indicators.tables import FIGURE_TOTAL
from xinglin.know.indicators.total import cells_sql
from xinglin.lake.store import Lake
from xinglin.lake.tables import at_lake
from xinglin.lake.write import Write

BACK = 12       # months


def fill_months(lake: Lake, editions: Editions, *, day: date, back: int = BACK) -> int:
    """Count the figures of state at the ends of the last `back` months where none is kept; how many."""
    with lake.cursor() as con:
        have = _kept(con)
    wanted = [(end, code) for end in month_ends(day, back) for code in _of_state(editions)
              if (code, end) not in have]
    return lake.run(lambda tx: sum(_fill(tx, editions, end, _codes(wanted, end))
                                   for end in dict.fromkeys(e for e, _ in wanted))) if wanted else 0


def month_ends(day: date, back: int) -> Iterator[date]:
    """The last days of the `back` months before the day's own, newest first."""
    end = day
    for _ in range(back):
        end = plus_days(Period.of(end, "month").first, -1)
        yield end


def _of_state(editions: Editions) -> list[str]:
    """Figures of a year that a day in it can be asked for: not those that count events by month already."""
    return [code for code, listed in editions.items()
            if listed[-1].every == "year" and listed[-1].kind in ("proportion", "coverage", "count")
            and "month" not in listed[-1].by]


def _codes(wanted: Iterable[tuple[date, str]], end: date) -> list[str]:
    return [code for e, code in wanted if e == end]


def _kept(con: duckdb.DuckDBPyConnection) -> set[tuple[str, date]]:
    rows = con.execute(f"SELECT DISTINCT figure, as_of FROM {at_lake('figure_total')}").fetchall()
    return {(figure, as_of) for figure, as_of in rows}


def _fill(tx: Write, editions: Editions, end: date, codes: list[str]) -> int:
    open_, done = opener(tx.con, end, keep=True), 0
    reader = open_()
    for code in codes:
        try:
            edition = edition_for(editions[code], Period.of(end, "year"))
            sql = compile_figure(edition, reader, Period.of(end, "year")).sql
        except DeclarationError:
            continue            # the definition begins later than that day
        _insert(tx, sql, end)
        done += 1
    return done


def _insert(tx: Write, sql: str, end: date) -> None:
    tx.con.execute(f"INSERT INTO {at_lake('figure_total')} ({', '.join(FIGURE_TOTAL)}) "
                   f"{cells_sql(f'({sql})', end)}")
