"""补录: visits written on paper, twenty people a page by keyboard, marked as typed later."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.show.common import forms
from xinglin.show.common.definitions import catalog
from xinglin.show.common.forms import NO, Field
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor import queries, saving, visit, work
from xinglin.show.doctor.actions import note_seen
from xinglin.show.doctor.reader import reader
from xinglin.show.doctor.rights import open_person
from xinglin.show.doctor.views.today import scope_of
from xinglin.show.doctor.work import Asked, Line

ROWS = 20


@dataclass(frozen=True)
class PaperRow:
    """One person of the page with what was typed for them."""

    line: Line
    fields: tuple[Field, ...]
    day: str
    none: bool
    seen: str
    problem: str = ""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def backfill(request: HttpRequest) -> HttpResponse:
    """Rows left empty are left alone; a row with a problem stays, the others are saved."""
    who = reader(request)
    if not who.serves:
        raise PermissionDenied
    programme, today = _programme(request), timezone.localdate()
    record = visit.records_for(programme, (), catalog())[0]
    asked = Asked(scope_of(who), today, after=_after(request), size=ROWS, programme=programme.code)
    found = work.listed(asked, catalog())
    lines = [line for house in found.houses for line in house.lines]
    note_seen(who=who, purpose="care", what="today.backfill", page="today/backfill/", persons=found.numbers)
    problems: dict[int, str] = {}
    if request.method == "POST":
        problems, done = _save(request, lines, record, request.POST["_key"])
        if done:
            messages.success(request, _("已补录 {n} 人。").format(n=done))
        if not problems:
            return redirect(request.get_full_path())
    rows = [_row(request, line, record, problems) for line in lines]
    words = {"rows": rows, "heads": _asked_fields(record), "key": uuid4().hex, "more": found.after,
             "today": today, "title": record.about.title, "programme": programme.code,
             "programmes": list(catalog().programmes.values()), "problems": problems,
             "staff": queries.staff_of(who.org, who.staff), "by": request.POST.get("_by", who.staff)}  # fmt: skip
    return render(request, "doctor/backfill.html", words, status=422 if problems else 200)


def _programme(request: HttpRequest) -> Programme:
    """The programme whose form is filled on paper: the one asked for, or the first with a ladder."""
    every = catalog().programmes
    return every.get(request.GET.get("programme", "")) or next(p for p in every.values() if p.ladder_of)


def _after(request: HttpRequest) -> int | None:
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() else None


def _asked_fields(record: type[Record]) -> tuple[Field, ...]:
    """What a row of paper holds: the measured values and the answers with few choices."""
    every = forms.fields(record, leave_out=(record.about.dated_by,))
    return tuple(f for f in every if f.kind in ("integer", "number", "coded"))


def _yesnos(record: type[Record]) -> list[str]:
    return [n for n, c in record.columns().items() if c.kind == "yesno"]


def _typed(request: HttpRequest, number: int) -> dict[str, str]:
    start = f"{number}-"
    return {
        n.removeprefix(start): str(v) for n, v in request.POST.items() if n.startswith(start)
    }


def _row(
    request: HttpRequest, line: Line, record: type[Record], problems: Mapping[int, str]
) -> PaperRow:
    typed = _typed(request, line.number) if line.number in problems else {}
    fields = tuple(replace(f, value=typed.get(f.name, "")) for f in _asked_fields(record))
    seen = typed.get("_seen") or saving.seen(line.number, (record,))
    return PaperRow(line, fields, typed.get("_day", ""), bool(typed.get("_none")), seen,
                    problems.get(line.number, ""))  # fmt: skip


def _save(
    request: HttpRequest, lines: list[Line], record: type[Record], key: str
) -> tuple[dict[int, str], int]:
    problems: dict[int, str] = {}
    done = 0
    for line in lines:
        typed = _typed(request, line.number)
        if not any(v for n, v in typed.items() if not n.startswith("_")):
            continue
        problem = _save_one(request, line.number, record, typed, key)
        if problem:
            problems[line.number] = problem
        else:
            done += 1
    return problems, done


def _save_one(
    request: HttpRequest, number: int, record: type[Record], typed: Mapping[str, str], key: str
) -> str:
    """Save one row; the sentence of what is wrong with it, or nothing."""
    open_person(request, number, what="visit.form", care=True, note=False)
    day = _day(typed.get("_day"))
    if day is None or day > timezone.localdate():
        return _("服务日没有填或晚于今天")
    who = reader(request)
    given: dict[str, Any] = {"day": day, "org": who.org, "doctor": request.POST.get("_by", who.staff)}
    answers = dict.fromkeys(_yesnos(record), NO) if typed.get("_none") else {}
    read = forms.read(record, {**answers, **typed}, given=visit.given_for(record, given),
                      today=timezone.localdate())  # fmt: skip
    if not read.fine:
        return "；".join(read.problems.values())
    try:
        saving.save(by=saving.by(who, request.POST, channel="backfill"), person=number,
                    key=f"{key}:{number}", seen=typed.get("_seen", ""),
                    records=[(record, read.values)])  # fmt: skip
    except XinglinError as problem:
        return str(problem)
    return ""


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
