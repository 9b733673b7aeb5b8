"""Records opened beyond the ordinary: with a reason where no service ties, or in an emergency.

Both are acts of the journal about the person, so that whoever asks 谁看过 reads the reason. An emergency
lasts hours and waits for a review by another person on the next working day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from xinglin.journal.actions import record_act
from xinglin.journal.models import Act
from xinglin.journal.queries import act_by_uid, acts_about, acts_correcting, newest_of_kind
from xinglin.kernel.clock import lasts
from xinglin.kernel.dates import is_working_day, plus_days
from xinglin.kernel.errors import XinglinError

REASONED, EMERGENCY, REVIEWED = "person.reasoned", "person.emergency", "emergency.reviewed"
LASTS = {REASONED: timedelta(hours=12), EMERGENCY: timedelta(hours=4)}
OUTCOMES = {"fit": "情况属实，查看得当", "asked": "已向本人核实，予以提醒", "misuse": "查看不当，转机构处理"}
LONGEST = 200
SHORTEST = 4


@dataclass(frozen=True)
class Opening:
    """Somebody may see a person until then, for this reason."""

    kind: str
    reason: str
    until: datetime
    uid: str


def held(staff: str, person: int) -> dict[str, Opening]:
    """Kind → the opening that this staff member has of a person now."""
    now, found = timezone.now(), dict[str, Opening]()
    for act in acts_about(person, kinds=(REASONED, EMERGENCY)):
        until = act.at + LASTS[act.kind]
        if act.actor == staff and lasts(act.at, now, for_=LASTS[act.kind]) and not act.erased:
            found[act.kind] = Opening(act.kind, act.payload.get("reason", ""), until, act.uid)
    return found


@transaction.atomic
def open_with(kind: str, *, staff: str, org: str, person: int, reason: str, key: str = "") -> Act:
    """Write down why a person is opened. Raises XinglinError without a reason of some words."""
    words = reason.strip()[:LONGEST]
    if len(words) < SHORTEST:
        raise XinglinError("没有写明原因", do=f"用一句话写为什么要看（至少 {SHORTEST} 个字，不写姓名和证件号）")
    return record_act(kind=kind, actor=staff, org=org, subject_person=person, payload={"reason": words}, channel="system",
                      idempotency_key=f"{kind}:{key or uuid4().hex}")


def reasons_about(person: int) -> list[Act]:
    """All such openings of a person, oldest first: beside the accesses on 谁看过."""
    return [a for a in acts_about(person, kinds=(REASONED, EMERGENCY)) if not a.erased]


@dataclass(frozen=True)
class Review:
    """An emergency to be judged, or judged: `outcome` is empty while it waits."""

    uid: str
    at: datetime
    actor: str
    org: str
    person: int | None
    reason: str
    due: date
    outcome: str = ""
    words: str = ""
    by: str = ""
    reviewed_at: datetime | None = None

    @property
    def late(self) -> bool:
        return not self.outcome and timezone.localdate() > self.due


def reviews(*, limit: int = 100) -> list[Review]:
    """The last emergencies with what came of them: those that wait first, then newest first."""
    acts = newest_of_kind(EMERGENCY, limit=limit)
    judged = {a.corrects: a for a in acts_correcting([a.uid for a in acts], kind=REVIEWED)}
    return sorted((_review(a, judged.get(a.uid)) for a in acts), key=lambda r: bool(r.outcome))


def _review(act: Act, judged: Act | None) -> Review:
    told = judged.payload if judged else {}
    return Review(
        uid=act.uid, at=act.at, actor=act.actor, org=act.org, person=act.subject_person,
        reason=act.payload.get("reason", ""), due=next_working_day(timezone.localtime(act.at).date()),
        outcome=told.get("outcome", ""), words=told.get("words", ""), by=judged.actor if judged else "",
        reviewed_at=judged.at if judged else None,
    )  # fmt: skip


def next_working_day(day: date) -> date:
    """The working day after a day."""
    after = plus_days(day, 1)
    while not is_working_day(after):
        after = plus_days(after, 1)
    return after


@transaction.atomic
def review(*, uid: str, outcome: str, words: str, staff: str, org: str) -> Act:
    """Judge an emergency. Refuses its own actor, an unknown outcome, a second judgement."""
    act = act_by_uid(uid)
    if act is None or act.kind != EMERGENCY:
        raise XinglinError("没有这次紧急查看", do="请从复核名单里选")
    if act.actor == staff:
        raise XinglinError("不能复核自己的紧急查看", do="请由另一人复核")
    if outcome not in OUTCOMES:
        raise XinglinError("没有选复核结论", do=f"可选：{'、'.join(OUTCOMES.values())}")
    if list(acts_correcting([uid], kind=REVIEWED)):
        raise XinglinError("这次紧急查看已复核过", do="请刷新名单")
    if outcome != "fit" and not words.strip():
        raise XinglinError("没有写复核说明", do="写明核实到的情况与处理")
    return record_act(kind=REVIEWED, actor=staff, org=org, subject_person=act.subject_person, corrects=uid, channel="system",
                      payload={"outcome": outcome, "words": words.strip()[:LONGEST]}, idempotency_key=f"{REVIEWED}:{uid}")


def actors_of(found: Iterable[Review]) -> set[str]:
    """Staff codes in a list of reviews, to be named."""
    return {c for r in found for c in (r.actor, r.by) if c}
