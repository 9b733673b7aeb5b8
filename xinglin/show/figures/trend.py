"""How a figure moved: values by month, quarter or year beside last year's; change against then. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from xinglin.declare.indicator import PER, Indicator
from xinglin.kernel.dates import Period, plus_days
from xinglin.know.indicators.queries import Amount, plain, text
from xinglin.show.common.wording import change_words, share_words
from xinglin.show.figures.totals import Total, amount_of

Grain = Literal["month", "quarter", "year"]
GRAINS: Mapping[str, str] = {"month": "按月", "quarter": "按季", "year": "按年"}


def counted_by_month(indicator: Indicator) -> bool:
    """Counts that can be added over months; other figures are as they stood at a month's end."""
    return indicator.kind == "count" and "month" in indicator.by


def drawn(indicator: Indicator, amount: Amount) -> float | None:
    """The value in the unit of the axis, to one decimal."""
    if amount.value is None:
        return None
    return round(amount.value * (1 if indicator.kind in ("count", "mean") else PER.get(indicator.unit, 1)), 1)


def words(indicator: Indicator, amount: Amount | None) -> str:
    """Value with its fraction: 68.4%　1204/1760, 31 例, — where nothing is held."""
    if amount is None:
        return "—"
    if amount.hidden or indicator.kind in ("count", "mean") or amount.denominator is None:
        return text(indicator, amount)
    if indicator.unit == "%" and _whole(amount):
        return share_words(int(amount.numerator), int(amount.denominator))
    return f"{text(indicator, amount)}　{plain(amount.numerator)}/{plain(amount.denominator)}" if amount.denominator \
        else text(indicator, amount)


def _whole(amount: Amount) -> bool:
    return all(x == int(x) for x in (amount.numerator, amount.denominator or 0))


@dataclass(frozen=True)
class Line:
    """Labels with this year's and last year's amounts; `open` names labels that are not whole yet."""

    labels: tuple[str, ...]
    now: tuple[Amount | None, ...]
    before: tuple[Amount | None, ...]
    open: tuple[str, ...]
    year: int


def by_month(indicator: Indicator, held: Sequence[Total], year: int, day: date) -> Line:
    """Twelve months of a year beside those of the year before."""
    now, before = _months(indicator, held, year), _months(indicator, held, year - 1)
    labels = tuple(f"{m}月" for m in range(1, 13))
    unfinished = (f"{day.month}月",) if day.year == year and plus_days(day, 1).month == day.month else ()
    return Line(labels, now, before, unfinished, year)


def by_quarter(indicator: Indicator, held: Sequence[Total], year: int, day: date) -> Line:
    """Four quarters: counts added, other figures as they stood at the quarter's end."""
    labels = tuple(f"第{q}季度" for q in "一二三四")
    now, before = (_quarters(indicator, _months(indicator, held, y)) for y in (year, year - 1))
    running = (day.month - 1) // 3
    if day.year == year and now[running] is None:
        now = (*now[:running], _last_known(_months(indicator, held, year)), *now[running + 1:])
    unfinished = (labels[running],) if day.year == year else ()
    return Line(labels, now, before, unfinished, year)


def by_year(indicator: Indicator, held: Sequence[Total], year: int, day: date) -> Line:
    """Every year that is held; the running one stands as of last night."""
    final = _final(held)
    years = sorted(final)
    return Line(tuple(f"{y}年" for y in years), tuple(final[y].amount for y in years), (),
                (f"{day.year}年",) if day.year in final else (), year)


LINES = {"month": by_month, "quarter": by_quarter, "year": by_year}


def _months(indicator: Indicator, held: Sequence[Total], year: int) -> tuple[Amount | None, ...]:
    if counted_by_month(indicator):
        final = _final(held).get(year)
        last = final.as_of if final else None
        return tuple(_count(indicator, final, f"{year}-{m:02d}") if final and last and
                     date(year, m, 1) <= last else None for m in range(1, 13))
    ends = {t.as_of.month: t.amount for t in held if _year(t) == year == t.as_of.year}
    return tuple(ends.get(m) for m in range(1, 13))


def _count(indicator: Indicator, total: Total, month: str) -> Amount:
    return amount_of(indicator, Decimal(total.months.get(month, 0)), Decimal(0))


def _quarters(indicator: Indicator, months: Sequence[Amount | None]) -> tuple[Amount | None, ...]:
    parts = [months[q * 3:q * 3 + 3] for q in range(4)]
    if not counted_by_month(indicator):
        return tuple(p[-1] for p in parts)
    return tuple(_added(indicator, [a for a in p if a]) for p in parts)


def _added(indicator: Indicator, amounts: Sequence[Amount]) -> Amount | None:
    if not amounts:
        return None
    first = amounts[0].numerator
    return amount_of(indicator, sum((a.numerator for a in amounts[1:]), first), first * 0)


def _last_known(months: Sequence[Amount | None]) -> Amount | None:
    return next((a for a in reversed(months) if a is not None), None)


def _year(total: Total) -> int:
    return Period.parse(total.period).last.year


def _final(held: Sequence[Total]) -> dict[int, Total]:
    """The last total of each year."""
    found: dict[int, Total] = {}
    for total in sorted(held, key=lambda t: t.as_of):
        if Period.parse(total.period).kind in ("year", "mch_year"):
            found[_year(total)] = total
    return found


def spark(indicator: Indicator, held: Sequence[Total], day: date, *, months: int = 12) -> list[float | None]:
    """The last months up to the running one, for a mini line."""
    values = [*_months(indicator, held, day.year - 1), *_months(indicator, held, day.year)]
    upto = 12 + day.month
    return [drawn(indicator, a) if a else None for a in values[max(0, upto - months):upto]]


@dataclass(frozen=True)
class Then:
    """Last year's value to compare with, and which of last year's it is."""

    words: str
    amount: Amount


def last_year(indicator: Indicator, held: Sequence[Total], day: date) -> Then | None:
    """Last year at the same month's end; else the whole of last year."""
    months = _months(indicator, held, day.year - 1)
    if counted_by_month(indicator):
        upto = [a for a in months[:day.month] if a]
        added = _added(indicator, upto)
        return Then(f"去年 1–{day.month}月", added) if added else None
    same = months[day.month - 1]
    if same:
        return Then(f"去年 {day.month}月末", same)
    final = _final(held).get(day.year - 1)
    return Then("去年全年", final.amount) if final else None


def change(indicator: Indicator, now: Amount | None, then: Then | None) -> str:
    """「比去年 11月末高 1.2 个百分点」; '' when there is nothing to compare."""
    if now is None or then is None or now.value is None or then.amount.value is None or now.hidden:
        return ""
    if indicator.kind in ("count", "mean"):
        difference = round(now.value - then.amount.value, 1)
        size = f"{abs(difference):g} {indicator.unit}".strip()
        return f"与{then.words}持平" if not difference else f"比{then.words}{'多' if difference > 0 else '少'} {size}"
    said = change_words(drawn(indicator, now), drawn(indicator, then.amount),
                        unit="个百分点" if indicator.unit == "%" else indicator.unit)
    return f"与{then.words}持平" if said == "持平" else f"比{then.words}{said}"
