"""ADR 1: three throw-away declarations, kept because a test holds them true. Not packs."""

from datetime import date

from xinglin.datasets.codelists import CONTACT_OUTCOME
from xinglin.datasets.immunisation import Vaccination
from xinglin.datasets.people import Person
from xinglin.datasets.work import ContactAttempt
from xinglin.declare.expr import Age
from xinglin.declare.norm import Source, norm, since
from xinglin.declare.programme import Enrol, Escalate, First, Loop, Programme, Task
from xinglin.declare.record import About, Coded, Day, OrgRef, PersonRef, Record, Text, YesNo
from xinglin.declare.rules import After, AtAge, AtWeeks, Dose, Once, Window

GUIFAN = Source("国家基本公共卫生服务规范（第三版）", issued=date(2017, 2, 28))
SCHEDULE = Source("国家免疫规划疫苗儿童免疫程序及说明（2021年版）", issued=date(2021, 2, 23))
NEW_DTAP = Source("百白破疫苗免疫程序调整通知", issued=date(2024, 12, 1))
CLAUSE = GUIFAN.clause("各章 服务流程")

SOON = norm("转诊追踪", "天", since("2017-02-28", 14, CLAUSE))
AT_ONCE = norm("逾期上报", "天", since("2017-02-28", 0, CLAUSE))
CHILD_AGE = norm("儿童年龄上限", "岁", since("2017-02-28", 7, CLAUSE))

# -- immunisation catch-up: the DTaP series, two editions by birth date ---------------------------

_OLD, _NEW = {"born_before": date(2024, 11, 1)}, {"born_from": date(2024, 11, 1)}
DTAP = AtAge(
    doses=(
        Dose("百白破1", "百白破第1剂", 3, 12, **_OLD), Dose("百白破2", "百白破第2剂", 4, 12, 28, **_OLD),
        Dose("百白破3", "百白破第3剂", 5, 12, 28, **_OLD), Dose("百白破4", "百白破第4剂", 18, 24, 180, **_OLD),
        Dose("百白破1", "百白破第1剂", 2, 12, **_NEW), Dose("百白破2", "百白破第2剂", 4, 12, 28, **_NEW),
        Dose("百白破3", "百白破第3剂", 6, 12, 28, **_NEW), Dose("百白破4", "百白破第4剂", 18, 24, 180, **_NEW),
        Dose("百白破5", "百白破第5剂", 72, 84, 365, **_NEW),
    ),
    dose=Vaccination.vaccine, table="儿童免疫程序")

IMMUNISATION = Programme(
    code="epi", title="百白破补种",
    enrol=Enrol(who=(Age(Person.birth_date) < CHILD_AGE) & Person.usual_resident.is_true()),
    tasks=(Task(code="dtap", title="百白破", due=DTAP, closed_by=(Vaccination,), doer="接种单位",
                cites=SCHEDULE.clause("百白破")),))


# -- pregnancy: windows by gestational week, ended by delivery ------------------------------------

class PregnancyBook(Record):
    """母子健康手册：一行是一次建册。"""

    about = About(code="pregnancy_book", title="建册", grain="一次妊娠", dated_by="day")
    person = PersonRef("孕妇", required=True)
    day = Day("建册日期", required=True)
    lmp = Day("末次月经", required=True)


class AntenatalVisit(Record):
    """产前检查：一行是一次。"""

    about = About(code="antenatal", title="产前检查", grain="一次检查", dated_by="day")
    person = PersonRef("孕妇", required=True)
    day = Day("检查日期", required=True)
    org = OrgRef("机构")
    abnormal = YesNo("发现异常")


class Delivery(Record):
    """分娩：一行是一次。"""

    about = About(code="delivery", title="分娩", grain="一次分娩", dated_by="day")
    person = PersonRef("产妇", required=True)
    day = Day("分娩日期", required=True)
    discharged_on = Day("出院日期")


