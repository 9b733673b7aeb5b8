"""闭环

一件必须有回音的事：由规则开启，一步步走，由记录了结；逾期逐级上报。
本章的闭环：转出 → 接诊 → 了结；由随访了结；逾期 3 天报乡镇，14 天报县。
"""

from tests.lib.small_world import BAD, LADDER, TWO_WEEKS, Exam, Visit
from tests.lib.spec import loop_of, programme_of
from xinglin.declare.programme import Loop
from xinglin.declare.rules import After

GRAVE = After(Visit, Visit.grave.is_true(), TWO_WEEKS)
TWICE_BAD = After(Visit, BAD, TWO_WEEKS, in_a_row=2)


def test_opens(spec):
    """开启：条件成立之日起，两周内追踪"""
    spec(
        opens=(GRAVE,),
        history="""
            day        | score | grave
            2024-03-01 | 80    | 是
        """,
        loops={"loop": "2024-03-15"},
    )


def test_closes(spec):
    """了结：之后一天的随访"""
    spec(
        opens=(GRAVE,),
        history="""
            day        | score | grave
            2024-03-01 | 80    | 是
            2024-03-09 | 80    | 否
        """,
        loops={},
        opened=["2024-03-01 → 2024-03-09"],
    )


def test_not_on_the_same_day(spec):
    """同一天的随访不了结"""
    spec(
        opens=(GRAVE,),
        history="""
            day        | score | grave
            2024-03-01 | 80    | 是
            2024-03-01 | 80    | 否
        """,
        loops={"loop": "2024-03-15"},
    )


def test_reopens(spec):
    """了结它的随访本身又够条件：旧的了结，新的开启"""
    spec(
        opens=(GRAVE,),
        history="""
            day        | score | grave
            2024-03-01 | 80    | 是
            2024-03-09 | 80    | 是
        """,
        loops={"loop": "2024-03-23"},
        opened=["2024-03-01 → 2024-03-09", "2024-03-09 → 未了"],
    )


def test_two_roads(spec):
    """几条路同一天开启，是一件事"""
    spec(
        opens=(GRAVE, TWICE_BAD),
        history="""
            day        | score | grave
            2024-03-01 | 95    | 否
            2024-03-09 | 95    | 是
        """,
        loops={"loop": "2024-03-23"},
        opened=["2024-03-09 → 未了"],
    )


def test_steps_do_not_close(spec):
    """走了一步，还没有了结"""
    spec(
        opens=(GRAVE,),
        closed_by=(Exam,),
        history="""
            record    | day        | score | grave | step
            t_visit   | 2024-03-01 | 80    | 是    |
            loop_step | 2024-03-02 |       |       | 接诊
        """,
        loops={"loop": "2024-03-15"},
    )


def test_last_step_closes(spec):
    """走到最后一步，了结"""
    spec(
        opens=(GRAVE,),
        closed_by=(Exam,),
        history="""
            record    | day        | score | grave | step
            t_visit   | 2024-03-01 | 80    | 是    |
            loop_step | 2024-03-02 |       |       | 接诊
            loop_step | 2024-03-05 |       |       | 了结
        """,
        loops={},
        opened=["2024-03-01 → 2024-03-05"],
    )


def test_escalation(spec):
    """逾期满 3 天报乡镇，满 14 天也报县；没有逾期谁也不报"""
    for on, told in [
        ("2024-03-17", ()),
        ("2024-03-18", ("乡镇",)),
        ("2024-03-28", ("乡镇",)),
        ("2024-03-29", ("乡镇", "县")),
    ]:
        spec(
            opens=(GRAVE,),
            history="""
                day        | score | grave
                2024-03-01 | 80    | 是
            """,
            on=on,
            told={"loop": told},
        )


def test_a_loop_without_owner(spec):
    """没有负责人或逾期上报的闭环：拒绝"""
    spec(
        refused="闭环“转诊”没有负责人或逾期上报",
        when=lambda: programme_of(
            loops=(
                Loop(
                    code="x",
                    title="转诊",
                    steps=("转出",),
                    opens=(GRAVE,),
                    closed_by=(Visit,),
                    owner="",
                    escalate=loop_of(GRAVE).escalate,
                    cites=loop_of(GRAVE).cites,
                ),
            )
        ),
        do="写 owner=… 与 escalate=(Escalate(…),)",
    )


def test_opened_by_a_class(spec):
    """阶梯的分类可以开启闭环"""
    spec(
        opens=(After(Visit, LADDER.is_any("危重"), TWO_WEEKS),),
        history="""
            day        | score | grave
            2024-03-01 | 80    | 是
        """,
        loops={"loop": "2024-03-15"},
    )
