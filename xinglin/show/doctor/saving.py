"""What the pages save: handed to the engine of programmes, with who served apart from who typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinglin.act.programmes import actions
from xinglin.act.programmes.actions import By, form_version
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.gather.models import Question
from xinglin.journal.actions import record_act
from xinglin.show.doctor.history import reading
from xinglin.show.doctor.queries import Detail
from xinglin.show.doctor.reader import Reader
from xinglin.show.doctor.visit import Outlook

LOST = "失访"


def seen(person: int, records: Sequence[type[Record]], *, corrects: str = "") -> str:
    """The form's version, one number a Record: another save in between makes it stale."""
    return ",".join(str(form_version(person, r, corrects=corrects)) for r in records)


def by(who: Reader, typed: Mapping[str, str], *, channel: str = "onsite") -> By:
    """Who typed it and, from the form's own fields, who served and where."""
    return By(
        staff=who.staff, org=who.org, channel=channel,
        served_by=typed.get("_by", ""), place=typed.get("_place", "").strip()[:40],
    )  # fmt: skip


@transaction.atomic
def save(
    *,
    by: By,
    person: int,
    key: str,
    seen: str,
    records: Sequence[tuple[type[Record], Mapping[str, Any]]],
) -> list[str]:
    """Save a visit's Records together; their uids. The same key again saves nothing more."""
    versions = [int(v) if v.isdecimal() else -1 for v in seen.split(",")]
    return [
        actions.save_record(
            record, values, person=person, by=by, key=f"{key}:{record.about.code}",
            version=version, today=timezone.localdate(), read=reading(),
        ).act.uid
        for (record, values), version in zip(records, versions, strict=True)
    ]  # fmt: skip


def correct(
    *,
    by: By,
    person: int,
    uid: str,
    reason: str,
    key: str,
    seen: str,
    record: type[Record],
    values: Mapping[str, Any],
) -> None:
    """A new version of a record saved here, with its reason in the same act."""
    actions.save_record(
        record, values, person=person, by=by, key=key, version=int(seen),
        today=timezone.localdate(), corrects=uid, reason=reason, read=reading(),
    )  # fmt: skip


def void(
    *, by: By, person: int, uid: str, record: type[Record], reason: str, key: str
) -> None:
    """Take a record saved here back."""
    actions.void_record(
        record, person=person, by=by, key=key, uid=uid, reason=reason, today=timezone.localdate(),
        version=form_version(person, record, corrects=uid), read=reading(),
    )  # fmt: skip


@transaction.atomic
def dispute(*, who: Reader, detail: Detail, words: str, key: str) -> None:
    """Ask the sender of a row about it: a question on their deliveries; the row stays as it is."""
    record_act(
        kind="row.disputed", actor=who.staff, org=who.org, payload={
            "record": detail.record, "rk": detail.rk, "delivery": detail.delivery_id,
            "row_no": detail.row_no}, idempotency_key=key,
    )  # fmt: skip
    Question.objects.get_or_create(
        delivery_id=detail.delivery_id, row_no=detail.row_no, record_hash=int(detail.rk),
        words=f"{who.org_name}：{words}"[:200], answered_at=None, defaults={"answer": ""},
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody who was to be served and was not: how, when, why."""

    outcome: str
    means: str
    day: date
    back_on: date | None
    reason: str


@transaction.atomic
def attempt(*, who: Reader, programme: Programme, person: int, key: str, told: Attempt) -> None:
    """Note a contact that came to nothing; a refusal pauses the case too."""
    today, typed = timezone.localdate(), By(staff=who.staff, org=who.org)
    actions.note_contact(
        programme, person=person, by=typed, key=key, today=today, means=told.means,
        outcome=told.outcome, day=told.day, back_on=told.back_on, reason=told.reason, read=reading(),
    )  # fmt: skip
    if told.outcome == "拒绝":
        actions.change_case(
            programme, "拒绝", person=person, by=typed, key=f"{key}:case", today=today, day=told.day,
            reason=told.reason, read=reading(),
        )  # fmt: skip


def verify(
    *, who: Reader, programme: Programme, persons: Iterable[int], change: str, reason: str, key: str
) -> int:
    """Take suspects in or exclude them, many at a time; how many."""
    done = actions.verify_suspects(
        programme, persons, change, by=By(staff=who.staff, org=who.org), key=f"{key}:{programme.code}",
        today=timezone.localdate(), reason=reason, read=reading(),
    )  # fmt: skip
    return len(done)


def step(
    *, who: Reader, programme: Programme, loop: str, step: str, person: int, key: str, day: date,
    to_org: str, note: str,
) -> None:  # fmt: skip
    """A step of a loop."""
    actions.walk_step(
        programme, loop, step, person=person, by=By(staff=who.staff, org=who.org), key=key,
        today=timezone.localdate(), day=day, to_org=to_org, note=note, read=reading(),
    )  # fmt: skip


def confirm_lost(*, who: Reader, programme: Programme, person: int, key: str, reason: str) -> None:
    """The township's public health office confirms that somebody is lost."""
    actions.change_case(
        programme, LOST, person=person, by=By(staff=who.staff, org=who.org), key=key,
        today=timezone.localdate(), reason=reason, confirmed=True, read=reading(),
    )  # fmt: skip


def told(look: Outlook) -> dict[str, Any]:
    """An outlook as plain values, to be said again on the next page."""
    return asdict(look)
