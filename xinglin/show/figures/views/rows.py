"""看名单: the rows behind a figure, by right, each list one access event."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from xinglin.know.indicators.queries import figure as figure_at
from xinglin.show.common.signin import signed_in
from xinglin.show.figures import members, periods, trend
from xinglin.show.figures.actions import note_refused, note_rows
from xinglin.show.figures.breakdown import address
from xinglin.show.figures.choices import Chosen, chosen, indicator_here, scope_here
from xinglin.show.figures.notes import sensitive_of
from xinglin.show.figures.reading import reading
from xinglin.show.figures.scope import Scope
from xinglin.show.figures.views.figure import pickers


def visiting(request: HttpRequest) -> bool:
    """参观模式 never opens to names."""
    return bool(request.session.get("visiting"))


def refuse_rows(request: HttpRequest, scope: Scope, place: str, code: str, *, asks: Iterable[str] = ()) -> None:
    """403, written to the access stream, for whoever may not see rows at this place, or not of such a figure."""
    if visiting(request) or not scope.rows.any or not scope.deep(place) or not scope.rows.opens(asks):
        note_refused(scope=scope, figure=code)
        raise PermissionDenied


@signed_in
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """A page of the list; the numbers of listed and not listed rows add up to the figure."""
    scope = scope_here(request)
    with reading() as at:
        picked = chosen(request, code, scope=scope, at=at)
        refuse_rows(request, scope, picked.place, code, asks=sensitive_of(at.con, picked.indicator))
        asked = at.ask(code, picked.period)
        counted = request.GET.get("counted", "in" if asked.indicator.kind != "count" else "")
        counted = counted if counted in members.COUNTED else ""
        found = members.listed(asked, right=scope.rows, place=picked.place, where=picked.where, counted=counted,
                               page=_page(request))
        now = figure_at(asked, place=picked.place, where=picked.where)
        note_rows(scope=scope, figure=code, persons=found.persons, page=_route(request))
        return render(request, "figures/rows.html", {
            "indicator": asked.indicator, "figure": now, "words": trend.words(asked.indicator, now.amount),
            "listed": found, "right": scope.rows, "counted": counted, "tabs": _tabs(picked, asked.indicator.kind),
            "period_words": periods.period_words(picked.period), "back": _back(picked),
            "before": _turned(picked, counted, found.page - 1) if found.page > 1 else "",
            "after": _turned(picked, counted, found.page + 1) if found.page < found.pages else "",
            **pickers(picked, scope, at)})


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else ""


def _tabs(picked: Chosen, kind: str) -> list[tuple[str, str, str]]:
    shown = ("",) if kind == "count" else ("in", "out", "unknown", "")
    return [(c, members.COUNTED[c], _turned(picked, c, 1)) for c in shown]


def _turned(picked: Chosen, counted: str, page: int) -> str:
    to = partial(address, reverse("figure_rows", args=[picked.indicator.code]), picked.told())
    return f"{to()}&counted={counted}{f'&page={page}' if page > 1 else ''}"


def _back(picked: Chosen) -> str:
    return address(reverse("figure", args=[picked.indicator.code]), picked.told())


@signed_in
def row(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """One event's row: the columns that this reader may see, and where it came from."""
    scope, indicator = scope_here(request), indicator_here(code)
    if not scope.rows.any:
        raise PermissionDenied
    if not unit.removeprefix("-").isdecimal() or len(unit) > 20:
        raise Http404
    with reading() as at:
        found = members.event(at.con, int(unit), right=scope.rows)
    if found is None:
        raise Http404
    if visiting(request) or not scope.rows.any or not scope.rows.sees(found.org):
        note_refused(scope=scope, figure=code, persons=[found.person] if found.person else [])
        raise Http404
    note_rows(scope=scope, figure=code, what="figure.row", persons=[found.person] if found.person else [],
              page=_route(request))
    return render(request, "figures/row.html", {
        "indicator": indicator, "event": found, "right": scope.rows,
        "person_address": members.person_address(found.person),
        "back": address(reverse("figure_rows", args=[code]), {"period": request.GET.get("period", "")})})
