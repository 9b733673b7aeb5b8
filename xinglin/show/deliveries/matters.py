"""Matters of sources: raised by the night, closed by the data or by a person, handed over. Reading and writing both.

Raised and closed are acts in the journal; handing over is the same act as on the cockpit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from xinglin.gather.models import Delivery, Source, SourceState
from xinglin.gather.pull.declare import declared_sources
from xinglin.gather.pull.state import FAILED
from xinglin.journal.actions import record_act
from xinglin.journal.queries import acts_after
from xinglin.kernel.dates import plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.show.deliveries.models import SourceMatter
from xinglin.show.deliveries.watch import Agreed, Found, drop, lateness

ASSIGNED = "matter.assigned"    # as the cockpit writes it
BACK = 400      # days by which a source is judged
Key = tuple[str, str, str]      # source, record, kind


def agreed_of(home: Home) -> dict[str, Agreed]:
    """Source → what its file expects of it; a source without a file is judged by its own rhythm."""
    found: dict[str, Agreed] = {}
    try:
        declared = declared_sources(home)
    except XinglinError:
        return found        # a broken file is said where sources are run
    for one in declared:
        found[one.code] = Agreed(one.expect.every, one.expect.grace, one.expect.drop)
    return found


def found_today(home: Home, today: date) -> dict[Key, Found]:
    """Every matter that stands today."""
    agreed, came, found = agreed_of(home), _came(today), dict[Key, Found]()
    for source in Source.objects.values_list("code", flat=True):
        expected, records = agreed.get(source, Agreed()), came.get(source, {})
        days = {d for rows in records.values() for d in rows}
        if late := lateness(sorted(days), today, expected):
            found[source, "", late.kind] = late
        for record, rows in records.items():
            if (less := drop(rows, expected)) and less.since >= plus_days(today, -1):
                found[source, record, "drop"] = less
    for state in SourceState.objects.filter(note__startswith=FAILED):
        found[state.source_id, state.record, "failed"] = Found("failed", today, state.note)
    return found


def _came(today: date) -> dict[str, dict[str, dict[date, int]]]:
    """Source → Record → day → rows; a file that went back as a whole did not come."""
    rows = (Delivery.objects.exclude(state="refused").filter(received_at__date__range=(plus_days(today, -BACK), today))
            .annotate(day=TruncDate("received_at")).values("source", "record", "day").annotate(rows=Sum("received")))
    found: dict[str, dict[str, dict[date, int]]] = {}
    for r in rows.order_by("source", "record", "day"):
        found.setdefault(r["source"], {}).setdefault(r["record"], {})[r["day"]] = r["rows"] or 0
    return found


@transaction.atomic
def watch_sources(home: Home, today: date) -> dict[str, int]:
    """Open what is new, keep the words of what lasts, close what the data have mended. Again, it changes nothing."""
    found, counts = found_today(home, today), {"raised": 0, "closed": 0}
    held = {(m.source, m.record, m.kind): m for m in SourceMatter.objects.filter(closed_at__isnull=True)}
    for key, matter in held.items():
        if key not in found and not (matter.kind == "drop" and not _mended(matter, today)):
            close(matter=matter, by="", org="", why=_why(key, found))
            counts["closed"] += 1
    for key, one in found.items():
        if key in held:
            SourceMatter.objects.filter(pk=held[key].pk).update(words=one.words)
        elif not _explained(key, one.since):
            _raise(key, one)
            counts["raised"] += 1
    return counts


def _mended(matter: SourceMatter, today: date) -> bool:
    """A drop is over when a later delivery came that was none."""
    return Delivery.objects.exclude(state="refused").filter(
        source=matter.source, record=matter.record, received_at__date__gt=matter.since, received_at__date__lte=today).exists()


def _why(key: Key, found: dict[Key, Found]) -> str:
    if key[2] == "late" and (key[0], key[1], "silent") in found:
        return "转为静默"
    return "又读成了，自动了结" if key[2] == "failed" else "数据到了，自动了结"


def _explained(key: Key, since: date) -> bool:
    """A person closed this very one: it is not opened again for the same day."""
    source, record, kind = key
    return SourceMatter.objects.filter(source=source, record=record, kind=kind, since=since, closed_at__isnull=False).exclude(
        closed_by="").exists()


def _raise(key: Key, found: Found) -> None:
    source, record, kind = key
    made = SourceMatter.objects.create(source=source, record=record, kind=kind, since=found.since, words=found.words)
    org = Source.objects.values_list("org", flat=True).get(pk=source)
    record_act(kind="matter.raised", actor="system", org=org, channel="system", idempotency_key=f"matter.raised:{made.key}",
               payload={"matter": made.key, "source": source, "record": record, "kind": kind, "words": found.words})


@transaction.atomic
def close(*, matter: SourceMatter, by: str, org: str, why: str) -> None:
    """销号. `by`: a staff code, '' for the data themselves."""
    matter.closed_at, matter.closed_by, matter.closed_why = timezone.now(), by, why[:200]
    matter.save(update_fields=["closed_at", "closed_by", "closed_why"])
    record_act(kind="matter.closed", actor=by or "system", org=org, channel="system", idempotency_key=f"matter.closed:{matter.key}",
               payload={"matter": matter.key, "why": why[:200]})


@transaction.atomic
def explain(*, matter: SourceMatter, by: str, org: str, words: str) -> None:
    """The sender says what happened; the county closes it."""
    matter.explained, matter.explained_by = words[:200], by
    matter.save(update_fields=["explained", "explained_by"])
    record_act(kind="matter.explained", actor=by, org=org, channel="system", idempotency_key=f"matter.explained:{uuid4().hex}",
               payload={"matter": matter.key, "words": words[:200]})


@transaction.atomic
def hand_over(*, matter: SourceMatter, by: str, org: str, to: str, until: date, words: str) -> None:
    """交办 to the organisation that sends, with a day."""
    record_act(kind=ASSIGNED, actor=by, org=org, channel="system", idempotency_key=f"matter.assigned:{uuid4().hex}",
               payload={"matter": matter.key, "to": to, "until": until.isoformat(), "words": words[:500]})


def handed_over() -> dict[str, str]:
    """Key → until when it was handed over, here or on the cockpit, as the newest act says."""
    return {a.payload["matter"]: a.payload["until"] for a in acts_after(0, [ASSIGNED]) if not a.erased}


def open_matters(sources: Iterable[str] | None = None) -> QuerySet[SourceMatter]:
    """Open ones, of some sources or of all, the longest first."""
    found = SourceMatter.objects.filter(closed_at__isnull=True).order_by("since", "id")
    return found if sources is None else found.filter(source__in=list(sources))
