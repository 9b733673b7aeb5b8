"""纳入、待核实、暂停与结案

一个人在一个方案里的状态，由他的记录推出来，不另存：待核实、在管、失访、拒绝、已结案、已排除。
"""

from datetime import date

from tests.lib.small_world import (
    AGE,
    BAD,
    FOUR_A_YEAR,
    OLD,
    THREE_TIMES,
    TWO_WEEKS,
    Exam,
    Visit,
)
from tests.lib.spec import programme_of, task_of
from xinglin.datasets.people import Person
from xinglin.declare.programme import Enrol, First, Twice
from xinglin.declare.rules import Confirm, PerYear

OLD_ONES = (AGE >= OLD) & Person.usual_resident.is_true()
BY_ONE = programme_of(
    enrol=Enrol(who=OLD_ONES, suspects=(First(Visit, BAD),), confirmed_by="责任医生")
)
BY_TWO = programme_of(
    enrol=Enrol(who=OLD_ONES, suspects=(Twice(Visit, BAD, TWO_WEEKS),), confirmed_by="责任医生")
)
BY_THREE = programme_of(
    enrol=Enrol(
        who=OLD_ONES,
        confirmed_by="责任医生",
        suspects=(Confirm(Visit, BAD, THREE_TIMES, TWO_WEEKS),),
    )
)
BY_ITSELF = programme_of(
    enrol=Enrol(who=OLD_ONES, automatic=(First(Visit, BAD),), unless=("other",)),
    tasks=(task_of(PerYear(FOUR_A_YEAR)),),
)
FOLLOWED = programme_of(tasks=(task_of(PerYear(FOUR_A_YEAR)),), lost_after=THREE_TIMES)
UNTIL_EXAM = programme_of(
    tasks=(task_of(PerYear(FOUR_A_YEAR)),), ends_by=(First(Exam, ~Exam.day.is_null()),)
)


def test_suspect(spec):
    """有一条依据（First）：列入待核实，还不是在管"""
    spec(
        programme=BY_ONE,
        enrolled=None,
        born="1950-01-01",
        history="""
            day        | score
            2024-03-01 | 95
        """,
        suspect=True,
        due=None,
    )


def test_not_of_age(spec):
    """不在对象之内的人，有依据也不列入"""
    spec(
        programme=BY_ONE,
        enrolled=None,
        born="1960-01-01",
        history="""
            day        | score
            2024-03-01 | 95
        """,
        suspect=False,
    )


def test_unknown_age(spec):
    """是不是对象判定不了，也不列入"""
    spec(
        programme=BY_ONE,
        enrolled=None,
        person={"birth_date": None},
        history="""
            day        | score
            2024-03-01 | 95
        """,
        suspect=False,
    )


def test_twice(spec):
    """两条依据要隔够天数（Twice）"""
    spec(
        programme=BY_TWO,
        enrolled=None,
        born="1950-01-01",
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-14 | 95
        """,
        suspect=False,
    )
    spec(
        programme=BY_TWO,
        enrolled=None,
        born="1950-01-01",
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-15 | 95
        """,
        suspect=True,
    )


