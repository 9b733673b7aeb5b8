"""2 型糖尿病患者随访服务记录表。"""

from xinglin.datasets.codelists import ADHERENCE, VISIT_WAY
from xinglin.datasets.people import Person
from xinglin.declare.codelist import codelist
from xinglin.declare.expr import Age
from xinglin.declare.record import (
    About,
    Coded,
    Day,
    Integer,
    Number,
    OrgRef,
    PersonRef,
    Record,
    StaffRef,
    Text,
    YesNo,
    query,
)
from xinglin.packs.disease_control.diabetes.norms import FERTILE_AGE, FORM

FERTILE = Person.sex.is_any("女") & (Age(Person.birth_date) < FERTILE_AGE)

GLUCOSE_KIND = codelist("glucose_kind", "血糖类别", {
    "空腹": "空腹", "餐后2小时": "餐后 2 小时", "随机": "随机"})
FOOT_PULSE = codelist("foot_pulse", "足背动脉搏动", {
    "触及正常": "触及正常", "减弱": "减弱", "消失": "消失"})
LOW_SUGAR = codelist("low_sugar", "低血糖反应", {"无": "无", "偶尔": "偶尔", "频繁": "频繁"})


class DmVisit(Record):
    """2 型糖尿病患者随访服务记录表：一行是一次随访。"""

    about = About(code="dm_visit", title="糖尿病随访", grain="一次随访", dated_by="day",
                  line=("fbg", "glucose", "glucose_kind"), standard=str(FORM))

    person = PersonRef("居民", required=True)
    day = Day("随访日期", required=True)
    org = OrgRef("随访机构", required=True)
    doctor = StaffRef("随访医生")
    way = Coded("随访方式", codes=VISIT_WAY)
    fbg = Number("空腹血糖", unit="mmol/L", between=(1, 50), hint="至少 8 小时没有进食时测")
    glucose = Number("其他血糖", unit="mmol/L", between=(1, 50), hint="不是空腹测的写在这里，并写明类别；不用来判断控制")
    glucose_kind = Coded("其他血糖的类别", codes=GLUCOSE_KIND)
    sbp = Integer("收缩压", unit="mmHg", between=(50, 300))
    dbp = Integer("舒张压", unit="mmHg", between=(30, 200))
    pulse = Integer("心率", unit="次/分", between=(20, 250))
    temperature = Number("体温", unit="℃", between=(33, 43))
    foot_pulse = Coded("足背动脉搏动", codes=FOOT_PULSE)
    danger_sign = YesNo("危急症状", hint="意识或行为改变、呼气有烂苹果样丙酮味、心悸、出汗、食欲减退、恶心、呕吐、多饮、"
                        "多尿、腹痛、深大呼吸、皮肤潮红、视力骤降")
    pregnant = YesNo("妊娠期或哺乳期", asked=FERTILE)
    other_emergency = YesNo("存在不能处理的其他疾病")
    new_complication = YesNo("新发或加重的并发症")
    adverse_reaction = YesNo("药物不良反应")
    adr_hard = YesNo("不良反应难以控制")
    low_sugar = Coded("低血糖反应", codes=LOW_SUGAR)
    adherence = Coded("服药依从性", codes=ADHERENCE)
    medicine = Text("用药情况")
    insulin = Text("胰岛素", hint="种类、用法、用量")
    advice = Text("生活方式指导")
    next_day = Day("下次随访日期")

    measured = (fbg, sbp, dbp)
    checks = [
        query(dbp >= sbp, "舒张压不低于收缩压，请核对"),
        query(fbg.is_null() & glucose.is_null(), "没有测血糖，不能判定控制情况，请核对"),
        query(~glucose.is_null() & glucose_kind.is_null(), "写了其他血糖而没有写类别，请补填"),
        query(next_day < day, "下次随访日期早于本次随访日期，请核对"),
    ]
