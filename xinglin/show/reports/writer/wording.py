"""Numbers as an official report prints them (GB/T 15835), and how they turned against last year."""

from __future__ import annotations

from xinglin.declare.indicator import Indicator
from xinglin.declare.report import Turn
from xinglin.show.reports.writer.told import NO_DENOMINATOR, Before, Told

NOTHING_BEFORE = "上年无可比的数"


def printed(indicator: Indicator, value: float | None) -> str:
    """The value with its unit: 68.4%, 1204人, 9.3天; — where there is nothing to divide by."""
    if value is None:
        return NO_DENOMINATOR
    return f"{value:.0f}{indicator.unit}" if indicator.kind == "count" else f"{value:.1f}{indicator.unit}"


def fraction(indicator: Indicator, told: Told) -> str:
    """1204/1761; of a count the count itself."""
    return f"{told.numerator}/{told.denominator}" if told.denominator else told.numerator


def turn(indicator: Indicator, now: Told | None, before: Before | None) -> Turn:
    """Which way it went, as far as the printed digits show."""
    if now is None or before is None or now.value is None or before.value is None:
        return "unknown"
    difference = _difference(indicator, now.value, before.value)
    return "flat" if not difference else "rising" if difference > 0 else "falling"


def changed(indicator: Indicator, now: Told | None, before: Before | None) -> str:
    """「比上年同期上升2.3个百分点」; percents in points, never percents of percents."""
    if now is None or before is None or now.value is None or before.value is None:
        return NOTHING_BEFORE
    difference = _difference(indicator, now.value, before.value)
    if not difference:
        return f"与{before.words}持平"
    return f"比{before.words}{_moved(indicator, difference)}{_relative(indicator, difference, before.value)}"


def _difference(indicator: Indicator, now: float, before: float) -> float:
    """Of the printed values, so that the reader's own subtraction agrees."""
    digits = 0 if indicator.kind == "count" else 1
    return round(round(now, digits) - round(before, digits), digits)


def _moved(indicator: Indicator, difference: float) -> str:
    if indicator.kind in ("count", "mean"):
        word = "增加" if difference > 0 else "减少"
        size = f"{abs(difference):.0f}" if indicator.kind == "count" else f"{abs(difference):.1f}"
        return f"{word}{size}{indicator.unit}"
    unit = "个百分点" if indicator.unit == "%" else indicator.unit
    return f"{'上升' if difference > 0 else '下降'}{abs(difference):.1f}{unit}"


def _relative(indicator: Indicator, difference: float, before: float) -> str:
    if indicator.kind != "count" or not before:
        return ""
    return f"，{'增长' if difference > 0 else '下降'}{abs(difference) / before * 100:.1f}%"
