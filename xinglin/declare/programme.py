"""Programmes: people followed. Who comes in, what falls due, which loops must close, how it ends.

A case is one person in one programme. Its state, tasks and loops are never stored as truth: they
are a function of (history, this declaration, day), computed by `act/programmes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from xinglin.declare.expr import Condition, Ladder, parts_of
from xinglin.declare.norm import Clause, Norm
from xinglin.declare.record import Column, Record
from xinglin.declare.refuse import refuse
from xinglin.declare.rules import After, Confirm, Rule
from xinglin.declare.words import to_words


class Stop(Enum):
    """What ends a case; the person leaves the denominator from that day."""

    DIED = "死亡"
    MOVED_OUT = "迁出"


class Pause(Enum):
    """What pauses a case; the person stays in the denominator, not at target."""

    LOST = "失访"
    REFUSED = "拒绝"


@dataclass(frozen=True)
class First:
    """The first record on which a condition holds."""

    record: type[Record]
    where: Condition


@dataclass(frozen=True)
class Twice:
    """Two records on which a condition holds, at least a span apart."""

    record: type[Record]
    where: Condition
    apart: Norm


Evidence = First | Twice | Confirm


@dataclass(frozen=True, kw_only=True)
class Enrol:
    """Who comes in.

    `suspects` put a person on the 待核实名单 with their evidence; `confirmed_by` enrols them by a
    `case_change` row. `automatic` evidence enrols by itself (dated by its record), `unless` the
    person has a case of those programmes.
    """

    who: Condition
    suspects: tuple[Evidence, ...] = ()
    confirmed_by: str = ""
    automatic: tuple[Evidence, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Showing:
    """Of a Record, the rows on which a condition holds: only they close (an exam with a glucose in it).

    A row that is undecided does not close. Of a rule's own Record, it closes from the next day on.
    """

    record: type[Record]
    where: Condition

    def __post_init__(self) -> None:
        own = (p for p in parts_of(self.where) if isinstance(p, Column))
        if any(c.record is not self.record and not c.belongs_to_person for c in own):
            refuse(f"Showing《{self.record.about.title}》的条件里有别的记录的列", "只写这种记录和居民的列")

    def words(self, on: date) -> str:
        """Record and condition as staff read them."""
        return f"《{self.record.about.title}》且{to_words(self.where, on=on)}"


Closer = type[Record] | Showing


def record_of(closer: Closer) -> type[Record]:
    """The Record of which rows close."""
    return closer.record if isinstance(closer, Showing) else closer


def closer_words(closers: Iterable[Closer], on: date) -> str:
    """What closes, as staff read it."""
    return "、".join(c.words(on) if isinstance(c, Showing) else f"《{c.about.title}》" for c in closers)


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do for a case, open until one of `closed_by` arrives (a Record, or what it must show).

    `opportunistic` tasks are offered when the person is met, and are on nobody's list.
    """

    code: str
    title: str
    due: Rule
    closed_by: tuple[Closer, ...]
    doer: str
    cites: Clause
    opportunistic: bool = False

    @property
    def closing(self) -> tuple[type[Record], ...]:
        """The Records of which rows close it."""
        return tuple(dict.fromkeys(record_of(c) for c in self.closed_by))


@dataclass(frozen=True)
class Escalate:
    """Whom an open loop is shown to, `days` after its follow-up day."""

    days: Norm
    to: str


@dataclass(frozen=True, kw_only=True)
class Loop:
    """A matter that must come back closed. Opens by rules, walks its steps, closes by a record.

    The follow-up is due `within` of the rule that opened it. A closing record that itself meets an
    opening rule closes the old loop and opens a new one.
    """

    code: str
    title: str
    steps: tuple[str, ...]
    opens: tuple[After | Confirm, ...]
    closed_by: tuple[Closer, ...]
    owner: str
    escalate: tuple[Escalate, ...]
    cites: Clause


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One business on people. `ladder` classes each row of `ladder_of` for pages and figures."""

    code: str
    title: str
    enrol: Enrol
    tasks: tuple[Task, ...]
    loops: tuple[Loop, ...] = ()
    stops: tuple[Stop, ...] = (Stop.DIED, Stop.MOVED_OUT)
    pauses: tuple[Pause, ...] = (Pause.LOST, Pause.REFUSED)
    ladder: Ladder | None = None
    ladder_of: type[Record] | None = None
    ends_by: tuple[First, ...] = ()     # a record that ends the case on its day (delivery, outcome)
    lost_after: Norm | None = None      # attempts on different days before 失访 may count
    emergency: Condition | None = None
    emergency_words: str = ""

    def __post_init__(self) -> None:
        codes = [t.code for t in self.tasks] + [x.code for x in self.loops]
        if len(codes) != len(set(codes)):
            refuse(f"方案“{self.title}”的任务与闭环代码重复：{codes}", "每个代码只用一次")
        for task in self.tasks:
            if not task.closed_by:
                refuse(f"任务“{task.title}”没有写由哪种记录了结", "写 closed_by=(某 Record,)")
        for loop in self.loops:
            _check_loop(loop)

    @property
    def records(self) -> tuple[type[Record], ...]:
        """Every Record that triggers or closes something here, each once, in order of first use."""
        return tuple(dict.fromkeys(_records(self)))

    @property
    def services(self) -> tuple[type[Record], ...]:
        """Records that say the person was served, whatever they show."""
        return tuple(dict.fromkeys(r for t in self.tasks for r in t.closing))

    @property
    def closers(self) -> Iterator[Closer]:
        """Everything that closes a task or a loop."""
        yield from (c for task in self.tasks for c in task.closed_by)
        yield from (c for loop in self.loops for c in loop.closed_by)

    def task(self, code: str) -> Task:
        return next(t for t in self.tasks if t.code == code)

    def loop(self, code: str) -> Loop:
        return next(x for x in self.loops if x.code == code)


def _check_loop(loop: Loop) -> None:
    if not loop.owner or not loop.escalate:
        refuse(f"闭环“{loop.title}”没有负责人或逾期上报", "写 owner=… 与 escalate=(Escalate(…),)")
    if not loop.opens or not loop.closed_by:
        refuse(f"闭环“{loop.title}”没有写何时开启或由什么了结", "写 opens=(…) 与 closed_by=(…)")


def _records(programme: Programme) -> Iterator[type[Record]]:
    for task in programme.tasks:
        yield from task.due.records
        yield from task.closing
    for loop in programme.loops:
        for rule in loop.opens:
            yield from rule.records
        yield from (record_of(c) for c in loop.closed_by)
    if programme.ladder_of:
        yield programme.ladder_of
