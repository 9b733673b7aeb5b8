"""Cycles for everyone: one function a rule type, each the mirror of its namesake in `cycles`.

A turns table has: person, cycle, due_from, due_by, done_on, why_record, why_rk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from xinglin.act.programmes.plan_closing import Closing
from xinglin.act.programmes.plan_evidence import runs
from xinglin.act.programmes.plan_rows import order, span_at, union_all
from xinglin.declare.days import plus_days, plus_months
from xinglin.declare.norm import Norm
from xinglin.declare.programme import Closer, Task
from xinglin.declare.record import Record
from xinglin.declare.rules import (
    After,
    AtAge,
    AtWeeks,
    Confirm,
    Dose,
    EachYear,
    Once,
    OnDay,
    PerYear,
)

WINDOWED = (EachYear, AtWeeks)      # once the last day has passed: missed, not overdue


@dataclass(frozen=True)
class Turns:
    """What the rule functions read. `since`: earlier closed or missed turns are not asked for."""

    closing: Closing
    cases: Any                      # those that are a case
    since: date | None

    def of(self, task: Task) -> Any:
        """All turns of a task."""
        closed_by = task.closed_by
        match task.due:
            case PerYear(times):
                return self.per_year(times, closed_by)
            case EachYear():
                return self.each_year(closed_by)
            case Once(within):
                return self.once(within, closed_by)
            case After() as rule:
                return self.after(rule, closed_by)
            case Confirm() as rule:
                return self.remeasure(rule)
            case OnDay() as rule:
                return self.on_day(rule, closed_by)
            case AtAge() as rule:
                return self.at_age(rule, closed_by)
            case AtWeeks() as rule:
                return self.at_weeks(rule, closed_by)
        raise TypeError(type(task.due).__name__)

    def per_year(self, times: Norm, closed_by: Sequence[Closer]) -> Any:
        firsts, days = self.closing.firsts(closed_by), self.closing.days(closed_by)
        start = self.cases.left_join(firsts, "person").drop("person_right")
        start = start.filter(start.first.isnull() | (start.first != start.enrolled))
        anchors = union_all([start.select("person", day=start.enrolled, done=start.first),
                             days.select("person", "day", done=days.after)])
        n = times.at(anchors.day).cast("int32")
        anchors = anchors.mutate(n=n).filter(n > 0)
        by = plus_months(anchors.day, ibis.literal(12, "int32") // anchors.n)
        return _turns(anchors, anchors.day, anchors.day, by, anchors.done)

    def each_year(self, closed_by: Sequence[Closer]) -> Any:
        last, first = self.cases.until.year(), self.cases.enrolled.year()
        if self.since is not None:
            first = ibis.greatest(first, ibis.literal(self.since.year))
        years = self.cases.select("person", "enrolled", last=last,
                                  year=ibis.range(first, last + 2).unnest())
        years = years.mutate(year=years.year.cast("int32"))
        days = self.closing.all_days(closed_by)
        if self.since is not None:
            days = days.filter(days.day >= ibis.literal(date(self.since.year, 1, 1)))
        done = days.group_by(["person", days.day.year().cast("int32").name("year")]).aggregate(
            done=days.day.min())
        turns = years.left_join(done, ["person", "year"]).drop("person_right", "year_right")
        ahead = turns.filter((turns.year == turns["last"]) & turns.done.notnull()).select("person")
        known = turns.filter(turns.year <= turns["last"])
        following = turns.filter(turns.year > turns["last"]).semi_join(ahead, "person")
        every = union_all([known, following])
        opens = ibis.date(every.year, 1, 1)
        return _turns(every, every.year, ibis.greatest(every.enrolled, opens),
                      ibis.date(every.year, 12, 31), every.done)

    def once(self, within: Norm, closed_by: Sequence[Closer]) -> Any:
        rows = self.cases.left_join(self.closing.firsts(closed_by), "person").drop("person_right")
        rows = rows.mutate(by=span_at(rows.enrolled, within))
        rows = rows.filter(rows.by.notnull())
        return _turns(rows, ibis.literal("1"), rows.enrolled, rows.by, rows.first)

    def after(self, rule: After, closed_by: Sequence[Closer]) -> Any:
        """One turn a closing; the next row of the rule's own Record closes, on the same day too."""
        scan = self.closing.scan(rule.record)
        fired = scan.table.filter(scan.holds(rule))
        own = rule.record in closed_by
        others = [c for c in closed_by if c is not rule.record]
        fired = self.closing.strictly(fired, others)
        closed = self.closing.nearest(fired.nxt, fired.closed) if own else fired.closed
        fired = fired.mutate(closed=closed, by=span_at(fired.day, rule.within))
        fired = fired.filter(fired.by.notnull() & (fired.closed.isnull() | (fired.closed != fired.day)))
        if not own:
            fired = _one_a_closing(fired, "n")
        return _turns(fired, fired.day, fired.day, fired.by, fired.closed, rule.record)

    def remeasure(self, rule: Confirm) -> Any:
        scan = self.closing.scan(rule.record)
        days = scan.table.filter(scan.table.inside)
        days = days.filter(days.nxt.isnull() | (days.nxt != days.day))
        found = runs(days, days[scan.asked.flag(rule)])
        found = found.mutate(by=span_at(found.day, rule.within))
        found = found.filter((found.run > 0) & (found.run < rule.times.at(found.day)) & found.by.notnull())
        return _turns(found, found.day, found.day, found.by, found.nxt, rule.record)

    def on_day(self, rule: OnDay, closed_by: Sequence[Closer]) -> Any:
        """One turn a closing: the last booking before it."""
        record = rule.records[0]
        rows = self.closing.scan(record).table
        rows = rows.filter(rows.inside & rows[f"booked_{rule.column.name}"].notnull())
        rows = self.closing.strictly(rows, closed_by, own=record)
        last = _one_a_closing(rows, ibis.desc("n"))
        return _turns(last, last.day, last.day, last[f"booked_{rule.column.name}"], last.closed, record)

    def at_age(self, rule: AtAge, closed_by: Sequence[Closer]) -> Any:
        """The doses in their order, up to the first not given."""
        rows = union_all([r.select("person", day=r.day__, dose=r[rule.dose.name])
                          for r in (self.closing.rows(c) for c in closed_by)])
        given = rows.group_by("person").aggregate(**{
            f"g{i}": rows.day.min(where=rows.dose == d.code) for i, d in enumerate(rule.doses)})
        wide = self.cases.left_join(given, "person").drop("person_right")
        wide = wide.filter(wide.person__birth_date.notnull())
        holds = [_edition(dose, wide.person__birth_date) for dose in rule.doses]
        done = [ibis.ifelse(h, wide[f"g{i}"], ibis.null("date")) for i, h in enumerate(holds)]
        found = []
        for i, dose in enumerate(rule.doses):
            start = plus_months(wide.person__birth_date, dose.from_months)
            if i:
                before = ibis.coalesce(*reversed(done[:i]))
                start = ibis.greatest(start, plus_days(before, dose.gap).coalesce(start))
            by = ibis.greatest(plus_months(wide.person__birth_date, dose.by_months), start)
            reached = ibis.and_(holds[i], *[~holds[j] | done[j].notnull() for j in range(i)])
            found.append(_turns(wide, ibis.literal(dose.code), start, by, wide[f"g{i}"], where=reached))
        return union_all(found)

    def at_weeks(self, rule: AtWeeks, closed_by: Sequence[Closer]) -> Any:
        """Windows from the anchor, up to the first that is open or ahead and not done."""
        wide = self._weeks(rule, closed_by)
        found, stopped = [], ibis.literal(False)
        for i, window in enumerate(rule.windows):
            start, by = plus_days(wide.anchor, 7 * window.from_week), plus_days(wide.anchor, 7 * window.to_week + 6)
            cycle = wide.anchor.cast("string") + f" {window.code}"
            found.append(_turns(wide, cycle, start, by, wide[f"w{i}"], where=~stopped))
            stopped = stopped | (wide[f"w{i}"].isnull() & (by >= wide.until))
        return union_all(found)

    def _weeks(self, rule: AtWeeks, closed_by: Sequence[Closer]) -> Any:
        """One row a case with an anchor: `w<i>` is the day on which window i was done."""
        record = rule.records[0]
        rows = self.closing.rows(record)
        rows = rows.mutate(anchor=rows[rule.anchor.name]).filter(rows[rule.anchor.name].notnull())
        placed = rows.mutate(n__=ibis.row_number().over(
            group_by=rows.person, order_by=[c.desc() for c in order(record, rows)]))
        anchors = placed.filter(placed.n__ == 0).select("person", "anchor")
        days = self.closing.all_days(closed_by).inner_join(anchors, "person")
        done = days.group_by("person").aggregate(**{f"w{i}": days.day.min(where=days.day.between(
            plus_days(days.anchor, 7 * w.from_week), plus_days(days.anchor, 7 * w.to_week + 6)))
            for i, w in enumerate(rule.windows)})
        wide = self.cases.inner_join(anchors, "person")
        return wide.left_join(done, "person").drop("person_right")


def _edition(dose: Dose, born: Any) -> Any:
    """`Dose.holds_for` as a column."""
    since = ibis.literal(True) if dose.born_from is None else born >= ibis.literal(dose.born_from)
    return since if dose.born_before is None else since & (born < ibis.literal(dose.born_before))


def _one_a_closing(rows: Any, by: Any) -> Any:
    placed = rows.mutate(n__=ibis.row_number().over(
        ibis.window(group_by=["person", "closed"], order_by=by)))
    return placed.filter(placed.n__ == 0)


def _turns(rows: Any, cycle: Any, due_from: Any, due_by: Any, done_on: Any,
           why: type[Record] | None = None, where: Any = None) -> Any:
    if where is not None:
        rows = rows.mutate(t1__=due_from, t2__=due_by, t3__=done_on).filter(where)
        due_from, due_by, done_on = rows.t1__, rows.t2__, rows.t3__
    return rows.select(
        "person", cycle=cycle.cast("string"), due_from=due_from, due_by=due_by, done_on=done_on,
        why_record=ibis.literal(why.about.code) if why else ibis.null("string"),
        why_rk=rows.rk if why else ibis.null("int64"))
