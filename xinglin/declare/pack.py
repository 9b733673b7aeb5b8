"""Packs and localities: one business in one file, and a county's choice among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xinglin.declare.example import Counted, Example
from xinglin.declare.indicator import Indicator
from xinglin.declare.norm import Adjustment, Norm, Source
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.declare.refuse import authors_line, refuse
from xinglin.declare.report import Report


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One business: its norms, Records, programmes, indicators, examples and reports."""

    code: str
    title: str
    office: str
    sources: list[Source]
    norms: list[Norm]
    records: tuple[type[Record], ...] = ()
    programmes: tuple[Programme, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    examples: tuple[Example, ...] | list[Example] = ()
    counted: tuple[Counted, ...] = ()
    reports: tuple[Report, ...] = ()
    words: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        if not self.where:
            object.__setattr__(self, "where", authors_line())

    def programme(self, code: str = "") -> Programme:
        """The programme with this code; without one, the pack's first."""
        found = [p for p in self.programmes if p.code == code or not code]
        if not found:
            refuse(f"业务包“{self.title}”没有方案“{code}”；有：{[p.code for p in self.programmes]}",
                   "核对方案代码", self.where)
        return found[0]


@dataclass(frozen=True, kw_only=True)
class Locality:
    """A county's packs and its own numbers."""

    code: str                   # six digits
    title: str
    packs: tuple[Pack, ...]
    adjusts: tuple[Adjustment, ...] = ()
    choices: tuple[tuple[str, Any], ...] = ()
