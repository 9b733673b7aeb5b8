"""Made-up programmes that between them use every rule type, every closing and every enrolment."""

from datetime import date

from xinglin.datasets.people import Person
from xinglin.declare.expr import Age, Ladder
from xinglin.declare.norm import Source, norm, since
from xinglin.declare.programme import (
    Closer,
    Enrol,
    Escalate,
    First,
    Loop,
    Programme,
    Showing,
    Task,
    Twice,
)
from xinglin.declare.record import About, Day, Integer, PersonRef, Record, Text, YesNo
from xinglin.declare.rules import (
    After,
    AtAge,
    AtWeeks,
    Confirm,
    Dose,
    EachYear,
    Once,
    OnDay,
    PerYear,
    Window,
)

CITES = Source("试验口径", issued=date(2000, 1, 1)).clause("一")
HIGH = norm("高", "分", since("2000-01-01", 5, CITES), since("2022-01-01", 7, CITES))
TIMES = norm("次数", "次", since("2020-06-01", 4, CITES), since("2021-06-01", 12, CITES),
             since("2022-06-01", None, CITES), since("2022-12-01", 2, CITES))
SOON = norm("天数", "天", since("2020-03-01", 14, CITES), since("2022-02-01", 30, CITES))
WEEKS = norm("周数", "周", since("2000-01-01", 2, CITES))
MONTHS = norm("月数", "月", since("2000-01-01", 1, CITES), since("2022-01-01", 3, CITES))
DAYS3 = norm("非同日", "次", since("2020-06-01", 2, CITES), since("2021-06-01", 3, CITES))
APART = norm("相隔", "天", since("2000-01-01", 7, CITES), since("2021-01-01", 0, CITES))
ADULT = norm("成年", "岁", since("2000-01-01", 30, CITES))
TRIES = norm("联系", "次", since("2020-06-01", 2, CITES))


class Visit(Record):
    """一次访视。"""

    about = About(code="t_visit", title="访视", grain="一次", dated_by="day")

    person = PersonRef("居民", required=True)
    day = Day("日期", required=True)
    score = Integer("分")
    bad = YesNo("不好")
    worse = YesNo("更坏")
    next_day = Day("预约")
    dose = Text("剂次")


class Other(Record):
    """另一种记录。"""

    about = About(code="t_other", title="他记", grain="一次", dated_by="day")

    person = PersonRef("居民", required=True)
    day = Day("日期", required=True)
    score = Integer("分")
    lmp = Day("末次月经")


BORN = date(2021, 1, 1)
AGE = Age(Person.birth_date)
RAISED = (Visit.score >= HIGH) & ~Visit.bad.is_true()
BAD = Visit.bad.is_true() | ((AGE >= ADULT) & (Visit.score >= HIGH))
RAISED_OTHER = Other.score >= HIGH
ENDS = RAISED_OTHER & ~Other.lmp.is_null()
CLASS = Ladder("级", {"重": Visit.worse.is_true(), "中": BAD}, otherwise="轻")
RULES = {
    "per_year": (PerYear(TIMES), (Visit,)), "per_year2": (PerYear(TIMES), (Visit, Other)),
    "each_year": (EachYear(), (Visit,)), "each_year2": (EachYear(), (Other,)),
    "each_year3": (EachYear(), (Visit, Other)),
    "once": (Once(SOON), (Visit,)), "once2": (Once(MONTHS), (Visit, Other)),
    "after": (After(Visit, RAISED, SOON), (Visit,)),
    "after2": (After(Visit, BAD, MONTHS, in_a_row=2), (Other,)),
    "after3": (After(Visit, BAD, WEEKS, in_a_row=3), (Visit, Other)),
    "after4": (After(Visit, CLASS.is_any("重", "中"), SOON), (Other, Visit)),
    "confirm": (Confirm(Other, RAISED_OTHER, DAYS3, SOON), (Other,)),
    "on_day": (OnDay(Visit.next_day), (Visit,)), "on_day2": (OnDay(Visit.next_day), (Other,)),
    "on_day3": (OnDay(Visit.next_day), (Visit, Other)),
    "at_age": (AtAge((Dose("1", "一", 2, 3), Dose("2", "二", 3, 4, 28), Dose("3", "三", 12, 18, 60)),
                     Visit.dose), (Visit,)),
    "editions": (AtAge((Dose("1", "一", 2, 3), Dose("2", "二", 3, 4, 28, born_before=BORN),
                        Dose("2", "二", 4, 5, 14, born_from=BORN), Dose("3", "三", 6, 7, 90)),
                       Visit.dose), (Visit,)),
    "at_weeks": (AtWeeks((Window("1", "早", 0, 12), Window("2", "中", 16, 20), Window("3", "晚", 28, 36)),
                         Other.lmp), (Visit,)),
}
GOOD, LOW_OTHER = Showing(Visit, ~RAISED), Showing(Other, ~Other.score.is_null() & ((AGE < ADULT) | ~RAISED_OTHER))
SHOWN = {
    "s_per_year": (PerYear(TIMES), (GOOD,)), "s_per_year2": (PerYear(TIMES), (Visit, LOW_OTHER)),
    "s_each_year": (EachYear(), (LOW_OTHER,)), "s_each_year2": (EachYear(), (GOOD, Other)),
    "s_once": (Once(MONTHS), (LOW_OTHER,)), "s_once2": (Once(SOON), (GOOD, LOW_OTHER)),
    "s_after": (After(Visit, RAISED, SOON), (GOOD,)), "s_after2": (After(Visit, BAD, MONTHS, in_a_row=2), (Visit, LOW_OTHER)),
    "s_on_day": (OnDay(Visit.next_day), (GOOD,)), "s_on_day2": (OnDay(Visit.next_day), (Visit, LOW_OTHER)),
    "s_at_age": (AtAge((Dose("1", "一", 2, 3), Dose("2", "二", 3, 4, 28)), Visit.dose), (GOOD,)),
    "s_at_weeks": (AtWeeks((Window("1", "早", 0, 12), Window("2", "中", 16, 20)), Other.lmp), (GOOD,)),
}
ESCALATE = (Escalate(SOON, "上级"),)


