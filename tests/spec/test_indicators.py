"""指标

种类就是承诺：比例（proportion）的分子一定在分母之内；覆盖（coverage）的分子分母分别数，可以过百；
率、均值、计数各如其名。口径写在函数的文档字符串里；改口径是加一版，不改旧版。
下面比例的答案依次是：分子、分母、不能判定的人数。
"""

from tests.lib.small_world import BAD, RULE, RULE_2023, Visit
from xinglin.declare.indicator import (
    Count,
    Coverage,
    Mean,
    Share,
    count,
    coverage,
    mean,
    meets,
    proportion,
)
from xinglin.kernel.dates import Period
from xinglin.know.indicators.contribute import edition_for


@proportion(code="t.good", title="达标率", cites=RULE, population="常住", since="2020-01-01")
def good(lake, period):
    """最近一次随访得分不偏高的人数 ÷ 随访过的人数。"""
    last = lake.latest(Visit, period)
    return Share(of=last, having=meets(~BAD, last, on=last.day))


@good.edition(since="2024-01-01")
def good_2024(lake, period):
    """每次随访得分都不偏高的次数 ÷ 随访次数。"""
    rows = lake.within(Visit, period)
    return Share(of=rows, having=meets(~BAD, rows, on=rows.day))


@coverage(code="t.reach", title="触达率", cites=RULE, population="常住", since="2020-01-01")
def reach(lake, period):
    """随访次数 ÷ 随访过的人数。"""
    return Coverage(reached=lake.within(Visit, period), expected=lake.latest(Visit, period))


@mean(
    code="t.weight", title="平均体重", cites=RULE, population="常住", since="2020-01-01", unit="kg"
)
def weight(lake, period):
    """最近一次随访体重的平均数。"""
    last = lake.latest(Visit, period)
    return Mean(of=last, value=last.weight)


@count(code="t.visits", title="随访次数", cites=RULE, population="服务", since="2020-01-01")
def visits(lake, period):
    """期内的随访次数。"""
    return Count(of=lake.within(Visit, period))


@proportion(
    code="t.odd", title="写错的比例", cites=RULE_2023, population="常住", since="2020-01-01"
)
def odd(lake, period):
    """比例却返回计数。"""
    return Count(of=lake.within(Visit, period))


class Empty:
    """A lake without rows."""

    def within(self, record, period):
        return None


def test_share_of_the_last(spec):
    """比例：一人一行，取期内最近一次"""
    spec(
        figure=good,
        lake="""
            person | day        | score
            1      | 2022-03-01 | 120
            1      | 2022-09-01 | 80
            2      | 2022-03-01 | 80
            2      | 2022-09-01 | 120
        """,
        period="2022",
        answer=(1, 2, 0),
    )


def test_unknown_is_counted_apart(spec):
    """不能判定的留在分母，单列，不算达标"""
    spec(
        figure=good,
        lake="""
            person | day        | score
            1      | 2022-03-01 | 80
            2      | 2022-03-01 | 空
        """,
        period="2022",
        answer=(1, 2, 1),
    )


def test_the_norm_of_the_day_of_the_row(spec):
    """界值取每行当日的：同是 95 分，上半年达标，下半年不达标"""
    spec(
        figure=good,
        lake="""
            person | day        | score
            1      | 2023-06-30 | 95
            2      | 2023-07-01 | 95
        """,
        period="2023",
        answer=(1, 2, 0),
    )


def test_inside_the_period(spec):
    """期外的行不算"""
    spec(
        figure=good,
        lake="""
            person | day        | score
            1      | 2021-12-31 | 80
            2      | 2022-01-01 | 80
            3      | 2022-12-31 | 80
            4      | 2023-01-01 | 80
        """,
        period="2022",
        answer=(2, 2, 0),
    )


def test_not_after_last_night(spec):
    """截至昨夜：之后的行看不到"""
    spec(
        figure=visits,
        lake="""
            person | day        | score
            1      | 2022-03-01 | 80
            1      | 2022-03-02 | 80
        """,
        period="2022",
        on="2022-03-01",
        answer=(1,),
    )


def test_nobody(spec):
    """没有人：分母是 0，页面上写“不可计算”，不写 0% 或 100%"""
    spec(
        figure=good,
        lake="""
            person | day        | score
            1      | 2021-03-01 | 80
        """,
        period="2022",
        answer=(None, 0, None),
    )


def test_coverage_may_pass(spec):
    """覆盖：分别数，可以超过 100%，不截断"""
    spec(
        figure=reach,
        lake="""
            person | day        | score
            1      | 2022-03-01 | 80
            1      | 2022-04-01 | 80
        """,
        period="2022",
        answer=(2, 1),
    )


def test_mean_of_the_known(spec):
    """均值：只平均知道的"""
    spec(
        figure=weight,
        lake="""
            person | day        | score | weight
            1      | 2022-03-01 | 80    | 50
            2      | 2022-03-01 | 80    | 70
            3      | 2022-03-01 | 80    | 空
        """,
        period="2022",
        answer=(60.0,),
    )


def test_before_the_first_edition(spec):
    """口径生效之前的时期：拒绝"""
    spec(
        refused="不能算 2019：口径自 2020-01-01 起",
        do="改查之后的时期",
        when=lambda: good.compute(None, Period.parse("2019")),
    )


def test_editions(spec):
    """两版口径：时期开始时哪一版有效，就用哪一版"""
    spec(
        gives=[good, good_2024, good_2024],
        expression=lambda: [
            edition_for([good, good_2024], Period.parse(p)) for p in ("2023", "2024", "2025Q1")
        ],
    )


def test_across_two_editions(spec):
    """跨了新旧口径的时期：拒绝合算"""
    spec(
        refused="口径自 2024-01-01 起变更，2024MCH 跨了新旧口径",
        when=lambda: edition_for([good, good_2024], Period.parse("2024MCH")),
        do="分段查询，新旧口径不能合算",
    )


def test_a_kind_is_kept(spec):
    """种类与返回的不符：拒绝"""
    spec(
        refused="指标“写错的比例”是 proportion，函数却返回 Count",
        when=lambda: odd.compute(Empty(), Period.parse("2022")),
        do="返回 Share(…)",
    )


def test_words_are_needed(spec):
    """没有写口径的指标：拒绝"""
    spec(
        refused="指标“无口径”没有写口径",
        when=lambda: count(
            code="t.none", title="无口径", cites=RULE, population="常住", since="2020-01-01"
        )(lambda lake, period: Count(of=None)),
        do="在函数的文档字符串里写口径原文",
    )
