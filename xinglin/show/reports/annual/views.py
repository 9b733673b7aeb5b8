"""The annual report on pages: the draft with its trace, filling, handing over, freezing, files, rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from xinglin.declare.report import Report
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.know.indicators import queries as figures_of
from xinglin.lake.store import open_lake
from xinglin.registry.models import Staff
from xinglin.registry.queries import posts_of
from xinglin.show.common.definitions import catalog
from xinglin.show.common.menu import purposes_of
from xinglin.show.common.signin import signed_in
from xinglin.show.figures import members, trend
from xinglin.show.figures.actions import note_refused, note_rows
from xinglin.show.figures.choices import scope_here
from xinglin.show.figures.reading import reading
from xinglin.show.figures.scope import Scope
from xinglin.show.figures.views.rows import visiting
from xinglin.show.reports.annual import actions, queries
from xinglin.show.reports.annual.shown import Shown, shown
from xinglin.show.reports.annual.write import (
    KINDS,
    Asked,
    figures,
    file_of,
    lake_here,
    name_of,
    written,
)
from xinglin.show.reports.writer.document import Written
from xinglin.show.reports.writer.told import Hand

MAY_WRITE = frozenset({"management", "quality"})


@dataclass(frozen=True)
class Here:
    """Who reads, and what was asked in the address."""

    scope: Scope
    report: Report
    year: int
    as_of: date | None
    may_write: bool

    @property
    def asked(self) -> Asked:
        return Asked(report=self.report, year=self.year, as_of=self.as_of)

    def address(self, name: str = "annual") -> str:
        """A page of this report, with the same year and day."""
        told = {"year": str(self.year), **({"as_of": self.as_of.isoformat()} if self.as_of else {})}
        return f"{reverse(name)}?{urlencode(told)}"


def _here(request: HttpRequest) -> Here:
    """The whole county's figures are read here: 403 for those who may see only a part of them."""
    scope = scope_here(request)
    if scope.prefix != "":
        raise PermissionDenied
    given = request.GET if request.method == "GET" else request.POST
    reports = catalog().reports
    if not reports:
        raise Http404
    with reading() as at:
        year = _year(given.get("year", ""), at.day)
    purposes = purposes_of(posts_of(request.user))
    return Here(scope, next(iter(reports.values())), year, _day(given.get("as_of", "")), bool(MAY_WRITE & purposes))


def _year(text: str, last: date) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 else last.year


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise XinglinError("看不懂截至日", do="写成 2026-09-30") from None


@require_GET
@signed_in
def annual(request: HttpRequest) -> HttpResponse:
    """The draft of a year, as it will print, with a card for each number."""
    here = _here(request)
    draft = written(lake_here(), catalog(), here.asked)
    return render(request, "reports/annual.html", _told(here, draft))


def _told(here: Here, report: Written, edition: queries.Edition | None = None) -> dict[str, Any]:
    held = queries.editions(here.report.code)
    first, last = min([report.year - 2, *(e.year for e in held)]), max(report.year + 1, date.today().year)  # noqa: DTZ011
    return {"here": here, "report": report, "shown": _shown(report, edition), "edition": edition, "editions": held,
            "years": [y for y in range(first, last + 1) if y <= date.today().year],  # noqa: DTZ011
            "givens": [(g, queries.hands(here.report.code, report.year).get(g.code)) for g in here.report.givens],
            "raised": queries.raised(here.report.code, report.year),
            "settled": sum(t.kind != "缺" for t in report.trace), "kinds": KINDS}


def _shown(report: Written, edition: queries.Edition | None) -> Shown:
    return shown(report, raised=queries.raised(report.code, report.year), edition=edition.number if edition else 0)


