"""One person's case in one programme, in plain Python: what a save, `xinglin due` and examples use.

`fold` is a pure function of (declaration, history, day). `plan` computes the same for everyone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinglin.act.programmes.cycles import Cycle, Scene, cycles, fired, span
from xinglin.datasets.work import CaseChange, ContactAttempt, LoopStep
from xinglin.declare.expr import Ladder, classify, holds
from xinglin.declare.programme import Evidence, First, Loop, Programme, Stop, Twice
from xinglin.declare.record import Record, Row
from xinglin.declare.rules import After, Confirm
from xinglin.kernel.dates import days_between

SUSPECT, MANAGED, ENDED, EXCLUDED = "待核实", "在管", "已结案", "已排除"
LOST, REFUSED = "失访", "拒绝"
WAITING = ("未到", "今天", "逾期")


@dataclass(frozen=True)
class History:
    """What is known of one person. `rows` stand in their order (DESIGN 4.5) within a day.

    `enrolled` overrides the 纳入 rows (an example, a `due` file).
    """

    person: Mapping[str, Any]
    rows: Sequence[Row]
    enrolled: date | None = None

    def until(self, day: date) -> list[Row]:
        return sorted((r for r in self.rows if r.day <= day), key=lambda r: r.day)


@dataclass(frozen=True)
class LoopState:
    """One turn of a loop."""

    loop: str
    opened: date
    follow_by: date
    closed: date | None
    step: str
    reasons: tuple[str, ...]
    why: Row

    @property
    def open(self) -> bool:
        return self.closed is None


@dataclass(frozen=True)
class CaseState:
    """A case on a day. `cycles` maps a task's code to all its turns, `loops` lists all turns."""

    programme: str
    state: str
    enrolled: date | None = None
    ended: date | None = None
    end_reason: str = ""
    paused_on: date | None = None
    cycles: Mapping[str, list[Cycle]] = field(default_factory=dict)
    loops: Sequence[LoopState] = ()
    classes: Sequence[tuple[date, str | None]] = ()
    evidence: Row | None = None
    last_day: date | None = None        # of the ladder's Record, else of any service

    @property
    def last_class(self) -> str | None:
        return self.classes[-1][1] if self.classes else None

    def task_state(self, cycle: Cycle, on: date) -> str:
        """The word that lists show: a paused case's open tasks wait."""
        state = cycle.state(on)
        return "暂停" if self.state in (LOST, REFUSED) and state in WAITING else state

    def due(self, on: date) -> dict[str, Cycle]:
        """Task → its open or next cycle, overdue included, missed windows not."""
        opened = {code: [c for c in turns if c.done_on is None and c.state(on) != "错过"]
                  for code, turns in self.cycles.items()}
        return {code: turns[-1] for code, turns in opened.items() if turns}

    @property
    def open_loops(self) -> list[LoopState]:
        return [x for x in self.loops if x.open]


def fold(programme: Programme, history: History, *, on: date) -> CaseState:
    """The person's case on a day. Nothing dated later than the day, or than the case's end, counts."""
    rows = history.until(on)
    life = _life(programme, history, rows, on)
    if life.enrolled is None or life.state == EXCLUDED:
        return _not_a_case(programme, history, rows, on, life)
    rows = [r for r in rows if life.ended is None or r.day <= life.ended]
    scene = Scene(history.person, life.enrolled, rows, min(on, life.ended or on))
    managed = life.ended is None
    turns = {t.code: _ended(cycles(t.due, t.closed_by, scene), managed) for t in programme.tasks}
    loops = [x for loop in programme.loops for x in _loop(programme, loop, scene, life.ended)]
    return CaseState(programme.code, life.state, life.enrolled, life.ended, life.end_reason,
                     life.paused_on, turns, loops, _classes(programme, scene),
                     last_day=_last_day(programme, rows))


def _ended(turns: list[Cycle], managed: bool) -> list[Cycle]:
    """When a case has ended nothing is due any more; what was done stays."""
    return turns if managed else [c for c in turns if c.done_on]


# -- enrolment, pauses, end ---------------------------------------------------------------------

@dataclass(frozen=True)
class Life:
    """Who came in when and how it ended, without tasks."""

    state: str = ""
    enrolled: date | None = None
    ended: date | None = None
    end_reason: str = ""
    paused_on: date | None = None
    cleared_on: date | None = None      # the last 排除: evidence up to this day is answered


