"""Day and month arithmetic, ages, periods, working days."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.dates import (
    Period,
    age_on,
    days_between,
    has_holiday_notice,
    is_working_day,
    plus_days,
    plus_months,
    plus_working_days,
)
from xinglin.kernel.errors import XinglinError

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
months = st.integers(-600, 600)


@given(days, months)
def test_months_land_in_the_right_month_on_the_day_or_its_last(day, n):
    then = plus_months(day, n)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == n
    assert then.day == min(day.day, monthrange(then.year, then.month)[1])


@given(days, days, months)
def test_months_keep_order(a, b, n):
    assert (plus_months(a, n) <= plus_months(b, n)) or a > b


@given(days, st.integers(-5000, 5000))
def test_days_are_undone(day, n):
    assert plus_days(plus_days(day, n), -n) == day
    assert days_between(day, plus_days(day, n)) == n


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 3, date(2024, 4, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 5, 31), 0, date(2024, 5, 31)),
    ],
)
def test_months_at_the_ends(day, n, then):
    assert plus_months(day, n) == then


@given(days, st.integers(0, 120))
def test_age_turns_on_the_birthday_and_not_before(birth, years):
    leap = (birth.month, birth.day) == (2, 29)
    common = monthrange(birth.year + years, 2)[1] == 28
    birthday = (
        date(birth.year + years, 3, 1)
        if leap and common
        else birth.replace(year=birth.year + years)
    )
    assert age_on(birth, birthday) == years
    assert age_on(birth, birthday - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1960, 2, 29), date(2025, 2, 28), 64),
        (date(1960, 2, 29), date(2025, 3, 1), 65),
        (date(1960, 2, 29), date(2024, 2, 29), 64),
        (date(1959, 3, 15), date(2024, 3, 14), 64),
        (date(1959, 3, 15), date(2024, 3, 15), 65),
        (date(2024, 1, 2), date(2024, 1, 1), -1),
    ],
)
def test_age_at_its_boundaries(birth, day, age):
    assert age_on(birth, day) == age


@pytest.mark.parametrize(
    ("text", "first", "last", "months", "before", "label"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), 12, "2023", "2024年"),
        ("2024H2", date(2024, 7, 1), date(2024, 12, 31), 6, "2023H2", "2024年下半年"),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31), 3, "2023Q1", "2024年第一季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 1, "2023-02", "2024年2月"),
        (
            "2024MCH",
            date(2023, 10, 1),
            date(2024, 9, 30),
            12,
            "2023MCH",
            "2024妇幼年度（2023年10月—2024年09月）",
        ),
    ],
)
def test_periods(text, first, last, months, before, label):
    period = Period.parse(text)
    assert (period.first, period.last, period.label) == (first, last, label)
    assert len(period.months()) == months
    assert (period.months()[0].first, period.months()[-1].last) == (first, last)
    assert str(period.previous_year()) == before
    assert first in period and last in period
    assert plus_days(first, -1) not in period and plus_days(last, 1) not in period


@given(days, st.sampled_from(["year", "half", "quarter", "month", "mch_year"]))
def test_every_day_lies_in_one_period_of_a_kind(day, kind):
    period = Period.of(day, kind)
    assert day in period and Period.parse(period.text) == period
    assert Period.of(plus_days(period.last, 1), kind).first == plus_days(period.last, 1)


@pytest.mark.parametrize(
    "text", ["", "24", "2024-13", "2024-3", "2024Q5", "2024H0", "2024mch", "2024-03-01", "1024"]
)
def test_other_texts_are_refused_with_the_way_out(text):
    with pytest.raises(XinglinError, match="2024Q1"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 10, 1), False),  # National Day
        (date(2024, 10, 12), True),  # a Saturday worked instead
        (date(2024, 2, 4), True),  # a Sunday worked before the Spring Festival
        (date(2024, 3, 16), False),
        (date(2024, 3, 15), True),
        (date(2040, 1, 3), True),  # no notice yet: Monday to Friday
        (date(2040, 1, 7), False),
    ],
)
def test_working_days(day, works):
    assert is_working_day(day) is works


def test_years_with_a_notice_are_known():
    assert has_holiday_notice(2024) and not has_holiday_notice(2040)


def test_working_days_are_counted_over_holidays():
    assert plus_working_days(date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert plus_working_days(date(2024, 9, 30), 0) == date(2024, 9, 30)