@require_GET
@signed_in
def annual_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The draft as Word or PDF."""
    here = _here(request)
    return _file(written(lake_here(), catalog(), here.asked), kind)


def _file(report: Written, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    answer: Any = HttpResponse(file_of(report, kind), content_type=KINDS[kind])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name_of(report, kind))}"
    answer["Cache-Control"] = "no-store"
    return answer


# -- what is done here ------------------------------------------------------------------------------

def _writer(request: HttpRequest) -> Here:
    here = _here(request)
    if not here.may_write:
        raise PermissionDenied
    return here


@require_POST
@signed_in
def annual_fill(request: HttpRequest) -> HttpResponse:
    """A number from outside, with its document, day and signer."""
    here, told = _writer(request), request.POST
    given = next((g for g in here.report.givens if g.code == told.get("given")), None)
    if given is None:
        raise Http404
    signer = told.get("signer", "").strip() or Staff.objects.filter(code=here.scope.staff).values_list("name", flat=True).first() or ""
    hand = Hand(value=told.get("value", "").strip(), source=told.get("source", ""), signer=signer,
                day=_day(told.get("day", "")) or date.today(), announced=bool(told.get("announced")))  # noqa: DTZ011
    actions.fill_given(given, hand, report=here.report.code, year=here.year, actor=here.scope.staff, org=here.scope.org)
    return redirect(here.address())


@require_POST
@signed_in
def annual_owed(request: HttpRequest) -> HttpResponse:
    """Raise a matter to every office that owes a number."""
    here = _writer(request)
    until = _day(request.POST.get("until", ""))
    if until is None:
        raise XinglinError("没有写补报期限", "期限", "选一个日期")
    draft = written(lake_here(), catalog(), here.asked)
    actions.raise_owed(draft.owed, report=here.report.code, year=here.year, until=until, actor=here.scope.staff, org=here.scope.org)
    return redirect(here.address())


@require_POST
@signed_in
def annual_freeze(request: HttpRequest) -> HttpResponse:
    """Fix the draft as an edition; its data are kept from then on."""
    here = _writer(request)
    lake = open_lake(home())
    made = actions.freeze(lake, written(lake, catalog(), here.asked), as_of=here.as_of, actor=here.scope.staff,
                          org=here.scope.org, reason=request.POST.get("reason", ""))
    return redirect(reverse("annual_edition", args=[made.number]))


# -- frozen editions --------------------------------------------------------------------------------

def _edition(request: HttpRequest, number: int) -> tuple[Here, queries.Edition]:
    here = _here(request)
    found = queries.edition(here.report.code, number)
    if found is None:
        raise Http404
    return Here(here.scope, here.report, found.year, found.as_of, here.may_write), found


@require_GET
@signed_in
def annual_edition(request: HttpRequest, number: int) -> HttpResponse:
    """A frozen edition: the very words and numbers, whatever has come since."""
    here, found = _edition(request, number)
    return render(request, "reports/annual.html", _told(here, found.written, found))


@require_GET
@signed_in
def annual_edition_file(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """A frozen edition as Word or PDF."""
    _, found = _edition(request, number)
    return _file(found.written, kind)


@require_GET
@signed_in
def annual_rows(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """The rows behind a number of a frozen edition, from its kept data; by right, one access event."""
    here, found = _edition(request, number)
    scope = here.scope
    if visiting(request) or not scope.rows.any:
        note_refused(scope=scope, figure=code)
        raise PermissionDenied
    if code not in {t.code for t in found.written.trace}:
        raise Http404
    asked = Asked(report=here.report, year=found.year, as_of=found.as_of)
    with figures(lake_here(), catalog(), asked, snapshot=found.snapshot) as told:
        held = told.rows(code)
        if held is None:
            raise Http404
        counted = request.GET.get("counted", "")
        counted = counted if counted in members.COUNTED else ""
        page = request.GET.get("page", "1")
        listed = members.listed(held, right=scope.rows, place="", where={}, counted=counted,
                                page=int(page) if page.isdecimal() and len(page) < 7 else 1)
        now = figures_of.figure(held)
        note_rows(scope=scope, figure=code, persons=listed.persons, page="reports/annual/rows")
    base = reverse("annual_rows", args=[number, code])
    return render(request, "reports/annual_rows.html", {
        "edition": found, "indicator": held.indicator, "figure": now, "words": trend.words(held.indicator, now.amount),
        "listed": listed, "right": scope.rows, "counted": counted,
        "tabs": [(c, t, f"{base}?counted={c}") for c, t in members.COUNTED.items()],
        "before": f"{base}?counted={counted}&page={listed.page - 1}" if listed.page > 1 else "",
        "after": f"{base}?counted={counted}&page={listed.page + 1}" if listed.page < listed.pages else "",
        "back": reverse("annual_edition", args=[number])})
