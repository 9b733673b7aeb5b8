"""Dated numbers: a Norm is a number's whole history, each value with its clause.

There is no "current value": a Norm is read `on` a day (Python) or `at` a day column (Ibis).
A county's adjustments and a test's perturbations are laid over it by `adjusted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from xinglin.declare.refuse import DeclarationError, authors_line, refuse

if TYPE_CHECKING:
    import ibis.expr.types as ir

Amount = int | float
PickedBy = Literal["event", "birth", "enrolment", "discharge", "period"]
PICKED_WORDS: Mapping[str, str] = {
    "event": "按事件当日", "birth": "按出生日期", "enrolment": "按纳入日期",
    "discharge": "按出院日期", "period": "按统计期末",
}


@dataclass(frozen=True)
class Source:
    """An official document: law, standard, notice."""

    title: str
    issued: date
    number: str = ""

    def clause(self, text: str, *, sure: bool = True) -> Clause:
        """A place in the document; `sure=False` marks a reading of low confidence (⚠)."""
        return Clause(self, text, sure)


@dataclass(frozen=True)
class Clause:
    """Where a rule stands: document and place in it."""

    source: Source
    text: str
    sure: bool = True

    def __str__(self) -> str:
        return f"《{self.source.title}》{self.text}{'' if self.sure else '（⚠ 待核）'}"


@dataclass(frozen=True)
class Since:
    """From `day` on the number is `value`; None means repealed."""

    day: date
    value: Amount | None
    clause: Clause


def since(day: str, value: Amount | None, clause: Clause) -> Since:
    """One dated line of a Norm, `day` as YYYY-MM-DD."""
    try:
        return Since(date.fromisoformat(day), value, clause)
    except ValueError:
        return refuse(f"日期“{day}”无效", "写成 YYYY-MM-DD")


class NormNotInForce(DeclarationError):  # noqa: N818 - says what is the case
    """A Norm was read on a day before its first value or after its repeal."""


@dataclass(frozen=True, eq=False)
class Norm:
    """A dated number with unit, clauses and the rule which day picks its value."""

    title: str
    unit: str
    values: tuple[Since, ...]
    picked_by: PickedBy = "event"
    where: str = ""

    @property
    def history(self) -> tuple[Since, ...]:
        """The dated lines in force here: the national ones under the county's."""
        over = _ADJUSTED.get().get(self) or _LOCALITY.get(self)
        return over.values if over is not None else self.values

    @property
    def first_day(self) -> date:
        return self.history[0].day

    def line(self, day: date) -> Since | None:
        """The dated line that holds on `day`, None before the first."""
        note_norm(self)
        return next((s for s in reversed(self.history) if s.day <= day), None)

    def on(self, day: date) -> Amount:
        """The value on a day; refuses a day on which none is in force."""
        held = self.line(day)
        if held is None or held.value is None:
            raise NormNotInForce(f"“{self.title}”在 {day} 没有生效的取值，口径自 {self.first_day} 起",
                                 self.where, "改查之后的时期，或补上更早的依据")
        return held.value

    def value_or_none(self, day: date) -> Amount | None:
        held = self.line(day)
        return held.value if held else None

    def at(self, day: ir.Value) -> ir.Value:
        """The value as a column, picked row by row by a day column; null where none is in force."""
        import ibis

        note_norm(self)
        kind = "int64" if all(isinstance(s.value, int | None) for s in self.history) else "float64"
        nothing = ibis.null(kind)
        branches = [(day >= ibis.literal(s.day), nothing if s.value is None
                     else ibis.literal(s.value, kind)) for s in reversed(self.history)]
        return ibis.cases(*branches, else_=nothing)

    def __str__(self) -> str:
        return self.title


def norm(title: str, unit: str, *values: Since, picked_by: PickedBy = "event") -> Norm:
    """Declare a Norm; lines stand in the order of their days, each day once."""
    if not values:
        refuse(f"Norm“{title}”没有取值", "至少写一行 since(日期, 值, 条款)")
    days = [s.day for s in values]
    if days != sorted(set(days)):
        refuse(f"Norm“{title}”的日期没有依次递增：{[str(d) for d in days]}", "按日期先后写，每日一行")
    return Norm(title, unit, tuple(values), picked_by, authors_line())


@dataclass(frozen=True)
class Adjustment:
    """A locality's own line over a national Norm."""

    norm: Norm
    values: tuple[Since, ...]
    loosens: bool = False

    def merged(self) -> Norm:
        """The Norm with the locality's lines laid over the national ones from their days on."""
        start = self.values[0].day
        kept = tuple(s for s in self.norm.values if s.day < start)
        return Norm(self.norm.title, self.norm.unit, kept + self.values,
                    self.norm.picked_by, self.norm.where)


def adjust(norm_: Norm, *values: Since, loosens: bool = False) -> Adjustment:
    """A county's own number from a day on, with its own clause."""
    if not values:
        refuse(f"对“{norm_.title}”的调整没有取值", "写一行 since(日期, 值, 条款)")
    return Adjustment(norm_, tuple(values), loosens)


# The process-wide layer is a plain dict: a ContextVar set at start would not reach worker threads.
_LOCALITY: dict[Norm, Norm] = {}
_ADJUSTED: ContextVar[Mapping[Norm, Norm]] = ContextVar("adjusted", default=MappingProxyType({}))
_NOTED: ContextVar[set[Norm] | None] = ContextVar("noted", default=None)


@contextmanager
def adjusted(over: Mapping[Norm, Norm]) -> Iterator[None]:
    """Within the block these Norms are read as the given ones (a locality, or a perturbation)."""
    token = _ADJUSTED.set({**_ADJUSTED.get(), **over})
    try:
        yield
    finally:
        _ADJUSTED.reset(token)


def is_adjusted() -> bool:
    """Are we inside a block of `adjusted`?"""
    return bool(_ADJUSTED.get())


def adopted() -> int:
    """How many Norms the locality in force has adjusted."""
    return len(_LOCALITY)


def adopt(adjustments: tuple[Adjustment, ...]) -> None:
    """Lay a locality's adjustments over the Norms for the whole process (called once, by the site)."""
    _LOCALITY.clear()
    _LOCALITY.update({a.norm: a.merged() for a in adjustments})


@contextmanager
def noting() -> Iterator[set[Norm]]:
    """Collect the Norms that are read within the block: nobody lists them by hand."""
    seen: set[Norm] = set()
    token = _NOTED.set(seen)
    try:
        yield seen
    finally:
        _NOTED.reset(token)
        outer = _NOTED.get()
        if outer is not None:
            outer |= seen


def note_norm(norm_: Norm) -> None:
    """Tell an enclosing `noting` that the Norm was read."""
    noted = _NOTED.get()
    if noted is not None:
        noted.add(norm_)
