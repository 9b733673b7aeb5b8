"""为什么变了: the difference of two nights, as a part that arrives by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.declare.refuse import DeclarationError
from xinglin.show.common.signin import signed_in
from xinglin.show.figures.choices import chosen, scope_here
from xinglin.show.figures.nights import Night, nights
from xinglin.show.figures.nights import why as why_between
from xinglin.show.figures.reading import reading


@signed_in
def why(request: HttpRequest, code: str) -> HttpResponse:
    """By kind of change and place, between two nights of the address (the last two)."""
    scope = scope_here(request)
    with reading() as at:
        picked = chosen(request, code, scope=scope, at=at)
        asked = at.ask(code, picked.period)
        kept = nights(at.con, figure=code, period=asked.held.text)
        told = {"nights": kept, "chosen": picked.told(), "indicator": asked.indicator, "outside": not scope.deep(picked.place)}
        if len(kept) > 1 and scope.deep(picked.place) and asked.contributions is not None:
            after = _night(kept, request.GET.get("after")) or kept[0]
            before = _night(kept, request.GET.get("before")) or next((n for n in kept if n.day < after.day), kept[-1])
            told |= {"before": before, "after": after}
            digits = 12 if len(picked.place) >= 9 else 9
            try:
                told["why"] = why_between(asked, before=before, after=after, place=picked.place,
                                          fold=lambda p: p[:digits].ljust(12, "0") if p else "")
            except DeclarationError as problem:
                told["problem"] = problem
        return render(request, "figures/parts/why.html", told)


def _night(kept: list[Night], text: str | None) -> Night | None:
    return next((n for n in kept if n.day.isoformat() == text), None)
