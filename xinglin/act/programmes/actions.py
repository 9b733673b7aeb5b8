"""What is done about people in programmes: each a journal act, a refold and the new rows, at once.

Every action is one transaction and takes the form's idempotency key: sent twice, done once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from xinglin.act.programmes.fold import CaseState
from xinglin.act.programmes.history import (
    SAVED,
    VOIDED,
    ReadLake,
    catalog,
    history_of,
    to_text,
)
from xinglin.act.programmes.models import NOT_NEEDED, WITHDRAWN
from xinglin.act.programmes.refold import refold
from xinglin.datasets.work import CaseChange, ContactAttempt, LoopStep
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.journal.actions import Service, hold_order, record_act
from xinglin.journal.models import Act
from xinglin.journal.queries import acts_about, versions_of
from xinglin.kernel.errors import XinglinError

CONFIRM, EXCLUDE = "纳入", "排除"
AT_MOST = 200                       # people confirmed in one transaction


@dataclass(frozen=True, kw_only=True)
class By:
    """Who typed it, where, for whom. `served_by` did it, if that was another."""

    staff: str
    org: str
    channel: str = "onsite"
    on_behalf_of: str = ""
    served_by: str = ""
    place: str = ""

    def service(self, day: date) -> Service:
        return Service(by=self.served_by or self.on_behalf_of or self.staff, day=day, place=self.place)


@dataclass(frozen=True)
class Saved:
    """The act, the person's cases after it, and whether the same form had been saved before."""

    act: Act
    states: Mapping[str, CaseState]
    again: bool = False


def form_version(person: int, record: type[Record], *, corrects: str = "") -> int:
    """The number that a form carries and gives back; it grows with every save it would collide with."""
    if corrects:
        return len(versions_of(corrects))
    acts = acts_about(person, kinds=(SAVED, VOIDED))
    return sum(1 for a in acts if a.payload.get("record") == record.about.code)


def save_record(record: type[Record], values: Mapping[str, Any], *, person: int, by: By, key: str,
                version: int, today: date, corrects: str = "", reason: str = "", read: ReadLake | None = None) -> Saved:
    """Save a form, or with `corrects` (the uid of the first act) a new version of it and why: one act.

    `version` is what `form_version` gave when the form was opened; refused when it has grown.
    """
    code = record.about.code
    number = version + 1 if corrects else 1
    payload = {"record": code, "person": person, "version": number,
               "values": {n: to_text(v) for n, v in values.items() if v is not None},
               **({"reason": reason} if reason else {})}
    service = by.service(values[record.about.dated_by])
    return _done(SAVED, payload, record=record, person=person, by=by, key=key, version=version,
                 today=today, corrects=corrects, service=service, read=read)


def void_record(record: type[Record], *, person: int, by: By, key: str, version: int, today: date,
                uid: str, reason: str, read: ReadLake | None = None) -> Saved:
    """Take a record saved here back; what followed from it closes as 因更正撤销."""
    if not reason.strip():
        raise XinglinError("没有写撤销理由", record.about.title, "写明为什么撤销")
    payload = {"record": record.about.code, "person": person, "version": version + 1, "reason": reason,
               "values": {}}
    return _done(VOIDED, payload, record=record, person=person, by=by, key=key, version=version,
                 today=today, corrects=uid, service=by.service(today), read=read)


def note_contact(programme: Programme, *, person: int, by: By, key: str, today: date, means: str,
                 outcome: str, day: date | None = None, back_on: date | None = None, reason: str = "",
                 read: ReadLake | None = None) -> Saved:
    """An attempt to reach somebody, met or not."""
    values = {"programme": programme.code, "day": day or today, "org": by.org, "doctor": by.staff,
              "means": means, "outcome": outcome, "back_on": back_on, "reason": reason or None}
    return save_record(ContactAttempt, values, person=person, by=by, key=key, today=today,
                       version=form_version(person, ContactAttempt), read=read)


def walk_step(programme: Programme, loop: str, step: str, *, person: int, by: By, key: str,
              today: date, day: date | None = None, to_org: str = "", note: str = "",
              read: ReadLake | None = None) -> Saved:
    """A step of a loop; the last one closes it."""
    steps = programme.loop(loop).steps
    if step not in steps:
        raise XinglinError(f"闭环没有“{step}”这一步", programme.loop(loop).title, f"可选：{'、'.join(steps)}")
    values = {"programme": programme.code, "loop": loop, "step": step, "day": day or today,
              "org": by.org, "doctor": by.staff, "to_org": to_org or None, "note": note or None}
    return save_record(LoopStep, values, person=person, by=by, key=key, today=today,
                       version=form_version(person, LoopStep), read=read)


def change_case(programme: Programme, change: str, *, person: int, by: By, key: str, today: date,
                day: date | None = None, reason: str = "", confirmed: bool | None = None,
                read: ReadLake | None = None) -> Saved:
    """纳入、排除、失访、拒绝、恢复、结案."""
    values = {"programme": programme.code, "day": day or today, "change": change, "org": by.org,
              "doctor": by.served_by or by.staff, "confirmed": confirmed, "reason": reason or None}
    return save_record(CaseChange, values, person=person, by=by, key=key, today=today,
                       version=form_version(person, CaseChange), read=read)


def verify_suspects(programme: Programme, persons: Iterable[int], change: str, *, by: By, key: str,
                    today: date, reason: str = "", read: ReadLake | None = None) -> list[Saved]:
    """Confirm or exclude many suspects; each person is one act, in transactions of AT_MOST people."""
    if change not in (CONFIRM, EXCLUDE):
        raise XinglinError(f"核实的结果不能是“{change}”", programme.title, f"写 {CONFIRM} 或 {EXCLUDE}")
    found, listed = [], list(dict.fromkeys(persons))
    for start in range(0, len(listed), AT_MOST):
        with transaction.atomic():
            found += [change_case(programme, change, person=n, by=by, key=f"{key}:{n}", today=today,
                                  reason=reason, read=read) for n in listed[start:start + AT_MOST]]
    return found


def _done(kind: str, payload: Mapping[str, Any], *, record: type[Record], person: int, by: By, key: str,
          version: int, today: date, corrects: str, service: Service, read: ReadLake | None) -> Saved:
    with transaction.atomic():
        hold_order()
        again = Act.objects.filter(idempotency_key=key).exists()
        if not again and form_version(person, record, corrects=corrects) != version:
            raise XinglinError("刚才已有人保存", record.about.title, "重新打开看最新内容，再改")
        if corrects and not again:
            _refuse_others_row(person, record, corrects)
        act = record_act(kind=kind, actor=by.staff, org=by.org, payload=payload, idempotency_key=key,
                         subject_person=person, corrects=corrects, on_behalf_of=by.on_behalf_of,
                         service=service, channel=by.channel)
        programmes = list(catalog().programmes.values())
        history = history_of(person, programmes, read=read)
        states = refold(history, programmes, on=today, gone_as=WITHDRAWN if corrects else NOT_NEEDED)
        return Saved(act, states, again)


def _refuse_others_row(person: int, record: type[Record], uid: str) -> None:
    """A correction follows a record saved here, of this person, not yet taken back."""
    chain = versions_of(uid)
    if (not chain or chain[0].subject_person != person or chain[0].corrects
            or chain[0].payload.get("record") != record.about.code):
        raise XinglinError("要更正的记录不在本系统保存的记录里", record.about.title,
                           "外单位报送的记录请提出异议，由报送单位更正")
    if chain[-1].kind == VOIDED:
        raise XinglinError("这条记录已撤销", record.about.title, "需要时重新录入一条")
