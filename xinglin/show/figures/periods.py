"""Which periods a figure's page offers, and the way from two pickers to one address. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xinglin.declare.indicator import Indicator
from xinglin.kernel.dates import Period

PARTS = ("", "Q1", "Q2", "Q3", "Q4", *(f"-{m:02d}" for m in range(1, 13)))
PART_WORDS = {"": "全年", **{f"Q{n}": f"第{w}季度" for n, w in enumerate("一二三四", 1)},
              **{f"-{m:02d}": f"{m}月" for m in range(1, 13)}}


def running(indicator: Indicator, day: date) -> Period:
    """The period that a page opens with."""
    return Period.of(day, indicator.every)


def years(editions: Sequence[Indicator], day: date) -> list[int]:
    """Years that may be asked for, newest first; a figure that begins in a year begins with the next whole one."""
    since = min(e.since for e in editions)
    first = since.year + (since > date(since.year, 1, 1))
    return list(range(day.year, first - 1, -1))


def parts(indicator: Indicator) -> list[tuple[str, str]]:
    """Parts of a year that the figure can be counted by: (text, words); only the year for others."""
    found = PARTS if "month" in indicator.by else PARTS[:1]
    return [(p, PART_WORDS[p]) for p in found]


def split(period: Period) -> tuple[str, str]:
    """The year and the part of a period, as the two pickers hold them."""
    return period.text[:4], period.text[4:] if period.kind in ("quarter", "month") else ""


def joined(year: str, part: str, indicator: Indicator) -> str:
    """The period's text from the pickers."""
    return f"{year}MCH" if indicator.every == "mch_year" else f"{year}{part}"


def year_of(period: Period) -> int:
    """The year that the line is drawn for."""
    return period.last.year


def period_words(period: Period) -> str:
    """2026年, 2026年第一季度, 2026年3月."""
    year, part = split(period)
    if period.kind == "mch_year":
        return f"{year} 妇幼年度"
    return f"{year}年{PART_WORDS.get(part, part) if part else ''}"
