"""Reading deliveries: receipts, the calendar, questions, codes to be mapped, workbooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import TruncDate

from xinglin.gather.models import CodeMap, Delivery, Question, ReasonCount
from xinglin.gather.originals import open_workbook
from xinglin.gather.receipt import Receipt
from xinglin.gather.records import records
from xinglin.kernel.home import Home
from xinglin.registry.keys import county_keys

_COUNTS = ("received", "accepted", "rejected", "queried", "outside", "duplicates", "new", "updated",
           "unchanged", "new_people")


def receipt_of(delivery: Delivery, *, again: bool = False,
               seconds: Mapping[str, float] | None = None) -> Receipt:
    """The receipt of a delivery as it stands."""
    record = records().get(delivery.record)
    reasons = ReasonCount.objects.filter(delivery=delivery).order_by("-act", "-rows", "id")
    return Receipt(
        delivery=delivery.pk, source=delivery.source_id, record=delivery.record, again=again,
        title=record.about.title if record else delivery.record, state=delivery.state,
        problem=delivery.problem, workbook=delivery.workbook, notes=delivery.notes,
        reasons=tuple((r.act, r.words, r.rows) for r in reasons), seconds=dict(seconds or {}),
        **{c: getattr(delivery, c) for c in _COUNTS})


def deliveries(*, source: str | None = None, record: str | None = None) -> QuerySet[Delivery]:
    """Newest first."""
    found = Delivery.objects.select_related("source")
    if source:
        found = found.filter(source=source)
    return found.filter(record=record) if record else found


@dataclass(frozen=True)
class DayOfSource:
    """One cell of the calendar strip."""

    source: str
    day: date
    deliveries: int
    received: int


def calendar(*, first: date, last: date) -> list[DayOfSource]:
    """What came from each source on each day; a day without a row was silent."""
    rows = (Delivery.objects.filter(received_at__date__range=(first, last))
            .annotate(day=TruncDate("received_at")).values("source", "day")
            .annotate(n=Count("id"), rows=Sum("received")).order_by("source", "day"))
    return [DayOfSource(r["source"], r["day"], r["n"], r["rows"] or 0) for r in rows]


def last_received() -> dict[str, datetime]:
    """Source → moment of its latest finished delivery: who is silent."""
    return dict(Delivery.objects.filter(state="done").values("source")
                .annotate(last=Max("received_at")).values_list("source", "last"))


def open_questions(*, source: str | None = None, delivery: int | None = None) -> QuerySet[Question]:
    """Questions that wait for their sender, oldest first."""
    found = Question.objects.filter(answered_at__isnull=True).order_by("id")
    if source:
        found = found.filter(delivery__source=source)
    return found.filter(delivery=delivery) if delivery else found


def waiting_rows(by: str, deliveries: QuerySet[Delivery] | None = None) -> dict[str, int]:
    """Questions that wait for their sender, by a column of their deliveries: `record` or `source`.

    Counted in an index first, so that a file of which every row is asked about slows no page.
    """
    chosen = (Delivery.objects.all() if deliveries is None else deliveries).order_by()
    counted = dict(Question.objects.filter(answered_at__isnull=True, delivery__in=chosen.values("pk"))
                   .values("delivery").annotate(n=Count("*")).values_list("delivery", "n"))
    found = Counter[str]()
    for delivery, value in chosen.filter(pk__in=counted).values_list("pk", by):
        found[value] += counted[delivery]
    return found


@dataclass(frozen=True)
class Asked:
    """What is asked in the same words of `rows` rows of a delivery.

    `first` and `last`: the oldest and the newest of these questions. `row_no`: the first row.
    """

    delivery: int
    words: str
    rows: int
    first: int
    last: int
    row_no: int


def asked_of(questions: QuerySet[Question]) -> list[Asked]:
    """Questions counted by delivery and words, which name their column: no two columns share them.

    The oldest delivery first, in it what most rows are asked.
    """
    found = (questions.order_by().values("delivery", "words")
             .annotate(rows=Count("id"), first=Min("id"), last=Max("id"), row_no=Min("row_no"))
             .order_by("delivery", "-rows", "first"))
    return [Asked(**row) for row in found]


def asked_alike(question: Question) -> QuerySet[Question]:
    """What waits for the sender in the same words in the same delivery, oldest first."""
    return open_questions(delivery=question.delivery_id).filter(words=question.words)


@dataclass(frozen=True)
class UnknownCode:
    """A sender's code without one of ours."""

    id: int
    source: str
    codelist: str
    theirs: str
    rows: int


def codes_to_map(source: str) -> list[UnknownCode]:
    """Unknown codes of a source, those of most rows first. Only for who may map them."""
    keys = county_keys()
    rows = CodeMap.objects.filter(source=source, ours="").order_by("-rows", "id")
    return [UnknownCode(r.pk, r.source_id, r.codelist, keys.open_text(bytes(r.theirs_sealed)), r.rows)
            for r in rows]


def learned_codes(source: str) -> dict[str, dict[str, str]]:
    """Codelist → theirs → ours, as mapped by people."""
    keys, found = county_keys(), dict[str, dict[str, str]]()
    for row in CodeMap.objects.filter(source=source).exclude(ours=""):
        found.setdefault(row.codelist, {})[keys.open_text(bytes(row.theirs_sealed))] = row.ours
    return found


def workbook(home: Home, delivery: Delivery) -> bytes:
    """The .xlsx of rejected rows, opened. Raises XinglinError when there is none."""
    return open_workbook(home, delivery)


def delivery_of(number: Any) -> Delivery | None:
    """A delivery by its number, or None."""
    return Delivery.objects.filter(pk=number).first()
