"""应做的事：按次、按年、某记录之后

一条规则说清何时要做、最迟哪天。到期之前、当天、逾期都在名单上，直到了结它的记录到来。
本章的人 2024-01-05 纳入，由一次“随访”了结。“偏高”自 2023-07-01 起是 90 分。
"""

from tests.lib.small_world import (
    A_MONTH,
    BAD,
    FOUR_A_YEAR,
    OLD,
    SIX_WEEKS,
    THREE_TIMES,
    TWO_WEEKS,
    Exam,
    Visit,
)
from xinglin.declare.rules import After, Confirm, EachYear, Once, OnDay, PerYear


def test_per_year_first(spec):
    """每年几次（PerYear）：从纳入日起，每 12÷次数 个月一次"""
    spec(rule=PerYear(FOUR_A_YEAR), due="2024-04-05")


def test_per_year_from_the_last(spec):
    """做过以后从那一次算起；早做就早起算，不攒不欠"""
    spec(
        rule=PerYear(FOUR_A_YEAR),
        history="""
            day        | score
            2024-03-01 | 80
            2024-03-10 | 80
        """,
        due="2024-06-10",
        turns=[
            "2024-01-05 至 2024-04-05：2024-03-01",
            "2024-03-01 至 2024-06-01：2024-03-10",
            "2024-03-10 至 2024-06-10：未到",
        ],
    )


def test_per_year_overdue(spec):
    """逾期的留在名单上，到期日不变"""
    spec(
        rule=PerYear(FOUR_A_YEAR),
        history="""
            day        | score
            2024-03-01 | 80
        """,
        on="2024-09-01",
        due="2024-06-01",
        turns=["2024-01-05 至 2024-04-05：2024-03-01", "2024-03-01 至 2024-06-01：逾期"],
    )


def test_before_enrolment(spec):
    """纳入以前的记录不算"""
    spec(
        rule=PerYear(FOUR_A_YEAR),
        history="""
            day        | score
            2023-12-20 | 80
        """,
        on="2024-01-05",
        due="2024-04-05",
    )


def test_each_year(spec):
    """每个自然年一次（EachYear）：最迟年底；做了就等明年"""
    spec(
        rule=EachYear(),
        closed_by=(Exam,),
        history="""
            record | day
            t_exam | 2024-05-06
        """,
        due="2025-12-31",
    )


def test_each_year_missed(spec):
    """过了年底没有做，是错过，不是逾期：名单上换成今年的"""
    spec(
        rule=EachYear(),
        closed_by=(Exam,),
        on="2025-02-01",
        due="2025-12-31",
        turns=["2024-01-05 至 2024-12-31：错过", "2025-01-01 至 2025-12-31：未到"],
    )


def test_each_year_before_enrolment(spec):
    """当年纳入以前做过的，算当年的"""
    spec(
        rule=EachYear(),
        closed_by=(Exam,),
        history="""
            record | day
            t_exam | 2024-01-02
        """,
        on="2024-02-01",
        due="2025-12-31",
    )


def test_once(spec):
    """纳入后一次（Once）：期限从纳入次日数起"""
    spec(rule=Once(TWO_WEEKS), due="2024-01-19")


def test_once_done(spec):
    """做过就不再有"""
    spec(
        rule=Once(TWO_WEEKS),
        history="""
            day        | score
            2024-01-10 | 80
        """,
        due=None,
    )


def test_after(spec):
    """某记录之后（After）：条件成立的那一行之后，期限内再来"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
        """,
        due="2024-03-15",
    )


def test_visit_closes_recheck(spec):
    """到期之后又随访，任务了结"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
            2024-04-10 | 80
        """,
        due=None,
        turns=["2024-03-01 至 2024-03-15：2024-04-10"],
    )


def test_after_again(spec):
    """复查仍不好：前一个了结，从这一天再起一个"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-10 | 95
        """,
        due="2024-03-24",
    )


