"""A figure's page: value, line, breakdowns, definition, notes, the way to its rows."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from xinglin.gather.models import Source
from xinglin.know.indicators.queries import Asked, Figure
from xinglin.know.indicators.queries import figure as figure_at
from xinglin.show.common.charts import Chart, Series
from xinglin.show.common.definitions import catalog
from xinglin.show.common.signin import signed_in
from xinglin.show.common.tables import Column, Row, Table
from xinglin.show.figures import notes, periods, places, trend
from xinglin.show.figures.breakdown import (
    GROUP_TITLES,
    Breakdown,
    address,
    breakdowns,
    group_titles,
)
from xinglin.show.figures.charts import line_chart, target_of
from xinglin.show.figures.choices import Chosen, chosen, indicator_here, scope_here
from xinglin.show.figures.reading import NothingYet, Reading, reading
from xinglin.show.figures.scope import Scope
from xinglin.show.figures.totals import Total, totals
from xinglin.show.handbook.figures import BETTER_WORDS, EVERY_WORDS, KIND_WORDS


@signed_in
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """The whole page; its choices stand in the address."""
    scope, indicator = scope_here(request), indicator_here(code)
    try:
        with reading() as at:
            picked = chosen(request, code, scope=scope, at=at)
            return render(request, "figures/figure.html", _told(request, at, picked, scope))
    except NothingYet as nothing:
        return render(request, "figures/nothing.html", {"indicator": indicator, "nothing": nothing})


def _told(request: HttpRequest, at: Reading, picked: Chosen, scope: Scope) -> dict[str, Any]:
    asked = at.ask(picked.indicator.code, picked.period)
    now = figure_at(asked, place=picked.place, where=picked.where)
    held = totals(at.con, [asked.indicator], place=picked.place, where=picked.where)[asked.indicator.code]
    value, _gap, fraction = trend.words(asked.indicator, now.amount).partition("\u3000")
    to = partial(address, reverse("figure", args=[picked.indicator.code]), picked.told())
    parted = breakdowns(asked, place=picked.place, scope=scope, where=picked.where, at=to)
    return {
        "indicator": asked.indicator, "editions": catalog().indicator(asked.indicator.code), "figure": now,
        "value": value, "fraction": fraction, "day": min(asked.day, asked.held.last),
        "change": _change(asked, held, now), "period_words": periods.period_words(picked.period),
        "line": line_chart(asked.indicator, held, year=periods.year_of(asked.held), day=asked.day, grain=picked.grain), "grains": [(g, w, to(grain=g)) for g, w in trend.GRAINS.items()],
        "parted": [(b, _table(b, asked, now, picked)) for b in parted], "bars": _bars(parted, asked),
        "protected": any(b.hidden for b in parted), "scope": scope,
        "definition": _definition(asked), "data_notes": _data_notes(at, asked, now),
        "rows": scope.rows.any and scope.deep(picked.place) and scope.rows.opens(notes.sensitive_of(at.con, asked.indicator)) and asked.contributions is not None,
        "rows_address": address(reverse("figure_rows", args=[asked.indicator.code]), picked.told()),
        "why_address": address(reverse("figure_why", args=[asked.indicator.code]), picked.told()),
        **pickers(picked, scope, at),
    }


def pickers(picked: Chosen, scope: Scope, at: Reading) -> dict[str, Any]:
    """The two pickers above a figure, and the groups that narrow it."""
    year, part = periods.split(picked.period)
    narrowed = [(GROUP_TITLES.get(n, n), group_titles(n).get(v, v),
                 address(reverse("figure", args=[picked.indicator.code]), picked.told(), **{n: ""}))
                for n, v in picked.where.items()]
    return {"picked": picked, "chosen": picked.told(), "year": int(year), "part": part,
            "years": periods.years(catalog().indicator(picked.indicator.code), at.day),
            "parts": periods.parts(picked.indicator), "narrowed": narrowed,
            "place_name": places.name_of(picked.place), "places": places.choices(scope.prefix, picked.place)}


def _change(asked: Asked, held: list[Total], now: Figure) -> str:
    """Against last year, for the running year only."""
    if asked.period.kind != asked.indicator.every or asked.period.last < asked.day:
        return ""
    return trend.change(asked.indicator, now.amount, trend.last_year(asked.indicator, held, asked.day))


def _table(parted: Breakdown, asked: Asked, now: Figure, picked: Chosen) -> Table:
    one = asked.indicator
    counted = one.kind == "count"
    columns = [Column(title=parted.title.removeprefix("按"))]
    columns += [Column(title="数", unit=one.unit, number=True)] if counted else [
        Column(title="分子", number=True), Column(title="分母", number=True), Column(title="值", number=True)]
    rows = [Row(cells=[c.name, *_cells(c.amount, asked)], address=c.address) for c in parted.cells]
    total = Row(cells=[f"{places.name_of(picked.place)}合计", *_cells(now.amount, asked)], total=True)
    return Table(columns=columns, rows=[*rows, total], caption=f"{parted.title}，截至 {min(asked.day, asked.held.last)}")


def _cells(amount: Any, asked: Asked) -> list[str]:
    one = asked.indicator
    if amount.hidden:
        return ["＊"] if one.kind == "count" else ["＊", "＊", "＊"]
    if one.kind == "count":
        return [trend.plain(amount.numerator)]
    value = trend.text(one, amount)
    return [trend.plain(amount.numerator), trend.plain(amount.denominator or amount.numerator * 0), value]


def _bars(parted: list[Breakdown], asked: Asked) -> Chart | None:
    """Bars of the first breakdown by place; none where there is only one."""
    first = next((b for b in parted if b.by in ("township", "village")), None)
    if first is None or len(first.cells) < 2:
        return None
    if first.hidden:
        return None
    cells = [c for c in first.cells if c.key]
    one = asked.indicator
    return Chart(title=f"{one.title}，{first.title}", kind="bars", labels=[c.name for c in cells], unit=one.unit,
                 series=[Series(name=one.title, values=[trend.drawn(one, c.amount) for c in cells])],
                 details=[[trend.words(one, c.amount) for c in cells]], links=[c.address for c in cells], target=target_of(one, asked.held.last))


def _definition(asked: Asked) -> dict[str, Any]:
    one = asked.indicator
    return {"words": one.words.split("\n\n"), "cites": str(one.cites), "kind": KIND_WORDS[one.kind], "since": one.since,
            "population": one.population, "every": EVERY_WORDS[one.every], "better": BETTER_WORDS[one.better],
            "fingerprint": asked.fingerprint}


def _data_notes(at: Reading, asked: Asked, now: Figure) -> list[str]:
    records = notes.records_of(at.con, asked.indicator.code)
    titles = dict(Source.objects.values_list("code", "title"))
    own = [n for n in now.notes if n != asked.indicator.note]
    return [*own, *notes.notes(records, notes.open_questions()), *notes.silent(at.day, titles=titles)]

