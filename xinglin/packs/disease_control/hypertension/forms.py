"""高血压患者随访服务记录表。"""

from xinglin.datasets.codelists import ADHERENCE, VISIT_WAY
from xinglin.datasets.people import Person
from xinglin.declare.expr import Age
from xinglin.declare.record import (
    About,
    Coded,
    Day,
    Integer,
    OrgRef,
    PersonRef,
    Record,
    StaffRef,
    Text,
    YesNo,
    query,
)
from xinglin.packs.disease_control.hypertension.norms import FERTILE_AGE, FORM

FERTILE = Person.sex.is_any("女") & (Age(Person.birth_date) < FERTILE_AGE)


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
    pregnant = YesNo("妊娠期或哺乳期", asked=FERTILE)
    other_emergency = YesNo("存在不能处理的其他疾病")
    new_complication = YesNo("新发或加重的并发症")
    adverse_reaction = YesNo("药物不良反应")
    adr_hard = YesNo("不良反应难以控制")
    adherence = Coded("服药依从性", codes=ADHERENCE)
    medicine = Text("用药情况")
    advice = Text("生活方式指导")
    next_day = Day("下次随访日期")

    measured = (sbp, dbp)
    checks = [
        query(dbp >= sbp, "舒张压不低于收缩压，请核对"),
        query(next_day < day, "下次随访日期早于本次随访日期，请核对"),
    ]