def task(code: str) -> Task:
    due, closed_by = (RULES | SHOWN)[code]
    return Task(code=code, title=code, due=due, closed_by=closed_by, doer="医生", cites=CITES,
                opportunistic=code == "once")


def loop(code: str, opens: tuple[After | Confirm, ...], closed_by: tuple[Closer, ...]) -> Loop:
    return Loop(code=code, title=code, steps=("一", "二", "三"), opens=opens, closed_by=closed_by,
                owner="医生", escalate=ESCALATE, cites=CITES)


LOOPS = (
    loop("own", (After(Visit, BAD, SOON), After(Visit, RAISED, WEEKS, in_a_row=2)), (Visit,)),
    loop("other", (After(Visit, BAD, SOON), Confirm(Other, RAISED_OTHER, DAYS3, WEEKS)), (Other,)),
    loop("both", (Confirm(Other, RAISED_OTHER, DAYS3, MONTHS), After(Visit, BAD, SOON),
                  After(Visit, BAD, SOON, in_a_row=3)), (Visit, Other)),
)
SUSPECTS = (Twice(Visit, BAD, APART), First(Other, RAISED_OTHER), Confirm(Visit, RAISED, DAYS3, SOON))
WHO = AGE >= ADULT

WIDE = Programme(code="wide", title="宽", enrol=Enrol(who=WHO, suspects=SUSPECTS, confirmed_by="医生"),
                 tasks=tuple(task(c) for c in RULES), loops=LOOPS, ladder=CLASS, ladder_of=Visit,
                 lost_after=TRIES)
AUTOMATIC = Programme(
    code="auto", title="自动",
    enrol=Enrol(who=WHO | Person.usual_resident.is_true(), unless=("wide",), suspects=SUSPECTS[1:2],
                automatic=(SUSPECTS[2], SUSPECTS[0])),
    tasks=(task("per_year2"), task("each_year2"), task("after2")), loops=LOOPS[1:2], stops=(),
    ends_by=(First(Other, ENDS), First(Visit, Visit.worse.is_true() & (AGE >= ADULT))))
BARE = Programme(code="bare", title="裸", enrol=Enrol(who=WHO), tasks=(task("on_day3"),))

SHOWING = Programme(code="shown", title="示", enrol=Enrol(who=WHO, suspects=SUSPECTS[:1]), tasks=tuple(task(c) for c in SHOWN),
                    loops=(loop("shown", (After(Visit, BAD, SOON), Confirm(Other, RAISED_OTHER, DAYS3, WEEKS)), (GOOD, LOW_OTHER)),
                           loop("mixed", (After(Visit, BAD, SOON),), (Visit, LOW_OTHER))))
