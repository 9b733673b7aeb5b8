"""Finding a person: number, name, pinyin initials, phone; what was typed is never in the address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xinglin.registry.permissions import PURPOSES
from xinglin.registry.queries import find_person, organisations_under
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor.actions import note_seen
from xinglin.show.doctor.queries import found_rows
from xinglin.show.doctor.reader import reader

MOST = 30


@signed_in
@require_http_methods(["GET", "POST", "HEAD"])
def find(request: HttpRequest) -> HttpResponse:
    """Results within the reader's right, with why each matched; none teaches."""
    who = reader(request)
    typed = request.POST.get("q", "").strip()[:60]
    purpose = who.searches
    words = {"typed": typed, "rows": [], "glass": who.breaks_glass, "purpose": PURPOSES.get(purpose or "", ""), "may": bool(purpose),
             "orderly": who.may("quality")}
    if typed and purpose:
        under = None if who.everywhere(purpose) else organisations_under(who.user, purpose=purpose)
        found = find_person(typed, organisations=under, limit=MOST)
        words["rows"] = found_rows(found, masked=who.masked(purpose) or under is None, on=timezone.localdate())
        words["more"] = len(found) == MOST
        note_seen(who=who, purpose=purpose, what="find", page="find/",
                  persons=[f.person.number for f in found])  # fmt: skip
    return render(request, "doctor/find.html", words)
