"""One delivery as its sender sees it: the numbers, reasons with sample rows that name nobody."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook

from xinglin.declare.record import IDENTITY_COLUMNS, Record
from xinglin.gather.mapping import parse_map
from xinglin.gather.models import Delivery, Question, ReasonCount
from xinglin.gather.queries import workbook
from xinglin.gather.records import records
from xinglin.gather.workbook import REASON, ROW
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home

SAMPLES, SEARCHED = 3, 3_000
_SHOWN = ("integer", "number", "day", "moment", "yesno")    # kinds of columns whose cells name nobody


@dataclass(frozen=True)
class Reason:
    """A group of rows: what is wrong, how many, a few of them by number and the cell in question."""

    act: str
    words: str
    rows: int
    column: str
    samples: tuple[tuple[str, str], ...]        # row number, what stands there


def reasons(delivery: Delivery, *, masked: bool) -> list[Reason]:
    """All reasons, the rejected first; samples come from the workbook and the questions."""
    record = records().get(delivery.record)
    counts = list(ReasonCount.objects.filter(delivery=delivery).order_by("-act", "-rows", "id"))
    returned = _returned(delivery) if any(c.act == "reject" for c in counts) else []
    return [Reason(c.act, c.words, c.rows, column_title(delivery.record, c.column),
                   _of_rejected(delivery, record, c, returned, masked=masked) if c.act == "reject" else _of_queried(delivery, c))
            for c in counts]


def column_title(record: str, column: str) -> str:
    """The title of a dataset's column, or of one that says who a row is about; '' where it is no longer declared."""
    declared = records().get(record)
    held = declared.columns().get(column) if declared else None
    return held.title if held else IDENTITY_COLUMNS.get(column, "")


def _returned(delivery: Delivery) -> list[Mapping[str, str]]:
    """The first rows of the workbook, header → cell."""
    try:
        book = load_workbook(io.BytesIO(workbook(home(), delivery)), read_only=True)
    except (XinglinError, OSError):
        return []
    rows = book.worksheets[0].iter_rows(values_only=True, max_row=SEARCHED)
    header = [str(h or "") for h in next(rows, ())]
    return [dict(zip(header, ("" if c is None else str(c) for c in row), strict=False)) for row in rows]


def _of_rejected(delivery: Delivery, record: type[Record] | None, count: ReasonCount,
                 returned: Sequence[Mapping[str, str]], *, masked: bool) -> tuple[tuple[str, str], ...]:
    found = [r for r in returned if count.words in r.get(REASON, "")][:SAMPLES]
    header = _header(delivery, record, count.column, found, masked=masked)
    return tuple((r.get(ROW, ""), r.get(header, "") if header else "") for r in found)


def _header(delivery: Delivery, record: type[Record] | None, column: str, rows: Sequence[Mapping[str, str]], *, masked: bool) -> str:
    """Their name of the column in question; '' where its cells might name somebody."""
    held = record.columns().get(column) if record else None
    if held is None or not rows or held.kind not in (*_SHOWN, *(() if masked else ("coded", "org", "place"))):
        return ""
    mapped = parse_map(delivery.mapping).fields.get(column)
    named = [mapped.theirs] if mapped else [column, held.title]
    return next((n for n in named if n in rows[0]), "")


def _of_queried(delivery: Delivery, count: ReasonCount) -> tuple[tuple[str, str], ...]:
    asked = Question.objects.filter(delivery=delivery, words__contains=count.words).order_by("row_no")[:SAMPLES]
    return tuple((str(q.row_no), "") for q in asked)
