"""Cycles of a due rule for one person, in plain Python: the oracle of `plan`.

A cycle is one turn of a task: due from a day, by a day, done on a day or not. Each function takes
the rows of one person in their order (DESIGN 4.5: day, delivery's time, version, key) and returns
every cycle so far, the open or next one last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, zip_longest
from typing import Any

from xinglin.declare.expr import holds
from xinglin.declare.norm import Norm
from xinglin.declare.programme import Closer, Showing
from xinglin.declare.record import Row
from xinglin.declare.rules import (
    After,
    AtAge,
    AtWeeks,
    Confirm,
    EachYear,
    Once,
    OnDay,
    PerYear,
    Rule,
)
from xinglin.kernel.dates import plus_days, plus_months

YEAR_END = (12, 31)


@dataclass(frozen=True)
class Cycle:
    """One turn of a task. `windowed`: once its last day has passed it is missed, not overdue."""

    cycle: str
    due_from: date
    due_by: date
    done_on: date | None = None
    why: Row | None = None
    windowed: bool = False

    def state(self, on: date) -> str:
        if self.done_on:
            return "已了"
        if on > self.due_by:
            return "错过" if self.windowed else "逾期"
        return "今天" if on == self.due_by else "未到"


@dataclass(frozen=True)
class Scene:
    """One person's case as the rules see it: rows up to the last day that counts, in order."""

    person: Mapping[str, Any]
    enrolled: date
    rows: Sequence[Row]
    on: date

    def of(self, *kinds: Closer) -> list[Row]:
        """Rows of these Records (showing what they must) on or after enrolment."""
        return [r for r in self.every(kinds) if r.day >= self.enrolled]

    def every(self, kinds: Iterable[Closer]) -> list[Row]:
        """The same, before enrolment too."""
        wanted = tuple(kinds)
        return [r for r in self.rows if any(self._shows(r, k) for k in wanted)]

    def _shows(self, row: Row, kind: Closer) -> bool:
        if isinstance(kind, Showing):
            return row.record is kind.record and holds(kind.where, row.values, on=row.day, person=self.person) is True
        return row.record is kind

    def days(self, kinds: Iterable[Closer]) -> list[date]:
        return sorted({r.day for r in self.of(*kinds)})

    def met(self, row: Row, rule: After | Confirm) -> bool:
        """Does the rule's condition hold on this row (unknown does not)?"""
        return holds(rule.when, row.values, on=row.day, person=self.person) is True


def span(day: date, norm: Norm, picked: date) -> date | None:
    """The last day of a span that counts from the day after `day` (norms §0.7)."""
    n = norm.value_or_none(picked)
    if n is None:
        return None
    if norm.unit == "月":
        return plus_months(day, int(n))
    return plus_days(day, int(n) * (7 if norm.unit == "周" else 1))


