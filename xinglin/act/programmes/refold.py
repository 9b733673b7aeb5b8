"""One person's rows of the projections from a fold: what a save writes at once.

The same rows as the night's fill gives for the same history (tests/integration/programmes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import models

from xinglin.act.programmes.cycles import Cycle
from xinglin.act.programmes.door import door_of
from xinglin.act.programmes.fold import LOST, REFUSED, CaseState, History, LoopState, fold
from xinglin.act.programmes.models import (
    DONE,
    CaseRow,
    OpenLoop,
    OpenTask,
    SuspectRow,
)
from xinglin.act.programmes.project import AHEAD, BEHIND, fields_of, key_of
from xinglin.datasets.work import CaseChange
from xinglin.declare.programme import Programme
from xinglin.kernel.dates import plus_days

Values = dict[str, Any]


def refold(history: History, programmes: Iterable[Programme], *, on: date,
           gone_as: str) -> dict[str, CaseState]:
    """Fold the person in these programmes and write their rows; open items that no longer follow
    close as `gone_as`. Runs inside the transaction of the save."""
    states = {}
    for programme in programmes:
        state = states[programme.code] = fold(programme, history, on=on)
        base = _base(programme, history, state)
        case = _case(programme, state, base, history, on)
        _write(CaseRow, base, [case] if state.state else [], on, "")
        shown = {n: case[n] for n in ("house", "line", "last_class")}
        _write(OpenTask, base, [*_tasks(programme, state, base | shown, on)], on, gone_as)
        _write(OpenLoop, base, [*_loops(state, base, on)], on, gone_as)
        _write(SuspectRow, base, _suspect(state, base), on, "")
    return states


def _base(programme: Programme, history: History, state: CaseState) -> Values:
    """Who looks after the person: as the population register says, else as the enrolment did."""
    given = _carer(history)
    known = {n: history.person.get(n) or given.get(n) or "" for n in ("org", "doctor")}
    return {"person": history.person["person"], "programme": programme.code, **known,
            "place": history.person.get("place") or ""}


def _carer(history: History) -> Mapping[str, str]:
    """org and doctor as the last 纳入 of any programme that names them says."""
    found: dict[str, str] = {}
    for row in history.rows:
        if row.record is CaseChange and row.values["change"] == "纳入":
            found |= {n: row.values[n] for n in ("org", "doctor") if row.values.get(n)}
    return found


def _case(programme: Programme, state: CaseState, base: Values, history: History, on: date) -> Values:
    due = [c.due_by for code, c in state.due(on).items() if not programme.task(code).opportunistic]
    door = door_of(history.person.get("house_no") or "", history.person.get("household") or "")
    return base | {
        "state": state.state, "enrolled": state.enrolled, "ended": state.ended,
        "end_reason": state.end_reason, "paused_on": state.paused_on, "last_day": state.last_day,
        "last_class": state.last_class or "", "next_due": min(due, default=None),
        "open_tasks": len(due), "open_loops": len(state.open_loops),
        "house": door, "line": _line(programme, history, on)}


def _line(programme: Programme, history: History, on: date) -> str:
    record = programme.ladder_of
    rows = [r for r in history.until(on) if r.record is record]
    if record is None or not rows:
        return ""
    last, columns = rows[-1].values, record.columns()
    shown = [n for n in record.about.line if last.get(n) is not None or columns[n].required]
    return "/".join("—" if last.get(n) is None else str(last[n]) for n in shown)


def _tasks(programme: Programme, state: CaseState, base: Values, on: date) -> Iterable[Values]:
    paused = state.state in (LOST, REFUSED)
    for code, turns in state.cycles.items():
        if programme.task(code).opportunistic:
            continue
        for turn in turns:
            if _shown(turn, on):
                yield base | {"task": code, "cycle": turn.cycle, "due_from": turn.due_from,
                              "due_by": turn.due_by, "paused": paused and turn.done_on is None,
                              **_closed(turn.done_on)}


def _shown(turn: Cycle, on: date) -> bool:
    if turn.done_on:
        return turn.done_on >= plus_days(on, -BEHIND)
    return turn.state(on) != "错过" and turn.due_by <= plus_days(on, AHEAD)


def _closed(day: date | None) -> Values:
    return {"closed_on": day, "closed_as": DONE if day else ""}


def _loops(state: CaseState, base: Values, on: date) -> Iterable[Values]:
    for turn in state.loops:
        if turn.closed is None or turn.closed >= plus_days(on, -BEHIND):
            yield base | _loop(turn)


def _loop(turn: LoopState) -> Values:
    return {"loop": turn.loop, "opened": turn.opened, "follow_by": turn.follow_by, "step": turn.step,
            "reasons": "；".join(turn.reasons), **_closed(turn.closed)}


def _suspect(state: CaseState, base: Values) -> list[Values]:
    row = state.evidence
    if row is None:
        return []
    return [base | {"day": row.day, "why_record": row.record.about.code, "why_rk": row.values["rk"]}]


def _write(model: type[models.Model], base: Values, rows: list[Values], on: date, gone_as: str) -> None:
    """Put these rows in place of the person's; `gone_as` marks those that no longer follow."""
    objects = model.objects                                             # type: ignore[attr-defined]
    own = objects.filter(person=base["person"], programme=base["programme"])
    keyed = {key_of(model, row): row for row in rows}
    for old in own.exclude(pk__in=list(keyed)):
        if not gone_as:
            old.delete()
        elif old.closed_as in ("", DONE):
            old.closed_on, old.closed_as, old.digest = on, gone_as, 0
            old.save(update_fields=["closed_on", "closed_as", "digest"])
    names = fields_of(model)
    objects.bulk_create([model(rk=rk, **row) for rk, row in keyed.items()], update_conflicts=True,
                        unique_fields=["rk"], update_fields=names[1:])
