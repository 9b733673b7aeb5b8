"""标准值（Norm）

一个标准值是它的全部历史：每个值自哪天起、依据哪一条。没有“现行值”，只能问“某日的值”。
下面的“偏高”：2020-01-01 起 100 分，2023-07-01 起 90 分。
"""

from datetime import date

from tests.lib.small_world import FOUR_A_YEAR, GONE, HIGH, RULE, RULE_2023, Visit
from xinglin.declare.norm import adjust, adjusted, norm, since


def test_the_value_of_the_day(spec):
    """取当日的值：改动之日起用新值

    每一行用自己的日期取值，所以重算旧年份不会误用新数。
    """
    spec(
        table="""
            day
            2023-06-30
            2023-07-01
            2026-01-01
        """,
        expression=HIGH,
        answer=[100, 90, 90],
    )


def test_before_the_first_value(spec):
    """第一个值之前：没有值，条件不能判定"""
    spec(
        table="""
            day        | score
            2019-12-31 | 200
            2020-01-01 | 200
        """,
        expression=Visit.score >= HIGH,
        answer=[None, True],
    )


def test_asking_before_the_first_value_is_refused(spec):
    """直接问第一个值之前的日子：拒绝，并说口径自哪天起"""
    spec(
        refused="口径自 2020-01-01 起",
        when=lambda: HIGH.on(date(2019, 12, 31)),
        do="改查之后的时期，或补上更早的依据",
    )


def test_repeal(spec):
    """废止：写一行 None，自那天起没有值"""
    spec(
        table="""
            day        | score
            2021-12-31 | 60
            2022-01-01 | 60
        """,
        expression=Visit.score >= GONE,
        answer=[True, None],
    )


def test_lines_in_order(spec):
    """各行按日期先后写，每日一行"""
    spec(
        refused="日期没有依次递增",
        when=lambda: norm("示例", "分", since("2023-01-01", 2, RULE), since("2020-01-01", 1, RULE)),
        do="按日期先后写，每日一行",
    )


def test_a_day_that_is_none(spec):
    """日期写错：拒绝"""
    spec(
        refused="日期“2023-02-30”无效",
        when=lambda: since("2023-02-30", 1, RULE),
        do="写成 YYYY-MM-DD",
    )


def test_a_norm_without_a_value(spec):
    """没有取值的标准值：拒绝"""
    spec(refused="没有取值", when=lambda: norm("示例", "分"))


COUNTY = adjust(HIGH, since("2024-01-01", 80, RULE_2023))


def test_a_countys_own_number(spec):
    """县里另定的数：自其生效日起盖过国家的，之前仍用国家的"""
    with adjusted({HIGH: COUNTY.merged()}):
        spec(
            table="""
                day
                2023-06-30
                2023-12-31
                2024-01-01
            """,
            expression=HIGH,
            answer=[100, 90, 80],
        )


def test_outside_the_county(spec):
    """离开该县，国家的数不受影响"""
    spec(
        table="""
            day
            2024-01-01
        """,
        expression=HIGH,
        answer=[90],
    )


def test_which_day_picks(spec):
    """由哪一天取值写在标准值里：默认是事件当日，也可按出生、纳入、出院、统计期末"""
    spec(
        gives=["event", "birth"],
        expression=lambda: [
            FOUR_A_YEAR.picked_by,
            norm("程序", "月", since("2020-01-01", 3, RULE), picked_by="birth").picked_by,
        ],
    )
