"""日历与同日先后

月份相加，那一天不存在的取该月最后一天；“几天内”从次日数起。
同一天的几行按到达先后排；“最后一次”“连续”都用这个次序。
"""

from tests.lib.small_world import A_MONTH, BAD, FOUR_A_YEAR, TWELVE_A_YEAR, TWO_WEEKS, Visit
from xinglin.declare.rules import After, PerYear


def test_thirtieth_of_february(spec):
    """11 月 30 日加三个月，是 2 月最后一天"""
    spec(
        rule=PerYear(FOUR_A_YEAR),
        history="""
            day        | score
            2024-11-30 | 80
        """,
        due="2025-02-28",
    )


def test_thirtieth_of_february_in_a_leap_year(spec):
    """闰年是 2 月 29 日"""
    spec(
        rule=PerYear(FOUR_A_YEAR),
        enrolled="2023-01-05",
        history="""
            day        | score
            2023-11-30 | 80
        """,
        due="2024-02-29",
    )


def test_thirty_first(spec):
    """1 月 31 日加一个月；再从实做之日算，不往回找 31 日"""
    spec(
        rule=PerYear(TWELVE_A_YEAR),
        history="""
            day        | score
            2024-01-31 | 80
        """,
        due="2024-02-29",
    )
    spec(
        rule=PerYear(TWELVE_A_YEAR),
        history="""
            day        | score
            2024-01-31 | 80
            2024-02-29 | 80
        """,
        due="2024-03-29",
    )


def test_a_month_after(spec):
    """以月计的期限同此"""
    spec(
        rule=After(Visit, BAD, A_MONTH),
        history="""
            day        | score
            2024-01-31 | 95
        """,
        due="2024-02-29",
    )


def test_days_count_from_the_next(spec):
    """十四天内：3 月 1 日之后第十四天，是 3 月 15 日；当天还不算逾期"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
        """,
        on="2024-03-15",
        turns=["2024-03-01 至 2024-03-15：今天"],
    )
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
        """,
        on="2024-03-16",
        turns=["2024-03-01 至 2024-03-15：逾期"],
    )


def test_last_of_the_day(spec):
    """同一天先高后低，以后一次为准：不复查"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-01 | 80
        """,
        due=None,
    )


def test_last_of_the_day_the_other_way(spec):
    """先低后高：复查"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 80
            2024-03-01 | 95
        """,
        due="2024-03-15",
    )


def test_one_day_counts_as_two_in_a_row(spec):
    """连续两次按行数，同一天两行也是连续（Confirm 才要求不同日）"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS, in_a_row=2),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-01 | 96
        """,
        due="2024-03-15",
    )


def test_the_future_does_not_count(spec):
    """问哪一天，就只看到那一天为止的记录"""
    spec(
        rule=PerYear(FOUR_A_YEAR),
        history="""
            day        | score
            2024-03-01 | 80
        """,
        on="2024-02-01",
        due="2024-04-05",
    )
