"""高血压的判定、任务与闭环；血压筛查与高危人群。"""

from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.codelists import HYPERTENSION, UNCERTAIN_WORDS
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.people import Person
from xinglin.datasets.work import CaseChange
from xinglin.declare.expr import Age, Ladder
from xinglin.declare.programme import Enrol, Escalate, First, Loop, Programme, Task, Twice
from xinglin.declare.rules import After, Confirm, EachYear, PerYear
from xinglin.packs.disease_control.hypertension.forms import FERTILE, HtnVisit
from xinglin.packs.disease_control.hypertension.norms import (
    BMI_OVER,
    DBP_CRISIS,
    DBP_GOAL,
    DBP_HIGH_NORMAL,
    DBP_RAISED,
    EXAM,
    FOLLOW_UP,
    HOSPITAL_LEVEL,
    INTERVENTION,
    LOST_AFTER,
    OLD_AGE,
    OUTPATIENT_APART,
    READINGS,
    REMEASURE_WITHIN,
    RISK_AGE,
    RISK_SPAN,
    SBP_CRISIS,
    SBP_GOAL,
    SBP_GOAL_OLD,
    SBP_HIGH_NORMAL,
    SBP_RAISED,
    SCREENING,
    SOON,
    START_AGE,
    TO_COUNTY,
    TO_TOWNSHIP,
    VISITS,
    WAIST_FEMALE,
    WAIST_MALE,
)

AGE = Age(Person.birth_date)
SBP_HIGH = ((AGE < OLD_AGE) & (HtnVisit.sbp >= SBP_GOAL)) | (HtnVisit.sbp >= SBP_GOAL_OLD)
BP_BAD = SBP_HIGH | (HtnVisit.dbp >= DBP_GOAL)
BP_RAISED = (HtnVisit.sbp >= SBP_RAISED) | (HtnVisit.dbp >= DBP_RAISED)
# Not asked of men and after the fertile age: there an unanswered question is a no.
PREGNANT = ~(HtnVisit.pregnant.is_null() & ~FERTILE) & HtnVisit.pregnant.is_true()
EMERGENCY = (
    (HtnVisit.sbp >= SBP_CRISIS) | (HtnVisit.dbp >= DBP_CRISIS) | HtnVisit.danger_sign.is_true()
    | (PREGNANT & BP_RAISED) | HtnVisit.other_emergency.is_true()
)
ADR = HtnVisit.adverse_reaction.is_true() | HtnVisit.adr_hard.is_true()

CLASS = Ladder("随访分类", {                     # the form's four classes; the gravest that holds
    "并发症": HtnVisit.new_complication.is_true(),
    "不良反应": ADR,
    "控制不满意": BP_BAD | EMERGENCY,
}, otherwise="控制满意")
GRAVE = EMERGENCY | CLASS.is_any("并发症")
UNSETTLED = CLASS.is_any("不良反应", "控制不满意") & ~GRAVE

REFERRAL = Loop(
    code="referral", title="转诊闭环", steps=("转出", "接诊", "回转", "随访"),
    opens=(
        After(HtnVisit, GRAVE, SOON),
        After(HtnVisit, BP_BAD, SOON, in_a_row=2),
        After(HtnVisit, ADR, SOON, in_a_row=2),
        After(HtnVisit, HtnVisit.adr_hard.is_true(), SOON),
    ),
    closed_by=(HtnVisit,),
    owner="责任医生",
    escalate=(Escalate(TO_TOWNSHIP, "卫生院院长"), Escalate(TO_COUNTY, "县基层卫生股")),
    cites=INTERVENTION,
)

PRIMARY_HTN = (Diagnosis.icd10.is_in(HYPERTENSION)
               & (Diagnosis.words.is_null() | ~Diagnosis.words.mentions(*UNCERTAIN_WORDS)))
SCREENED_HIGH = (BpScreening.sbp >= SBP_RAISED) | (BpScreening.dbp >= DBP_RAISED)

PROGRAMME = Programme(
    code="htn",
    title="高血压患者健康管理",
    enrol=Enrol(
        who=(AGE >= START_AGE) & Person.usual_resident.is_true(),
        suspects=(
            First(Diagnosis, PRIMARY_HTN & Diagnosis.kind.is_any("出院")),
            Twice(Diagnosis, PRIMARY_HTN & (Diagnosis.org_level >= HOSPITAL_LEVEL), OUTPATIENT_APART),
            Confirm(BpScreening, SCREENED_HIGH, READINGS, REMEASURE_WITHIN),
        ),
        confirmed_by="责任医生",
    ),
    tasks=(
        Task(code="visit", title="季度随访", due=PerYear(VISITS), closed_by=(HtnVisit,),
             doer="责任医生", cites=FOLLOW_UP),
        Task(code="recheck", title="两周内复查", due=After(HtnVisit, UNSETTLED, SOON),
             closed_by=(HtnVisit,), doer="责任医生", cites=INTERVENTION),
        Task(code="exam", title="年度体检", due=EachYear(), closed_by=(AnnualExam,),
             doer="责任医生", cites=EXAM),
    ),
    loops=(REFERRAL,),
    ladder=CLASS,
    ladder_of=HtnVisit,
    lost_after=LOST_AFTER,
    emergency=EMERGENCY,
    emergency_words="紧急情况（须转诊）：先处理并立即转诊，2 周内主动随访转诊情况",
)

AT_RISK = (                                     # any one of six (norms: 二(一) 筛查)
    (BpScreening.sbp >= SBP_HIGH_NORMAL) | (BpScreening.dbp >= DBP_HIGH_NORMAL)
    | (BpScreening.bmi >= BMI_OVER)
    | (Person.sex.is_any("男") & (BpScreening.waist >= WAIST_MALE))
    | (Person.sex.is_any("女") & (BpScreening.waist >= WAIST_FEMALE))
    | BpScreening.family_history.is_true() | BpScreening.high_salt.is_true()
    | BpScreening.heavy_drinking.is_true() | (AGE >= RISK_AGE)
)

WATCH = Programme(
    code="htn_watch",
    title="血压筛查与高危人群",
    enrol=Enrol(
        who=(AGE >= START_AGE) & Person.usual_resident.is_true(),
        automatic=(First(BpScreening, ~BpScreening.sbp.is_null()),),
        unless=("htn",),
    ),
    tasks=(
        Task(code="remeasure", title="非同日复测",
             due=Confirm(BpScreening, SCREENED_HIGH, READINGS, REMEASURE_WITHIN),
             closed_by=(BpScreening,), doer="责任医生", cites=SCREENING),
        Task(code="risk", title="高危人群半年测血压", due=After(BpScreening, AT_RISK, RISK_SPAN),
             closed_by=(BpScreening,), doer="责任医生", cites=SCREENING, opportunistic=True),
        Task(code="yearly", title="首诊测血压", due=EachYear(), closed_by=(BpScreening,),
             doer="首诊医生", cites=SCREENING, opportunistic=True),
    ),
    loops=(
        Loop(code="confirm", title="疑似高血压转诊确诊", steps=("转出", "接诊", "核实"),
             opens=(Confirm(BpScreening, SCREENED_HIGH, READINGS, SOON),),
             closed_by=(CaseChange,), owner="责任医生",
             escalate=(Escalate(TO_TOWNSHIP, "卫生院院长"), Escalate(TO_COUNTY, "县基层卫生股")),
             cites=SCREENING),
    ),
    pauses=(),
)
