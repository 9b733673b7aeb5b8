"""Stored totals of all figures at once: the newest value, month ends, earlier years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from xinglin.declare.indicator import Indicator
from xinglin.kernel.dates import Period
from xinglin.know.indicators.queries import Amount
from xinglin.lake.tables import at_lake

NEWEST = 0      # of the lake: the running state rather than an earlier night


@dataclass(frozen=True)
class Total:
    """What a figure's period showed on a day. `months`: month → count, of counts by month."""

    figure: str
    period: str
    as_of: date
    amount: Amount
    months: Mapping[str, int]


def totals(con: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], *, place: str = "",
           org: str = "", snapshot: int = NEWEST, where: Mapping[str, str] | None = None) -> dict[str, list[Total]]:
    """Figure → its totals by period and day, oldest first; one query for them all."""
    known = {i.code: i for i in indicators}
    condition, values = _narrowed(place, org, known, where)
    rows = con.execute(
        f"SELECT figure, period, as_of, month, sum(num), sum(den), sum(unknown) FROM {_at(snapshot)} "
        f"WHERE figure IN ({_listed(known)}) AND {condition} "
        "GROUP BY ALL ORDER BY figure, as_of, period, month", values).fetchall()
    found: dict[str, dict[tuple[str, date], list]] = {code: {} for code in known}
    for code, period, as_of, *cell in rows:
        found[code].setdefault((period, as_of), []).append(cell)
    return {code: [_total(known[code], period, as_of, cells) for (period, as_of), cells in held.items()]
            for code, held in found.items()}


def _listed(codes: Iterable[str]) -> str:
    """Our own codes written out: the engine takes seconds to load what binds its first value."""
    return ", ".join(f"'{code}'" for code in codes)


def _at(snapshot: int) -> str:
    return at_lake("figure_total") + (f" AT (VERSION => {int(snapshot)})" if snapshot else "")


def _narrowed(place: str, org: str, known: Mapping[str, Indicator],
              where: Mapping[str, str] | None) -> tuple[str, list[str]]:
    condition, values = "true", list[str]()
    if place:
        condition, values = "starts_with(place, ?)", [place]
    if org:
        condition, values = condition + " AND org = ?", [*values, org]
    groups = group_columns(next(iter(known.values()))) if where and len(known) == 1 else {}
    for name, value in (where or {}).items():
        condition, values = f"{condition} AND {groups[name]} = ?", [*values, value]
    return condition, values


def group_columns(indicator: Indicator) -> dict[str, str]:
    """An indicator's own groups (disease, district) → their column."""
    fixed = ("county", "township", "village", "org", "month")
    return {name: f"g{n}" for n, name in enumerate((g for g in indicator.by if g not in fixed), 1)}


def _total(indicator: Indicator, period: str, as_of: date, cells: Sequence[Sequence]) -> Total:
    num = sum((c[1] for c in cells), Decimal(0))
    den = sum((c[2] for c in cells), Decimal(0))
    months = {c[0]: int(c[1]) for c in cells if c[0]}
    return Total(indicator.code, period, as_of,
                 amount_of(indicator, num, den, int(sum(c[3] or 0 for c in cells))), months)


def amount_of(indicator: Indicator, num: Decimal, den: Decimal, unknown: int = 0) -> Amount:
    """The value as the kind of the indicator divides it."""
    if indicator.kind == "count":
        return Amount(num, None, float(num))
    return Amount(num, den, float(num / den) if den else None, unknown)


def newest(held: Sequence[Total]) -> Total | None:
    """The total of the running period, else the last one that is kept."""
    return max(held, key=lambda t: (Period.parse(t.period).first, t.as_of), default=None)
