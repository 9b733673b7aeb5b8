"""A written report as the page draws it: blocks with addresses for their numbers, a card for each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from xinglin.show.reports.annual.queries import Raised
from xinglin.show.reports.writer.annex import origin
from xinglin.show.reports.writer.document import Bars, Block, Grid, Heading, Para, Trace, Written
from xinglin.show.reports.writer.drawing import svg

FACE = "inherit"


@dataclass(frozen=True)
class Card:
    """Where one number comes from, with what can be opened."""

    line: Trace
    origin: str
    state: str                  # done, soon (by hand), late (missing)
    figure: str = ""            # address of the figure's page
    rows: str = ""
    handbook: str = ""
    raised: Raised | None = None


@dataclass(frozen=True)
class Shown:
    """The report for the page."""

    blocks: tuple[dict[str, Any], ...]
    cards: tuple[Card, ...]


def shown(report: Written, *, raised: Mapping[str, Raised], edition: int) -> Shown:
    """Blocks and cards; of a frozen edition the rows are those that were kept with it."""
    return Shown(tuple(_block(b) for b in report.blocks), tuple(_card(t, report, raised, edition) for t in report.trace))


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level + 1, "text": text}
        case Para(runs):
            return {"kind": "para", "runs": runs}
        case Grid():
            return {"kind": "grid", "grid": block}
        case Bars():
            return {"kind": "bars", "bars": block, "drawn": _drawn(block)}


def _drawn(bars: Bars) -> SafeString:
    return mark_safe(svg(bars, face=FACE))  # noqa: S308  (names are escaped where the chart is drawn)


def _card(line: Trace, report: Written, raised: Mapping[str, Raised], edition: int) -> Card:
    if line.kind != "系统计算":
        return Card(line, origin(line), "late" if line.kind == "缺" else "soon", raised=raised.get(line.code))
    asked = urlencode({"period": line.period})
    figure = f"{reverse('figure', args=[line.code])}?{asked}"
    rows = (reverse("annual_rows", args=[edition, line.code]) if edition
            else f"{reverse('figure_rows', args=[line.code])}?{asked}")
    page = reverse("handbook_page", args=[f"figures/{line.code}.md"])
    return Card(line, origin(line), "done", figure, rows if line.period == str(report.year) else "", page)