def test_after_unknown(spec):
    """条件不能判定，不算成立"""
    spec(
        rule=After(Visit, Visit.grave.is_true(), TWO_WEEKS),
        history="""
            day        | score | grave
            2024-03-01 | 80    | 空
        """,
        due=None,
    )


def test_after_picks_the_norm_of_the_record(spec):
    """界值取那一行当日的：改数以前的记录不翻旧账"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        enrolled="2023-01-05",
        history="""
            day        | score
            2023-06-30 | 95
        """,
        due=None,
    )


def test_after_other_record(spec):
    """由另一种记录了结的，次日起的才算"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        closed_by=(Exam,),
        history="""
            record  | day        | score
            t_visit | 2024-03-01 | 95
            t_exam  | 2024-03-01 |
        """,
        due="2024-03-15",
    )


def test_after_first_of_several(spec):
    """没有了结之前又成立几次：期限从第一次算"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        closed_by=(Exam,),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-08 | 95
        """,
        due="2024-03-15",
    )


def test_in_a_row(spec):
    """连续两次（in_a_row=2）：第二次成立那天起算"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS, in_a_row=2),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-10 | 95
        """,
        due="2024-03-24",
    )


def test_in_a_row_broken(spec):
    """中间好了一次，或有一次不能判定，就不是连续"""
    spec(
        rule=After(Visit, Visit.grave.is_true(), TWO_WEEKS, in_a_row=2),
        history="""
            day        | score | grave
            2024-03-01 | 80    | 是
            2024-03-05 | 80    | 空
            2024-03-10 | 80    | 是
            2024-03-12 | 80    | 否
            2024-03-15 | 80    | 是
        """,
        due=None,
    )


def test_weeks_and_months(spec):
    """期限可以是天、周或月"""
    spec(
        rule=After(Visit, BAD, SIX_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
        """,
        due="2024-04-12",
    )
    spec(
        rule=After(Visit, BAD, A_MONTH),
        history="""
            day        | score
            2024-03-01 | 95
        """,
        due="2024-04-01",
    )


def test_a_span_in_years(spec):
    """别的单位不能作期限"""
    spec(
        refused="期限“年老”的单位是“岁”",
        when=lambda: After(Visit, BAD, OLD),
        do="期限的单位只能是 天、周、月",
    )


def test_confirm(spec):
    """非同日几次均如此（Confirm）：每次成立，期限内再测，到够数为止"""
    spec(
        rule=Confirm(Visit, BAD, THREE_TIMES, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-08 | 95
        """,
        due="2024-03-22",
    )


def test_confirm_enough(spec):
    """够了三次，不再复测"""
    spec(
        rule=Confirm(Visit, BAD, THREE_TIMES, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-08 | 95
            2024-03-15 | 95
        """,
        due=None,
    )


def test_confirm_one_day_counts_once(spec):
    """同一天测几次只算一次，以当天最后一次为准"""
    spec(
        rule=Confirm(Visit, BAD, THREE_TIMES, TWO_WEEKS),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-01 | 99
            2024-03-08 | 95
            2024-03-08 | 80
        """,
        due=None,
    )


def test_on_day(spec):
    """约定的日子（OnDay）：最后一次记录里写的那天"""
    spec(
        rule=OnDay(Visit.next_day),
        history="""
            day        | score | next_day
            2024-03-01 | 80    | 2024-03-20
        """,
        due="2024-03-20",
    )


def test_on_day_none(spec):
    """没有约，就没有"""
    spec(
        rule=OnDay(Visit.next_day),
        history="""
            day        | score | next_day
            2024-03-01 | 80    | 2024-03-20
            2024-03-20 | 80    | 空
        """,
        due=None,
    )


def test_on_day_of_a_number(spec):
    """OnDay 的列必须是日期"""
    spec(refused="OnDay 的列“得分”不是日期", when=lambda: OnDay(Visit.score))


def test_words(spec):
    """印在页面上的汉字"""
    spec(
        expression=After(Visit, BAD, TWO_WEEKS, in_a_row=2),
        words="《随访》中得分 ≥ 90 分（偏高）：连续 2 次，14 天内",
    )
