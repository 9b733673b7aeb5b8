"""Suspects to verify, loops and their steps, contacts that came to nothing, people perhaps lost."""

from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from xinglin.datasets.codelists import CONTACT_MEANS
from xinglin.datasets.work import ContactAttempt
from xinglin.declare.programme import Programme
from xinglin.registry.permissions import PURPOSES
from xinglin.show.common.definitions import catalog
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor import queries, saving, work
from xinglin.show.doctor.actions import note_seen
from xinglin.show.doctor.cases import LoopItem, case_of
from xinglin.show.doctor.history import Past, past_of
from xinglin.show.doctor.reader import reader
from xinglin.show.doctor.rights import Opened, open_person
from xinglin.show.doctor.saving import Attempt
from xinglin.show.doctor.town import may_be_lost, needed_for
from xinglin.show.doctor.views.today import scope_here

# outcome, its word, what to write beside it
OUTCOMES = (
    ("未见到", lazy("没见到"), lazy("上门或打电话没有人")),
    ("外出", lazy("外出"), lazy("写何时回来")),
    ("住院", lazy("住院"), lazy("出院后再随访")),
    ("改期", lazy("改期"), lazy("改到哪一天，写理由")),
    ("拒绝", lazy("拒绝"), lazy("写原因；暂停任务，仍在管理人数里")),
    ("迁出", lazy("迁出"), lazy("写去向；户籍数据到后结案")),
    ("死亡", lazy("死亡"), lazy("写证明；死亡数据到后结案")),
)
EXPLAIN = ("拒绝", "改期", "迁出", "死亡")


def _programme(code: str, opened: Opened | None = None) -> Programme:
    """A programme; 404 where there is none, or none that this reader may know of."""
    found = (opened.programmes() if opened else catalog().programmes).get(code)
    if found is None:
        raise Http404
    return found


def _key(request: HttpRequest) -> str:
    return request.POST.get("_key") or uuid4().hex


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def suspects(request: HttpRequest) -> HttpResponse:
    """Everybody to verify; many are taken in or excluded at once."""
    who = reader(request)
    scope, today, wrong = scope_here(request, who), timezone.localdate(), ""
    if request.method == "POST" and not who.serves:
        raise PermissionDenied
    groups = work.suspects(scope, catalog(), masked=who.masked(who.purpose or ""), on=today)
    shown = {f"{g.code}:{r.number}": (g.code, r.number) for g in groups for r in g.rows}
    if request.method == "POST":
        picked = [shown[p] for p in request.POST.getlist("pick") if p in shown]
        wrong = _wrong_verdict(request, picked)
        if not wrong:
            return _verified(request, picked)
    note_seen(who=who, purpose=who.purpose or "", what="today.suspects", page="today/suspects/",
              persons={n for _c, n in shown.values()})  # fmt: skip
    words = {"groups": groups, "serves": who.serves, "wrong": wrong, "key": _key(request),
             "picked": request.POST.getlist("pick"), "reason": request.POST.get("reason", ""), "purpose": PURPOSES[who.purpose or "care"],
             "more": any(len(g.rows) == work.MOST for g in groups)}  # fmt: skip
    return render(request, "doctor/suspects.html", words, status=422 if wrong else 200)


def _wrong_verdict(request: HttpRequest, picked: list[tuple[str, int]]) -> str:
    change = request.POST.get("change")
    if not picked:
        return _("没有选人。请先在名单里勾选，再按“纳入管理”或“排除”。")
    if change not in ("纳入", "排除"):
        return _("没有说明是纳入还是排除。请按下面的一个按钮。")
    if change == "排除" and not request.POST.get("reason", "").strip():
        return _("排除要写理由。请写一句，例如“误诊，多次复测正常”。")
    return ""


def _verified(request: HttpRequest, picked: list[tuple[str, int]]) -> HttpResponse:
    change, done = request.POST["change"], 0
    for code in dict.fromkeys(c for c, _n in picked):
        done += saving.verify(
            who=reader(request), programme=_programme(code), change=change, key=_key(request),
            persons=[n for c, n in picked if c == code],
            reason=request.POST.get("reason", "").strip(),
        )  # fmt: skip
    said = _("已纳入 {n} 人，任务已排进今日名单。") if change == "纳入" else _("已排除 {n} 人；有新的依据时会再列出。")
    messages.success(request, said.format(n=done))
    return redirect("suspects")


