"""The strip of days by source, and the list of deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from xinglin.gather.models import Delivery, Source
from xinglin.gather.queries import waiting_rows
from xinglin.gather.records import records
from xinglin.kernel.dates import plus_days
from xinglin.show.deliveries import rhythm
from xinglin.show.deliveries.watch import Agreed

DAYS = 28
BACK = 400      # days by which the rhythm is judged
PAGE = 40


@dataclass(frozen=True)
class Strip:
    """A source's last weeks, and how it stands."""

    source: Source
    days: tuple[rhythm.Day, ...]
    state: str
    words: str
    questions: int


def strips(sources: Iterable[Source], today: date, agreed: Mapping[str, Agreed]) -> list[Strip]:
    """The calendar: one strip a source. `agreed`: what is expected of those that say so."""
    sources = list(sources)
    came, waiting = _came(today), waiting_rows("source", Delivery.objects.filter(source__in=sources))
    found = []
    for source in sources:
        own, expected = came.get(source.code, {}), agreed.get(source.code, Agreed(grace=0))
        state, words = rhythm.standing(sorted(own), today, agreed=expected.every, grace=expected.grace)
        days = rhythm.strip(own, first=plus_days(today, 1 - DAYS), last=today, agreed=expected.every, grace=expected.grace)
        found.append(Strip(source, tuple(days), state, words, waiting.get(source.code, 0)))
    return found


def _came(today: date) -> dict[str, dict[date, tuple[int, int]]]:
    """Source → day → (deliveries, rows); a file that went back as a whole did not come."""
    rows = (Delivery.objects.exclude(state="refused").filter(received_at__date__gte=plus_days(today, -BACK))
            .annotate(day=TruncDate("received_at")).values("source", "day").annotate(n=Count("id"), rows=Sum("received")))
    found: dict[str, dict[date, tuple[int, int]]] = {}
    for r in rows.order_by("source", "day"):
        found.setdefault(r["source"], {})[r["day"]] = (r["n"], r["rows"] or 0)
    return found


def listed(sources: Iterable[Source], *, source: str = "", record: str = "", day: str = "") -> QuerySet[Delivery]:
    """Deliveries of these sources, newest first, narrowed by what the address says."""
    found = Delivery.objects.select_related("source").filter(source__in=[s.code for s in sources]).order_by("-received_at", "-id")
    if source:
        found = found.filter(source=source)
    if record:
        found = found.filter(record=record)
    return found.filter(received_at__date=day) if day else found


def title_of(record: str) -> str:
    """A dataset's title; its code when it is no longer declared."""
    held = records().get(record)
    return held.about.title if held else record
