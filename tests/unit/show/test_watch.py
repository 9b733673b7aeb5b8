"""When a source is late, silent or fallen: with the numbers, and not when it only varies."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.dates import is_working_day
from xinglin.show.deliveries.watch import Agreed, drop, lateness

START = date(2026, 3, 2)        # a Monday


def workdays(count):
    found, day = [], START
    while len(found) < count:
        found += [day] if is_working_day(day) else []
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize(("waited", "agreed", "kind"), [
    (2, Agreed(every=1, grace=1), None), (3, Agreed(every=1, grace=1), "late"), (4, Agreed(every=1, grace=1), "late"),
    (5, Agreed(every=1, grace=1), "silent"), (7, Agreed(every=7, grace=0), None), (8, Agreed(every=7, grace=0), "late"),
    (22, Agreed(every=7, grace=0), "silent"), (3, Agreed(), "late"), (2, Agreed(), None)])
def test_late_then_silent(waited, agreed, kind):
    days = [START + timedelta(days=n) for n in range(5)]
    found = lateness(days, days[-1] + timedelta(days=waited), agreed)
    assert (found and found.kind) == kind
    if found:
        assert f"已 {waited} 天没有送" in found.words and ("约定" in found.words) == bool(agreed.every) and found.since == days[-1]


def test_what_never_sent_is_not_late():
    assert lateness([], START, Agreed(every=1)) is None
    assert lateness([START], START + timedelta(days=90), Agreed()) is None


def test_a_fall_is_told_with_its_numbers():
    days = workdays(11)
    rows = dict.fromkeys(days[:-1], 1000) | {days[0]: 900, days[1]: 1100, days[-1]: 420}
    found = drop(rows, Agreed())
    assert found.since == days[-1]
    assert found.words == (f"{days[-1]} 只有 420 行。此前 10 个工作日的中位数是 1,000 行，通常上下差 0 行；低于中位数的 50%（500 行），"
                           "也低于中位数减 3 倍差（1,000 行），算骤降。")


def test_a_weekend_is_compared_with_weekends():
    days = [START + timedelta(days=n) for n in range(45)]
    rows = {d: 1000 if is_working_day(d) else 100 for d in days}
    rest = max(d for d in days if not is_working_day(d))
    until = {d: n for d, n in rows.items() if d <= rest}
    assert drop(until, Agreed()) is None and drop(until | {rest: 20}, Agreed()).words.count("休息日")


def test_a_source_that_varies_much_is_asked_about_less():
    days = workdays(9)
    rows = dict(zip(days, [1000, 200, 1500, 400, 1200, 300, 900, 1100, 250], strict=True))
    assert drop(rows, Agreed()) is None
    assert drop(dict.fromkeys(days, 1000) | {days[-1]: 250}, Agreed()) is not None


def test_few_days_are_no_rule():
    days = workdays(5)
    assert drop(dict.fromkeys(days, 1000) | {days[-1]: 1}, Agreed()) is None


@given(st.lists(st.integers(0, 10_000), min_size=6, max_size=30), st.floats(0.1, 0.9))
def test_a_day_like_the_middle_is_never_a_fall(counts, share):
    days = workdays(len(counts))
    rows = dict(zip(days, counts, strict=True))
    middle = sorted(counts[:-1][-20:])[len(counts[:-1][-20:]) // 2]
    assert drop(rows | {days[-1]: middle}, Agreed(drop=share)) is None
