"""应做的事：按月龄、按孕周的程序

程序是一张表：每一剂、每一次产检各一行。
"""

from datetime import date

from tests.lib.small_world import Booking, Dosing, Exam
from xinglin.declare.rules import AtAge, AtWeeks, Dose, Window

SERIES = AtAge((Dose("一", "第一剂", 2, 6), Dose("二", "第二剂", 4, 8, 28)), Dosing.dose)
OF_TWO_EDITIONS = AtAge(
    (
        Dose("旧", "旧程序", 3, 6, born_before=date(2024, 11, 1)),
        Dose("新", "新程序", 2, 6, born_from=date(2024, 11, 1)),
    ),
    Dosing.dose,
)
WEEKS = AtWeeks((Window("早", "孕早期", 0, 12), Window("中", "孕中期", 16, 20)), Booking.start)


def test_first_dose(spec):
    """按月龄（AtAge）：第一剂从 2 月龄起，最迟 6 月龄"""
    spec(
        rule=SERIES,
        closed_by=(Dosing,),
        born="2024-01-01",
        enrolled="2024-01-01",
        on="2024-02-01",
        turns=["2024-03-01 至 2024-07-01：未到"],
    )


def test_next_dose_keeps_its_gap(spec):
    """下一剂到了月龄还要隔够 28 天"""
    spec(
        rule=SERIES,
        closed_by=(Dosing,),
        born="2024-01-01",
        enrolled="2024-01-01",
        history="""
            record | day        | dose
            t_dose | 2024-04-20 | 一
        """,
        turns=["2024-03-01 至 2024-07-01：2024-04-20", "2024-05-18 至 2024-09-01：未到"],
    )


def test_late_dose(spec):
    """补种晚了，最迟日不早于可种日"""
    spec(
        rule=SERIES,
        closed_by=(Dosing,),
        born="2024-01-01",
        enrolled="2024-01-01",
        history="""
            record | day        | dose
            t_dose | 2024-12-01 | 一
        """,
        due="2024-12-29",
    )


def test_series_done(spec):
    """种完，没有下一剂"""
    spec(
        rule=SERIES,
        closed_by=(Dosing,),
        born="2024-01-01",
        enrolled="2024-01-01",
        history="""
            record | day        | dose
            t_dose | 2024-03-01 | 一
            t_dose | 2024-05-01 | 二
        """,
        due=None,
    )


def test_edition_by_birth(spec):
    """程序改版按出生日取：2024-11-01 起出生的用新程序"""
    spec(
        rule=OF_TWO_EDITIONS,
        closed_by=(Dosing,),
        born="2024-10-31",
        enrolled="2024-11-02",
        turns=["2025-01-31 至 2025-04-30：未到"],
        on="2024-11-02",
    )
    spec(
        rule=OF_TWO_EDITIONS,
        closed_by=(Dosing,),
        born="2024-11-01",
        enrolled="2024-11-02",
        turns=["2025-01-01 至 2025-05-01：未到"],
        on="2024-11-02",
    )


def test_weeks(spec):
    """按孕周（AtWeeks）：满 0 周到满 12 周的最后一天"""
    spec(
        rule=WEEKS,
        closed_by=(Exam,),
        history="""
            record    | day        | start
            t_booking | 2024-02-01 | 2024-01-01
        """,
        due="2024-03-31",
    )


def test_weeks_missed(spec):
    """过了窗口没有做，是错过；名单上是下一个窗口"""
    spec(
        rule=WEEKS,
        closed_by=(Exam,),
        history="""
            record    | day        | start
            t_booking | 2024-02-01 | 2024-01-01
        """,
        on="2024-04-01",
        due="2024-05-26",
        turns=["2024-01-01 至 2024-03-31：错过", "2024-04-22 至 2024-05-26：未到"],
    )


def test_weeks_done(spec):
    """窗口里做了，算这个窗口的"""
    spec(
        rule=WEEKS,
        closed_by=(Exam,),
        history="""
            record    | day        | start
            t_booking | 2024-02-01 | 2024-01-01
            t_exam    | 2024-03-31 |
        """,
        due="2024-05-26",
    )


def test_weeks_without_a_start(spec):
    """没有起算日，不能算"""
    spec(rule=WEEKS, closed_by=(Exam,), due=None)
