"""How values are said in words: days, shares, lateness. Pure functions; the tags call these."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

WEEKDAYS = "一二三四五六日"
WIDE_SPACE = "\u3000"
NOTHING = "—"
TENTH = Decimal("0.1")


def day_words(day: date | None, *, today: date) -> str:
    """「3月15日 周五」; the year is said only where it differs from that of `today`."""
    if day is None:
        return NOTHING
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def due_words(due: date, *, today: date) -> tuple[str, str]:
    """The state of a due day and its words: ("late", "逾期 3 天"), ("soon", "今天"), …"""
    left = (due - today).days
    if left < 0:
        return "late", f"逾期 {-left} 天"
    if left == 0:
        return "soon", "今天"
    return ("soon", f"还有 {left} 天") if left <= 7 else ("info", f"还有 {left} 天")


def percent_words(numerator: int | None, denominator: int | None) -> str:
    """「68.4%」, one decimal, half up; without a denominator 「—（分母为 0）」.

    100.0% is said of all and 0.0% of none only: 9996 of 10000 is 99.9%, 1 of 5000 is <0.1%.
    """
    if numerator is None or denominator is None:
        return NOTHING
    if denominator == 0:
        return f"{NOTHING}（分母为 0）"
    share = (Decimal(numerator) * 100 / Decimal(denominator)).quantize(TENTH, ROUND_HALF_UP)
    if share == 100 and numerator < denominator:
        share = Decimal("99.9")
    return "<0.1%" if share == 0 and numerator else f"{share}%"


def share_words(numerator: int | None, denominator: int | None) -> str:
    """「68.4%　1204/1760」: the percentage with its fraction, for text and paper."""
    percent = percent_words(numerator, denominator)
    if not denominator or numerator is None:
        return percent
    return f"{percent}{WIDE_SPACE}{numerator}/{denominator}"


def change_words(now: float | None, before: float | None, *, unit: str = "个百分点") -> str:
    """「比上月高 1.2 个百分点」 without the "than what"; nothing known gives 「—」."""
    if now is None or before is None:
        return NOTHING
    difference = Decimal(str(now)) - Decimal(str(before))
    size = abs(difference).quantize(TENTH, ROUND_HALF_UP)
    if size == 0:
        return "持平"
    return f"{'高' if difference > 0 else '低'} {size} {unit}"
