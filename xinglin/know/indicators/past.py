"""Figures as they stood at a snapshot: as a night left them there, or counted for an earlier day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from xinglin.declare.indicator import Indicator
from xinglin.kernel.dates import Period
from xinglin.know.indicators.contribute import Open, compile_figure, edition_for
from xinglin.know.indicators.queries import Asked, named_sql
from xinglin.know.indicators.tables import CONTRIBUTION
from xinglin.know.indicators.total import cells_sql
from xinglin.lake.tables import at_lake

__all__ = ["Kept", "Open", "all_kept", "counted", "kept_of", "stored"]

Cell = tuple[Decimal, Decimal, int]         # numerator, denominator, unknown
_BY_TOWN = "coalesce(left(place, 9) || '000', ''), sum(num), sum(den), sum(unknown)"


@dataclass(frozen=True)
class Kept:
    """A figure's totals by township ('' where the place is not known); they sum to the county."""

    edition: Indicator
    as_of: date
    fingerprint: str
    towns: Mapping[str, Cell]


def all_kept(con: duckdb.DuckDBPyConnection, editions: Mapping[str, Sequence[Indicator]], period: Period, *,
             snapshot: int) -> dict[str, Kept]:
    """Figure → its totals of a period at a snapshot, of every figure that a night kept; two queries."""
    by_since = {(c, e.since): e for c, listed in editions.items() for e in listed}
    states = con.execute(f"SELECT figure, edition, as_of, fingerprint FROM {_at('figure_state', snapshot)} "
                         f"WHERE period = '{period.text}'").fetchall()
    table = _at("figure_total", snapshot)
    rows = con.execute(
        f"SELECT figure, {_BY_TOWN} FROM {table} WHERE period = '{period.text}' AND (figure, as_of) IN "
        f"(SELECT (figure, max(as_of)) FROM {table} WHERE period = '{period.text}' GROUP BY figure) GROUP BY 1, 2").fetchall()
    towns: dict[str, dict[str, Cell]] = {}
    for figure, town, num, den, unknown in rows:
        towns.setdefault(figure, {})[town] = (num, den, int(unknown or 0))
    return {f: Kept(by_since[f, since], as_of, mark, towns.get(f, {}))
            for f, since, as_of, mark in states if (f, since) in by_since}


def kept_of(asked: Asked) -> Kept:
    """The totals of a figure that was counted."""
    rows = asked.con.execute(f"SELECT {_BY_TOWN} FROM {asked.cells} GROUP BY 1").fetchall()
    return Kept(asked.indicator, asked.day, asked.fingerprint,
                {town: (num, den, int(unknown or 0)) for town, num, den, unknown in rows})


def stored(con: duckdb.DuckDBPyConnection, editions: Sequence[Indicator], period: Period, *,
           snapshot: int) -> Asked | None:
    """A figure's totals and rows as a night left them, at a snapshot; None where none were kept."""
    edition = edition_for(editions, period)
    row = con.execute(f"SELECT as_of, kept, fingerprint FROM {_at('figure_state', snapshot)} "
                      f"WHERE {named_sql(edition, period)}").fetchone()
    if row is None:
        return None
    as_of, kept, fingerprint = row
    named, totals = named_sql(edition, period), _at("figure_total", snapshot)
    cells = f"(SELECT * FROM {totals} WHERE {named} AND as_of = (SELECT max(as_of) FROM {totals} WHERE {named}))"
    rows = f"(SELECT {', '.join(CONTRIBUTION)} FROM {_at('contribution', snapshot)} WHERE {named})"
    return Asked(con, edition, period, period, cells, rows if kept else None, as_of, snapshot, fingerprint)


def counted(con: duckdb.DuckDBPyConnection, editions: Sequence[Indicator], period: Period, *,
            open_: Open, day: date, snapshot: int) -> Asked:
    """A figure counted now for a day, into a TEMP table of its own; `open_` reads as of that day."""
    edition = edition_for(editions, period)
    ready = compile_figure(edition, open_(), period)
    table = f"counted_{edition.code.replace('.', '_')}_{period.text.replace('-', '_')}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {ready.sql}")
    cells = f"({cells_sql(f'temp.{table}', min(day, period.last))})"
    return Asked(con, edition, period, period, cells, f"temp.{table}", day, snapshot, ready.fingerprint)


def _at(table: str, snapshot: int) -> str:
    return f"{at_lake(table)} AT (VERSION => {int(snapshot)})"
