"""糖尿病的判定、任务与闭环。"""

from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.codelists import UNCERTAIN_WORDS
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.people import Person
from xinglin.declare.codelist import codelist
from xinglin.declare.expr import Age, Condition, Ladder, Operand
from xinglin.declare.norm import Norm
from xinglin.declare.programme import Enrol, Escalate, First, Loop, Programme, Showing, Task, Twice
from xinglin.declare.rules import After, EachYear, PerYear
from xinglin.packs.disease_control.diabetes.forms import FERTILE, DmVisit
from xinglin.packs.disease_control.diabetes.norms import (
    ANOTHER_DAY,
    DBP_CRISIS,
    EXAM,
    FBG_DIAGNOSIS,
    FBG_GOAL,
    FBG_IMPAIRED,
    FEVER_CRISIS,
    FOLLOW_UP,
    GLUCOSE_HIGH,
    GLUCOSE_LOW,
    HBA1C_DIAGNOSIS,
    HOSPITAL_LEVEL,
    INTERVENTION,
    LOST_AFTER,
    OUTPATIENT_APART,
    PREGNANT_2H,
    PREGNANT_FBG,
    PULSE_CRISIS,
    SBP_CRISIS,
    SCREENING,
    SOON,
    START_AGE,
    TO_COUNTY,
    TO_TOWNSHIP,
    TWO_HOUR_DIAGNOSIS,
    VISITS,
)

TYPE_2 = codelist("icd10_diabetes_2", "2 型糖尿病（ICD-10）", {"E11": "2 型糖尿病"}, match="prefix", source="ICD-10")
AGE = Age(Person.birth_date)


def _known(column: Operand, condition: Condition) -> Condition:
    """The condition, and no where the column was not measured: a visit by telephone measures nothing."""
    return ~column.is_null() & condition


def _at_least(column: Operand, norm: Norm) -> Condition:
    return _known(column, column >= norm)


# A glucose counts as fasting only in its own column, or where its kind says so; without either the
# class cannot be decided.
FASTING_ELSEWHERE = DmVisit.fbg.is_null() & _known(DmVisit.glucose_kind, DmVisit.glucose_kind.is_any("空腹"))
FBG_BAD = (
    (~FASTING_ELSEWHERE & (DmVisit.fbg >= FBG_GOAL))
    | (FASTING_ELSEWHERE & (DmVisit.glucose >= FBG_GOAL))
)
FASTED = ~DmVisit.fbg.is_null() | (FASTING_ELSEWHERE & ~DmVisit.glucose.is_null())
GLUCOSE_CRISIS = (
    _at_least(DmVisit.fbg, GLUCOSE_HIGH) | _known(DmVisit.fbg, DmVisit.fbg <= GLUCOSE_LOW)
    | _at_least(DmVisit.glucose, GLUCOSE_HIGH) | _known(DmVisit.glucose, DmVisit.glucose <= GLUCOSE_LOW)
)
BODY_CRISIS = (
    _at_least(DmVisit.sbp, SBP_CRISIS) | _at_least(DmVisit.dbp, DBP_CRISIS)
    | _known(DmVisit.pulse, DmVisit.pulse > PULSE_CRISIS)
    | _known(DmVisit.temperature, DmVisit.temperature > FEVER_CRISIS)
)
# Not asked of men and after the fertile age: there an unanswered question is a no.
PREGNANT = ~(DmVisit.pregnant.is_null() & ~FERTILE) & DmVisit.pregnant.is_true()
GLUCOSE_RAISED = (
    _at_least(DmVisit.fbg, PREGNANT_FBG)
    | (FASTING_ELSEWHERE & _at_least(DmVisit.glucose, PREGNANT_FBG))
    | (_known(DmVisit.glucose_kind, DmVisit.glucose_kind.is_any("餐后2小时")) & _at_least(DmVisit.glucose, PREGNANT_2H))
)
EMERGENCY = (
    GLUCOSE_CRISIS | BODY_CRISIS | DmVisit.danger_sign.is_true() | (PREGNANT & GLUCOSE_RAISED)
    | DmVisit.other_emergency.is_true()
)
ADR = DmVisit.adverse_reaction.is_true() | DmVisit.adr_hard.is_true()

