"""Changing what is known of sources, deliveries, questions and code maps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinglin.gather.load import Prepared
from xinglin.gather.models import (
    CodeMap,
    ColumnMap,
    Delivery,
    PendingLink,
    Question,
    ReasonCount,
    Source,
)
from xinglin.gather.originals import seal_workbook
from xinglin.gather.report import question_rows, rejected_rows, resent_from, rows_sent_again
from xinglin.gather.workbook import rejected_workbook
from xinglin.journal.actions import record_act
from xinglin.kernel.clock import moment
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.registry.keys import county_keys
from xinglin.registry.rows import insert_rows

_BATCH = 2_000      # rows of one insert: a doctor's save waits for no more


def source(code: str) -> Source:
    """The source of a code, made known at its first delivery."""
    found, _ = Source.objects.get_or_create(code=code, defaults={"title": code})
    return found


@transaction.atomic
def declare_source(*, code: str, title: str, actor: str, org: str = "", kind: str = "other",
                   synthetic: bool = False) -> Source:
    """Make a source known, or change what is said of it. Once synthetic, always synthetic."""
    held = Source.objects.filter(pk=code).first()
    synthetic = synthetic or bool(held and held.synthetic)
    found, _ = Source.objects.update_or_create(code=code, defaults={
        "title": title, "org": org, "kind": kind, "synthetic": synthetic})
    _note("gather.source_declared", actor, org, {"source": code, "kind": kind, "synthetic": synthetic})
    return found


@transaction.atomic
def save_map(*, source: str, record: str, text: str, actor: str, org: str = "") -> ColumnMap:
    """Keep a column map for a source's files of a Record (checked by the caller)."""
    found, _ = ColumnMap.objects.update_or_create(source_id=source, record=record,
                                                  defaults={"text": text, "changed_by": actor})
    _note("gather.map_saved", actor, org, {"source": source, "record": record})
    return found


def _note(kind: str, actor: str, org: str, payload: Mapping[str, Any]) -> None:
    stamp = hashlib.sha256(f"{sorted(payload.items())}{timezone.now()}".encode()).hexdigest()[:32]
    record_act(kind=kind, actor=actor, org=org, payload=payload, channel="system",
               idempotency_key=f"{kind}:{stamp}")


def store_delivery(*, delivery: Delivery, raw: str, key_wrapped: bytes | memoryview | None) -> Delivery:
    """Note a delivery whose encrypted original is on disk."""
    delivery.state, delivery.raw, delivery.key_wrapped = "stored", raw, key_wrapped
    delivery.save()
    return delivery


def repeat_delivery(*, delivery: Delivery) -> Delivery:
    """A new reading of the same original."""
    count = Delivery.objects.filter(resends=delivery, raw=delivery.raw).count()
    digest = hashlib.sha256(f"{delivery.digest}:{count + 1}".encode()).hexdigest()
    again = Delivery(
        source=delivery.source, record=delivery.record, form=delivery.form, digest=digest,
        size=delivery.size, mapping=delivery.mapping, version=delivery.version,
        sent_by=delivery.sent_by, resends=delivery, received_at=moment(timezone.now()))
    return store_delivery(delivery=again, raw=delivery.raw, key_wrapped=delivery.key_wrapped)


def refuse_delivery(*, delivery: Delivery, problem: str) -> Delivery:
    """The whole file goes back; its original stays in quarantine."""
    delivery.state, delivery.problem, delivery.finished_at = "refused", problem, timezone.now()
    delivery.save()
    return delivery


def note_checked(*, home: Home, delivery: Delivery, prepared: Prepared) -> None:
    """Receipt, questions and workbook, before the lake takes the rows. Repeated, it replaces itself."""
    with prepared.clock("退回与待核实"):
        if prepared.counts["rejected"]:
            header, rows = rejected_rows(prepared, delivery.pk)
            delivery.workbook = seal_workbook(home, delivery, rejected_workbook(header, rows))
        earlier = delivery.resends_id or resent_from(prepared)
        delivery.resends = Delivery.objects.filter(pk=earlier or 0, source=delivery.source_id).first()
        _clear(delivery)
        with transaction.atomic():
            ReasonCount.objects.bulk_create([
                ReasonCount(delivery=delivery, act=r.act, column=r.column, words=r.words[:200], rows=r.rows)
                for r in prepared.reasons])
            _note_unknown(delivery, prepared.unknown)
            _answer_resent(delivery, prepared)
        for chunk in _chunks(question_rows(prepared)):
            with transaction.atomic():
                insert_rows(Question, ("delivery_id", "row_no", "record_hash", "words", "answer"),
                            [(delivery.pk, n, h, w[:200], "") for n, h, w in chunk])
        for name, count in prepared.counts.items():
            setattr(delivery, name, count)
        delivery.notes, delivery.state = prepared.notes, "checked"
        delivery.save()


