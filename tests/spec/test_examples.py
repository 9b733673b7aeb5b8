"""例（Example）

业务包里的例既是给人读的小故事，也是每次都运行的测试：这个人、这些记录、问这一天，应当如何。
例里没有写到的，不作断言；写了“应做”，就必须一件不多、一件不少。
"""

from tests.lib.small_world import FOUR_A_YEAR, Visit
from tests.lib.spec import programme_of, task_of
from xinglin.act.programmes.assure import assure
from xinglin.declare.example import Example
from xinglin.declare.rules import PerYear

FOLLOWED = programme_of(tasks=(task_of(PerYear(FOUR_A_YEAR)),))


def test_an_example_that_holds(spec):
    """成立的例：没有话说"""
    spec(
        gives=[],
        expression=lambda: assure(
            FOLLOWED,
            Example(
                "三月随访，六月再来",
                enrolled="2024-01-05",
                records=[Visit.row(day="2024-03-01", score=80)],
                due={"task": "2024-06-01"},
            ),
        ),
    )


def test_an_example_that_does_not(spec):
    """不成立的例：一句话说清应为什么、实为什么"""
    spec(
        gives=["三月随访，五月再来：应做应为 {'task': '2024-05-01'}，实为 {'task': '2024-06-01'}"],
        expression=lambda: assure(
            FOLLOWED,
            Example(
                "三月随访，五月再来",
                enrolled="2024-01-05",
                records=[Visit.row(day="2024-03-01", score=80)],
                due={"task": "2024-05-01"},
            ),
        ),
    )


def test_nothing_else_is_due(spec):
    """写了 due={}，就是什么都不该做"""
    spec(
        gives=["没有事：应做应为 {}，实为 {'task': '2024-04-05'}"],
        expression=lambda: assure(FOLLOWED, Example("没有事", enrolled="2024-01-05", due={})),
    )


def test_the_day_of_asking(spec):
    """问哪一天：写 on；不写是最后一条记录那天"""
    spec(
        gives=["2024-03-01", "2024-09-01"],
        expression=lambda: [
            str(Example("例", records=[Visit.row(day="2024-03-01", score=80)], on=on).day)
            for on in (None, "2024-09-01")
        ],
    )


def test_a_day_is_needed(spec):
    """一个日期也没有的例：拒绝"""
    spec(refused="例“空”没有日期", when=lambda: Example("空").day, do="写 on=… 或至少一条记录")
