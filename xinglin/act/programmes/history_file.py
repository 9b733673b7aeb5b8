"""A person's history as a JSON file, and what is due of it as JSON: no database needed.

File: {"person": {"birth_date", "sex", "usual_resident", …}, "enrolled": "2024-01-05",
"records": [{"record": "…_visit", "day": "2024-03-01", …}]}. An absent yes/no is no, null is unknown.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from xinglin.act.programmes.cycles import Cycle
from xinglin.act.programmes.fold import CaseState, History, LoopState, fold, told
from xinglin.datasets.people import Person
from xinglin.datasets.work import CaseChange
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record, Row
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.errors import XinglinError

KNOWN = ("person", "enrolled", "records")
HOME = ("household", "house_no", "place", "org")     # where somebody lives is no part of the file


def read_history(text: Mapping[str, Any], records: Mapping[str, type[Record]],
                 programme: Programme) -> History:
    """The file's content as a History; refuses with the place in the file and what to do."""
    unknown = [k for k in text if k not in KNOWN]
    if unknown:
        _refuse(f"不认识的字段 {unknown}", "文件开头", f"只写 {list(KNOWN)}")
    person = _person(text.get("person") or {})
    enrolled = _day(text.get("enrolled"), "enrolled")
    listed = text.get("records") or []
    rows = [_row(r, i, records) for i, r in enumerate(listed, start=1)]
    if enrolled:
        rows.append(CaseChange.row(programme=programme.code, day=enrolled.isoformat(), change="纳入"))
    return History(person, rows, enrolled)


def _person(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = [k for k in given if k not in Person.columns()]
    if unknown:
        _refuse(f"居民没有 {unknown} 这些项", "person", f"可写：{sorted(Person.columns())}")
    days = {n for n, c in Person.columns().items() if c.kind == "day"}
    read = {k: _day(v, f"person.{k}") if k in days else v for k, v in given.items()}
    return {"usual_resident": True, **read}


def _row(given: Any, i: int, records: Mapping[str, type[Record]]) -> Row:
    where = f"records 第 {i} 条"
    if not isinstance(given, Mapping) or "record" not in given:
        _refuse("没有写是哪一种记录", where, '写成 {"record": 记录代码, "day": …}')
    code = given["record"]
    if code not in records:
        _refuse(f"没有记录“{code}”", where, f"可写：{sorted(records)}")
    try:
        return records[code].row(**{k: v for k, v in given.items() if k != "record"})
    except DeclarationError as problem:
        _refuse(problem.what, where, problem.do)


def _day(value: Any, where: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        _refuse(f"“{value}”不是有效日期", where, "写成 YYYY-MM-DD")


def _refuse(what: str, where: str, do: str) -> NoReturn:
    raise XinglinError(what, where, do) from None


def history_file(history: History) -> dict[str, Any]:
    """The History as a file of this form: no number, no name, no door, no staff; null is unknown.

    `read_history` of it gives the same fold.
    """
    return {"person": _told(Person, history.person, without=HOME),
            "records": [{"record": r.record.about.code, **_told(r.record, r.values)} for r in history.rows]}


def _told(record: type[Record], values: Mapping[str, Any], without: Iterable[str] = ()) -> dict[str, Any]:
    """Columns in the Record's order. Yes/no is always there: an absent one would be read as no."""
    listed = {n: values.get(n) for n, c in record.columns().items()
              if c.kind not in ("person", "staff") and n not in without
              and (values.get(n) is not None or c.kind == "yesno")}
    return {n: v.isoformat() if isinstance(v, date | datetime) else v for n, v in listed.items()}


def what_is_due(programmes: Iterable[Programme], history: History, *, on: date) -> dict[str, Any]:
    """Classes, due tasks and loops over a pack's programmes; `enrolled` holds for the first."""
    answer: dict[str, Any] = {"on": on.isoformat(), "cases": [], "classes": [], "due": [], "loops": []}
    for i, programme in enumerate(programmes):
        own = history if i == 0 else History(history.person, history.rows)
        state = fold(programme, own, on=on)
        answer["cases"].append({"programme": programme.code, "state": state.state or None})
        if i == 0:
            answer["classes"] = [{"day": d.isoformat(), "class": c} for d, c in state.classes]
        answer["due"] += [_task(programme, code, c, on) for code, c in state.due(on).items()]
        answer["loops"] += [_loop(programme, x, on) for x in state.loops]
        answer["cases"][-1] |= _case(state)
    return answer


def _case(state: CaseState) -> dict[str, Any]:
    return {"enrolled": _text(state.enrolled), "ended": _text(state.ended),
            "end_reason": state.end_reason or None}


def _task(programme: Programme, code: str, cycle: Cycle, on: date) -> dict[str, Any]:
    task = programme.task(code)
    return {"task": code, "title": task.title, "from": cycle.due_from.isoformat(),
            "by": cycle.due_by.isoformat(), "state": cycle.state(on), "rule": task.due.words(on),
            "cites": str(task.cites), "opportunistic": task.opportunistic}


def _loop(programme: Programme, state: LoopState, on: date) -> dict[str, Any]:
    loop = programme.loop(state.loop)
    return {"loop": state.loop, "title": loop.title, "opened": state.opened.isoformat(),
            "open": state.open, "follow_by": state.follow_by.isoformat(),
            "closed": _text(state.closed), "step": state.step or None,
            "reasons": list(state.reasons), "told": list(told(loop, state, on=on)),
            "cites": str(loop.cites)}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
