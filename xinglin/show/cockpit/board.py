"""The eight figures of one night, and one of them by town."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, zip_longest

from django.urls import reverse

from xinglin.declare.indicator import Indicator
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period
from xinglin.know.indicators.queries import Amount, Part, protected
from xinglin.lake.tables import at_lake
from xinglin.show.common.charts import Chart
from xinglin.show.common.definitions import catalog
from xinglin.show.figures import trend
from xinglin.show.figures.charts import line_chart
from xinglin.show.figures.nights import Night, why
from xinglin.show.figures.places import towns
from xinglin.show.figures.reading import Reading
from xinglin.show.figures.totals import NEWEST, Total, amount_of, newest, totals

TILES = 8
ZERO = Decimal(0)
STEPS = 5       # shades of the map


@dataclass(frozen=True)
class Tile:
    """One figure on the screen."""

    indicator: Indicator
    value: str
    fraction: str
    change: str
    target: str
    spark: tuple[float | None, ...]
    address: str
    map: str


def shown() -> list[Indicator]:
    """The first of every pack, then the second of every pack, …, eight in all."""
    by_pack = [list({i.code: catalog().indicator(i.code)[-1] for i in p.indicators}.values()) for p in catalog().packs]
    dealt: Iterator[Indicator | None] = chain.from_iterable(zip_longest(*by_pack))
    return [i for i in dealt if i is not None][:TILES]


def tiles(at: Reading, night: Night | None, *, visiting: bool) -> list[Tile]:
    """The figures as of a night; today's when none is named."""
    chosen = shown()
    held = totals(at.con, chosen, snapshot=night.snapshot if night else NEWEST)
    return [_tile(i, held[i.code], at, visiting=visiting) for i in chosen]


def _tile(one: Indicator, held: list[Total], at: Reading, *, visiting: bool) -> Tile:
    now = newest(held)
    amount = now.amount if now else None
    day = now.as_of if now else at.day
    value, _gap, fraction = trend.words(one, amount).partition("\u3000")
    norm = one.target
    target = norm.on(day) if norm is not None else None
    return Tile(one, value, fraction, trend.change(one, amount, trend.last_year(one, held, day)),
                f"目标 {target:g}{norm.unit}" if target is not None else "", tuple(trend.spark(one, held, day)),
                "" if visiting else reverse("figure", args=[one.code]), f"?figure={one.code}")


def for_map(code: str) -> Indicator:
    """The figure that the map shows: the asked one, else the first proportion."""
    asked = next((i for i in shown() if i.code == code), None)
    return asked or next((i for i in shown() if i.kind == "proportion"), shown()[0])


def overnight(at: Reading, one: Indicator, kept: Sequence[Night], night: Night | None) -> list[tuple[str, int, str]]:
    """Why the figure moved in the night: (kind of change, units, the towns with most)."""
    ordered = sorted(kept, key=lambda n: n.day)
    place = ordered.index(night) if night in ordered else len(ordered) - 1
    asked = at.ask(one.code, Period.of(at.day, one.every))
    if place < 1 or asked.contributions is None:
        return []
    try:
        found = why(asked, before=ordered[place - 1], after=ordered[place], place="",
                    fold=lambda p: p[:9].ljust(12, "0") if p else "")
    except DeclarationError:
        return []
    kinds = dict.fromkeys(kind for kind, _, _ in found.changes)
    return [(k, sum(c.units for kind, _, c in found.changes if kind == k), "、".join(
        [f"{name} {c.units}" for kind, name, c in found.changes if kind == k][:4])) for k in kinds]


def line(at: Reading, one: Indicator) -> Chart:
    """The map's figure by month, with last year."""
    return line_chart(one, totals(at.con, [one])[one.code], year=at.day.year, day=at.day)


@dataclass(frozen=True)
class Town:
    """A town on the map: `step` 0 nothing known, 1 low … 5 high."""

    code: str
    name: str
    value: str
    step: int
    address: str


def by_town(at: Reading, one: Indicator, night: Night | None, *, visiting: bool) -> list[Town]:
    """A figure's newest period by town, as of a night; in 参观模式 small numbers are hidden."""
    held = _parts(at, one, night)
    if visiting and held:
        whole = amount_of(one, _sum(p.amount.numerator for p in held), _sum(p.amount.denominator or ZERO for p in held))
        held = protected(whole, held)
    found = {p.key: p.amount for p in held}
    steps = _steps({k: trend.drawn(one, a) for k, a in found.items()})
    return [_town(one, t.code, t.name, found.get(t.code), steps.get(t.code, 0), visiting=visiting) for t in towns()]


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)


def _town(one: Indicator, code: str, name: str, amount: Amount | None, step: int, *, visiting: bool) -> Town:
    value = "—" if amount is None else "＊" if amount.hidden else trend.words(one, amount).partition("\u3000")[0]
    address = "" if visiting else f"{reverse('figure', args=[one.code])}?place={code}"
    return Town(code, name, value, step, address)


def _parts(at: Reading, one: Indicator, night: Night | None) -> list[Part]:
    table = at_lake("figure_total") + (f" AT (VERSION => {night.snapshot})" if night else "")
    rows = at.con.execute(
        f"WITH t AS (SELECT * FROM {table} WHERE figure = ?), last AS (SELECT period, as_of FROM t "
        "ORDER BY as_of DESC, period DESC LIMIT 1) SELECT left(place, 9), sum(num), sum(den) FROM t "
        "SEMI JOIN last USING (period, as_of) WHERE place IS NOT NULL GROUP BY 1 ORDER BY 1", [one.code]).fetchall()
    return [Part(r[0], amount_of(one, r[1], r[2])) for r in rows]


def _steps(values: dict[str, float | None]) -> dict[str, int]:
    """Fifths by rank; hidden and unknown ones get none."""
    known = sorted((v, k) for k, v in values.items() if v is not None)
    return {k: 1 + n * STEPS // len(known) for n, (_, k) in enumerate(known)}
