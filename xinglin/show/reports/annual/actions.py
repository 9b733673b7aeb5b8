"""What people do about a report: fill a number, raise what is owed, freeze an edition."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from xinglin.declare.report import Given
from xinglin.journal.actions import record_act
from xinglin.kernel.clock import moment
from xinglin.kernel.errors import XinglinError
from xinglin.lake.pins import pin, pins, release
from xinglin.lake.store import Lake
from xinglin.show.reports.annual.queries import (
    FILLED,
    FROZEN,
    RAISED,
    Edition,
    all_editions,
    edition,
    editions,
)
from xinglin.show.reports.annual.stored import as_json
from xinglin.show.reports.writer.document import Owed, Written
from xinglin.show.reports.writer.told import Hand

PINNED = "report-"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@transaction.atomic
def fill_given(given: Given, hand: Hand, *, report: str, year: int, actor: str, org: str) -> None:
    """Write a number from outside with its document, its day and who signs for it.

    Raises XinglinError where the number is none, or the source or signer is not said.
    """
    if not _NUMBER.fullmatch(hand.value):
        raise XinglinError(f"“{given.title}”要填一个数", "数值", f"只写数字，单位是{given.unit}，如 42.6")
    if not hand.source.strip() or not hand.signer.strip():
        raise XinglinError(f"“{given.title}”没有写来源或签字人", "来源、签字", "写上文件名与文号，以及对这个数负责的人")
    record_act(kind=FILLED, actor=actor, org=org, channel="system", idempotency_key=f"{FILLED}:{uuid4().hex}",
               payload={"report": report, "year": year, "given": given.code, "value": hand.value, "source": hand.source.strip(),
                        "day": hand.day.isoformat(), "signer": hand.signer.strip(), "announced": hand.announced})


@transaction.atomic
def raise_owed(owed: Iterable[Owed], *, report: str, year: int, until: date, actor: str, org: str) -> int:
    """One matter for each missing number, to the office that owes it; again the same day is the same matter."""
    told = list(owed)
    for one in told:
        record_act(kind=RAISED, actor=actor, org=org, channel="system",
                   idempotency_key=f"{RAISED}:{report}:{year}:{one.key}:{until.isoformat()}",
                   payload={"matter": f"report:{report}.{year}.{one.key}", "report": report, "year": year, "key": one.key,
                            "what": one.title, "office": one.office, "until": until.isoformat(), "words": one.why})
    return len(told)


def freeze(lake: Lake, written: Written, *, as_of: date | None, actor: str, org: str, reason: str = "") -> Edition:
    """Fix a report with the snapshot that holds its rows; it never moves again.

    A second edition of a year needs a reason. Raises XinglinError without one.
    """
    earlier = editions(written.code, written.year)
    if earlier and not reason.strip():
        raise XinglinError(f"{written.year} 年的报告已经定稿（第 {earlier[-1].number} 稿）", "定稿", "再定一稿须写明理由；原稿保留不动")
    number = max((e.number for e in editions(written.code)), default=0) + 1
    held = {t.snapshot for t in written.trace if t.snapshot}
    wanted = max(held, default=None) or lake.snapshot()
    snapshot = pin(lake, pin_name(written.code, number, wanted), why=f"{written.title} 第 {number} 稿", snapshot=wanted)
    _freeze(written, number=number, snapshot=snapshot, as_of=as_of, actor=actor, org=org, reason=reason.strip())
    found = edition(written.code, number)
    assert found is not None
    return found


def pin_name(code: str, number: int, snapshot: int) -> str:
    """The snapshot is in the name: what a freezing that was killed left behind never bars the next one."""
    return f"{PINNED}{code}-{number}-{snapshot}"


def let_go_unused(lake: Lake, *, now: datetime | None = None) -> int:
    """Release snapshots that were pinned a day ago for an edition that never came to be; how many."""
    before = (now or moment(datetime.now(UTC))).replace(tzinfo=None) - timedelta(days=1)
    with lake.cursor() as con:
        old = [p.name for p in pins(con) if p.name.startswith(PINNED) and p.pinned_at < before]
    used = {name for e in all_editions() for name in (pin_name(e.code, e.number, e.snapshot), f"{PINNED}{e.code}-{e.number}")}
    unused = [name for name in old if name not in used]
    for name in unused:
        release(lake, name)
    return len(unused)


@transaction.atomic
def _freeze(written: Written, *, number: int, snapshot: int, as_of: date | None, actor: str, org: str, reason: str) -> None:
    record_act(kind=FROZEN, actor=actor, org=org, channel="system", idempotency_key=f"{FROZEN}:{written.code}:{number}",
               payload={"report": written.code, "year": written.year, "number": number, "snapshot": snapshot,
                        "as_of": as_of.isoformat() if as_of else "", "reason": reason, "written": as_json(written)})
