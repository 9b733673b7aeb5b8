"""Periods, day and month arithmetic, ages, working days. `today` is always an argument.

The rules of month arithmetic and of birthdays are written here once; SQL copies of them
must agree with these functions.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import chinese_calendar

from xinglin.kernel.errors import XinglinError

PeriodKind = Literal["year", "half", "quarter", "month", "mch_year"]

_FORMS: tuple[tuple[re.Pattern[str], PeriodKind], ...] = (
    (re.compile(r"(\d{4})"), "year"),
    (re.compile(r"(\d{4})H([12])"), "half"),
    (re.compile(r"(\d{4})Q([1-4])"), "quarter"),
    (re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), "month"),
    (re.compile(r"(\d{4})MCH"), "mch_year"),
)
_MONTHS_IN: dict[PeriodKind, int] = {
    "year": 12,
    "half": 6,
    "quarter": 3,
    "month": 1,
    "mch_year": 12,
}
_NAMES = {"half": ("上半年", "下半年"), "quarter": ("第一季度", "第二季度", "第三季度", "第四季度")}


def plus_days(day: date, n: int) -> date:
    """The day n days after (before, if n < 0)."""
    return day + timedelta(days=n)


def plus_months(day: date, n: int) -> date:
    """The same day of the month n months on; where it does not exist, that month's last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def days_between(first: date, last: date) -> int:
    """last − first in days; negative when last is earlier."""
    return (last - first).days


def age_on(birth: date, day: date) -> int:
    """Full years of age (周岁). Born on 29 February: the birthday is 1 March in common years.

    Negative when `day` lies before birth, so that a caller's check can see it.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_working_day(day: date) -> bool:
    """Working day by the State Council's notice (holidays, make-up workdays).

    The notice for a year comes out in the autumn before; for years without one
    (`has_holiday_notice`), Monday to Friday.
    """
    if has_holiday_notice(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def has_holiday_notice(year: int) -> bool:
    """Whether the installed holiday data hold this year's notice."""
    return any(
        d.year == year
        for d in (date(year, 1, 1), date(year, 1, 2), date(year, 1, 3))
        if d in chinese_calendar.constants.holidays
    )


def plus_working_days(day: date, n: int) -> date:
    """The n-th working day after `day` (n ≥ 0); n = 0 gives `day` itself."""
    while n > 0:
        day = plus_days(day, 1)
        n -= is_working_day(day)
    return day


@dataclass(frozen=True, order=True)
class Period:
    """A span that figures are counted over; `Period.parse("2024Q1")` is the way in.

    Texts: 2024, 2024H1, 2024Q1, 2024-03, 2024MCH (maternal and child health year:
    1 October 2023 to 30 September 2024). Ordered by first day, then last.
    """

    first: date
    last: date
    kind: PeriodKind
    text: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """Raises XinglinError for a text that is none of the five forms."""
        for form, kind in _FORMS:
            found = form.fullmatch(text.strip())
            if found and found[1] >= "1900":
                part = int(found[2]) if found.re.groups > 1 else 1
                return _period(kind, int(found[1]), part)
        raise XinglinError(
            f"看不懂统计期间“{text[:20]}”",
            do="请写成 2024、2024H1、2024Q1、2024-03 或 2024MCH（妇幼年度）",
        )

    @classmethod
    def of(cls, day: date, kind: PeriodKind) -> Period:
        """The period of this kind in which a day lies."""
        if kind == "mch_year":
            return _period(kind, day.year + (day.month >= 10), 1)
        return _period(kind, day.year, (day.month - 1) // _MONTHS_IN[kind] + 1)

    @property
    def label(self) -> str:
        """The Chinese words for it."""
        year = f"{self.text[:4]}年"
        if self.kind == "month":
            return f"{year}{self.first.month}月"
        if self.kind == "mch_year":
            return f"{self.text[:4]}妇幼年度（{self.first:%Y年%m月}—{self.last:%Y年%m月}）"
        names = _NAMES.get(self.kind)
        return year + (names[int(self.text[5]) - 1] if names else "")

    def months(self) -> tuple[Period, ...]:
        """Its months in order."""
        count = _MONTHS_IN[self.kind]
        return tuple(Period.of(plus_months(self.first, n), "month") for n in range(count))

    def previous_year(self) -> Period:
        """The same span a year before (同期)."""
        return Period.parse(f"{int(self.text[:4]) - 1}{self.text[4:]}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return self.text


def _period(kind: PeriodKind, year: int, part: int) -> Period:
    assert kind in get_args(PeriodKind)
    length = _MONTHS_IN[kind]
    first = date(year - 1, 10, 1) if kind == "mch_year" else date(year, (part - 1) * length + 1, 1)
    suffix = {
        "year": "",
        "half": f"H{part}",
        "quarter": f"Q{part}",
        "month": f"-{part:02d}",
        "mch_year": "MCH",
    }[kind]
    last = plus_days(plus_months(first, length), -1)
    return Period(first=first, last=last, kind=kind, text=f"{year}{suffix}")
