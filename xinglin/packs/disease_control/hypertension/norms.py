"""高血压的数字：每个值自哪天起、依据哪一条。"""

from datetime import date

from xinglin.declare.norm import Source, norm, since

GUIFAN = Source("国家基本公共卫生服务规范（第三版）", issued=date(2017, 2, 28), number="国卫基层发〔2017〕13号")
GUIDE_2020 = Source("国家基层高血压防治管理指南（2020版）", issued=date(2020, 12, 1))
HOUSE = Source("杏林运行默认口径（县可另定）", issued=date(2026, 1, 1))

SURVEY = Source("中国高血压调查（2012—2015 年）", issued=date(2018, 2, 15))

PREVALENCE_SURVEY = SURVEY.clause("18 岁及以上居民患病粗率", sure=False)
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

FERTILE_AGE = norm("询问妊娠的年龄上限", "岁", since("2017-02-28", 55, HOUSE_RULE))
LOST_AFTER = norm("失访前应联系（不同日）", "次", since("2017-02-28", 3, HOUSE_RULE))
OUTPATIENT_APART = norm("两次门诊诊断相隔", "天", since("2017-02-28", 14, EVIDENCE))
HOSPITAL_LEVEL = norm("可凭诊断直接纳入的机构级别", "级", since("2017-02-28", 2, EVIDENCE))
TO_TOWNSHIP = norm("闭环逾期报卫生院", "天", since("2017-02-28", 3, HOUSE_RULE))
TO_COUNTY = norm("闭环逾期报县", "天", since("2017-02-28", 14, HOUSE_RULE))

ADULT_AGE = norm("患病率所指的成人年龄", "岁", since("2017-02-28", 18, PREVALENCE_SURVEY), picked_by="period")
PREVALENCE = norm("成人高血压患病率（估算）", "%", since("2017-02-28", 27.9, PREVALENCE_SURVEY),
                  picked_by="period")

ALL = [
    VISITS,
    SOON,
    START_AGE,
    OLD_AGE,
    SBP_GOAL,
    SBP_GOAL_OLD,
    DBP_GOAL,
    SBP_CRISIS,
    DBP_CRISIS,
    SBP_RAISED,
    DBP_RAISED,
    READINGS,
    REMEASURE_WITHIN,
    SBP_HIGH_NORMAL,
    DBP_HIGH_NORMAL,
    BMI_OVER,
    WAIST_MALE,
    WAIST_FEMALE,
    RISK_AGE,
    RISK_SPAN,
    FERTILE_AGE,
    LOST_AFTER,
    OUTPATIENT_APART,
    HOSPITAL_LEVEL,
    TO_TOWNSHIP,
    TO_COUNTY,
    ADULT_AGE,
    PREVALENCE,
]
