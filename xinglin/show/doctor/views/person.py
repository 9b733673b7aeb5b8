"""The person's page, its parts that arrive by themselves, and who looked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xinglin.registry.merging import root_of
from xinglin.show.common.definitions import catalog
from xinglin.show.common.signin import signed_in
from xinglin.show.doctor import queries
from xinglin.show.doctor.cases import cases_of
from xinglin.show.doctor.charts import charts_of
from xinglin.show.doctor.history import past_of
from xinglin.show.doctor.looks import entry, looks_of
from xinglin.show.doctor.reader import reader
from xinglin.show.doctor.rights import open_person
from xinglin.show.doctor.timeline import KINDS, timeline_of


@signed_in
@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Head, timeline, charts; the programmes and the years before the last arrive by themselves."""
    kind, year = request.GET.get("kind", ""), request.GET.get("year", "")
    part = bool(getattr(request, "htmx", False) and year)
    opened = open_person(request, number, what="person.page", note=not part)
    stands = root_of(number)
    if stands != number:            # a merged entry has no page of its own
        return redirect("person", stands)
    today = timezone.localdate()
    line = timeline_of(number, catalog(), hidden=opened.hidden)
    if part:
        rows = dict(line.only(kind).years()).get(year, [])
        return render(request, "doctor/parts/events.html", {"rows": rows})
    known = {"birth_date": opened.person.birth_date, "sex": opened.person.sex}
    words = {
        "opened": opened, "head": queries.head_of(opened.person, on=today), "kind": kind, "whole": year == "all",
        "timeline": line.only(kind), "counts": line.counts(), "kinds": KINDS, "all": len(line.entries),
        "charts": charts_of(line, catalog(), person=known, on=today),
        "serves": opened.purpose == "care" and opened.until is None,
    }  # fmt: skip
    return render(request, "doctor/person.html", words)


@signed_in
@require_safe
def programmes(request: HttpRequest, number: int) -> HttpResponse:
    """State, next date, open loops and why of every programme."""
    opened = open_person(request, number, what="person.page", note=False)
    today = timezone.localdate()
    shown = opened.programmes()
    found = past_of(opened.person, shown.values())
    words = {
        "opened": opened, "cases": cases_of(found, shown, on=today), "today": today,
        "warnings": tuple(queries.warnings(found.person, on=today)),
        "serves": opened.purpose == "care" and opened.until is None and reader(request).serves,
    }  # fmt: skip
    return render(request, "doctor/parts/programmes.html", words)


@signed_in
@require_safe
def event(request: HttpRequest, number: int, record: str, rk: str) -> HttpResponse:
    """A row of the lake in full, with its versions."""
    opened = open_person(request, number, what="person.event")
    if record in opened.hidden:
        raise Http404
    detail = queries.lake_detail(catalog(), person=number, record=record, rk=int(rk))
    return _detail(request, opened, detail)


@signed_in
@require_safe
def act(request: HttpRequest, number: int, uid: str) -> HttpResponse:
    """A record typed here, with its corrections."""
    opened = open_person(request, number, what="person.event")
    detail = queries.act_detail(catalog(), person=number, uid=uid)
    if detail.record in opened.hidden:
        raise Http404
    return _detail(request, opened, detail)


def _detail(request: HttpRequest, opened: object, detail: queries.Detail) -> HttpResponse:
    words = {"opened": opened, "detail": detail, "serves": reader(request).serves}
    part = "doctor/parts/detail.html" if getattr(request, "htmx", False) else "doctor/detail.html"
    return render(request, part, words)


@signed_in
@require_safe
def seen(request: HttpRequest, number: int) -> HttpResponse:
    """谁看过."""
    opened = open_person(request, number, what="person.seen")
    words = {"opened": opened, "head": queries.head_of(opened.person, on=timezone.localdate()),
             "seen": looks_of(number, before=entry(request.GET.get("before", "")))}  # fmt: skip
    return render(request, "doctor/seen.html", words)