def test_three_days(spec):
    """非同日三次（Confirm）"""
    spec(
        programme=BY_THREE,
        enrolled=None,
        born="1950-01-01",
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-01 | 96
            2024-03-08 | 95
        """,
        suspect=False,
    )
    spec(
        programme=BY_THREE,
        enrolled=None,
        born="1950-01-01",
        history="""
            day        | score
            2024-03-01 | 95
            2024-03-05 | 96
            2024-03-08 | 95
        """,
        suspect=True,
    )


def test_confirmed(spec):
    """医生确认：从那天起在管"""
    spec(
        programme=FOLLOWED,
        enrolled=None,
        history="""
            record      | day        | change
            case_change | 2024-03-01 | 纳入
        """,
        state="在管",
        due="2024-06-01",
    )


def test_excluded(spec):
    """核实后排除：不再是待核实；以后有新的依据再列入"""
    spec(
        programme=BY_ONE,
        enrolled=None,
        born="1950-01-01",
        history="""
            record      | day        | score | change
            t_visit     | 2024-03-01 | 95    |
            case_change | 2024-03-05 |       | 排除
        """,
        state="已排除",
    )
    spec(
        programme=BY_ONE,
        enrolled=None,
        born="1950-01-01",
        history="""
            record      | day        | score | change
            t_visit     | 2024-03-01 | 95    |
            case_change | 2024-03-05 |       | 排除
            t_visit     | 2024-04-01 | 95    |
        """,
        suspect=True,
    )


def test_automatic(spec):
    """自动纳入（automatic）：依据之日起在管"""
    spec(
        programme=BY_ITSELF,
        enrolled=None,
        born="1950-01-01",
        history="""
            day        | score
            2024-03-01 | 95
        """,
        state="在管",
        due="2024-06-01",
    )


def test_unless(spec):
    """转入另一方案（unless）：从那天起结案"""
    spec(
        programme=BY_ITSELF,
        enrolled=None,
        born="1950-01-01",
        history="""
            record      | day        | score | programme | change
            t_visit     | 2024-03-01 | 95    |           |
            case_change | 2024-04-01 |       | other     | 纳入
        """,
        state="已结案",
        due=None,
    )


def test_died(spec):
    """死亡：当日起结案，未做的不再要做"""
    spec(
        programme=FOLLOWED,
        on="2024-03-01",
        person={"died_on": date(2024, 3, 1)},
        state="已结案",
        due=None,
    )


def test_the_day_before_death(spec):
    """死亡前一日还在管"""
    spec(
        programme=FOLLOWED,
        on="2024-02-29",
        person={"died_on": date(2024, 3, 1)},
        state="在管",
        due="2024-04-05",
    )


def test_moved_out(spec):
    """迁出：同死亡"""
    spec(
        programme=FOLLOWED,
        on="2024-03-01",
        person={"moved_out_on": date(2024, 2, 1)},
        state="已结案",
        due=None,
    )


def test_ended_by_a_record(spec):
    """由一种记录结束的方案（ends_by）"""
    spec(
        programme=UNTIL_EXAM,
        history="""
            record | day
            t_exam | 2024-03-01
        """,
        state="已结案",
        due=None,
    )


def test_lost(spec):
    """失访：不同日联系够三次，且上级确认，才算"""
    spec(
        programme=FOLLOWED,
        history="""
            record          | day        | means | outcome | change | confirmed
            contact_attempt | 2024-03-01 | 上门  | 未见到  |        |
            contact_attempt | 2024-03-02 | 电话  | 未见到  |        |
            contact_attempt | 2024-03-03 | 上门  | 未见到  |        |
            case_change     | 2024-03-04 |       |         | 失访   | 是
        """,
        state="失访",
    )


def test_lost_too_soon(spec):
    """只联系了两天：仍在管"""
    spec(
        programme=FOLLOWED,
        history="""
            record          | day        | means | outcome | change | confirmed
            contact_attempt | 2024-03-01 | 上门  | 未见到  |        |
            contact_attempt | 2024-03-02 | 电话  | 未见到  |        |
            contact_attempt | 2024-03-02 | 上门  | 未见到  |        |
            case_change     | 2024-03-04 |       |         | 失访   | 是
        """,
        state="在管",
    )


def test_back(spec):
    """失访、拒绝之后又来服务，恢复在管；人始终在分母里"""
    spec(
        programme=FOLLOWED,
        history="""
            record      | day        | change | score
            case_change | 2024-03-01 | 拒绝   |
        """,
        state="拒绝",
    )
    spec(
        programme=FOLLOWED,
        history="""
            record      | day        | change | score
            case_change | 2024-03-01 | 拒绝   |
            t_visit     | 2024-03-20 |        | 80
        """,
        state="在管",
    )
