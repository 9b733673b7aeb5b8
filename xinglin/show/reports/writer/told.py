"""What the writer is told: figures and numbers from outside, each with where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

NO_DENOMINATOR = "—（分母为 0）"
NOT_HAD = "—（未取得）"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A figure in a year: its value in its unit (None: nothing to divide by), fraction and origin."""

    value: float | None
    numerator: str
    denominator: str
    day: date
    edition: date
    period: str
    snapshot: int
    fingerprint: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Before:
    """The year before at the same time of the year (or the whole of it), and which of the two."""

    value: float | None
    words: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Hand:
    """A number from outside: what was written, from which document, of which day, by whom."""

    value: str
    source: str
    day: date
    signer: str
    announced: bool = False     # by the superior, rather than filled by an office


@dataclass(frozen=True)
class Place:
    """A township and its value; None where it has none, `hidden` where it is too small to be shown."""

    name: str
    value: float | None
    hidden: bool = False


class Figures(Protocol):
    """What a report asks of the county."""

    year: int
    day: date

    def now(self, code: str) -> Told | None:
        """The figure of the report's year; None when nothing is held."""

    def before(self, code: str) -> Before | None:
        """The year before."""

    def townships(self, code: str) -> Sequence[Place]:
        """By township, in the order of places."""

    def given(self, code: str) -> Hand | None:
        """A number from outside, as it was last filled."""
