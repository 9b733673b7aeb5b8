"""What was done about reports: numbers filled, matters raised, editions frozen. Read from the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xinglin.journal.queries import acts_after
from xinglin.show.reports.annual.stored import from_json
from xinglin.show.reports.writer.document import Written
from xinglin.show.reports.writer.told import Hand

FILLED, FROZEN, RAISED = "report.filled", "report.frozen", "matter.raised"


@dataclass(frozen=True)
class Edition:
    """A frozen report. `as_of` is empty where it was written from the last night."""

    number: int
    code: str
    year: int
    day: date
    as_of: date | None
    snapshot: int
    frozen_at: datetime
    frozen_by: str
    reason: str
    written: Written


@dataclass(frozen=True)
class Raised:
    """A matter raised for a missing number."""

    key: str
    title: str
    office: str
    since: date
    until: date


def hands(code: str, year: int) -> Mapping[str, Hand]:
    """Given code → what was last filled for a report's year."""
    found = [a.payload for a in acts_after(0, [FILLED]) if not a.erased]
    return {p["given"]: Hand(value=p["value"], source=p["source"], day=date.fromisoformat(p["day"]), signer=p["signer"],
                             announced=p["announced"])
            for p in found if p["report"] == code and p["year"] == year}


def editions(code: str, year: int | None = None) -> list[Edition]:
    """Frozen editions, oldest first."""
    return [e for e in all_editions() if e.code == code and year in (None, e.year)]


def all_editions() -> list[Edition]:
    """Every report's frozen editions, oldest first."""
    return [_edition(a) for a in acts_after(0, [FROZEN]) if not a.erased]


def edition(code: str, number: int) -> Edition | None:
    """One frozen edition."""
    return next((e for e in editions(code) if e.number == number), None)


def _edition(act: Any) -> Edition:
    p = act.payload
    return Edition(p["number"], p["report"], p["year"], date.fromisoformat(p["written"]["day"]),
                   date.fromisoformat(p["as_of"]) if p["as_of"] else None, p["snapshot"], act.at, act.actor, p["reason"],
                   from_json(p["written"], edition=p["number"]))


def raised(code: str, year: int) -> Mapping[str, Raised]:
    """Key → the newest matter raised for a number of this report's year."""
    found = [a.payload | {"at": a.at} for a in acts_after(0, [RAISED]) if not a.erased]
    return {p["key"]: Raised(p["key"], p["what"], p["office"], p["at"].date(), date.fromisoformat(p["until"]))
            for p in found if p.get("report") == code and p["year"] == year}