@signed_in
@require_safe
def loops(request: HttpRequest) -> HttpResponse:
    """Open loops with their steps and who was told."""
    who = reader(request)
    rows = work.loops(scope_here(request, who), catalog(), masked=who.masked(who.purpose or ""), on=timezone.localdate())
    note_seen(who=who, purpose=who.purpose or "", what="today.loops", page="today/loops/",
              persons={r.number for r in rows})  # fmt: skip
    words = {"rows": rows, "serves": who.serves, "purpose": PURPOSES[who.purpose or "care"]}
    return render(request, "doctor/loops.html", words)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def loop_step(request: HttpRequest, number: int, programme: str, loop: str, opened: str) -> HttpResponse:
    """The next step of a loop."""
    person = open_person(request, number, what="visit.form", care=True, note=request.method != "POST")
    found = _programme(programme, person)
    item = _loop(person, found, loop, opened)
    wrong = ""
    if request.method == "POST":
        day, step = _day(request.POST.get("day")), request.POST.get("step", "")
        if day is None or not item.opened <= day <= timezone.localdate():
            wrong = _("日期不在开启日与今天之间。请改为这一步实际发生的日期。")
        elif step not in [s for s, done in item.steps if not done]:
            wrong = _("没有选走到哪一步。请选一步再保存。")
        else:
            saving.step(
                who=reader(request), programme=found, loop=loop, step=step, person=number, day=day,
                key=_key(request), to_org=request.POST.get("to_org", ""),
                note=request.POST.get("note", "").strip()[:200],
            )  # fmt: skip
            messages.success(request, _("已记下“{step}”。").format(step=step))
            return redirect("loops")
    words = {"head": queries.head_of(person.person, on=timezone.localdate()), "loop": item, "wrong": wrong,
             "today": timezone.localdate(), "key": _key(request), "hospitals": queries.hospitals()}  # fmt: skip
    return render(request, "doctor/loop_step.html", words, status=422 if wrong else 200)


def _loop(person: Opened, programme: Programme, loop: str, opened: str) -> LoopItem:
    case = case_of(past_of(person.person, [programme]), programme, on=timezone.localdate())
    for item in case.loops:
        if item.code == loop and item.opened.isoformat() == opened:
            return item
    raise Http404


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, number: int, programme: str) -> HttpResponse:
    """Not met, away, in hospital, refused, moved, dead, postponed: as it was."""
    person = open_person(request, number, what="visit.form", care=True, note=request.method != "POST")
    found, today = _programme(programme, person), timezone.localdate()
    told, wrong = _read_attempt(request, today) if request.method == "POST" else (None, "")
    if told and not wrong:
        saving.attempt(who=reader(request), programme=found, person=number, key=_key(request), told=told)
        messages.success(request, _("已记下：{what}。").format(what=told.outcome))
        return redirect("today")
    past = past_of(person.person, [found])
    tries = [r.values for r in past.rows if r.record is ContactAttempt
             and r.values["programme"] == programme and _since(past, found, r.day)]  # fmt: skip
    words = {
        "head": queries.head_of(person.person, on=today), "tries": tries[-5:], "wrong": wrong,
        "outcomes": OUTCOMES, "means": [(c.code, c.title) for c in CONTACT_MEANS.codes],
        "chosen": request.POST.get("outcome", ""), "chosen_means": request.POST.get("means", "上门"),
        "day": _day(request.POST.get("day")) or today, "today": today, "key": _key(request),
        "back": request.POST.get("back_on", ""), "reason": request.POST.get("reason", ""),
        "needed": needed_for(found, today) or 3,
    }  # fmt: skip
    return render(request, "doctor/attempt.html", words, status=422 if wrong else 200)


def _since(past: Past, programme: Programme, day: date) -> bool:
    """Is a day after the last service? Attempts before it came to an end with it."""
    served = past.last(programme.ladder_of) if programme.ladder_of else None
    return served is None or day > served.day


def _read_attempt(request: HttpRequest, today: date) -> tuple[Attempt | None, str]:
    outcome, means = request.POST.get("outcome", ""), request.POST.get("means", "")
    day, back = _day(request.POST.get("day")), _day(request.POST.get("back_on"))
    reason = request.POST.get("reason", "").strip()[:200]
    if outcome not in [code for code, _t, _m in OUTCOMES] or not CONTACT_MEANS.has(means):
        return None, _("没有选怎么回事或怎么联系的。请各选一项再保存。")
    if day is None or day > today:
        return None, _("日期没有填或晚于今天。请改为实际联系的日期。")
    if outcome in EXPLAIN and not reason:
        return None, _("“{what}”要写说明。请写一句原因、去向或证明。").format(what=outcome)
    if outcome == "改期" and (back is None or back <= today):
        return None, _("改期要写改到哪一天，且在今天之后。")
    return Attempt(outcome=outcome, means=means, day=day, back_on=back, reason=reason), ""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """失访: only the township's public health office confirms it, after enough attempts."""
    who = reader(request)
    if not who.confirms_lost:
        raise PermissionDenied
    scope, today = scope_here(request, who), timezone.localdate()
    rows = may_be_lost(scope, catalog(), today=today)
    if request.method == "POST":
        row = next((r for r in rows if f"{r.programme}:{r.number}" == request.POST.get("pick")), None)
        reason = request.POST.get("reason", "").strip()
        if row and reason:
            saving.confirm_lost(who=who, programme=_programme(row.programme), person=row.number,
                                key=_key(request), reason=reason)  # fmt: skip
            messages.success(request, _("已确认失访。仍在管理人数里；再来随访即恢复。"))
            return redirect("lost")
    note_seen(who=who, purpose="management", what="today.lost", page="today/lost/",
              persons={r.number for r in rows})  # fmt: skip
    words = {"rows": rows, "key": uuid4().hex, "wrong": request.method == "POST"}
    return render(request, "doctor/lost.html", words, status=422 if words["wrong"] else 200)
