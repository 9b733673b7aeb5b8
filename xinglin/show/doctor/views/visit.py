"""The visit: the form, what follows while typing, saving, correcting, withdrawing, disputing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xinglin.declare.programme import Programme
from xinglin.declare.record import Record, Row
from xinglin.show.common.definitions import catalog
from xinglin.show.common.forms import Answers, typed_values
from xinglin.show.common.problems import trouble_of
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor import queries, saving, visit
from xinglin.show.doctor.cases import Case, case_of
from xinglin.show.doctor.history import Past, past_of
from xinglin.show.doctor.reader import reader
from xinglin.show.doctor.rights import Opened, open_person

DAY_PROBLEM = "服务日没有填或晚于今天。请改为实际服务的日期"


@dataclass(frozen=True)
class Desk:
    """What one request about a visit works on."""

    opened: Opened
    programme: Programme
    records: tuple[type[Record], ...]
    past: Past
    today: date
    also: tuple[str, ...]
    correcting: str = ""

    @property
    def number(self) -> int:
        return self.opened.number

    @property
    def case(self) -> Case:
        return case_of(self.past, self.programme, on=self.today)

    @property
    def draft_key(self) -> str:
        return ":".join(
            (str(self.number), self.programme.code, ",".join(self.also), self.correcting)
        )


def _desk(request: HttpRequest, number: int, programme: str, *, note: bool) -> Desk:
    opened = open_person(request, number, what="visit.form", care=True, note=note)
    found = opened.programmes().get(programme)
    if found is None:
        raise Http404
    also = tuple(c for c in request.GET.get("also", "").split(",") if c in visit.offered(found))
    records = visit.records_for(found, also, catalog())
    past = past_of(opened.person, [found])
    return Desk(opened, found, records, past, timezone.localdate(), also)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, number: int, programme: str) -> HttpResponse:
    """The form, or the visit saved."""
    desk = _desk(request, number, programme, note=request.method != "POST")
    if request.method != "POST":
        return _form(request, desk)
    answers = _answers(request, desk)
    problems = _problems(request, desk, answers)
    if problems:
        return _form(request, desk, typed=request.POST, problems=problems, status=422)
    return _held_up(lambda: _saved(request, desk, answers), lambda said: _form(
        request, desk, typed=request.POST, correct={"unsaved": said}, status=503))


def _held_up(save: Callable[[], HttpResponse], form: Callable[[str], HttpResponse]) -> HttpResponse:
    """Save; where the machine does not let us, the form again with all that was typed, and a sentence."""
    try:
        return save()
    except Exception as problem:
        trouble = trouble_of(problem)
        if trouble is None:
            raise
        return form(_("{what}。刚才填的没有保存，也没有存一半；都还在下面，过一会儿再按“保存”。").format(what=trouble.what))


def _form(
    request: HttpRequest,
    desk: Desk,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
    correct: Mapping[str, Any] | None = None,
) -> HttpResponse:
    who = reader(request)
    given = typed or {}
    code = desk.programme.code
    query = f"?also={','.join(desk.also)}" if desk.also else ""
    case = desk.case
    words: dict[str, Any] = {
        "head": queries.head_of(desk.opened.person, on=desk.today), "problems": problems or {},
        "day_problem": "_day" in (problems or {}),
        "warnings": tuple(queries.warnings(desk.past.person, on=desk.today)),
        "sheet": visit.sheet(desk.records, desk.past, typed=typed, problems=problems, on=desk.today),
        "due": [i for i in case.items if not i.opportunistic],
        "offered": _offered(desk), "draft_key": desk.draft_key,
        "key": given.get("_key") or uuid4().hex, "seen": given.get("_seen") or saving.seen(desk.number, desk.records, corrects=desk.correcting),
        "day": _day(given.get("_day")) or desk.today, "today": desk.today,
        "staff": queries.staff_of(who.org, who.staff), "by": given.get("_by") or who.staff,
        "place": given.get("_place", ""), "reason": given.get("_reason", ""),
        "action": reverse("visit", args=[desk.number, code]) + query,
        "draft_url": reverse("visit_draft", args=[desk.number, code]) + query,
        "look": _look(request, desk, typed) if typed else None, "correcting": "",
    }  # fmt: skip
    return render(request, "doctor/visit.html", words | dict(correct or {}), status=status)


def _offered(desk: Desk) -> list[tuple[str, str, bool, str]]:
    """(code, title, filled too?, address that turns it over) of the other forms."""
    base = reverse("visit", args=[desk.number, desk.programme.code])
    rows = []
    for code, title in visit.offered(desk.programme).items():
        on = code in desk.also
        kept = [c for c in desk.also if c != code] + ([] if on else [code])
        rows.append((code, title, on, base + (f"?also={','.join(kept)}" if kept else "")))
    return rows


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _answers(request: HttpRequest, desk: Desk) -> dict[str, Answers]:
    given = {"day": _day(request.POST.get("_day")), "org": reader(request).org,
             "doctor": request.POST.get("_by") or reader(request).staff}  # fmt: skip
    return visit.read_all(desk.records, request.POST.dict(), given=given, today=desk.today)


def _problems(
    request: HttpRequest, desk: Desk, answers: Mapping[str, Answers]
) -> dict[str, str]:
    found = {n: p for a in answers.values() for n, p in a.problems.items()}
    day = _day(request.POST.get("_day"))
    if day is None or day > desk.today:
        found = {"_day": DAY_PROBLEM, **found}
    allowed = dict(queries.staff_of(reader(request).org, reader(request).staff))
    if request.POST.get("_by", reader(request).staff) not in allowed:
        found["_by"] = "服务人不在本机构在任人员中。请从列出的人中选"
    return found


def _rows(desk: Desk, answers: Mapping[str, Answers]) -> list[Row]:
    """The draft as rows; what is not answered is unknown."""
    return [
        Row(r, dict.fromkeys(r.columns()) | dict(answers[r.about.code].values))
        for r in desk.records
        if answers[r.about.code].values.get(r.about.dated_by)
    ]


def _look(
    request: HttpRequest, desk: Desk, typed: Mapping[str, str] | None
) -> visit.Outlook | None:
    answers = _answers(request, desk)
    rows = _rows(desk, answers)
    if not rows:
        return None
    asks = [s for a in answers.values() for s in a.asks]
    return visit.outlook(desk.programme, desk.past, rows, on=max(desk.today, rows[0].day), asks=asks)


@require_POST
def draft(request: HttpRequest, number: int, programme: str) -> HttpResponse:
    """The class and the next dates of what is typed so far; nothing is stored."""
    if not request.user.is_authenticated:
        return HttpResponse(_("登录已过期。填写的内容已存为本机草稿；按“保存”重新登录后会恢复。"))
    desk = _desk(request, number, programme, note=False)
    if request.GET.get("correct"):
        desk = _without(desk, request.GET["correct"])
    return render(request, "doctor/parts/outlook.html", {"look": _look(request, desk, request.POST)})


def _without(desk: Desk, uid: str) -> Desk:
    past = past_of(desk.opened.person, [desk.programme], leave_out=uid)
    return Desk(desk.opened, desk.programme, desk.records, past, desk.today, desk.also, uid)


def _saved(request: HttpRequest, desk: Desk, answers: Mapping[str, Answers]) -> HttpResponse:
    before = desk.case
    rows = _rows(desk, answers)
    look = visit.outlook(desk.programme, desk.past, rows, on=desk.today)
    uids = saving.save(
        by=saving.by(reader(request), request.POST), person=desk.number, key=request.POST["_key"],
        seen=request.POST.get("_seen", ""),
        records=[(r, answers[r.about.code].values) for r in desk.records],
    )  # fmt: skip
    return _said(request, desk, look, before, uids[0], _("已保存{title}。"))


def _said(
    request: HttpRequest, desk: Desk, look: visit.Outlook, before: Case, uid: str, said: str
) -> HttpResponse:
    titles = "、".join(r.about.title for r in desk.records)
    request.session[f"saved:{uid}"] = {
        "said": said.format(title=titles), "look": saving.told(look), "draft": desk.draft_key,
        "closed": [f"{x.title}已了结" for x in before.loops if _closed(desk, x.code)],
    }  # fmt: skip
    return redirect("saved", desk.number, uid)


def _closed(desk: Desk, loop: str) -> bool:
    """Is a loop that was open before the save closed after it?"""
    after = case_of(past_of(desk.opened.person, [desk.programme]), desk.programme, on=desk.today)
    return loop not in {x.code for x in after.loops}


@signed_in
def saved(request: HttpRequest, number: int, uid: str) -> HttpResponse:
    """What happened and what opened; the page may be reloaded without saving again."""
    opened = open_person(request, number, what="visit.form", care=True)
    told = request.session.get(f"saved:{uid}")
    if told is None:
        return redirect("person", number)
    words = {"head": queries.head_of(opened.person, on=timezone.localdate()), "uid": uid,
             "said": told["said"], "look": told["look"], "closed": told["closed"],
             "draft_key": told["draft"]}  # fmt: skip
    return render(request, "doctor/saved.html", words)


# -- correcting and withdrawing ------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: int, uid: str) -> HttpResponse:
    """A saved record again, with its values; a reason is asked for, the old version stays visible."""
    desk, first, newest = _of_saved(request, number, uid)
    if request.method != "POST":
        typed = {**typed_values(desk.records[0], newest.payload["values"]),
                 "_day": str(first.body.service_day or ""), "_by": first.body.service_by,
                 "_place": first.body.service_place}  # fmt: skip
        return _correct_form(request, desk, uid, typed)
    answers = _answers(request, desk)
    problems = _problems(request, desk, answers)
    reason = request.POST.get("_reason", "").strip()
    if not reason:
        problems["_reason"] = "没有写更正的原因。请写一句，例如“误把高压写成低压”"
    if problems:
        return _correct_form(request, desk, uid, request.POST, problems=problems)
    before = desk.case
    look = visit.outlook(desk.programme, desk.past, _rows(desk, answers), on=desk.today)
    record = desk.records[0]

    def save() -> HttpResponse:
        saving.correct(
            by=saving.by(reader(request), request.POST), person=number, uid=uid, reason=reason,
            key=request.POST["_key"], seen=request.POST.get("_seen", ""), record=record, values=answers[record.about.code].values,
        )  # fmt: skip
        return _said(request, desk, look, before, uid, _("已更正{title}，原来的一版仍可看到。"))

    return _held_up(save, lambda said: _correct_form(request, desk, uid, request.POST, unsaved=said))


def _of_saved(request: HttpRequest, number: int, uid: str) -> tuple[Desk, Any, Any]:
    opened = open_person(request, number, what="visit.form", care=True, note=request.method != "POST")
    first, newest = queries.saved_act(person=number, uid=uid)
    record = _allowed(opened, first.payload["record"])
    programme = queries.programme_of(catalog(), record)
    past = past_of(opened.person, [programme], leave_out=uid)
    return Desk(opened, programme, (record,), past, timezone.localdate(), (), uid), first, newest


def _allowed(opened: Opened, code: str) -> type[Record]:
    """The Record, 404 where this reader may not know of it."""
    if code in opened.hidden:
        raise Http404
    return catalog().records[code]


def _correct_form(
    request: HttpRequest, desk: Desk, uid: str, typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None, unsaved: str = "",
) -> HttpResponse:  # fmt: skip
    more = {"correcting": uid, "unsaved": unsaved, "action": reverse("correct", args=[desk.number, uid]),
            "draft_url": reverse("visit_draft", args=[desk.number, desk.programme.code])
            + f"?correct={uid}"}  # fmt: skip
    return _form(request, desk, typed=typed, problems=problems, correct=more,
                 status=503 if unsaved else 422 if problems else 200)  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, number: int, uid: str) -> HttpResponse:
    """A saved record withdrawn, with its reason."""
    opened = open_person(request, number, what="visit.form", care=True, note=request.method != "POST")
    first, _newest = queries.saved_act(person=number, uid=uid)
    held = _allowed(opened, first.payload["record"])
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST" and reason:
        saving.void(by=saving.by(reader(request), {}), person=number, uid=uid, record=held,
                    reason=reason, key=request.POST["_key"])  # fmt: skip
        return redirect(reverse("person_act", args=[number, uid]))
    words = {"opened": opened, "detail": queries.act_detail(catalog(), person=number, uid=uid),
             "key": uuid4().hex, "title": _("撤销这条记录"), "button": _("撤销"),
             "what": _("撤销后，由它产生的任务和闭环会标为“因更正撤销”；记录本身仍可看到。"),
             "wrong": request.method == "POST"}  # fmt: skip
    return render(request, "doctor/reason.html", words, status=422 if words["wrong"] else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, number: int, record: str, rk: str) -> HttpResponse:
    """A row of another organisation is not edited here: its sender is asked."""
    opened = open_person(request, number, what="person.event", care=True)
    _allowed(opened, record)
    detail = queries.lake_detail(catalog(), person=number, record=record, rk=int(rk))
    said = request.POST.get("reason", "").strip()
    if request.method == "POST" and said and not detail.ours:
        saving.dispute(who=reader(request), detail=detail, words=said, key=request.POST["_key"])
        return redirect(reverse("person_event", args=[number, record, rk]))
    words = {"opened": opened, "detail": detail, "key": uuid4().hex,
             "title": _("对这条记录有疑问"), "button": _("发给来源机构"),
             "what": _("这条记录由别的机构送来，这里不能改。疑问会出现在该机构的数据页；对方更正重报后自动关闭。请不要写姓名、证件号、电话。"),
             "wrong": request.method == "POST"}  # fmt: skip
    return render(request, "doctor/reason.html", words, status=422 if words["wrong"] else 200)

