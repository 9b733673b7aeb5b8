"""Questions as their sender sees them: one line for all rows that are asked the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xinglin.gather.models import Delivery, ReasonCount
from xinglin.gather.queries import Asked
from xinglin.show.deliveries.board import title_of
from xinglin.show.deliveries.receipt import column_title


@dataclass(frozen=True)
class Line:
    """A question and where it stands. `column` is '' where the words name it themselves."""

    asked: Asked
    delivery: Delivery
    dataset: str
    column: str


def lines(found: Iterable[Asked]) -> list[Line]:
    """What is asked with what stands beside it; two queries, however many."""
    asked = list(found)
    numbers = {a.delivery for a in asked}
    held = Delivery.objects.select_related("source").in_bulk(numbers)
    counts = ReasonCount.objects.filter(delivery__in=numbers, act="query").exclude(column="")
    columns = {(r.delivery_id, r.words): r.column for r in counts}
    return [_line(a, held[a.delivery], columns.get((a.delivery, a.words), "")) for a in asked]


def _line(asked: Asked, delivery: Delivery, column: str) -> Line:
    title = column_title(delivery.record, column)
    return Line(asked, delivery, title_of(delivery.record), "" if title in asked.words else title)
