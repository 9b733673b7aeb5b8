from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.show.common.wording import (
    change_words,
    day_words,
    due_words,
    percent_words,
    share_words,
)

FRIDAY = date(2024, 3, 15)


def test_a_day_has_its_year_only_where_it_differs():
    assert day_words(FRIDAY, today=date(2024, 12, 31)) == "3月15日 周五"
    assert day_words(FRIDAY, today=date(2025, 1, 1)) == "2024年3月15日 周五"
    assert day_words(None, today=FRIDAY) == "—"


@pytest.mark.parametrize(
    ("due", "kind", "words"),
    [
        (date(2024, 3, 12), "late", "逾期 3 天"),
        (date(2024, 3, 15), "soon", "今天"),
        (date(2024, 3, 22), "soon", "还有 7 天"),
        (date(2024, 3, 23), "info", "还有 8 天"),
    ],
)
def test_lateness_is_said_in_words(due, kind, words):
    assert due_words(due, today=FRIDAY) == (kind, words)


def test_a_share_keeps_its_fraction_in_reach():
    assert share_words(1204, 1760) == "68.4%\u30001204/1760"
    assert share_words(0, 0) == "—（分母为 0）"
    assert share_words(None, 5) == "—"
    assert percent_words(1, 8) == "12.5%"
    assert percent_words(125, 1000_0) == "1.3%"  # half goes up


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_all_and_none_are_said_of_all_and_none_only(numerator, denominator):
    words = percent_words(numerator, denominator)
    assert (words == "0.0%") == (numerator == 0)
    assert (words == "100.0%") == (
        round(numerator / denominator * 100, 1) == 100 and numerator >= denominator
    )


def test_a_change_has_its_direction_in_words():
    assert change_words(68.4, 67.2) == "高 1.2 个百分点"
    assert change_words(3, 5, unit="人") == "低 2.0 人"
    assert change_words(3.01, 3.0) == "持平"
    assert change_words(None, 3) == "—"
