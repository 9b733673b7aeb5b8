"""A written report as JSON for the journal, and back: the very words and numbers that were frozen."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from xinglin.show.reports.writer.document import (
    Bars,
    Block,
    Grid,
    Heading,
    Owed,
    Para,
    Run,
    Trace,
    Written,
)

DAYS = ("edition", "day")


def as_json(written: Written) -> dict[str, Any]:
    """Everything but the edition's number."""
    return {"code": written.code, "title": written.title, "year": written.year, "day": written.day.isoformat(),
            "office": written.office, "notes": list(written.notes),
            "blocks": [{"block": type(b).__name__, **asdict(b)} for b in written.blocks],
            "trace": [_plain(asdict(t)) for t in written.trace], "owed": [asdict(o) for o in written.owed]}


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in line.items()}


def from_json(told: dict[str, Any], *, edition: int) -> Written:
    """The report as it was frozen."""
    return Written(code=told["code"], title=told["title"], year=told["year"], day=date.fromisoformat(told["day"]),
                   office=told["office"], notes=tuple(told["notes"]), blocks=tuple(_block(b) for b in told["blocks"]),
                   trace=tuple(_trace(t) for t in told["trace"]), owed=tuple(Owed(**o) for o in told["owed"]),
                   edition=edition)


def _trace(line: dict[str, Any]) -> Trace:
    told: dict[str, Any] = {k: date.fromisoformat(v) if k in DAYS and v else v for k, v in line.items()}
    return Trace(**told)


def _block(told: dict[str, Any]) -> Block:
    match told["block"]:
        case "Heading":
            return Heading(told["level"], told["text"])
        case "Para":
            return Para(_runs(told["runs"]))
        case "Grid":
            return Grid(told["title"], tuple(told["head"]), tuple(_runs(r) for r in told["rows"]))
        case _:
            return Bars(told["title"], told["unit"], tuple(told["names"]), tuple(told["values"]))


def _runs(told: list[dict[str, Any]]) -> tuple[Run, ...]:
    return tuple(Run(**r) for r in told)
