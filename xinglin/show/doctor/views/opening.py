"""Before a record opens and beside it: the reason asked, the emergency, and why the reader sees it at all."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from xinglin.kernel.errors import XinglinError
from xinglin.registry.openings import EMERGENCY, LASTS, LONGEST, REASONED, open_with
from xinglin.registry.permissions import PERSONAL, PURPOSES
from xinglin.registry.queries import PersonView, people_by, person
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor import queries
from xinglin.show.doctor.actions import note_refused
from xinglin.show.doctor.explain import post_lines, why_lines
from xinglin.show.doctor.reader import Reader, reader
from xinglin.show.doctor.rights import Grant, grant_of, open_person, page_of

READY = ("核对上报的个案", "电话核实随访情况", "督导抽查", "处理本人来电来访", "疫情调查")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, number: int) -> HttpResponse:
    """Who serves nowhere near says why first; the person reads it in 谁看过."""
    who = reader(request)
    view, grant = _allowed(request, who, number)
    back = _back(request, number)
    if grant.tie or grant.opening:
        return redirect(back)
    wrong = ""
    if request.method == "POST":
        try:
            open_with(REASONED, staff=who.staff, org=who.org, person=number, reason=request.POST.get("reason", ""))
            return redirect(back)
        except XinglinError as problem:
            wrong = str(problem)
    words = {
        "number": number, "name": view.masked().name, "who": queries.sex_age(view, on=timezone.localdate()), "ready": READY,
        "purpose": PURPOSES[grant.purpose], "next": back, "wrong": wrong, "typed": request.POST.get("reason", ""),
        "longest": LONGEST, "hours": int(LASTS[REASONED].total_seconds() // 3600),
    }  # fmt: skip
    return render(request, "doctor/ask_reason.html", words, status=422 if wrong else 200)


def _allowed(request: HttpRequest, who: Reader, number: int) -> tuple[PersonView, Grant]:
    """The person and what opens them, before any reason; Http404 out of right, written as on their page."""
    view = person(number)
    grant = grant_of(who, view, PERSONAL) if view else None
    if view is None or grant is None:
        note_refused(who=who, number=number, what="person.page", page=page_of(request))
        raise Http404
    return view, grant


def _back(request: HttpRequest, number: int) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and f"/person/{number}/" in asked
    return asked if safe else reverse("person", args=[number])


@signed_in
@require_safe
def why_person(request: HttpRequest, number: int) -> HttpResponse:
    """为什么我能看到: post, role, purpose, tie, clause."""
    opened = open_person(request, number, what="person.why")
    words = {"opened": opened, "head": queries.head_of(opened.person, on=timezone.localdate()),
             "lines": why_lines(opened, reader(request))}  # fmt: skip
    return render(request, "doctor/why_person.html", words)


@signed_in
@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """What each post of the reader opens, how far, and by which rule: for every list."""
    return render(request, "doctor/why.html", {"posts": post_lines(reader(request))})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """紧急查看: by the whole number only, with a reason, for hours, reviewed by another person."""
    who = reader(request)
    if not who.breaks_glass:
        raise PermissionDenied
    wrong = ""
    if request.method == "POST":
        try:
            return redirect("person", _broken_glass(request, who))
        except XinglinError as problem:
            wrong = str(problem)
    words: dict[str, Any] = {"wrong": wrong, "typed": request.POST.get("reason", ""), "longest": LONGEST,
                             "hours": int(LASTS[EMERGENCY].total_seconds() // 3600)}  # fmt: skip
    return render(request, "doctor/emergency.html", words, status=422 if wrong else 200)


def _broken_glass(request: HttpRequest, who: Reader) -> int:
    """The person's number, opened now unless it is in the reader's right anyway."""
    number = _exactly(request.POST.get("who", "").strip())
    view = person(number)
    if view is not None and grant_of(who, view, PERSONAL) is None:
        open_with(EMERGENCY, staff=who.staff, org=who.org, person=number, reason=request.POST.get("reason", ""))
    return number


def _exactly(typed: str) -> int:
    """The one person of a whole identity number or county number; names and phones do not open anybody."""
    found = set(people_by("id_number", [typed]).get(typed, ())) if len(typed) >= 6 else set()
    if not found and typed.isdecimal() and len(typed) < 11 and person(int(typed)):
        found = {int(typed)}
    if len(found) != 1:
        raise XinglinError("没有找到这个人", do="请输入完整的身份证号或县内编号；本县没有登记的人，请按急诊流程处理")
    return found.pop()
