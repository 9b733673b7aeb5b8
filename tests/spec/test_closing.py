"""由什么了结：一种记录，或它显示的事

了结任务的是一种记录；只有其中一部分行算数的，写出那一部分显示什么。
本章的人 2024-01-05 纳入。“偏高”自 2023-07-01 起是 90 分。
"""

from tests.lib.small_world import BAD, HIGH, TWO_WEEKS, Exam, Visit
from xinglin.declare.programme import Showing
from xinglin.declare.rules import After, EachYear


def test_showing(spec):
    """只有显示某事的那些行才了结（Showing）：没有称体重的那一次不算"""
    spec(
        rule=EachYear(),
        closed_by=(Showing(Visit, ~Visit.weight.is_null()),),
        history="""
            day        | score | weight
            2024-03-01 | 80    |
            2024-05-06 | 80    | 60
        """,
        turns=["2024-01-05 至 2024-12-31：2024-05-06", "2025-01-01 至 2025-12-31：未到"],
    )


def test_showing_nothing(spec):
    """不能判定的一行，不算显示了"""
    spec(
        rule=EachYear(),
        closed_by=(Showing(Visit, Visit.other >= HIGH),),
        history="""
            day        | score | other
            2024-03-01 | 80    |
        """,
        due="2024-12-31",
    )


def test_showing_its_own_record(spec):
    """规则自己的记录写成 Showing：自次日起的、合条件的下一行才了结"""
    spec(
        rule=After(Visit, BAD, TWO_WEEKS),
        closed_by=(Showing(Visit, ~BAD),),
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-08 | 95
            2024-03-20 | 80
        """,
        due=None,
        turns=["2024-03-01 至 2024-03-15：2024-03-20"],
    )


def test_showing_anothers_column(spec):
    """Showing 的条件只写那种记录和居民的列"""
    spec(
        refused="Showing《体检》的条件里有别的记录的列",
        when=lambda: Showing(Exam, Visit.score >= HIGH),
        do="只写这种记录和居民的列",
    )