def _life(programme: Programme, history: History, rows: list[Row], on: date) -> Life:
    changes = [r for r in rows if r.record is CaseChange and r.values["programme"] == programme.code]
    life = Life(MANAGED, history.enrolled) if history.enrolled and history.enrolled <= on else Life()
    for row in changes:
        life = _changed(life, row)
    if life.enrolled is None and programme.enrol.automatic:
        first = _evidence(programme, programme.enrol.automatic, history, rows, on, life.cleared_on)
        taken = _taken_over(programme, rows)
        life = Life(MANAGED, first.day) if first and not (taken and taken <= first.day) else life
    if life.enrolled is None:
        return life
    return _paused(programme, _stopped(programme, life, history.person, rows, on), rows)


def _changed(life: Life, row: Row) -> Life:
    match row.values["change"]:
        case "纳入" if life.enrolled is None or life.ended is not None:
            return Life(MANAGED, row.day)
        case "排除":
            return Life(EXCLUDED, life.enrolled, row.day, "排除", None, row.day)
        case "结案" if life.enrolled:
            return Life(ENDED, life.enrolled, row.day, "结案", None, life.cleared_on)
    return life


def _stopped(programme: Programme, life: Life, person: Mapping[str, Any], rows: list[Row],
             on: date) -> Life:
    """Death, registered move-out, an `unless` programme and `ends_by` end a case from their day."""
    known = _gone(programme, person, on)
    taken = _taken_over(programme, rows)
    if taken:
        known.append((taken, "转入专案"))
    known += [(r.day, first.record.about.title) for first in programme.ends_by for r in rows
              if r.record is first.record and life.enrolled and r.day >= life.enrolled
              and holds(first.where, r.values, on=r.day, person=person) is True]
    if life.ended is not None:
        known.append((life.ended, life.end_reason))
    if not known or life.state == EXCLUDED:
        return life
    day, reason = min(known, key=lambda x: x[0])
    return Life(ENDED, life.enrolled, day, reason, None, life.cleared_on)


def _gone(programme: Programme, person: Mapping[str, Any], on: date) -> list[tuple[date, str]]:
    """Death and registered move-out, where they stop this programme."""
    ends = [(person.get("died_on"), Stop.DIED), (person.get("moved_out_on"), Stop.MOVED_OUT)]
    return [(day, stop.value) for day, stop in ends if day and day <= on and stop in programme.stops]


def _taken_over(programme: Programme, rows: list[Row]) -> date | None:
    """The day from which a programme of `unless` has the person."""
    return min((r.day for r in rows if r.record is CaseChange and r.values["change"] == "纳入"
                and r.values["programme"] in programme.enrol.unless), default=None)


def _paused(programme: Programme, life: Life, rows: list[Row]) -> Life:
    """失访 or 拒绝 that no later service or 恢复 has lifted."""
    if life.state != MANAGED:
        return life
    allowed = {p.value for p in programme.pauses}
    changes = [r for r in rows if r.record is CaseChange and r.values["programme"] == programme.code
               and life.enrolled and r.day >= life.enrolled and r.values["change"] in {*allowed, "恢复"}]
    changes = [r for r in changes if r.values["change"] != LOST or _lost_counts(programme, r, rows)]
    last = changes[-1] if changes else None
    if last is None or last.values["change"] == "恢复":
        return life
    if any(r.record in programme.services and r.day > last.day for r in rows):
        return life
    return Life(last.values["change"], life.enrolled, None, "", last.day, life.cleared_on)


def _lost_counts(programme: Programme, change: Row, rows: list[Row]) -> bool:
    """失访 counts when the township confirmed it after enough attempts on different days."""
    if change.values.get("confirmed") is not True:
        return False
    if programme.lost_after is None:
        return True
    days = {r.day for r in rows if r.record is ContactAttempt and r.day <= change.day
            and r.values["programme"] == programme.code}
    needed = programme.lost_after.value_or_none(change.day)
    return needed is not None and len(days) >= needed


# -- suspicion ----------------------------------------------------------------------------------

def _not_a_case(programme: Programme, history: History, rows: list[Row], on: date,
                life: Life) -> CaseState:
    found = None
    if not _gone(programme, history.person, on):            # nobody is asked to verify the dead
        found = _evidence(programme, programme.enrol.suspects, history, rows, on, life.cleared_on)
    everything = Scene(history.person, date.min, rows, on)
    state = SUSPECT if found else life.state
    return CaseState(programme.code, state, life.enrolled, life.ended, life.end_reason, None,
                     {}, (), _classes(programme, everything), found, _last_day(programme, rows))


