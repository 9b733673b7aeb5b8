"""查阅日志, for the audit administrator: who looked at a person, and at whom somebody looked. Numbers only, no records."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinglin.journal.actions import record_access
from xinglin.journal.models import Access
from xinglin.journal.queries import accesses_by
from xinglin.registry.models import Organisation, Person, Staff
from xinglin.registry.queries import posts_of
from xinglin.show.administration.rights import holder
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor.looks import SHOWN, Look, entry, look_of, looks_of, page_of

WHAT = "audit.looks"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def looks(request: HttpRequest) -> HttpResponse:
    """By a person's county number, or by the name or code of a member of staff. Asking about a person is an access too.

    What is asked is posted: a name or a number typed by mistake must not stand in an address.
    """
    holder(request, "audit")
    person, staff = request.POST.get("person", "").strip(), request.POST.get("staff", "").strip()
    before = entry(request.POST.get("before", ""))
    told: dict[str, object] = {"person": person, "staff": staff, "before": before}
    if person:
        told |= _about(request, person, before)
    elif staff:
        told |= _by(staff, before)
    return render(request, "administration/looks.html", told, status=422 if "wrong" in told else 200)


def _about(request: HttpRequest, typed: str, before: int | None) -> dict[str, object]:
    """Who looked at a person before now. This asking is written down too; the next answer shows it."""
    if not typed.isdecimal() or len(typed) > 11:
        return {"wrong": _("县内编号只有数字。它在居民页的地址和紧急查看复核里，不是身份证号。"), "person": ""}
    number, post = int(typed), posts_of(request.user)[0]
    seen = looks_of(number, before=before)
    record_access(actor=post.staff_id, org=post.organisation_id, purpose="audit", what=WHAT, persons=[number], page=request.path)
    if not Person.objects.filter(pk=number).exists():       # who tried it all the same is listed
        return {"looks": seen.lines, "older": seen.older, "unknown": True}
    return {"looks": seen.lines, "older": seen.older} if seen.lines else {"none": _("还没有人看过这位居民")}


def _by(typed: str, before: int | None) -> dict[str, object]:
    """Looks of the staff so named, newest first, each with the number of people on the page."""
    found = list(Staff.objects.filter(Q(name=typed) | Q(code=typed) | Q(user__username=typed)))
    if not found:
        return {"none": _("登记册里没有这位工作人员"), "then": _("姓名要写全；也可以写工号或登录名。")}
    names = {s.code: s.name if len(found) == 1 else f"{s.name}（{s.code}）" for s in found}  # two of one name
    seen, older = page_of(accesses_by(names, before=before, limit=SHOWN + 1))
    return {"lines": _lines_of(seen, names), "older": older} if seen else {"none": _("还没有看过居民")}


def _lines_of(seen: Collection[Access], names: Mapping[str, str]) -> list[tuple[Look, int]]:
    orgs = dict(Organisation.objects.filter(pk__in={a.org for a in seen}).values_list("code", "name"))
    return [(look_of(a, names, orgs), a.members_count) for a in seen]
