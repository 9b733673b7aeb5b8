"""Codelists: named sets of codes of a code system, with the days on which each is valid."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xinglin.declare.refuse import refuse


@dataclass(frozen=True)
class Code:
    """One code with its name and validity (to is exclusive; None is open)."""

    code: str
    title: str
    valid_from: date | None = None
    valid_to: date | None = None

    def valid(self, day: date) -> bool:
        return not ((self.valid_from and day < self.valid_from)
                    or (self.valid_to and day >= self.valid_to))


@dataclass(frozen=True)
class Codelist:
    """Codes in order. `match="prefix"`: a longer code below one of these is a member too.

    `excludes` are prefixes that are never members; `excludes_words` are words in the code's text
    ("待查", "？", "史") that make a value no member.
    """

    code: str
    title: str
    codes: tuple[Code, ...]
    match: str = "exact"
    excludes: tuple[str, ...] = ()
    source: str = ""

    def has(self, value: str | None) -> bool | None:
        """Is the value a member? None for an unknown value."""
        if value is None:
            return None
        if any(value.startswith(x) for x in self.excludes):
            return False
        if self.match == "prefix":
            return any(value.startswith(c.code) for c in self.codes)
        return any(value == c.code for c in self.codes)

    def title_of(self, value: str) -> str:
        return next((c.title for c in self.codes if c.code == value), value)

    def __str__(self) -> str:
        return self.title


def codelist(code: str, title: str, codes: dict[str, str], *, match: str = "exact",
             excludes: tuple[str, ...] = (), source: str = "") -> Codelist:
    """A short codelist written in place: code → title."""
    if not codes:
        refuse(f"代码表“{title}”是空的", "至少写一个代码")
    return Codelist(code, title, tuple(Code(k, v) for k, v in codes.items()),
                    match, excludes, source)


def load_codelist(path: Path, *, code: str, title: str, match: str = "exact") -> Codelist:
    """A long codelist from CSV: code, 名称, valid_from, valid_to (the last two may be empty)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Codelist(code, title, tuple(
        Code(r["code"], r["名称"], _day(r.get("valid_from")), _day(r.get("valid_to")))
        for r in rows), match)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
