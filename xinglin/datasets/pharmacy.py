"""Medicines dispensed."""

from xinglin.declare.record import About, Day, Integer, Number, OrgRef, PersonRef, Record, Text


class Dispense(Record):
    """发药：一行是一次发药的一种药品。"""

    about = About(code="dispense", title="用药", grain="处方号 + 药品", dated_by="day",
                  line=("drug", "days_supply"), arrives="每日 06:00 前")

    person = PersonRef("患者", required=True)
    day = Day("发药日期", required=True)
    org = OrgRef("发药机构", required=True)
    drug = Text("药品名称", required=True)
    amount = Number("数量", between=(0, 10_000))
    days_supply = Integer("用药天数", unit="天", between=(0, 365))
