"""Everyone's cases, tasks and loops in one programme, in Ibis: what the night computes.

The same function of (history, declaration, day) as `fold`, for all people or for some; the oracle
(tests/oracle) holds the two together, cycle by cycle. Steps: cases, one windowed scan a Record,
turns by rule, loops; what several steps read is kept in temporary tables until `close`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from xinglin.act.programmes import plan_loops
from xinglin.act.programmes.fold import LOST, REFUSED
from xinglin.act.programmes.plan_case import cases
from xinglin.act.programmes.plan_closing import Closing
from xinglin.act.programmes.plan_rows import Source, Stages, union_all
from xinglin.act.programmes.plan_rules import WINDOWED, Turns
from xinglin.datasets.people import Person
from xinglin.datasets.work import Case, LoopCase, Suspect, Task
from xinglin.declare.programme import Programme
from xinglin.declare.programme import Task as Due

ALL_TURNS = date(1, 1, 1)
_WHERE = ("org", "doctor", "place")


@dataclass(frozen=True)
class Planned:
    """Tables shaped as the Records Case, Task, LoopCase and Suspect.

    Use as a context, or call `close()`: it drops the temporary tables on which these stand.
    """

    cases: Any
    tasks: Any
    loops: Any
    suspects: Any
    _stages: Stages

    def close(self) -> None:
        self._stages.close()

    def __enter__(self) -> Planned:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def plan(programme: Programme, lake: Any, *, on: date, persons: Any = None,
         since: date | None = None, stages: Stages | None = None) -> Planned:
    """Everyone's cases, tasks and loops on a day; of `persons` only (a table or a list of numbers).

    `lake` needs only `rows(record)`. Open tasks and loops are given whatever their age, others from
    `since` on, due or done (by default 1 January of the year before; ALL_TURNS gives every turn).
    `stages`: where to keep what several steps read, if not in this run's temporary tables.
    """
    since = since or date(on.year - 1, 1, 1)
    stages = stages or Stages(lake.rows(Person).get_backend())
    try:
        return _planned(programme, Source(lake, on, stages, _people(stages, persons)), since)
    except BaseException:
        stages.close()
        raise


def _people(stages: Stages, persons: Any) -> Any:
    if persons is None:
        return None
    if not hasattr(persons, "columns"):
        persons = ibis.memtable({"person": list(persons)}, schema={"person": "int64"})
    return stages.keep(persons.select("person").distinct())


def _planned(programme: Programme, source: Source, since: date) -> Planned:
    keep = source.stages.keep
    known, suspected = cases(source, programme)
    closing = Closing(source, programme, known)
    managed = known.filter(known.is_case)
    turns = keep(_tasks(programme, closing, managed, since, source.on))
    loops = keep(_loops(programme, closing, managed, since))
    found = keep(_cases(programme, closing, known, turns, loops))
    tasks = turns.select(*Task.columns())
    suspects = suspected.mutate(programme=ibis.literal(programme.code)).select(*Suspect.columns())
    return Planned(found, tasks, loops, suspects, source.stages)


def _tasks(programme: Programme, closing: Closing, managed: Any, since: date, on: date) -> Any:
    rules = Turns(closing, managed, None if since == ALL_TURNS else since)
    rows = [_labelled(task, rules.of(task)) for task in programme.tasks]
    every = union_all(rows)
    edge = ibis.literal(since)
    every = every.filter(every.done_on.isnull() | (every.due_by >= edge) | (every.done_on >= edge))
    every = every.inner_join(managed.select("person", "state", "ended", *_WHERE), "person")
    every = every.filter(every.ended.isnull() | every.done_on.notnull())
    today = ibis.literal(on)
    paused = every.state.isin([LOST, REFUSED])
    state = ibis.cases(
        (every.done_on.notnull(), "已了"), ((every.due_by < today) & every.windowed, "错过"),
        (paused, "暂停"), (every.due_by < today, "逾期"), (every.due_by == today, "今天"), else_="未到")
    every = every.mutate(state=state, programme=ibis.literal(programme.code))
    every = every.filter((every.state != "错过") | (every.due_by >= edge))
    return every.select(*Task.columns(), "opportunistic")


def _labelled(task: Due, turns: Any) -> Any:
    return turns.mutate(task=ibis.literal(task.code), opportunistic=ibis.literal(task.opportunistic),
                        windowed=ibis.literal(isinstance(task.due, WINDOWED)))


def _loops(programme: Programme, closing: Closing, managed: Any, since: date) -> Any:
    where = managed.select("person", *_WHERE)
    if not programme.loops:
        return _no_loops(where)
    rows = [plan_loops.turns(closing, loop, managed).mutate(loop=ibis.literal(loop.code))
            for loop in programme.loops]
    every = union_all(rows)
    every = every.filter(every.closed.isnull() | (every.closed >= ibis.literal(since)))
    every = every.inner_join(where, "person").mutate(programme=ibis.literal(programme.code))
    return every.select(*LoopCase.columns())


def _no_loops(where: Any) -> Any:
    kinds = {n: t for n, t in LoopCase.schema().items() if n not in ("person", *_WHERE)}
    empty = where.filter(ibis.literal(False)).mutate(**{n: ibis.null(t) for n, t in kinds.items()})
    return empty.select(*LoopCase.columns())


def _cases(programme: Programme, closing: Closing, known: Any, tasks: Any, loops: Any) -> Any:
    listed = tasks.filter(tasks.done_on.isnull() & (tasks.state != "错过") & ~tasks.opportunistic)
    due = listed.group_by("person").aggregate(next_due=listed.due_by.min(),
                                              open_tasks=listed.count())
    unclosed = loops.filter(loops.closed.isnull())
    walking = unclosed.group_by("person").aggregate(open_loops=unclosed.count())
    found = known
    for more in (due, walking, _last(programme, closing)):
        found = found.left_join(more, "person").drop("person_right")
    found = found.mutate(programme=ibis.literal(programme.code),
                         open_tasks=found.open_tasks.fill_null(0),
                         open_loops=found.open_loops.fill_null(0))
    return found.select(*Case.columns())


def _last(programme: Programme, closing: Closing) -> Any:
    """last_day and last_class: of the ladder's Record, or of any service where there is no ladder."""
    if programme.ladder is None or programme.ladder_of is None:
        days = closing.all_days(programme.services)
        return days.group_by("person").aggregate(last_day=days.day.max(),
                                                 last_class=ibis.null("string"))
    table = closing.scan(programme.ladder_of).table
    last = table.filter(table.nxt.isnull())
    named = [(last.class_no == i, ibis.literal(n)) for i, n in enumerate(programme.ladder.names)]
    return last.select("person", last_day=last.day,
                       last_class=ibis.cases(*named, else_=ibis.null("string")))