def _clear(delivery: Delivery) -> None:
    Question.objects.filter(delivery=delivery).delete()
    ReasonCount.objects.filter(delivery=delivery).delete()


def _chunks(rows: Iterator[tuple[int, int, str]]) -> Iterator[list[tuple[int, int, str]]]:
    chunk: list[tuple[int, int, str]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _note_unknown(delivery: Delivery, unknown: Mapping[str, list[tuple[str, int]]]) -> None:
    """Codes to be mapped. What stands in a code column may be a name: it is sealed."""
    keys = county_keys()
    for codelist, codes in unknown.items():
        for theirs, rows in codes:
            CodeMap.objects.update_or_create(
                source_id=delivery.source_id, codelist=codelist,
                theirs_hash=keys.hash64("code", codelist, theirs),
                defaults={"rows": rows}, create_defaults={"rows": rows,
                                                          "theirs_sealed": keys.seal_text(theirs)})


@transaction.atomic
def finish(*, delivery: Delivery, counts: Mapping[str, Any]) -> Delivery:
    """The lake has it: the delivery is done, and links kept against a kill are no longer needed."""
    delivery.new, delivery.updated = counts["new"], counts["updated"] + counts["voided"]
    delivery.unchanged = counts["unchanged"] + counts["stale"]
    delivery.state, delivery.finished_at = "done", timezone.now()
    delivery.save()
    PendingLink.objects.filter(delivery=delivery).delete()
    return delivery


def _answer_resent(delivery: Delivery, prepared: Prepared) -> None:
    """A row that comes again without a question answers what was asked about it before."""
    waiting = Question.objects.filter(
        answered_at__isnull=True, delivery__source=delivery.source_id,
        delivery__record=delivery.record).exclude(delivery=delivery)
    hashes = rows_sent_again(prepared, sorted(set(waiting.values_list("record_hash", flat=True))))
    for at in range(0, len(hashes), _BATCH):
        waiting.filter(record_hash__in=hashes[at:at + _BATCH]).update(
            answered_at=timezone.now(), answer="已重报")


@transaction.atomic
def map_code(*, code: int, ours: str, actor: str, org: str = "") -> CodeMap:
    """Say which of our codes a sender's code is. Rows already in are read again by `gather_again`."""
    found = CodeMap.objects.filter(pk=code).first()
    if found is None:
        raise XinglinError("没有这个待对照的代码", f"第 {code} 条", "请刷新页面")
    found.ours, found.decided_by = ours, actor
    found.save()
    _note("gather.code_mapped", actor, org, {"source": found.source_id, "codelist": found.codelist,
                                             "code": code, "ours": ours})
    return found


@transaction.atomic
def answer_question(*, question: int, answer: str, actor: str, org: str = "") -> Question:
    """The sender says that the row stands as it is, or what was done about it."""
    waiting = Question.objects.filter(pk=question, answered_at__isnull=True)
    if not waiting.update(answered_at=timezone.now(), answer=answer):   # of two at once the second finds none
        raise XinglinError("这个问题已经答复", f"第 {question} 条", "请刷新页面")
    _note("gather.question_answered", actor, org, {"question": question})
    return Question.objects.get(pk=question)


@transaction.atomic
def answer_alike(*, question: int, last: int, answer: str, actor: str, org: str = "") -> int:
    """One answer to all that waits in the words of this question in its delivery; returns how many rows.

    `last`: the newest question that the sender saw counted; what was asked since waits for its own answer.
    """
    asked = Question.objects.get(pk=question)
    at = timezone.now()
    rows = Question.objects.filter(
        delivery=asked.delivery_id, words=asked.words, pk__lte=last, answered_at__isnull=True,
    ).update(answered_at=at, answer=answer)
    if not rows:
        raise XinglinError("这些行已经答复", f"交付 {asked.delivery_id}", "请刷新页面")
    _note("gather.questions_answered", actor, org, {
        "delivery": asked.delivery_id, "question": question, "rows": rows, "answered_at": at.isoformat()})
    return rows