CLASS = Ladder("随访分类", {                     # the form's four classes; the gravest that holds
    "并发症": DmVisit.new_complication.is_true(),
    "不良反应": ADR,
    "控制不满意": FBG_BAD | EMERGENCY,
}, otherwise="控制满意")
GRAVE = EMERGENCY | CLASS.is_any("并发症")
UNSETTLED = CLASS.is_any("不良反应", "控制不满意") & ~GRAVE

REFERRAL = Loop(
    code="referral", title="糖尿病转诊闭环", steps=("转出", "接诊", "回转", "随访"),
    opens=(
        After(DmVisit, GRAVE, SOON),
        After(DmVisit, FBG_BAD, SOON, in_a_row=2),
        After(DmVisit, ADR, SOON, in_a_row=2),
        After(DmVisit, DmVisit.adr_hard.is_true(), SOON),
    ),
    closed_by=(DmVisit,),
    owner="责任医生",
    escalate=(Escalate(TO_TOWNSHIP, "卫生院院长"), Escalate(TO_COUNTY, "县基层卫生股")),
    cites=INTERVENTION,
)

TYPE_2_FOUND = (Diagnosis.icd10.is_in(TYPE_2)
                & (Diagnosis.words.is_null() | ~Diagnosis.words.mentions(*UNCERTAIN_WORDS)))
IN_MMOL = LabResult.unit.is_any("mmol/L")
LAB_HIGH = (
    (LabResult.item.is_any("GLU") & IN_MMOL & (LabResult.value >= FBG_DIAGNOSIS))
    | (LabResult.item.is_any("GLU2H") & IN_MMOL & (LabResult.value >= TWO_HOUR_DIAGNOSIS))
    | (LabResult.item.is_any("HBA1C") & LabResult.unit.is_any("%") & (LabResult.value >= HBA1C_DIAGNOSIS))
)

PROGRAMME = Programme(
    code="dm",
    title="2 型糖尿病患者健康管理",
    enrol=Enrol(
        who=(AGE >= START_AGE) & Person.usual_resident.is_true(),
        suspects=(
            First(Diagnosis, TYPE_2_FOUND & Diagnosis.kind.is_any("出院")),
            Twice(Diagnosis, TYPE_2_FOUND & (Diagnosis.org_level >= HOSPITAL_LEVEL), OUTPATIENT_APART),
            Twice(LabResult, LAB_HIGH, ANOTHER_DAY),
            First(AnnualExam, AnnualExam.fbg >= FBG_DIAGNOSIS),
        ),
        confirmed_by="责任医生",
    ),
    tasks=(
        Task(code="visit", title="糖尿病季度随访", due=PerYear(VISITS), closed_by=(DmVisit,), doer="责任医生", cites=FOLLOW_UP),
        Task(code="recheck", title="糖尿病两周内复查", due=After(DmVisit, UNSETTLED, SOON), closed_by=(DmVisit,),
             doer="责任医生", cites=INTERVENTION),
        Task(code="exam", title="年度体检", due=EachYear(), closed_by=(AnnualExam,), doer="责任医生", cites=EXAM),
    ),
    loops=(REFERRAL,),
    ladder=CLASS,
    ladder_of=DmVisit,
    lost_after=LOST_AFTER,
    emergency=EMERGENCY,
    emergency_words="紧急情况（须转诊）：先处理并立即转诊，2 周内主动随访转诊情况",
)

# At high risk: an examination says impaired, not yet diabetes. One without a glucose in it is not the
# year's fasting glucose.
EXAM_FASTED: Condition = ~AnnualExam.fbg.is_null()
IMPAIRED: Condition = (AnnualExam.fbg >= FBG_IMPAIRED) & (AnnualExam.fbg < FBG_DIAGNOSIS)
LAB_FASTED: Condition = LabResult.item.is_any("GLU") & ~LabResult.value.is_null()

WATCH = Programme(
    code="dm_watch",
    title="糖尿病高危人群",
    enrol=Enrol(
        who=(AGE >= START_AGE) & Person.usual_resident.is_true(),
        automatic=(First(AnnualExam, IMPAIRED),),
        unless=("dm",),
    ),
    tasks=(
        Task(code="glucose", title="高危人群每年测空腹血糖", due=EachYear(),
             closed_by=(Showing(AnnualExam, EXAM_FASTED), Showing(LabResult, LAB_FASTED)),
             doer="责任医生", cites=SCREENING, opportunistic=True),
    ),
    pauses=(),
)
