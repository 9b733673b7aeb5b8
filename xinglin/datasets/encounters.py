"""Visits to hospitals, health centres and clinics, and the diagnoses made there."""

from xinglin.datasets.codelists import DIAGNOSIS_KIND, ENCOUNTER_KIND
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
    query,
    reject,
)


class Encounter(Record):
    """就诊：一行是一次门诊、急诊或住院。"""

    about = About(code="encounter", title="就诊", grain="一次就诊", dated_by="day",
                  line=("kind", "department"), standard="WS 445 电子病历基本数据集",
                  arrives="每日 06:00 前")

    person = PersonRef("患者", required=True)
    day = Day("就诊日期", required=True)
    org = OrgRef("就诊机构", required=True)
    kind = Coded("就诊类别", codes=ENCOUNTER_KIND, required=True)
    department = Text("科室")
    doctor = StaffRef("接诊医生")
    discharged_on = Day("出院日期")

    checks = [reject(discharged_on < day, "出院日期早于入院日期")]


class Diagnosis(Record):
    """诊断：一行是一次就诊的一个诊断。"""

    about = About(code="diagnosis", title="诊断", grain="就诊号 + 诊断序号", dated_by="day",
                  line=("icd10", "words"), arrives="每日 06:00 前")

    person = PersonRef("患者", required=True)
    day = Day("诊断日期", required=True)
    org = OrgRef("诊断机构", required=True)
    kind = Coded("诊断类别", codes=DIAGNOSIS_KIND, required=True)
    icd10 = Text("诊断编码（ICD-10）", at_most=20)
    words = Text("诊断名称")
    org_level = Integer("机构级别", unit="级", between=(0, 3))

    checks = [
        reject(icd10.is_null() & words.is_null(), "诊断编码与名称都没有填"),
        query(icd10.is_null(), "只有诊断名称没有编码，请补编码"),
    ]
