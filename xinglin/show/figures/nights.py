"""Nights that can be compared, and why a figure changed between two of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from xinglin.declare.refuse import DeclarationError
from xinglin.know.indicators.changes import Change, changes, contributions_at
from xinglin.know.indicators.queries import Asked
from xinglin.lake.tables import LAKE
from xinglin.show.figures.places import place_names


@dataclass(frozen=True)
class Night:
    """What the figure stood on after one night."""

    day: date
    snapshot: int


def nights(con: duckdb.DuckDBPyConnection, *, figure: str = "", period: str = "") -> list[Night]:
    """The nights that are kept, newest first: of one figure's period, or of any figure."""
    narrow, values = ("WHERE figure = ? AND period = ?", [figure, period]) if figure else ("", [])
    try:
        first, last = con.execute(f"SELECT min(snapshot_id), max(snapshot_id) FROM ducklake_snapshots('{LAKE}')").fetchall()[0]
        rows = con.execute(
            f"SELECT as_of, max(snapshot_id) FROM {LAKE}.table_changes('figure_state', {int(first)}, {int(last)}) "
            f"{narrow} {'AND' if narrow else 'WHERE'} change_type IN ('insert', 'update_postimage') GROUP BY as_of ORDER BY as_of DESC LIMIT 60", values).fetchall()
    except duckdb.Error:        # tidying let the older files go
        return []
    return [Night(day, int(snapshot)) for day, snapshot in rows]


@dataclass(frozen=True)
class Why:
    """The difference of two nights: the changes add up to the difference of the two values."""

    before: Night
    after: Night
    changes: tuple[tuple[str, str, Change], ...]       # kind, name of the place, change
    numerator: Decimal
    denominator: Decimal


def why(asked: Asked, *, before: Night, after: Night, place: str, fold: Callable[[str], str]) -> Why:
    """Kinds of change by place. `fold` gives the place under which a village is added up.

    Raises DeclarationError where one of the two nights is no longer kept.
    """
    try:
        found = changes(asked.con, before=contributions_at(asked, before.snapshot),
                        after=contributions_at(asked, after.snapshot), place=place)
    except duckdb.Error:
        raise DeclarationError("其中一夜的数据已按期整理，不能比较", asked.indicator.code, "选近一些的两夜") from None
    folded = _folded(found, fold)
    names = place_names(c.place for c in folded)
    return Why(before, after, tuple((c.kind, names[c.place], c) for c in folded),
               sum((c.numerator for c in folded), Decimal(0)), sum((c.denominator for c in folded), Decimal(0)))


def _folded(found: Sequence[Change], fold: Callable[[str], str]) -> list[Change]:
    added: dict[tuple[str, str], Change] = {}
    for c in found:
        key = (c.kind, fold(c.place))
        held = added.get(key, Change(*key, 0, Decimal(0), Decimal(0)))
        added[key] = Change(*key, held.units + c.units, held.numerator + c.numerator, held.denominator + c.denominator)
    return sorted(added.values(), key=lambda c: (c.kind, -c.units, c.place))
