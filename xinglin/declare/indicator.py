"""Indicators of kinds. The kind is a promise: a proportion's numerator lies in its denominator.

The decorator holds the facts, the docstring is the norm's own words, the body is Ibis. One row
of `of` is one case, person or event; the engine groups, totals, protects, drills down, publishes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Protocol

from xinglin.declare.expr import Condition, Ladder
from xinglin.declare.norm import Clause
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.declare.refuse import refuse
from xinglin.declare.table import ladder_at, to_ibis
from xinglin.kernel.dates import Period

if TYPE_CHECKING:
    import ibis.expr.types as ir

Kind = Literal["proportion", "coverage", "rate", "mean", "count"]
Every = Literal["year", "half", "quarter", "month", "mch_year"]
Population = Literal["常住", "户籍", "参保", "服务", "事件"]
Better = Literal["high", "low", ""]
PER: dict[str, int] = {"%": 100, "‰": 1_000, "/万": 10_000, "/10万": 100_000, "": 1}


class Lake(Protocol):
    """What an indicator may ask. Tables carry `person`, `org`, and `place` (12 digits) where the row has
    one; a counted row without a place is counted where its person lives."""

    day: date
    """The last day that is known; nothing later is shown."""

    def rows(self, record: type[Record]) -> ir.Table:
        """All rows of a Record up to `day`, undated ones too: its columns and `rk`."""

    def within(self, record: type[Record], period: Period) -> ir.Table:
        """Rows dated in the period, not after `day`."""

    def latest(self, record: type[Record], period: Period, where: Condition | None = None) -> ir.Table:
        """One row a person: the last of the period in the order of DESIGN 4.5."""

    def cases(self, programme: Programme, *, active_in: Period) -> ir.Table:
        """One row a case enrolled by, and not ended on, the period's last day (or `day`):
        person, enrolled, ended, place, org, doctor, state and `person__*` columns."""

    def people(self, *, on: date) -> ir.Table:
        """One row a living resident on a day: person, place, org, doctor and `person__*` columns."""

    def everyone(self) -> ir.Table:
        """One row for each known person, living or not: person and `person__*` columns."""

    def tasks(self, programme: Programme, period: Period) -> ir.Table:
        """Tasks of the night's plan that were due in the period: person, task, due_from, due_by, state."""

    def loops(self, programme: Programme, period: Period) -> ir.Table:
        """Loops opened in the period: person, loop, opened, follow_by, closed."""

    def population(self, year: int) -> ir.Table:
        """Published population figures: place, people, source."""


@dataclass(frozen=True)
class Share:
    """A proportion: rows of `of`, and the boolean column that puts a row in the numerator."""

    of: Any
    having: Any


@dataclass(frozen=True)
class Coverage:
    """Two sets counted apart; may pass 100 % and is never clipped."""

    reached: Any
    expected: Any
    weight: str = ""            # column of `expected` to sum (a published population), else rows


@dataclass(frozen=True)
class PerUnit:
    """A rate: events over an exposure."""

    events: Any
    exposure: Any
    weight: str = ""


@dataclass(frozen=True)
class Mean:
    """The mean of a numeric column over the rows where it is known."""

    of: Any
    value: Any


@dataclass(frozen=True)
class Count:
    """Rows counted."""

    of: Any


Result = Share | Coverage | PerUnit | Mean | Count
Body = Callable[[Lake, Period], Any]


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One edition of an indicator; editions share a code and differ in `since`."""

    code: str
    title: str
    kind: Kind
    body: Body
    cites: Clause
    population: Population
    every: Every
    since: date
    by: tuple[str, ...]
    unit: str
    better: Better = ""
    target: Any = None          # a Norm, drawn as a thin line
    sensitive: str = ""
    note: str = ""              # the variant in force, printed on the figure's page
    uses: tuple[type[Record], ...] = ()

    @property
    def words(self) -> str:
        """The definition in the norm's own words."""
        return inspect.cleandoc(self.body.__doc__ or "")

    @property
    def source_text(self) -> str:
        return inspect.getsource(self.body)

    def compute(self, lake: Lake, period: Period) -> Result:
        """The expression; refuses a period that begins before this edition."""
        if period.first < self.since:
            refuse(f"“{self.title}”不能算 {period.text}：口径自 {self.since} 起", "改查之后的时期")
        result: Result = self.body(lake, period)
        expected = {"proportion": Share, "coverage": Coverage, "rate": PerUnit, "mean": Mean,
                    "count": Count}[self.kind]
        if not isinstance(result, expected):
            refuse(f"指标“{self.title}”是 {self.kind}，函数却返回 {type(result).__name__}",
                   f"返回 {expected.__name__}(…)", f"{self.code}")
        return result

    def edition(self, *, since: str) -> Callable[[Body], Indicator]:
        """A second edition of the same code with other logic from a day on."""
        return lambda body: replace(self, body=body, since=date.fromisoformat(since))


def _indicator(kind: Kind, default_unit: str) -> Callable[..., Callable[[Body], Indicator]]:
    def declare(*, code: str, title: str, cites: Clause, population: Population, every: Every = "year",
                since: str, by: tuple[str, ...] = ("township", "org"), unit: str = default_unit,
                better: Better = "", target: Any = None, sensitive: str = "", note: str = "",
                uses: tuple[type[Record], ...] = ()) -> Callable[[Body], Indicator]:
        def wrap(body: Body) -> Indicator:
            if not body.__doc__:
                refuse(f"指标“{title}”没有写口径", "在函数的文档字符串里写口径原文")
            return Indicator(code=code, title=title, kind=kind, body=body, cites=cites,
                             population=population, every=every, since=date.fromisoformat(since),
                             by=by, unit=unit, better=better, target=target,
                             sensitive=sensitive, note=note, uses=uses)
        return wrap
    return declare


proportion = _indicator("proportion", "%")
coverage = _indicator("coverage", "%")
rate = _indicator("rate", "/10万")
mean = _indicator("mean", "")
count = _indicator("count", "例")


def meets(condition: Condition, rows: ir.Table, *, on: ir.Value) -> ir.Value:
    """The named condition over rows; unknown stays null, which the engine counts apart."""
    return to_ibis(condition, rows, on=on)


def class_of(ladder: Ladder, rows: ir.Table, *, on: ir.Value) -> ir.Value:
    """The class of each row on a ladder."""
    return ladder_at(ladder, rows, on=on)
