"""阶梯（Ladder）

几个级别由重到轻排列，一行的分类是成立的最重一级。本章的阶梯：危重 > 不适 > 不满意（得分偏高），其余是满意。
"""

from tests.lib.small_world import LADDER
from xinglin.declare.expr import Ladder


def test_the_gravest(spec):
    """几级同时成立，取最重的"""
    spec(
        table="""
            grave | upset | score
            是    | 是    | 120
            否    | 是    | 120
            否    | 否    | 120
            否    | 否    | 80
        """,
        expression=LADDER,
        answer=["危重", "不适", "不满意", "满意"],
    )


def test_unknown_above(spec):
    """较重的一级不能判定，分类就不能判定：绝不悄悄算作较轻的一级"""
    spec(
        table="""
            grave | upset | score
            空    | 是    | 120
            否    | 空    | 80
            否    | 否    | 空
        """,
        expression=LADDER,
        answer=[None, None, None],
    )


def test_unknown_below(spec):
    """较轻的一级不能判定，不妨碍已成立的较重一级"""
    spec(
        table="""
            grave | upset | score
            是    | 空    | 空
            否    | 是    | 空
        """,
        expression=LADDER,
        answer=["危重", "不适"],
    )


def test_as_a_condition(spec):
    """阶梯本身可作条件；分类不能判定，条件也不能判定"""
    spec(
        table="""
            grave | upset | score
            否    | 是    | 80
            否    | 否    | 80
            空    | 否    | 80
        """,
        expression=LADDER.is_any("不适", "不满意"),
        answer=[True, False, None],
    )


def test_a_rung_that_is_none(spec):
    """没有的级别：拒绝，并列出有哪些"""
    spec(
        refused="没有 ['很危重']；有：['危重', '不适', '不满意', '满意']",
        when=lambda: LADDER.is_any("很危重"),
    )


def test_no_rungs(spec):
    """一级也没有的阶梯：拒绝"""
    spec(refused="级别有误", when=lambda: Ladder("空", {}, otherwise="其余"))
