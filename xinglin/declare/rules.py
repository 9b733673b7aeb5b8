"""Due rules: what makes something due, and by when.

A rule says nothing about people or tables. Each has exactly two machines in `act/programmes`:
`fold` for one person, `plan` for all. The list is short on purpose; a new type needs an ADR,
a spec chapter, both machines and their oracle.

`anchor` below is the later of the enrolment day and the last closing record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.declare.expr import Condition
from xinglin.declare.norm import Norm
from xinglin.declare.record import Column, Record
from xinglin.declare.refuse import refuse
from xinglin.declare.words import norm_value, to_words

SPANS = ("天", "周", "月")         # units in which a rule's Norm may count time


class Rule:
    """What makes a task due or opens a loop."""

    def words(self, on: date) -> str:
        """The rule as staff read it, with the numbers of that day."""
        raise TypeError(type(self).__name__)

    @property
    def records(self) -> tuple[type[Record], ...]:
        """The Records that trigger the rule."""
        return ()

    @property
    def norms(self) -> tuple[Norm, ...]:
        return ()


def _span(norm: Norm) -> Norm:
    if norm.unit not in SPANS:
        refuse(f"期限“{norm.title}”的单位是“{norm.unit}”", f"期限的单位只能是 {'、'.join(SPANS)}")
    return norm


@dataclass(frozen=True)
class PerYear(Rule):
    """`times` a year, evenly: due 12 // times months after the anchor."""

    times: Norm

    def words(self, on: date) -> str:
        return f"每年 {norm_value(self.times.value_or_none(on))} 次，自上一次（或纳入日）起算"

    @property
    def norms(self) -> tuple[Norm, ...]:
        return (self.times,)


@dataclass(frozen=True)
class EachYear(Rule):
    """Once in every calendar year, by its last day."""

    def words(self, on: date) -> str:
        return "每个自然年一次，年底前"


@dataclass(frozen=True)
class Once(Rule):
    """Once, within a span from enrolment."""

    within: Norm

    def __post_init__(self) -> None:
        _span(self.within)

    def words(self, on: date) -> str:
        return f"纳入后 {norm_value(self.within.value_or_none(on))} {self.within.unit}内一次"

    @property
    def norms(self) -> tuple[Norm, ...]:
        return (self.within,)


@dataclass(frozen=True)
class After(Rule):
    """Within a span after a record on which the condition holds, `in_a_row` times running.

    "In a row" counts that Record's rows in their order (DESIGN 4.5); an undecided one breaks it.
    """

    record: type[Record]
    when: Condition
    within: Norm
    in_a_row: int = 1

    def __post_init__(self) -> None:
        _span(self.within)
        if self.in_a_row < 1:
            refuse(f"in_a_row 不能是 {self.in_a_row}", "写 1 或更大的整数")

    def words(self, on: date) -> str:
        row = f"连续 {self.in_a_row} 次，" if self.in_a_row > 1 else ""
        span = f"{norm_value(self.within.value_or_none(on))} {self.within.unit}内"
        return f"《{self.record.about.title}》中{to_words(self.when, on=on)}：{row}{span}"

    @property
    def records(self) -> tuple[type[Record], ...]:
        return (self.record,)

    @property
    def norms(self) -> tuple[Norm, ...]:
        return (self.within,)


@dataclass(frozen=True)
class Confirm(Rule):
    """Readings that must hold on `times` different days running before they count.

    As a task: once a day's last reading holds, the next is due `within` a span, until `times`
    days are reached or a day fails. As an opening of a loop or a suspicion: the day on which
    the run reaches `times`. Several readings on one day are one: the day's last decides.
    """

    record: type[Record]
    when: Condition
    times: Norm
    within: Norm
    different_days: bool = True

    def __post_init__(self) -> None:
        _span(self.within)
        if not self.different_days:
            refuse("Confirm 只按不同日计次", "同日复测不能当作另一次；去掉 different_days=False")

    def words(self, on: date) -> str:
        times = norm_value(self.times.value_or_none(on))
        span = f"{norm_value(self.within.value_or_none(on))} {self.within.unit}内复测"
        return (f"《{self.record.about.title}》中{to_words(self.when, on=on)}："
                f"非同日 {times} 次均如此为准，{span}")

    @property
    def records(self) -> tuple[type[Record], ...]:
        return (self.record,)

    @property
    def norms(self) -> tuple[Norm, ...]:
        return (self.times, self.within)


@dataclass(frozen=True)
class Dose:
    """One line of an age schedule: from and by are months of age, `gap` days since the dose before.

    An edition of the schedule holds for people born from `born_from` on and before `born_before`.
    """

    code: str
    title: str
    from_months: int
    by_months: int
    gap: int = 0
    born_from: date | None = None
    born_before: date | None = None

    def holds_for(self, born: date) -> bool:
        return ((self.born_from is None or born >= self.born_from)
                and (self.born_before is None or born < self.born_before))


@dataclass(frozen=True)
class AtAge(Rule):
    """A schedule by age in months: the first dose not yet given, from its age and its gap."""

    doses: tuple[Dose, ...]
    dose: Column                # the column of the closing Record that names the dose
    table: str = ""             # the official table's name, for the page

    def words(self, on: date) -> str:
        return f"按月龄：{'；'.join(f'{d.title} {d.from_months} 月龄' for d in self.doses)}"


@dataclass(frozen=True)
class Window:
    """One line of a week schedule: from the first day of a week to the last day of another."""

    code: str
    title: str
    from_week: int
    to_week: int


@dataclass(frozen=True)
class AtWeeks(Rule):
    """Windows counted in full weeks from the case's anchor day: the open or next one not done.

    The anchor is a Day column of the Record that opened the case (the last menstrual period).
    A window that passed without a record is missed, not overdue. A new anchor starts anew.
    """

    windows: tuple[Window, ...]
    anchor: Column

    def words(self, on: date) -> str:
        return f"自{self.anchor.title}起：{'；'.join(f'{w.from_week}–{w.to_week} 周{w.title}' for w in self.windows)}"

    @property
    def records(self) -> tuple[type[Record], ...]:
        return (self.anchor.record,) if self.anchor.record else ()


@dataclass(frozen=True)
class OnDay(Rule):
    """On the day that the last such record names (a booked visit)."""

    column: Column

    def __post_init__(self) -> None:
        if self.column.kind != "day":
            refuse(f"OnDay 的列“{self.column.title}”不是日期")

    def words(self, on: date) -> str:
        return f"按《{self.records[0].about.title}》写的{self.column.title}"

    @property
    def records(self) -> tuple[type[Record], ...]:
        return (self.column.record,) if self.column.record else ()


RULES: tuple[type[Rule], ...] = (PerYear, EachYear, Once, After, Confirm, AtAge, AtWeeks, OnDay)
