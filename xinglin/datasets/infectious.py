"""Notifiable cases, one row a reported case; line lists without identity numbers are welcome."""

from xinglin.datasets.codelists import CASE_CLASS, DISEASE, SEX
from xinglin.declare.record import (
    About,
    Coded,
    Day,
    Number,
    OrgRef,
    PersonRef,
    PlaceRef,
    Record,
    Text,
    YesNo,
    query,
    reject,
)


class CaseReport(Record):
    """传染病个案：一行是一例报告病例。现住址分级填写，本县的另填区划代码。"""

    about = About(code="case_report", title="传染病个案", grain="一例", dated_by="onset_on",
                  line=("disease", "case_class"), arrives="实时")

    person = PersonRef("病例")
    disease = Coded("病种", codes=DISEASE, required=True)
    case_class = Coded("病例分类", codes=CASE_CLASS)
    onset_on = Day("发病日期")
    diagnosed_on = Day("诊断日期")
    confirmed_on = Day("确诊日期")
    reported_on = Day("报告日期")
    died_on = Day("死亡日期")
    sex = Coded("性别", codes=SEX)
    age = Number("年龄", unit="岁", between=(0, 130))
    age_group = Text("年龄组", at_most=20)
    province = Text("省（市）")
    district = Text("县（区）")
    village = Text("村（里）")
    place = PlaceRef("现住址区划")
    imported = YesNo("输入病例")
    outcome = Text("转归", at_most=40)
    org = OrgRef("报告单位")

    checks = [
        reject(disease.is_null(), "没有病种"),
        query(onset_on.is_null(), "没有发病日期，请补报；该例暂不计入按发病日的统计"),
        query(confirmed_on < onset_on, "确诊日期早于发病日期，请核对"),
        query(reported_on < onset_on, "报告日期早于发病日期，请核对"),
        query(died_on < onset_on, "死亡日期早于发病日期，请核对"),
        query(village.is_null(), "没有现住村（里），请补报"),
    ]
