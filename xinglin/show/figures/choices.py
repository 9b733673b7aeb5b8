"""What the address of a figure's page says: period, place, groups; checked against the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from xinglin.declare.indicator import Indicator
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.know.indicators.queries import place_prefix
from xinglin.show.common.county import county
from xinglin.show.common.definitions import catalog
from xinglin.show.figures import periods
from xinglin.show.figures.reading import Reading
from xinglin.show.figures.scope import Scope, scope_of
from xinglin.show.figures.totals import group_columns
from xinglin.show.figures.trend import GRAINS


@dataclass(frozen=True)
class Chosen:
    """A figure's page: which edition, period, place, groups, and how fine its line is."""

    indicator: Indicator
    period: Period
    place: str
    where: Mapping[str, str]
    grain: str

    def told(self) -> dict[str, str]:
        """The choices as the address holds them."""
        return {"period": self.period.text, "place": self.place, **self.where,
                "grain": "" if self.grain == "month" else self.grain}


def scope_here(request: HttpRequest) -> Scope:
    """The reader's scope; 403 for roles without the purpose of figures."""
    scope = scope_of(request.user)
    if scope is None:
        raise PermissionDenied
    return scope


def indicator_here(code: str) -> Indicator:
    """The newest edition of a figure; 404 where there is none."""
    try:
        return catalog().indicator(code)[-1]
    except DeclarationError:
        raise Http404 from None


def chosen(request: HttpRequest, code: str, *, scope: Scope, at: Reading) -> Chosen:
    """The choices of this request. 403 for a place outside of the scope; XinglinError for a bad period."""
    indicator, asked = indicator_here(code), request.GET if request.method == "GET" else request.POST
    place = place_prefix(asked.get("place", "").strip())
    place = "" if place in ("", county_prefix()) else place
    where = {name: asked[name] for name in group_columns(indicator) if asked.get(name)}
    # One disease of the county is a cell of a list that hides small ones: strangers see the list, not the cell.
    if not scope.opens(place) or (where and not scope.deep(place)):
        raise PermissionDenied
    text = asked.get("period") or periods.running(indicator, at.day).text
    if asked.get("year"):
        text = periods.joined(asked["year"], asked.get("part", ""), indicator)
    grain = asked.get("grain", "month")
    return Chosen(indicator, _period(text), place, where, grain if grain in GRAINS else "month")


def county_prefix() -> str:
    """The six digits of this county."""
    return county().code


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except XinglinError:
        raise XinglinError("时期看不懂", "地址中的 period", "写成 2026、2026Q1 或 2026-03") from None
