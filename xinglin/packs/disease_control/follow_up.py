"""慢病随访指标共用的部分：谁暂停了、到了期限没有、按期没有、四个季度齐不齐。

只是口径的零件，不是业务包；各病的指标用它们写自己的口径。
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.work import Case, ContactAttempt
from xinglin.declare.expr import Condition
from xinglin.declare.indicator import Count, Lake, Mean, Share, meets
from xinglin.declare.programme import Programme
from xinglin.kernel.dates import Period

if TYPE_CHECKING:
    import ibis.expr.types as ir

WITHDRAWN = "因更正撤销"
NOT_FOUND: Condition = ContactAttempt.outcome.is_any("未见到")
LOST: Condition = Case.state.is_any("失访")
PAUSED: Condition = Case.state.is_any("失访", "拒绝")


def until(lake: Lake, period: Period) -> ir.DateValue:
    """The last day that counts: the period's own, or the last known."""
    return ibis.literal(min(period.last, lake.day))


def paused(rows: ir.Table, on: ir.DateValue, state: Condition = PAUSED) -> ir.BooleanValue:
    """Is the case lost (or refused) by that day? A pause without a day counts from the start."""
    begun = rows["paused_on"].isnull() | (rows["paused_on"] <= on)
    return (meets(state, rows, on=on) & begun).fill_null(False)


def standard(lake: Lake, year: Period, programme: Programme, visits: ir.Table) -> Share:
    """The managed, and whether every rule of 规范管理 was kept.

    `visits` are those that count (face to face, complete): person, day.
    """
    rows = lake.cases(programme, active_in=year)
    for table in (_quarters(visits, year), _examined(lake, year), _late_rechecks(lake, programme, year),
                  _late_referrals(lake, programme, year)):
        rows = rows.left_join(table, "person").drop("person_right")
    kept = ibis.and_(*[_quarter_kept(rows, q) for q in _closed_quarters(lake, year)], True)
    examined = rows["exams"].notnull() | (lake.day < year.last)
    on_time = rows["late_rechecks"].isnull() & rows["late_referrals"].isnull()
    return Share(of=rows, having=kept & examined & on_time)


def _closed_quarters(lake: Lake, year: Period) -> list[Period]:
    """Calendar quarters of the year that are over; the running one does not count against."""
    return [q for q in _year_quarters(year) if q.last <= lake.day]


def _quarters(visits: ir.Table, year: Period) -> ir.Table:
    """Which quarters each person had a visit in that counts: columns visited_…."""
    return visits.group_by("person").agg(
        **{_name(q): visits["day"].between(q.first, q.last).any() for q in _year_quarters(year)})


def _year_quarters(year: Period) -> list[Period]:
    return sorted({Period.of(m.first, "quarter") for m in year.months()})


def _name(quarter: Period) -> str:
    return f"visited_{quarter}"


def _quarter_kept(rows: ir.Table, quarter: Period) -> ir.BooleanValue:
    """A quarter binds those who were enrolled before it or on its first day."""
    return (rows["enrolled"] > quarter.first) | rows[_name(quarter)].fill_null(False)


def _examined(lake: Lake, year: Period) -> ir.Table:
    exams = lake.within(AnnualExam, year)
    return exams.group_by("person").agg(exams=exams.count())


def _late_rechecks(lake: Lake, programme: Programme, year: Period) -> ir.Table:
    """People with a recheck that was missed or done late."""
    due = decided(lake, year, programme, "recheck")
    late = due.filter(~due["on_time"])
    return late.group_by("person").agg(late_rechecks=late.count())


def _late_referrals(lake: Lake, programme: Programme, year: Period) -> ir.Table:
    """People with a referral that was not followed in time."""
    opened = followed(lake, year, programme)
    late = opened.filter(~opened["on_time"])
    return late.group_by("person").agg(late_referrals=late.count())


def _tasks(lake: Lake, period: Period, programme: Programme, code: str) -> ir.Table:
    """Tasks of a kind due in the period, without those that a correction took back; `day` is the due day.

    A pause does not take a missed one away, else marking people lost would raise the figure.
    """
    tasks = lake.tasks(programme, period)
    mine = tasks.filter(tasks["task"] == code, tasks["state"].isnull() | (tasks["state"] != WITHDRAWN))
    return mine.mutate(day=mine["due_by"])


def decided(lake: Lake, period: Period, programme: Programme, code: str) -> ir.Table:
    """Tasks whose last day is over or which were done; `on_time` says how."""
    mine = _tasks(lake, period, programme, code)
    over = mine.filter(mine["done_on"].notnull() | (mine["due_by"] < lake.day))
    return over.mutate(on_time=(over["done_on"] <= over["due_by"]).fill_null(False))


def followed(lake: Lake, period: Period, programme: Programme, code: str = "referral") -> ir.Table:
    """Loops opened in the period that are closed or past their follow-up day."""
    loops = lake.loops(programme, period)
    mine = loops.filter(loops["loop"] == code)
    over = mine.filter(mine["closed"].notnull() | (mine["follow_by"] < lake.day))
    return over.mutate(on_time=(over["closed"] <= over["follow_by"]).fill_null(False))


def new_cases(lake: Lake, period: Period, programme: Programme) -> Count:
    """Cases enrolled in the period, those since ended too."""
    cases = lake.within(Case, period)
    mine = cases.filter(cases["programme"] == programme.code, cases["state"].notin(("待核实", "已排除")))
    return Count(of=mine.mutate(day=mine["enrolled"]))


def due_visits(lake: Lake, period: Period, programme: Programme) -> Count:
    """Routine visits whose last day lies in the period."""
    return Count(of=_tasks(lake, period, programme, "visit"))


def late_visits(lake: Lake, period: Period, programme: Programme) -> Share:
    """Of the routine visits due and decided, those done late or not at all."""
    due = decided(lake, period, programme, "visit")
    return Share(of=due, having=due["done_on"].isnull() | (due["done_on"] > due["due_by"]))


def not_found(lake: Lake, period: Period, programme: Programme) -> Count:
    """Contacts of the period that found nobody."""
    tried = lake.within(ContactAttempt, period)
    mine = tried.filter(tried["programme"] == programme.code)
    return Count(of=mine.filter(meets(NOT_FOUND, mine, on=mine["day"])))


def days_to_close(lake: Lake, period: Period, programme: Programme) -> Mean:
    """Days from opening to closing of the loops opened in the period; open ones have no value."""
    loops = lake.loops(programme, period)
    return Mean(of=loops, value=loops["closed"].delta(loops["opened"], unit="day"))


def loops_closed(lake: Lake, period: Period, programme: Programme) -> Share:
    """Of the loops opened in the period, those closed by the last day known."""
    loops = lake.loops(programme, period)
    return Share(of=loops, having=loops["closed"].notnull())
