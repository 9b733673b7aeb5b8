"""Loops for everyone: turns with their reasons and steps, the mirror of `fold._loop`."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from xinglin.act.programmes.plan_closing import Closing
from xinglin.act.programmes.plan_evidence import runs
from xinglin.act.programmes.plan_rows import earlier, order, span_at, union_all
from xinglin.datasets.work import LoopStep
from xinglin.declare.expr import parts_of
from xinglin.declare.norm import Norm
from xinglin.declare.programme import Loop
from xinglin.declare.record import Record
from xinglin.declare.rules import After, Confirm

Opening = After | Confirm


def turns(closing: Closing, loop: Loop, cases: Any) -> Any:
    """All turns: person, opened, follow_by, closed, step, reasons, why_record, why_rk."""
    steps = closing.source.stages.keep(_steps(closing, loop))
    extra = steps.filter(steps.step == loop.steps[-1]).select("person", "day").distinct()
    records = list(dict.fromkeys(rule.record for rule in loop.opens))
    opened = union_all([_openings(closing, loop, record, extra) for record in records])
    ends = cases.select("person", ended="ended")
    opened = opened.inner_join(ends, "person")
    opened = opened.mutate(closed=opened.closed.coalesce(opened.ended)).drop("ended")
    return _with_step(_merged(loop, opened), steps)


def _steps(closing: Closing, loop: Loop) -> Any:
    rows = closing.rows(LoopStep)
    rows = rows.filter((rows.loop == loop.code) & (rows.programme == closing.programme.code)
                       & (rows.day__ >= rows.case__enrolled))
    window = ibis.window(group_by="person", order_by=order(LoopStep, rows))
    return rows.select("person", "step", day=rows.day__, pos=ibis.row_number().over(window))


def _openings(closing: Closing, loop: Loop, record: type[Record], extra: Any) -> Any:
    """Rows of one Record on which rules fired: when closed, by when to follow, which rules."""
    fired = _fired(closing, loop, record)
    flags = [fired[f"r{i}"] for i in range(len(loop.opens))]
    fired = fired.filter(ibis.or_(*flags))
    fired = closing.strictly(fired, loop.closed_by, own=record, extra=extra)
    first = ibis.cases(*[(fired[f"r{i}"], ibis.literal(i, "int32")) for i in range(len(loop.opens))])
    by = ibis.null("date")
    for i, rule in enumerate(loop.opens):
        span = ibis.ifelse(fired[f"r{i}"], span_at(fired.day, rule.within), ibis.null("date"))
        by = span if i == 0 else earlier(by, span)
    return fired.select("person", "day", "closed", "rk", *[f"r{i}" for i in range(len(loop.opens))],
                        place=first.cast("int64") * (1 << 32) + fired.n, by=by,
                        record=ibis.literal(record.about.code))


def _fired(closing: Closing, loop: Loop, record: type[Record]) -> Any:
    """The scan's rows with a flag for every opening rule (false for rules of other Records)."""
    scan = closing.scan(record)
    table = scan.table
    for i, rule in enumerate(loop.opens):
        if isinstance(rule, Confirm) and rule.record is record:
            table = _confirmed(table, scan.asked.flag(rule), rule, f"r{i}")
        else:
            own = table[scan.asked.flag(rule)] if rule.record is record else ibis.literal(False)
            table = table.mutate(**{f"r{i}": own & span_at(table.day, rule.within).notnull()})
    return table


def _confirmed(table: Any, flag: str, rule: Confirm, name: str) -> Any:
    days = table.filter(table.inside & (table.nxt.isnull() | (table.nxt != table.day)))
    found = runs(days, days[flag])
    found = found.filter((found.run > 0) & (found.run == rule.times.at(found.day))
                         & span_at(found.day, rule.within).notnull())
    found = found.select(c_person=found.person, c_rk=found.rk)
    joined = table.left_join(found, [table.person == found.c_person, table.rk == found.c_rk])
    return joined.mutate(**{name: joined.c_rk.notnull()}).drop("c_person", "c_rk")


def _merged(loop: Loop, opened: Any) -> Any:
    """One turn a closing: its first day, and everything that fired on that day."""
    start = opened.day.min().over(ibis.window(group_by=["person", "closed"]))
    first = opened.mutate(start__=start)
    first = first.filter(first.day == first.start__)
    turn = first.group_by(["person", "closed", "day"]).aggregate(
        follow_by=first.by.min(), why_rk=first.rk.argmin(first.place),
        why_record=first.record.argmin(first.place),
        **{f"r{i}": first[f"r{i}"].any() for i in range(len(loop.opens))})
    return turn.select("person", "closed", "follow_by", "why_rk", "why_record", opened=turn.day,
                       reasons=_reasons(loop, turn))


def _reasons(loop: Loop, turn: Any) -> Any:
    """The words of the rules that fired, each once, joined by “；”, with the numbers of that day."""
    words: dict[tuple[tuple[date, str], ...], Any] = {}
    for i, rule in enumerate(loop.opens):
        dated = _dated_words(rule)
        words[dated] = words[dated] | turn[f"r{i}"] if dated in words else turn[f"r{i}"]
    joined = ibis.literal("")
    for dated, flag in words.items():
        text = ibis.cases(*[(turn.day >= ibis.literal(day), "；" + text) for day, text in dated],
                          else_="；" + dated[-1][1])
        joined = joined + ibis.ifelse(flag, text, ibis.literal(""))
    return joined.substr(1)


def _dated_words(rule: Opening) -> tuple[tuple[date, str], ...]:
    """The rule's words from each day on which one of its numbers changes, newest first."""
    norms = [*rule.norms, *(p for p in parts_of(rule.when) if isinstance(p, Norm))]
    days = {date.min, *(line.day for norm in norms for line in norm.history)}
    return tuple((day, rule.words(day)) for day in sorted(days, reverse=True))


def _with_step(turn: Any, steps: Any) -> Any:
    """The last step between opening and closing."""
    steps = steps.rename(s_person="person", s_day="day")
    walked = turn.inner_join(steps, [
        turn.person == steps.s_person, steps.s_day >= turn.opened,
        turn.closed.isnull() | (steps.s_day <= turn.closed)])
    last = walked.group_by(["person", "opened"]).aggregate(step=walked.step.argmax(walked.pos))
    found = turn.left_join(last, ["person", "opened"]).drop("person_right", "opened_right")
    return found.mutate(step=found.step.fill_null(""))
