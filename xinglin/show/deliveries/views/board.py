"""The first page: what is late, the strip of days, the list."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xinglin.kernel.home import home
from xinglin.registry.queries import organisations_under
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries import board
from xinglin.show.deliveries.matters import agreed_of
from xinglin.show.deliveries.reach import sender
from xinglin.show.deliveries.views.matters import matter_lines


@signed_in
def deliveries(request: HttpRequest) -> HttpResponse:
    """By source, dataset and day of the address."""
    who, today = sender(request), timezone.localdate()
    asked = {n: request.GET.get(n, "")[:40] for n in ("source", "record", "day")}
    found = board.listed(who.sources, **asked)
    page = Paginator(found, board.PAGE).get_page(request.GET.get("page"))
    titles = {d.record: board.title_of(d.record) for d in page}
    return render(request, "deliveries/board.html", {
        "who": who, "strips": board.strips(who.sources, today, agreed_of(home())), "matters": matter_lines(who),
        "reports": not who.masked and bool(organisations_under(request.user, purpose="care")), "today": today, "asked": asked, "page": page,
        "lines": [(d, titles[d.record]) for d in page],
        "records": sorted({(r, board.title_of(r)) for r in board.listed(who.sources).order_by().values_list("record", flat=True)})})