PREGNANCY = Programme(
    code="pregnancy", title="孕产妇健康管理",
    enrol=Enrol(who=Person.sex.is_any("女"),
                automatic=(First(PregnancyBook, ~PregnancyBook.lmp.is_null()),)),
    tasks=(Task(code="antenatal", title="产前检查", closed_by=(AntenatalVisit,), doer="接生机构",
                cites=GUIFAN.clause("孕产妇 二"),
                due=AtWeeks((Window("1", "孕早期", 0, 12), Window("2", "孕中期一", 16, 20),
                             Window("3", "孕中期二", 21, 24), Window("4", "孕晚期一", 28, 36),
                             Window("5", "孕晚期二", 37, 40)), PregnancyBook.lmp)),),
    loops=(Loop(code="referral", title="异常转诊", steps=("转出", "接诊", "回转"),
                opens=(After(AntenatalVisit, AntenatalVisit.abnormal.is_true(), SOON),),
                closed_by=(AntenatalVisit,), owner="责任医生",
                escalate=(Escalate(AT_ONCE, "县妇幼"),), cites=GUIFAN.clause("孕产妇 二")),),
    ends_by=(First(Delivery, ~Delivery.day.is_null()),))


# -- tuberculosis: two phases, a first visit, two failed attempts, an outcome ---------------------

class TbVisit(Record):
    """肺结核随访：一行是一次。"""

    about = About(code="tb_visit", title="肺结核随访", grain="一次随访", dated_by="day")
    person = PersonRef("患者", required=True)
    day = Day("随访日期", required=True)
    phase = Text("治疗阶段", required=True)
    interrupted = YesNo("漏服超过一周")


class TbOutcome(Record):
    """停止治疗：一行是一次结案评估。"""

    about = About(code="tb_outcome", title="停止治疗", grain="一次", dated_by="day")
    person = PersonRef("患者", required=True)
    day = Day("停药日期", required=True)
    outcome = Coded("转归", codes=CONTACT_OUTCOME)


FIRST_VISIT = norm("首次入户", "天", since("2017-02-28", 3, GUIFAN.clause("肺结核 二 72 小时")))
INTENSIVE = norm("强化期随访", "天", since("2017-02-28", 10, GUIFAN.clause("肺结核 二")))
CONTINUATION = norm("继续期随访", "月", since("2017-02-28", 1, GUIFAN.clause("肺结核 二")))

TUBERCULOSIS = Programme(
    code="tb", title="肺结核患者健康管理",
    enrol=Enrol(who=Person.usual_resident.is_true(), confirmed_by="县定点医院"),
    tasks=(
        Task(code="first", title="首次入户", due=Once(FIRST_VISIT), closed_by=(TbVisit,),
             doer="责任医生", cites=CLAUSE),
        Task(code="intensive", title="强化期随访", closed_by=(TbVisit,), doer="责任医生", cites=CLAUSE,
             due=After(TbVisit, TbVisit.phase.is_any("强化"), INTENSIVE)),
        Task(code="continuation", title="继续期随访", closed_by=(TbVisit,), doer="责任医生",
             cites=CLAUSE, due=After(TbVisit, TbVisit.phase.is_any("继续"), CONTINUATION)),
    ),
    loops=(
        Loop(code="unseen", title="两次未见", steps=("上报",), closed_by=(TbVisit,), owner="责任医生",
             opens=(After(ContactAttempt, ContactAttempt.outcome.is_any("未见到"), AT_ONCE, in_a_row=2),),
             escalate=(Escalate(AT_ONCE, "县疾控"),), cites=CLAUSE),
        Loop(code="interrupted", title="漏服上报", steps=("上报", "处置"), closed_by=(TbVisit,),
             opens=(After(TbVisit, TbVisit.interrupted.is_true(), AT_ONCE),), owner="责任医生",
             escalate=(Escalate(AT_ONCE, "县疾控"),), cites=CLAUSE),
    ),
    ends_by=(First(TbOutcome, ~TbOutcome.day.is_null()),))
