"""Rows of a report for the page: what is remembered, what this page says of them, suggestions, values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from xinglin.kernel.dates import Period
from xinglin.show.common.county import NO_COUNTY, county
from xinglin.show.common.definitions import catalog
from xinglin.show.reports import queries
from xinglin.show.reports.desk.adopt import OFFICES, Row, adopt
from xinglin.show.reports.desk.binding import Suggestion, suggestions
from xinglin.show.reports.desk.collect import Collection, collect, revised
from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.memory import KEPT, Known, by_place, from_memory, joined, parse
from xinglin.show.reports.system import lake_value, with_system
from xinglin.show.reports.uploads import workbooks_of


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A row on the page: whether a person's word is remembered for it, and figures it could be."""

    row: Row
    remembered: bool
    figures: tuple[Suggestion, ...]
    title: str = ""  # of the figure that it is bound to

    @property
    def listed(self) -> bool:
        """Whether the bound figure is among the suggestions."""
        return self.row.figure in {s.code for s in self.figures}


def told(request: HttpRequest) -> Known:
    """What this page says of rows, by code and last year's number."""
    return parse(request.POST.get("told", ""))


def memory(request: HttpRequest) -> Known:
    """The county's memory; before there is a county the browser keeps it and sends it along."""
    if county() == NO_COUNTY:
        return parse(request.POST.get("memory", ""), fields=KEPT)
    return queries.memory()


def rows_of(request: HttpRequest, document: Document) -> list[Row]:
    """Every number of the report, with what is remembered and what this page says."""
    bare = adopt(document)
    kept = from_memory(bare, memory(request))
    said = {key: {f: v for f, v in fields.items() if f in KEPT} for key, fields in told(request).items()}
    return adopt(document, known=joined(kept, said))


def shown(request: HttpRequest, rows: list[Row], document: Document) -> list[Shown]:
    """Rows for the page that corrects them; with a county, with figures ranked by name."""
    kept = memory(request)
    places = {row.code: key for key, row in by_place(adopt(document)).items()}
    figures = figure_titles()
    return [
        Shown(row=row, remembered=any(kept.get(places.get(row.code, ""), {}).values()),
              figures=tuple(suggestions(row, figures.items())), title=figures.get(row.figure, ""))
        for row in rows
    ]  # fmt: skip


def figure_titles() -> dict[str, str]:
    """Code → title of every declared figure; none before there is a county."""
    if county() == NO_COUNTY:
        return {}
    return {code: editions[-1].title for code, editions in catalog().indicators.items()}


def offices(rows: Iterable[Row]) -> list[str]:
    """Offices to choose from: the usual ones, and those that a person named."""
    return list(dict.fromkeys([office for office, _ in OFFICES] + [row.office for row in rows]))


def collection_of(request: HttpRequest, document: Document) -> Collection:
    """What came back, with what this page chose; with a county and a period, the county's figures beside it."""
    found = collect(rows_of(request, document), workbooks_of(request))
    chosen = {key.partition("|")[0]: fields for key, fields in told(request).items()}
    found = revised(found, {code: {f: v for f, v in said.items() if f in ("above", "chosen", "note") and v}
                            for code, said in chosen.items()})  # fmt: skip
    if county() == NO_COUNTY or not any(row.figure for row in found.rows):
        return found
    return revised(with_system(found, period_of(request), value=lake_value), {})


def period_of(request: HttpRequest) -> Period:
    """The period of the county's figures: as written, else this year."""
    text = request.POST.get("period", "").strip()
    return Period.parse(text or str(date.today().year))  # noqa: DTZ011  the county's own calendar day
