"""What may identify a person: columns by their type, and small numbers in published tables.

A count of 1 to `least` − 1 people is hidden, and with it as many other counts as it takes that
nobody can find it out by adding and subtracting what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

from xinglin.declare.record import Column, Record

LEAST = 5
Identifies = Literal["identifies", "may", "no"]
_SYSTEM_IDENTIFIES = ("person", "subject", "rk", "record_id")


def identifies(column: Column) -> Identifies:
    """From the column's type: a person identifies; free text, staff and a birth date may."""
    if column.kind == "person":
        return "identifies"
    if column.kind in ("text", "staff") or column.name == "birth_date":
        return "may"
    return "no"


def safe_columns(record: type[Record]) -> tuple[str, ...]:
    """Columns that may leave with rows that name nobody."""
    return tuple(n for n, c in record.columns().items()
                 if identifies(c) == "no" and n not in _SYSTEM_IDENTIFIES)


@dataclass(frozen=True)
class Share:
    """A numerator in its denominator."""

    numerator: int
    denominator: int


def hidden_counts(counts: Mapping[str, int], *, parents: Mapping[str, str], least: int = LEAST,
                  known: frozenset[str] = frozenset()) -> frozenset[str]:
    """Cells of a published table that must not be shown.

    `parents` says which cell a cell is added into (village → town → county); a parent's children
    are taken to be complete. `known`: cells that the reader has anyway, such as a total that stands
    above the table or their own place: never hidden, so they cannot cover another. Only cells above
    zero are hidden; where that is not enough, because what would cover is known, all are.
    """
    table = _Table(counts, parents, known)
    small = {k for k, n in counts.items() if 0 < n < least and k not in known}
    hidden = set(small)
    while exposed := sorted(k for k in small if table.width(k, hidden) < least - 1):
        more = table.cover(exposed[0], hidden)
        if more is None:
            return frozenset(set(counts) - known) if known else frozenset(hidden)
        hidden.add(more)
    return frozenset(hidden)


def hidden_shares(shares: Mapping[str, Share], *, parents: Mapping[str, str], least: int = LEAST,
                  known: frozenset[str] = frozenset()) -> frozenset[str]:
    """Cells of a table of proportions whose numbers must not be shown: few in, or few not in."""
    inside = {k: s.numerator for k, s in shares.items()}
    outside = {k: s.denominator - s.numerator for k, s in shares.items()}
    whole = {k: s.denominator for k, s in shares.items()}
    return frozenset().union(*(hidden_counts(c, parents=parents, least=least, known=known)
                               for c in (inside, outside, whole)))


class _Table:
    """Counts that add up along `parents`; what can be worked out when some are hidden."""

    def __init__(self, counts: Mapping[str, int], parents: Mapping[str, str], known: frozenset[str]) -> None:
        self.counts = counts
        self.known = known
        self.sums: dict[str, list[str]] = {}
        for child, parent in parents.items():
            if child in counts and parent in counts:
                self.sums.setdefault(parent, []).append(child)
        self.parents = {c: p for p, children in self.sums.items() for c in children}

    def width(self, key: str, hidden: set[str]) -> float:
        """Highest less lowest value that the shown cells leave possible."""
        low, high = self._bounds(hidden)[key]
        return high - low

    def _bounds(self, hidden: set[str]) -> dict[str, tuple[float, float]]:
        """Bounds by adding up, repeated until they rest; exact, since the sums form a forest."""
        bounds: dict[str, tuple[float, float]] = {
            k: (1, inf) if k in hidden else (n, n) for k, n in self.counts.items()}
        before: dict[str, tuple[float, float]] = {}
        while bounds != before:
            before = dict(bounds)
            for parent, children in self.sums.items():
                _tighten(bounds, parent, children)
        return bounds

    def cover(self, key: str, hidden: set[str]) -> str | None:
        """The next cell to hide for one that is exposed: the smallest sibling, then child, then parent.

        Small by size class, and in it by key: a night's small changes choose no other cover. Were it
        another each night, whoever keeps both would read the first night's cover, and what it covered.
        """
        parent = self.parents.get(key)
        near = [*self.sums.get(parent, []), *self.sums.get(key, [])] if parent else self.sums.get(key, [])
        shown = [k for k in near if self._may_cover(k, hidden)]
        if shown:
            return min(shown, key=self._size)
        while parent is not None and parent in hidden:
            siblings = [k for k in self.sums.get(self.parents.get(parent, ""), [])
                        if self._may_cover(k, hidden)]
            if siblings:
                return min(siblings, key=self._size)
            parent = self.parents.get(parent)
        return None if parent in self.known else parent

    def _size(self, key: str) -> tuple[int, str]:
        return self.counts[key].bit_length(), key

    def _may_cover(self, key: str, hidden: set[str]) -> bool:
        return key not in hidden and key not in self.known and self.counts[key] > 0


def _tighten(bounds: dict[str, tuple[float, float]], parent: str, children: list[str]) -> None:
    low, high = (sum(bounds[c][i] for c in children) for i in (0, 1))
    top = bounds[parent]
    bounds[parent] = (max(top[0], low), min(top[1], high))
    for child in children:
        mine = bounds[child]
        rest_low = low - mine[0]
        rest_high = sum(bounds[c][1] for c in children if c != child)
        bounds[child] = (max(mine[0], top[0] - rest_high), min(mine[1], top[1] - rest_low))
