"""糖尿病的数字：每个值自哪天起、依据哪一条。"""

from datetime import date

from xinglin.declare.norm import Source, norm, since

GUIFAN = Source("国家基本公共卫生服务规范（第三版）", issued=date(2017, 2, 28), number="国卫基层发〔2017〕13号")
GUIDE_2022 = Source("国家基层糖尿病防治管理指南（2022）", issued=date(2022, 3, 1))
PREGNANCY_STANDARD = Source("妊娠期糖尿病诊断", issued=date(2011, 7, 1), number="WS 331—2011")
SURVEY = Source("中国 2 型糖尿病防治指南（2020 年版）", issued=date(2021, 4, 1))
HOUSE = Source("杏林运行默认口径（县可另定）", issued=date(2026, 1, 1))

SCREENING = GUIFAN.clause("2 型糖尿病 二(一) 筛查")
FOLLOW_UP = GUIFAN.clause("2 型糖尿病 二(二) 随访评估")
INTERVENTION = GUIFAN.clause("2 型糖尿病 二(三) 分类干预")
EXAM = GUIFAN.clause("2 型糖尿病 二(四) 健康体检")
FORM = GUIFAN.clause("2 型糖尿病患者随访服务记录表 填表说明")
DIAGNOSIS = GUIDE_2022.clause("糖尿病诊断：无典型症状者须改日复查", sure=False)
IMPAIRED = GUIDE_2022.clause("高危人群：空腹血糖受损", sure=False)
PREGNANCY = PREGNANCY_STANDARD.clause("妊娠期血糖的诊断界值", sure=False)
PREVALENCE_SURVEY = SURVEY.clause("18 岁及以上人群患病率", sure=False)
HOUSE_RULE = HOUSE.clause("随访与失访", sure=False)
EVIDENCE = HOUSE.clause("待核实名单与自动纳入", sure=False)

VISITS = norm("每年面对面随访", "次", since("2017-02-28", 4, FOLLOW_UP))
FREE_TESTS = norm("每年免费空腹血糖检测", "次", since("2017-02-28", 4, FOLLOW_UP), picked_by="period")
SOON = norm("复查与转诊追踪时限", "天", since("2017-02-28", 14, INTERVENTION))
START_AGE = norm("管理起始年龄", "岁", since("2017-02-28", 35, SCREENING))
FBG_GOAL = norm("空腹血糖目标", "mmol/L", since("2017-02-28", 7.0, INTERVENTION))
GLUCOSE_HIGH = norm("血糖危急（高）", "mmol/L", since("2017-02-28", 16.7, FOLLOW_UP))
GLUCOSE_LOW = norm("血糖危急（低）", "mmol/L", since("2017-02-28", 3.9, FOLLOW_UP))
SBP_CRISIS = norm("收缩压危急", "mmHg", since("2017-02-28", 180, FOLLOW_UP))
DBP_CRISIS = norm("舒张压危急", "mmHg", since("2017-02-28", 110, FOLLOW_UP))
PULSE_CRISIS = norm("心率过快（持续）", "次/分", since("2017-02-28", 100, FOLLOW_UP))
FEVER_CRISIS = norm("体温过高", "℃", since("2017-02-28", 39, FOLLOW_UP))
PREGNANT_FBG = norm("妊娠期空腹血糖", "mmol/L", since("2017-02-28", 5.1, PREGNANCY))
PREGNANT_2H = norm("妊娠期餐后 2 小时血糖", "mmol/L", since("2017-02-28", 8.5, PREGNANCY))

FBG_DIAGNOSIS = norm("诊断空腹血糖", "mmol/L", since("2017-02-28", 7.0, DIAGNOSIS))
TWO_HOUR_DIAGNOSIS = norm("诊断餐后 2 小时血糖", "mmol/L", since("2017-02-28", 11.1, DIAGNOSIS))
HBA1C_DIAGNOSIS = norm("诊断糖化血红蛋白", "%", since("2022-03-01", 6.5, DIAGNOSIS))
ANOTHER_DAY = norm("两次检验相隔", "天", since("2017-02-28", 1, DIAGNOSIS))
FBG_IMPAIRED = norm("空腹血糖受损", "mmol/L", since("2017-02-28", 6.1, IMPAIRED))

FERTILE_AGE = norm("询问妊娠的年龄上限", "岁", since("2017-02-28", 55, HOUSE_RULE))
LOST_AFTER = norm("失访前应联系（不同日）", "次", since("2017-02-28", 3, HOUSE_RULE))
OUTPATIENT_APART = norm("两次门诊诊断相隔", "天", since("2017-02-28", 14, EVIDENCE))
HOSPITAL_LEVEL = norm("可凭诊断直接纳入的机构级别", "级", since("2017-02-28", 2, EVIDENCE))
TO_TOWNSHIP = norm("闭环逾期报卫生院", "天", since("2017-02-28", 3, HOUSE_RULE))
TO_COUNTY = norm("闭环逾期报县", "天", since("2017-02-28", 14, HOUSE_RULE))

ADULT_AGE = norm("患病率所指的成人年龄", "岁", since("2017-02-28", 18, PREVALENCE_SURVEY), picked_by="period")
PREVALENCE = norm("成人糖尿病患病率（估算）", "%", since("2017-02-28", 11.2, PREVALENCE_SURVEY), picked_by="period")

ALL = [
    VISITS, FREE_TESTS, SOON, START_AGE, FBG_GOAL, GLUCOSE_HIGH, GLUCOSE_LOW, SBP_CRISIS, DBP_CRISIS, PULSE_CRISIS,
    FEVER_CRISIS, PREGNANT_FBG, PREGNANT_2H, FBG_DIAGNOSIS, TWO_HOUR_DIAGNOSIS, HBA1C_DIAGNOSIS, ANOTHER_DAY,
    FBG_IMPAIRED, FERTILE_AGE, LOST_AFTER, OUTPATIENT_APART, HOSPITAL_LEVEL, TO_TOWNSHIP, TO_COUNTY, ADULT_AGE,
    PREVALENCE,
]
