"""Laboratory results, as hospitals and township health centres deliver them."""

from xinglin.datasets.codelists import LAB_ITEM, UCUM
from xinglin.declare.record import (
    About,
    Coded,
    Integer,
    Moment,
    Number,
    OrgRef,
    PersonRef,
    Record,
    Text,
    query,
    reject,
)


class LabResult(Record):
    """检验结果：一行是一张报告单上的一个项目。更正报告以新版次到达，旧版次保留。"""

    about = About(code="lab_result", title="检验结果", grain="报告单号 + 项目编码",
                  key=("report_no", "item"), dated_by="reported_at", line=("item", "value", "unit", "words"),
                  standard="WS 445 电子病历基本数据集", arrives="每日 06:00 前，迟于 24 小时告警")

    report_no = Text("报告单号", required=True)
    version = Integer("版次", required=True, between=(1, 99))
    person = PersonRef("受检者", required=True)
    org = OrgRef("检验机构", required=True)
    item = Coded("检验项目", codes=LAB_ITEM, required=True)
    value = Number("数值结果", between=(0, 1_000_000))
    words = Text("文字结果")
    unit = Coded("单位", codes=UCUM)
    sampled_at = Moment("采样时间")
    reported_at = Moment("报告时间", required=True)

    checks = [
        reject(value.is_null() & words.is_null(), "结果为空：数值与文字至少填一项"),
        reject(sampled_at > reported_at, "采样时间晚于报告时间"),
        query(~value.is_null() & unit.is_null(), "有数值而无单位，请机构补报"),
    ]
