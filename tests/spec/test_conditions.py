"""条件

条件问一行：是、否，还是不能判定。同一个条件有三种读法：逐行（Python）、整表（SQL）、汉字。
本章每一段都由前两种各算一遍，结果相同才算数。
"""

from tests.lib.small_world import AGE, HIGH, LIGHT, OLD, VERY_HIGH, Visit


def test_compare(spec):
    """与数字比较；不知道的值，结果也不知道"""
    spec(
        table="""
            score
            89
            90
            空
        """,
        expression=Visit.score >= HIGH,
        answer=[False, True, None],
    )


def test_and(spec):
    """且（&）：有一个否就是否，否则有一个不知道就不知道"""
    spec(
        table="""
            grave | upset
            是    | 是
            是    | 否
            是    | 空
            否    | 空
            空    | 空
        """,
        expression=Visit.grave.is_true() & Visit.upset.is_true(),
        answer=[True, False, None, False, None],
    )


def test_or(spec):
    """或（|）：有一个是就是是，否则有一个不知道就不知道"""
    spec(
        table="""
            grave | upset
            否    | 是
            空    | 是
            否    | 空
            否    | 否
        """,
        expression=Visit.grave.is_true() | Visit.upset.is_true(),
        answer=[True, True, None, False],
    )


def test_not(spec):
    """非（~）：不知道的反面还是不知道"""
    spec(
        table="""
            score
            89
            90
            空
        """,
        expression=~(Visit.score >= HIGH),
        answer=[True, False, None],
    )


def test_is_null(spec):
    """没有填（is_null）：总能判定"""
    spec(
        table="""
            score
            0
            空
        """,
        expression=Visit.score.is_null(),
        answer=[False, True],
    )


def test_not_of_unknown_is_null_again(spec):
    """套几层“非”，不知道始终是不知道"""
    spec(
        table="""
            score
            空
            90
        """,
        expression=~~~(Visit.score >= HIGH),
        answer=[None, False],
    )


def test_two_columns(spec):
    """两列相比"""
    spec(
        table="""
            score | other
            90    | 90
            90    | 91
            90    | 空
        """,
        expression=Visit.other > Visit.score,
        answer=[False, True, None],
    )


def test_codes(spec):
    """是几个代码之一（is_any）"""
    spec(
        table="""
            colour
            红
            绿
            空
        """,
        expression=Visit.colour.is_any("红", "黄"),
        answer=[True, False, None],
    )


def test_mentions(spec):
    """文字里写有（mentions）：照字面找，% 与 _ 不是通配符"""
    spec(
        table="""
            words
            胸痛待查
            胸痛
            100%
            空
        """,
        expression=Visit.words.mentions("待查", "%"),
        answer=[True, False, True, None],
    )


def test_age(spec):
    """年龄是记录当日的周岁；2 月 29 日生的人，平年 3 月 1 日长一岁

    “年老”的界值 2024-01-01 起由 60 岁改为 65 岁：界值与年龄都看当日。
    """
    spec(
        table="""
            day        | person__birth_date
            2023-02-28 | 1963-03-01
            2023-03-01 | 1963-03-01
            2023-12-31 | 1960-02-29
            2024-01-01 | 1960-02-29
            2025-02-28 | 1960-02-29
            2025-03-01 | 1960-02-29
            2025-03-01 | 空
        """,
        expression=AGE >= OLD,
        answer=[False, True, True, False, False, True, None],
    )


def test_in_words(spec):
    """印在页面上的汉字，带当日的数"""
    spec(
        expression=(Visit.score >= VERY_HIGH)
        | ((AGE >= OLD) & (Visit.score >= HIGH))
        | Visit.grave.is_true(),
        words="得分 ≥ 150 分（很高） 或 （年龄 ≥ 65 岁（年老） 且 得分 ≥ 90 分（偏高）） 或 危重",
    )


def test_bare_numbers(spec):
    """条件里不许写裸数字：每个数都要有名称、单位和条款"""
    spec(
        refused="条件里写了数字 180",
        when=lambda: Visit.score >= 180,
        do="写成 Norm（名称、单位、条款），数字只在 since(…) 里出现",
    )


def test_zero_and_one(spec):
    """例外：0 和 1"""
    spec(
        table="""
            score
            0
            1
        """,
        expression=Visit.score > 0,
        answer=[False, True],
    )


def test_python_and(spec):
    """and、or、not 会悄悄改变意思：拒绝"""
    spec(
        refused="条件不能用 and、or、not、if 判断",
        do="改用 &、|、~ 组合，并给每个比较加括号",
        when=lambda: (Visit.score >= HIGH) and (Visit.weight <= LIGHT),
    )


def test_parentheses(spec):
    """& 比 >= 先算：每个比较各加括号，否则拒绝"""
    spec(
        refused="“t_visit.score”不是条件",
        when=lambda: Visit.grave.is_true() & Visit.score,
        do="每个比较各加一对括号，再用 & | 连接",
    )


def test_yes_no_compared(spec):
    """“是/否”列不与 True 比，写 is_true()"""
    spec(refused="条件里写了数字 True", when=lambda: Visit.grave.equals(True))


def test_no_codes(spec):
    """is_any 与 mentions 至少写一个"""
    spec(refused="is_any 里没有代码", when=Visit.colour.is_any)
