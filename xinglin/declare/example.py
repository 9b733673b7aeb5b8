"""Worked examples: this person, these records, this day: what is due? Run as tests, read as stories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinglin.declare.record import Row
from xinglin.declare.refuse import refuse


@dataclass(frozen=True)
class Example:
    """One story and what must follow from it.

    `due` is every task with its last day (exactly these are due), `loops` every open loop with its
    follow-up day, `classes` the class of each row in order, `told` whom each open loop has reached
    by its delay. A part left None is not claimed.
    `on` is the day of asking, by default the day of the last record.
    """

    story: str
    programme: str = ""
    enrolled: str | None = None
    born: str = "1960-01-01"
    sex: str = "女"
    records: tuple[Row, ...] | list[Row] = ()
    on: str | None = None
    due: Mapping[str, str] | None = None
    loops: Mapping[str, str] | None = None
    classes: tuple[str | None, ...] | list[str | None] | None = None
    suspect: bool | None = None
    state: str | None = None
    told: Mapping[str, tuple[str, ...]] | None = None
    person: Mapping[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> date:
        if self.on:
            return date.fromisoformat(self.on)
        days = [r.day for r in self.records] + (
            [date.fromisoformat(self.enrolled)] if self.enrolled else [])
        if not days:
            refuse(f"例“{self.story}”没有日期", "写 on=… 或至少一条记录")
        return max(days)

    @property
    def who(self) -> dict[str, Any]:
        """The person's columns."""
        return {"birth_date": date.fromisoformat(self.born), "sex": self.sex,
                "usual_resident": True, **self.person}


@dataclass(frozen=True)
class Counted:
    """A worked example of a figure: these rows, this year, this day: what is divided by what.

    Rows of people have `person`, a small number; `denominator` is left out of counts.
    """

    story: str
    figure: str
    rows: tuple[Row, ...]
    numerator: float
    denominator: float | None = None
    year: str = "2026"
    on: str = "2026-06-30"

    @property
    def day(self) -> date:
        return date.fromisoformat(self.on)
