"""A figure by town, village, institution or its own groups; parts add up to the figure shown.

What lies outside of a reader's scope is shown as a sum without a way in, its small numbers hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from xinglin.declare.codelist import Codelist
from xinglin.know.indicators.queries import Amount, Asked, Part, parts
from xinglin.know.indicators.queries import protected as small_numbers_hidden
from xinglin.show.common.definitions import catalog
from xinglin.show.figures.places import org_names, place_names
from xinglin.show.figures.scope import Scope
from xinglin.show.figures.totals import amount_of, group_columns

OTHERS = "others"
GROUP_TITLES = {"disease": "病种", "district": "县（区）"}


@dataclass(frozen=True)
class Cell:
    """A line of a breakdown: `address` opens the figure there, "" where the reader may not."""

    key: str
    name: str
    amount: Amount
    address: str = ""


@dataclass(frozen=True)
class Breakdown:
    """All lines by one key. `hidden`: some numbers are too small to be shown to this reader."""

    by: str
    title: str
    cells: tuple[Cell, ...]

    @property
    def hidden(self) -> bool:
        return any(c.amount.hidden for c in self.cells)


def breakdowns(asked: Asked, *, place: str, scope: Scope, where: Mapping[str, str],
               at: Callable[..., str]) -> list[Breakdown]:
    """Every way in which this figure may be parted at this place. `at(**changes)` makes addresses."""
    found = [_by_place(asked, place, scope, where, at)] if len(place) < 12 and _listed(asked, place, scope) else []
    if "org" in asked.indicator.by:
        found.append(_by_org(asked, place, scope, where))
    found += [_by_group(asked, name, place, scope, where, at) for name in group_columns(asked.indicator)
              if name not in where]
    return [b for b in found if b.cells]


def _listed(asked: Asked, place: str, scope: Scope) -> bool:
    """May places be listed beside each other? A stranger sees them for one length of period only: a year's
    number less its other quarters would be the quarter that was hidden."""
    return scope.deep(place) or asked.period.kind == asked.indicator.every


def _by_place(asked: Asked, place: str, scope: Scope, where: Mapping[str, str],
              at: Callable[..., str]) -> Breakdown:
    by, title, digits = (("village", "按村（社区）", 12) if len(place) == 9 else ("township", "按乡镇（街道）", 9))
    held = protected(asked, parts(asked, by, place=place, where=where), lambda k: scope.deep(k[:digits]))
    names = place_names(p.key for p in held)
    cells = [Cell(p.key, names[p.key], p.amount, at(place=p.key[:digits]) if p.key and scope.deep(p.key[:digits]) else "")
             for p in sorted(held, key=lambda p: (not p.key, p.key))]
    return Breakdown(by, title, tuple(cells))


def _by_org(asked: Asked, place: str, scope: Scope, where: Mapping[str, str]) -> Breakdown:
    held = parts(asked, "org", place=place, where=where)
    if not scope.deep(place):
        held = _own_and_others(asked, held, scope)
    held = protected(asked, held, lambda k: scope.deep(place) or k in scope.orgs)
    names = org_names(p.key for p in held if p.key != OTHERS) | {OTHERS: "其他机构合计"}
    ordered = sorted(held, key=lambda p: (p.key in ("", OTHERS), p.key))
    return Breakdown("org", "按机构", tuple(Cell(p.key, names[p.key], p.amount) for p in ordered))


def _own_and_others(asked: Asked, held: Sequence[Part], scope: Scope) -> list[Part]:
    own = [p for p in held if p.key in scope.orgs]
    rest = [p.amount for p in held if p.key not in scope.orgs]
    if not rest:
        return own
    added = amount_of(asked.indicator, _sum(a.numerator for a in rest),
                      _sum(a.denominator or Decimal(0) for a in rest), sum(a.unknown for a in rest))
    return [*own, Part(OTHERS, added)]


def _sum(values: object) -> Decimal:
    return sum(values, Decimal(0))  # type: ignore[call-overload]


def _by_group(asked: Asked, name: str, place: str, scope: Scope, where: Mapping[str, str],
              at: Callable[..., str]) -> Breakdown:
    held = protected(asked, parts(asked, name, place=place, where=where), lambda _: scope.deep(place))
    titles = group_titles(name)
    cells = [Cell(p.key, titles.get(p.key, p.key) or "未填", p.amount, at(**{name: p.key}) if p.key and scope.deep(place) else "")
             for p in sorted(held, key=lambda p: (-p.amount.numerator, p.key))]
    return Breakdown(name, f"按{GROUP_TITLES.get(name, name)}", tuple(cells))


def group_titles(name: str) -> dict[str, str]:
    """Code → title of a group that is a coded column of some Record."""
    for record in catalog().records.values():
        column = record.columns().get(name)
        if column is not None and isinstance(column.codes, Codelist):
            return {c.code: c.title for c in column.codes.codes}
    return {}


def protected(asked: Asked, held: list[Part], clear: Callable[[str], bool]) -> list[Part]:
    """The same parts, with small numbers and what would betray them hidden where the reader is a stranger."""
    amounts = [p.amount for p in held]
    whole = amount_of(asked.indicator, _sum(a.numerator for a in amounts), _sum(a.denominator or 0 for a in amounts))
    mine = {p.key for p in held if clear(p.key)}
    return held if len(mine) == len(held) else small_numbers_hidden(whole, held, known=mine)


def address(path: str, chosen: Mapping[str, str], **changes: str) -> str:
    """A page's address with some of its choices changed; empty ones are left out."""
    told = {k: v for k, v in {**chosen, **changes}.items() if v}
    return f"{path}?{urlencode(told)}" if told else path
