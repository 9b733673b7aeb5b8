"""The list: every figure of the catalog by pack, with value, change, notes and a mini line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from xinglin.declare.indicator import Indicator
from xinglin.know.indicators.queries import Amount, place_prefix
from xinglin.show.common.definitions import catalog
from xinglin.show.common.signin import signed_in
from xinglin.show.figures import notes, periods, places, trend
from xinglin.show.figures.breakdown import address
from xinglin.show.figures.choices import PermissionDenied, county_prefix, scope_here
from xinglin.show.figures.reading import NothingYet, Reading, reading
from xinglin.show.figures.totals import Total, newest, totals


@dataclass(frozen=True)
class Line:
    """A figure in the list."""

    indicator: Indicator
    amount: Amount | None
    value: str
    fraction: str
    period: str
    change: str
    notes: tuple[str, ...]
    spark: tuple[float | None, ...]
    address: str


@signed_in
def figures(request: HttpRequest) -> HttpResponse:
    """Figures at the county, or at a place of the reader's scope."""
    scope = scope_here(request)
    place = place_prefix(request.GET.get("place", "").strip())
    place = "" if place == county_prefix() else place
    if not scope.opens(place):
        raise PermissionDenied
    told: dict[str, Any] = {"scope": scope, "place": place, "place_name": places.name_of(place),
                            "places": places.choices(scope.prefix, place)}
    try:
        with reading() as at:
            told |= {"day": at.day, "groups": _groups(at, place)}
    except NothingYet as nothing:
        told["nothing"] = nothing
    return render(request, "figures/list.html", told)


def _groups(at: Reading, place: str) -> list[tuple[Any, list[Line]]]:
    newest_editions = {code: editions[-1] for code, editions in catalog().indicators.items()}
    wanted = partial(totals, indicators=tuple(newest_editions.values()), place=place)
    held = at.lake.remembered(("figures.totals", place), wanted)
    records = at.lake.remembered("figures.records", notes.records_by_figure)
    questions = notes.open_questions()
    groups = []
    for pack in catalog().packs:
        codes = dict.fromkeys(i.code for i in pack.indicators)
        lines = [_line(newest_editions[c], held[c], at, place,
                       notes.notes(records.get(c, ()), questions)) for c in codes]
        if lines:
            groups.append((pack, lines))
    return groups


def _line(indicator: Indicator, held: list[Total], at: Reading, place: str, told: list[str]) -> Line:
    now = newest(held)
    amount = now.amount if now else None
    period = periods.running(indicator, at.day) if now is None else trend.Period.parse(now.period)
    said = trend.change(indicator, amount, trend.last_year(indicator, held, at.day))
    value, _gap, fraction = trend.words(indicator, amount).partition("\u3000")
    return Line(indicator, amount, value, fraction, periods.period_words(period), said, tuple(told),
                tuple(trend.spark(indicator, held, at.day)),
                address(reverse("figure", args=[indicator.code]), {"place": place}))
