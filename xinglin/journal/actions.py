"""Writing to the two streams, sealing and erasing. Nothing else writes to them.

Bodies carry no names, ID numbers or phones: people are referred to by county number.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypedDict

from django.db import connections, router, transaction
from django.utils import timezone

from xinglin.journal.digests import (
    access_body_digest,
    act_body_digest,
    canonical,
    entry_digest,
)
from xinglin.journal.models import Access, AccessBody, AccessMember, Act, ActBody
from xinglin.journal.seals import seal_closed
from xinglin.kernel.errors import XinglinError

__all__ = [
    "CHANNELS",
    "Service",
    "erase_access",
    "erase_acts",
    "hold_order",
    "record_access",
    "record_act",
    "seal_closed",
]

CHANNELS = {
    "onsite": "现场",
    "backfill": "补录",
    "import": "导入",
    "device": "设备",
    "system": "系统",
}
_ACT_LOCK = 0x58696E4C  # one number for all processes; only its being the same matters


class Service(TypedDict, total=False):
    """Who served, when and where: apart from who typed it."""

    by: str
    day: date
    place: str


def record_act(
    *,
    kind: str,
    actor: str,
    org: str,
    payload: Mapping[str, Any],
    idempotency_key: str,
    subject_person: int | None = None,
    corrects: str | None = None,
    on_behalf_of: str | None = None,
    service: Service | None = None,
    channel: str = "onsite",
) -> Act:
    """Append an act; must run inside the transaction of its effect.

    The same key again gives the first act back and writes nothing; with another kind, actor
    or person it is refused. `actor`, `on_behalf_of` and `service["by"]` are staff codes,
    `corrects` the uid of the first act of the chain, `channel` one of `CHANNELS`.
    """
    _check_act(idempotency_key, channel)
    earlier = Act.objects.select_related("body").filter(idempotency_key=idempotency_key).first()
    if earlier:
        return _same_act(earlier, kind=kind, actor=actor, subject_person=subject_person)
    body = _act_body(payload, subject_person, service or {})
    act = Act(
        at=timezone.now(),
        actor=actor,
        org=org,
        kind=kind,
        channel=channel,
        on_behalf_of=on_behalf_of or "",
        corrects=corrects or "",
        idempotency_key=idempotency_key,
        body_digest=act_body_digest(body),
    )
    act.digest = entry_digest(act)
    act.save()
    body.act = act
    body.save()
    return act


def _check_act(idempotency_key: str, channel: str) -> None:
    connection = connections[router.db_for_write(Act)]
    if not connection.in_atomic_block:
        raise XinglinError(
            "日志要和它记录的改动一起提交，这里没有事务",
            do="请在 transaction.atomic() 之内调用 record_act",
        )
    if channel not in CHANNELS:
        raise XinglinError(f"没有“{channel}”这种录入来源", do=f"可用：{'、'.join(CHANNELS)}")
    if not idempotency_key or len(idempotency_key) > 120:
        raise XinglinError("日志的防重号为空或超过120个字符", do="请由表单或任务给出一个唯一的短号")
    hold_order()


def hold_order() -> None:
    """Make other writers of acts wait until this transaction ends.

    Numbers must become visible in order, or a reader after a watermark would miss one. On
    SQLite a writing transaction is alone anyway.
    """
    connection = connections[router.db_for_write(Act)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ACT_LOCK])


def _same_act(earlier: Act, *, kind: str, actor: str, subject_person: int | None) -> Act:
    same = (earlier.kind, earlier.actor) == (kind, actor)
    if not same or (not earlier.erased and earlier.subject_person != subject_person):
        raise XinglinError(
            "同一个防重号已用于另一件事", f"日志第{earlier.seq}条", "请重新打开表单再提交"
        )
    return earlier


def _act_body(payload: Mapping[str, Any], subject_person: int | None, service: Service) -> ActBody:
    return ActBody(
        salt=os.urandom(16),
        subject_person=subject_person,
        text=canonical(dict(payload)),
        service_by=service.get("by") or "",
        service_day=service.get("day"),
        service_place=service.get("place") or "",
    )


def record_access(
    *,
    actor: str,
    purpose: str,
    what: str,
    persons: Iterable[int] = (),
    page: str = "",
    org: str = "",
) -> Access:
    """Append an access: committed at once, since the page follows only if this returns.

    A list is one access; `persons` are the county numbers shown on it. `page` is the address
    without personal data.
    """
    members = sorted(set(persons))
    body = AccessBody(salt=os.urandom(16), page=page[:300])
    entry = Access(
        at=timezone.now(),
        actor=actor,
        org=org,
        purpose=purpose,
        what=what,
        members_count=len(members),
        body_digest=access_body_digest(body, members),
    )
    entry.digest = entry_digest(entry)
    with transaction.atomic(using=router.db_for_write(Access)):
        entry.save()
        body.access = entry
        body.save()
        AccessMember.objects.bulk_create(
            [AccessMember(access=entry, person=person) for person in members]
        )
    return entry


def erase_acts(
    *,
    kinds: Iterable[str],
    before: datetime,
    why: str,
    actor: str,
    org: str,
    idempotency_key: str,
) -> int:
    """Erase the bodies of acts of these kinds older than `before`; the entries stay.

    One act `journal.erased` names the schedule; verification accepts an empty body only
    under such an act. Returns how many were erased.
    """
    _check_schedule(before)
    names = sorted(set(kinds))
    if "journal.erased" in names:
        raise XinglinError("销毁记录本身不能销毁", do="请从类别中去掉 journal.erased")
    with transaction.atomic(using=router.db_for_write(Act)):
        # The plain manager: the models' own refuses every update.
        due = ActBody._base_manager.filter(act__kind__in=names, act__at__lt=before, erased_at=None)
        count = due.update(
            salt=None,
            subject_person=None,
            text=None,
            service_by="",
            service_day=None,
            service_place="",
            erased_at=timezone.now(),
        )
        _record_erasure(
            "act",
            names,
            before,
            count,
            why=why,
            actor=actor,
            org=org,
            idempotency_key=idempotency_key,
        )
    return count


def erase_access(*, before: datetime, why: str, actor: str, org: str, idempotency_key: str) -> int:
    """The same for the access stream: page and members of entries older than `before`."""
    _check_schedule(before)
    # The act first: killed in between, the same call again finishes the work.
    with transaction.atomic(using=router.db_for_write(Act)):
        _record_erasure(
            "access",
            [],
            before,
            None,
            why=why,
            actor=actor,
            org=org,
            idempotency_key=idempotency_key,
        )
    with transaction.atomic(using=router.db_for_write(Access)):
        due = AccessBody._base_manager.filter(access__at__lt=before, erased_at=None)
        count = due.update(salt=None, page=None, erased_at=timezone.now())
        AccessMember._base_manager.filter(access__body__erased_at__isnull=False).delete()
    return count


def _check_schedule(before: datetime) -> None:
    # A day to come would excuse the emptying of bodies that no schedule has reached yet.
    if timezone.is_naive(before) or before > timezone.now():
        raise XinglinError("销毁的截止时刻要带时区，且不能晚于现在", do="请按保管期限算出截止时刻")


def _record_erasure(
    stream: str,
    kinds: list[str],
    before: datetime,
    count: int | None,
    *,
    why: str,
    actor: str,
    org: str,
    idempotency_key: str,
) -> None:
    payload = {"stream": stream, "kinds": kinds, "before": before, "count": count, "why": why}
    record_act(
        kind="journal.erased",
        actor=actor,
        org=org,
        payload=payload,
        idempotency_key=idempotency_key,
        channel="system",
    )
