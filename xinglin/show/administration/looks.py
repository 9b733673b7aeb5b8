"""查阅日志, for the audit administrator: who looked at a person, and at whom somebody looked. Numbers only, no records."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinglin.journal.actions import record_access
from xinglin.journal.queries import accesses_by
from xinglin.registry.models import Organisation, Staff
from xinglin.registry.queries import posts_of
from xinglin.show.administration.rights import holder
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor.queries import Look, look_of, looks_of

SHOWN = 200
WHAT = "audit.looks"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def looks(request: HttpRequest) -> HttpResponse:
    """By a person's county number, or by the name or code of a member of staff. Asking about a person is an access too.

    What is asked is posted: a name or a number typed by mistake must not stand in an address.
    """
    holder(request, "audit")
    person, staff = request.POST.get("person", "").strip(), request.POST.get("staff", "").strip()
    told: dict[str, object] = {"person": person, "staff": staff, "shown": SHOWN}
    if person.isdigit() and len(person) < 12:
        post = posts_of(request.user)[0]
        record_access(actor=post.staff_id, org=post.organisation_id, purpose="audit", what=WHAT, persons=[int(person)],
                      page=request.path)
        told["looks"] = looks_of(int(person))
    elif person:
        messages.error(request, _("县内编号只有数字。它在居民页的地址和紧急查看复核里，不是身份证号。"))
    elif staff:
        told["lines"] = _lines_of(staff)
    return render(request, "administration/looks.html", told)


def _lines_of(staff: str) -> list[tuple[Look, int]]:
    """Looks of the staff so named, newest first, each with the number of people on the page."""
    names = {s.code: s.name for s in Staff.objects.filter(name=staff) | Staff.objects.filter(code=staff)}
    found = accesses_by(names, limit=SHOWN)
    orgs = dict(Organisation.objects.filter(pk__in={a.org for a in found}).values_list("code", "name"))
    return [(look_of(a, names, orgs), a.members_count) for a in found]