def _evidence(programme: Programme, kinds: tuple[Evidence, ...], history: History, rows: list[Row],
              on: date, cleared_on: date | None) -> Row | None:
    """The earliest row that completes one of these kinds of evidence, for a person who may come in."""
    if holds(programme.enrol.who, {}, on=on, person=history.person) is not True:
        return None
    fresh = [r for r in rows if cleared_on is None or r.day > cleared_on]
    scene = Scene(history.person, date.min, fresh, on)
    found = [row for kind in kinds if (row := _complete(kind, scene))]
    return min(found, key=lambda r: r.day, default=None)


def _complete(kind: Evidence, scene: Scene) -> Row | None:
    if isinstance(kind, Confirm):
        return next(iter(fired(kind, scene)), None)
    rows = [r for r in scene.of(kind.record)
            if holds(kind.where, r.values, on=r.day, person=scene.person) is True]
    if isinstance(kind, First):
        return rows[0] if rows else None
    return _second(kind, rows)


def _second(kind: Twice, rows: list[Row]) -> Row | None:
    """The first row at least the span after the first of all."""
    for row in rows[1:]:
        apart = kind.apart.value_or_none(row.day)
        if apart is not None and days_between(rows[0].day, row.day) >= apart:
            return row
    return None


# -- loops and classes --------------------------------------------------------------------------

def _loop(programme: Programme, loop: Loop, scene: Scene, ended: date | None) -> list[LoopState]:
    """The loop's turns: one for each day of closing, opened by the first row that fired before it.

    A loop is closed by a record of a later day than it was opened, by its last step likewise, or
    by the end of the case.
    """
    steps = [r for r in scene.of(LoopStep) if r.values["loop"] == loop.code
             and r.values["programme"] == programme.code]
    closings = sorted({*scene.days(loop.closed_by),
                       *(r.day for r in steps if r.values["step"] == loop.steps[-1])})
    found: dict[date | None, list[tuple[Row, After | Confirm]]] = {}
    openings = [(row, rule) for rule in loop.opens for row in fired(rule, scene)
                if span(row.day, rule.within, row.day)]
    for row, rule in sorted(openings, key=lambda x: x[0].day):
        closed = next((d for d in closings if d > row.day), ended)
        turn = found.setdefault(closed, [])
        if not turn or turn[0][0].day == row.day:
            turn.append((row, rule))
    return [_turn(loop, turn, closed, steps) for closed, turn in found.items()]


def _turn(loop: Loop, turn: list[tuple[Row, After | Confirm]], closed: date | None,
          steps: list[Row]) -> LoopState:
    row = turn[0][0]
    spans = [span(row.day, rule.within, row.day) for _, rule in turn]
    reached = [r for r in steps if r.day >= row.day and (closed is None or r.day <= closed)]
    step = reached[-1].values["step"] if reached else ""
    reasons = tuple(dict.fromkeys(rule.words(row.day) for _, rule in turn))
    return LoopState(loop.code, row.day, min(s for s in spans if s), closed, step, reasons, row)


def _classes(programme: Programme, scene: Scene) -> list[tuple[date, str | None]]:
    if programme.ladder is None or programme.ladder_of is None:
        return []
    return [(r.day, class_of_row(programme.ladder, r, scene.person))
            for r in scene.rows if r.record is programme.ladder_of]


def _last_day(programme: Programme, rows: list[Row]) -> date | None:
    counted = {programme.ladder_of} if programme.ladder and programme.ladder_of else programme.services
    return max((r.day for r in rows if r.record in counted), default=None)


def class_of_row(ladder: Ladder, row: Row, person: Mapping[str, Any]) -> str | None:
    """The row's class; None when it cannot be decided (DESIGN 5.1)."""
    return classify(ladder, row.values, on=row.day, person=person)


def told(loop: Loop, state: LoopState, *, on: date) -> tuple[str, ...]:
    """Whom an open loop has been shown to: each step of escalation whose delay has passed."""
    return tuple(e.to for e in loop.escalate
                 if state.open and days_between(state.follow_by, on) >= e.days.on(on))


def records_of(programme: Programme) -> tuple[type[Record], ...]:
    """Every Record a fold of this programme reads."""
    evidence = tuple(e.record for e in (
        *programme.enrol.suspects, *programme.enrol.automatic, *programme.ends_by))
    return tuple(dict.fromkeys((*programme.records, *evidence, CaseChange, ContactAttempt, LoopStep)))
