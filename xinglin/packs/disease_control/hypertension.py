"""高血压患者健康管理。

发现、登记、随访、转诊、评估五件事。数字都在开头，条款写在每一项旁边。
"""

from datetime import date

from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.codelists import ADHERENCE, HYPERTENSION, UNCERTAIN_WORDS, VISIT_WAY
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.people import Person
from xinglin.datasets.work import CaseChange
from xinglin.declare.expr import Age, Ladder
from xinglin.declare.norm import Source, norm, since
from xinglin.declare.pack import Pack
from xinglin.declare.programme import Enrol, Escalate, First, Loop, Programme, Task, Twice
from xinglin.declare.record import (About, Coded, Day, Integer, OrgRef, PersonRef, Record, StaffRef,
                                    Text, YesNo, query)
from xinglin.declare.rules import After, Confirm, EachYear, PerYear

GUIFAN = Source("国家基本公共卫生服务规范（第三版）", issued=date(2017, 2, 28), number="国卫基层发〔2017〕13号")
GUIDE_2020 = Source("国家基层高血压防治管理指南（2020版）", issued=date(2020, 12, 1))
HOUSE = Source("杏林运行默认口径（县可另定）", issued=date(2026, 1, 1))

SCREENING = GUIFAN.clause("高血压 二(一) 筛查")
FOLLOW_UP = GUIFAN.clause("高血压 二(二) 随访评估")
INTERVENTION = GUIFAN.clause("高血压 二(三) 分类干预")
EXAM = GUIFAN.clause("高血压 二(四) 健康体检")
FORM = GUIFAN.clause("高血压患者随访服务记录表 填表说明")
REMEASURE = GUIDE_2020.clause("诊断：4 周内复查，非同日 3 次")
HOUSE_RULE = HOUSE.clause("随访与失访", sure=False)
EVIDENCE = HOUSE.clause("待核实名单与自动纳入", sure=False)

VISITS = norm("每年面对面随访", "次", since("2017-02-28", 4, FOLLOW_UP))
SOON = norm("复查与转诊追踪时限", "天", since("2017-02-28", 14, INTERVENTION))
START_AGE = norm("管理起始年龄", "岁", since("2017-02-28", 35, SCREENING))
OLD_AGE = norm("放宽目标的年龄", "岁", since("2017-02-28", 65, INTERVENTION))
SBP_GOAL = norm("收缩压目标", "mmHg", since("2017-02-28", 140, INTERVENTION))
SBP_GOAL_OLD = norm("老年（≥65 岁）收缩压目标", "mmHg", since("2017-02-28", 150, INTERVENTION))
DBP_GOAL = norm("舒张压目标", "mmHg", since("2017-02-28", 90, INTERVENTION))
SBP_CRISIS = norm("收缩压危急", "mmHg", since("2017-02-28", 180, FOLLOW_UP))
DBP_CRISIS = norm("舒张压危急", "mmHg", since("2017-02-28", 110, FOLLOW_UP))

SBP_RAISED = norm("收缩压增高", "mmHg", since("2017-02-28", 140, SCREENING))
DBP_RAISED = norm("舒张压增高", "mmHg", since("2017-02-28", 90, SCREENING))
READINGS = norm("非同日测量次数", "次", since("2017-02-28", 3, SCREENING))
REMEASURE_WITHIN = norm("非同日复测间隔", "天", since("2017-02-28", 28, REMEASURE))
SBP_HIGH_NORMAL = norm("正常高值收缩压", "mmHg", since("2017-02-28", 130, SCREENING))
DBP_HIGH_NORMAL = norm("正常高值舒张压", "mmHg", since("2017-02-28", 85, SCREENING))
BMI_OVER = norm("超重体质指数", "kg/m²", since("2017-02-28", 24, SCREENING))
WAIST_MALE = norm("男性腰围", "cm", since("2017-02-28", 90, SCREENING))
WAIST_FEMALE = norm("女性腰围", "cm", since("2017-02-28", 85, SCREENING))
RISK_AGE = norm("高危年龄", "岁", since("2017-02-28", 55, SCREENING))
RISK_SPAN = norm("高危人群测血压间隔", "月", since("2017-02-28", 6, SCREENING))

LOST_AFTER = norm("失访前应联系（不同日）", "次", since("2017-02-28", 3, HOUSE_RULE))
OUTPATIENT_APART = norm("两次门诊诊断相隔", "天", since("2017-02-28", 14, EVIDENCE))
HOSPITAL_LEVEL = norm("可凭诊断直接纳入的机构级别", "级", since("2017-02-28", 2, EVIDENCE))
TO_TOWNSHIP = norm("闭环逾期报卫生院", "天", since("2017-02-28", 3, HOUSE_RULE))
TO_COUNTY = norm("闭环逾期报县", "天", since("2017-02-28", 14, HOUSE_RULE))


class HtnVisit(Record):
    """高血压患者随访服务记录表：一行是一次随访。"""

    about = About(code="htn_visit", title="高血压随访", grain="一次随访", dated_by="day",
                  line=("sbp", "dbp"), standard=str(FORM))

    person = PersonRef("居民", required=True)
    day = Day("随访日期", required=True)
    org = OrgRef("随访机构", required=True)
    doctor = StaffRef("随访医生")
    way = Coded("随访方式", codes=VISIT_WAY)
    sbp = Integer("收缩压", unit="mmHg", required=True, between=(50, 300))
    dbp = Integer("舒张压", unit="mmHg", required=True, between=(30, 200))
    danger_sign = YesNo("危急症状", hint="意识改变、剧烈头痛或头晕、恶心呕吐、视力模糊、眼痛、心悸、胸闷、"
                        "喘憋不能平卧")
    pregnant = YesNo("妊娠期或哺乳期")
    other_emergency = YesNo("存在不能处理的其他疾病")
    new_complication = YesNo("新发或加重的并发症")
    adverse_reaction = YesNo("药物不良反应")
    adr_hard = YesNo("不良反应难以控制")
    adherence = Coded("服药依从性", codes=ADHERENCE)
    medicine = Text("用药情况")
    advice = Text("生活方式指导")
    next_day = Day("下次随访日期")

    checks = [
        query(dbp >= sbp, "舒张压不低于收缩压，请核对"),
        query(next_day < day, "下次随访日期早于本次随访日期，请核对"),
    ]


AGE = Age(Person.birth_date)
SBP_HIGH = ((AGE < OLD_AGE) & (HtnVisit.sbp >= SBP_GOAL)) | (HtnVisit.sbp >= SBP_GOAL_OLD)
BP_BAD = SBP_HIGH | (HtnVisit.dbp >= DBP_GOAL)
BP_RAISED = (HtnVisit.sbp >= SBP_RAISED) | (HtnVisit.dbp >= DBP_RAISED)
EMERGENCY = (
    (HtnVisit.sbp >= SBP_CRISIS) | (HtnVisit.dbp >= DBP_CRISIS) | HtnVisit.danger_sign.is_true()
    | (HtnVisit.pregnant.is_true() & BP_RAISED) | HtnVisit.other_emergency.is_true()
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
)