def cycles(rule: Rule, closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    """All cycles of a task, at most one of them open or next; empty when nothing is due."""
    match rule:
        case PerYear(times):
            return _per_year(times, closed_by, scene)
        case EachYear():
            return _each_year(closed_by, scene)
        case Once(within):
            return _once(within, closed_by, scene)
        case After():
            return _after(rule, closed_by, scene)
        case Confirm():
            return _remeasure(rule, scene)
        case OnDay():
            return _on_day(rule, closed_by, scene)
        case AtAge():
            return _at_age(rule, closed_by, scene)
        case AtWeeks():
            return _at_weeks(rule, closed_by, scene)
    raise TypeError(type(rule).__name__)


def _per_year(times: Norm, closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    anchors = sorted({scene.enrolled, *scene.days(closed_by)})
    found = []
    for anchor, following in zip(anchors, [*anchors[1:], None], strict=True):
        n = times.value_or_none(anchor)
        if n:
            by = plus_months(anchor, 12 // int(n))
            found.append(Cycle(anchor.isoformat(), anchor, by, following))
    return found


def _each_year(closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    # An examination before enrolment, in the same year, is that year's examination.
    days = sorted({r.day for r in scene.every(closed_by)})
    found: list[Cycle] = []
    for year in range(scene.enrolled.year, scene.on.year + 2):
        done = next((d for d in days if d.year == year), None)
        start = max(scene.enrolled, date(year, 1, 1))
        found.append(Cycle(str(year), start, date(year, *YEAR_END), done, windowed=True))
        if done is None and year >= scene.on.year:
            break
    return found


def _once(within: Norm, closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    by = span(scene.enrolled, within, scene.enrolled)
    days = scene.days(closed_by)
    return [Cycle("1", scene.enrolled, by, days[0] if days else None)] if by else []


def fired(rule: After | Confirm, scene: Scene) -> list[Row]:
    """Rows on which the rule fires, in order."""
    rows = scene.of(rule.record)
    if isinstance(rule, After):
        return [rows[i] for i in _in_a_row(rule, rows, scene)]
    return [rows[i] for i, run, times in _runs(rule, rows, scene) if 0 < run == times]


def _in_a_row(rule: After, rows: list[Row], scene: Scene) -> list[int]:
    met = [scene.met(r, rule) for r in rows]
    k = rule.in_a_row
    return [i for i in range(k - 1, len(rows)) if all(met[i - k + 1: i + 1])]


def _runs(rule: Confirm, rows: list[Row], scene: Scene) -> list[tuple[int, int, int]]:
    """(index of the day's last row, days running on which it held, days required) for every day."""
    found, run = [], 0
    for _, group in groupby(range(len(rows)), key=lambda i: rows[i].day):
        last = list(group)[-1]
        run = run + 1 if scene.met(rows[last], rule) else 0
        found.append((last, run, int(rule.times.value_or_none(rows[last].day) or 0)))
    return found


def _after(rule: After, closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    """One cycle a closing: the first row that fired before it.

    The next row of the rule's own Record closes, on the same day too (the day's last reading
    decides, and nothing was due in between); any other Record closes from the next day on.
    """
    rows = scene.of(rule.record)
    others = scene.days([c for c in closed_by if c is not rule.record])
    found: dict[date | None, Cycle] = {}
    for i in _in_a_row(rule, rows, scene):
        row = rows[i]
        own = [rows[i + 1].day] if rule.record in closed_by and i + 1 < len(rows) else []
        closed_on = min([*own, *[d for d in others if d > row.day][:1]], default=None)
        by = span(row.day, rule.within, row.day)
        if by and closed_on != row.day:
            found.setdefault(closed_on, Cycle(row.day.isoformat(), row.day, by, closed_on, row))
    return list(found.values())


def _remeasure(rule: Confirm, scene: Scene) -> list[Cycle]:
    rows = scene.of(rule.record)
    runs = _runs(rule, rows, scene)
    found = []
    for (i, run, times), following in zip_longest(runs, runs[1:]):
        day = rows[i].day
        by = span(day, rule.within, day)
        if 0 < run < times and by:
            done = rows[following[0]].day if following else None
            found.append(Cycle(day.isoformat(), day, by, done, rows[i]))
    return found


def _on_day(rule: OnDay, closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    """One cycle a closing: the last booking before it. A booking is closed from the next day on."""
    days = scene.days(closed_by)
    found: dict[date | None, Cycle] = {}
    for row in scene.of(*rule.records):
        by = row.values.get(rule.column.name)
        if by:
            closed_on = next((d for d in days if d > row.day), None)
            found[closed_on] = Cycle(row.day.isoformat(), row.day, by, closed_on, row)
    return list(found.values())


def _at_age(rule: AtAge, closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    born = scene.person.get("birth_date")
    if born is None:
        return []
    given: dict[str, date] = {}
    for row in scene.every(closed_by):
        given.setdefault(str(row.values.get(rule.dose.name)), row.day)
    found, before = [], None
    for dose in (d for d in rule.doses if d.holds_for(born)):
        start = plus_months(born, dose.from_months)
        if before:
            start = max(start, plus_days(before, dose.gap))
        by = max(plus_months(born, dose.by_months), start)
        before = given.get(dose.code)
        found.append(Cycle(dose.code, start, by, before))
        if before is None:
            break
    return found


def _at_weeks(rule: AtWeeks, closed_by: Sequence[Closer], scene: Scene) -> list[Cycle]:
    anchors = [r.values.get(rule.anchor.name) for r in scene.rows if r.record is rule.anchor.record]
    anchor = next((a for a in reversed(anchors) if a), None)
    if anchor is None:
        return []
    days = sorted({r.day for r in scene.every(closed_by)})
    found = []
    for window in rule.windows:
        start, by = plus_days(anchor, 7 * window.from_week), plus_days(anchor, 7 * window.to_week + 6)
        done = next((d for d in days if start <= d <= by), None)
        cycle = f"{anchor.isoformat()} {window.code}"
        found.append(Cycle(cycle, start, by, done, windowed=True))
        if done is None and by >= scene.on:
            break
    return found
