"""What primary care measures on people: blood-pressure screening and annual examinations."""

from xinglin.declare.record import (
    About,
    Day,
    Integer,
    Number,
    OrgRef,
    PersonRef,
    Record,
    StaffRef,
    YesNo,
    query,
)


class BpScreening(Record):
    """血压筛查：一行是一次测量，含首诊测血压、非同日复测与高危人群定期测量。"""

    about = About(code="bp_screening", title="血压筛查", grain="一次测量", dated_by="day",
                  line=("sbp", "dbp"), standard="国家基本公共卫生服务规范（第三版）")

    person = PersonRef("居民", required=True)
    day = Day("测量日期", required=True)
    org = OrgRef("测量机构")
    doctor = StaffRef("测量人")
    sbp = Integer("收缩压", unit="mmHg", required=True, between=(50, 300))
    dbp = Integer("舒张压", unit="mmHg", required=True, between=(30, 200))
    bmi = Number("体质指数", unit="kg/m²", between=(8, 80))
    waist = Number("腰围", unit="cm", between=(30, 200))
    family_history = YesNo("高血压家族史（一、二级亲属）")
    high_salt = YesNo("长期高盐饮食")
    heavy_drinking = YesNo("长期过量饮酒")

    checks = [query(dbp >= sbp, "舒张压不低于收缩压，请核对")]


class AnnualExam(Record):
    """年度健康体检：一行是一次较全面的健康检查。"""

    about = About(code="annual_exam", title="年度体检", grain="一次体检", dated_by="day",
                  line=("sbp", "dbp"), standard="国家基本公共卫生服务规范（第三版）")

    person = PersonRef("居民", required=True)
    day = Day("体检日期", required=True)
    org = OrgRef("体检机构")
    doctor = StaffRef("责任医生")
    sbp = Integer("收缩压", unit="mmHg", between=(50, 300))
    dbp = Integer("舒张压", unit="mmHg", between=(30, 200))
    height = Number("身高", unit="cm", between=(30, 230))
    weight = Number("体重", unit="kg", between=(1, 300))
    waist = Number("腰围", unit="cm", between=(30, 200))
    fbg = Number("空腹血糖", unit="mmol/L", between=(1, 50))
    advice_given = YesNo("已给健康指导")

    checks = [query(dbp >= sbp, "舒张压不低于收缩压，请核对")]
