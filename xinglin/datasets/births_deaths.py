"""Deaths as the death-cause register delivers them."""

from xinglin.declare.record import About, Day, OrgRef, PersonRef, Record, Text


class Death(Record):
    """死亡：一行是一位居民的死亡登记。"""

    about = About(code="death", title="死亡登记", grain="一位居民", dated_by="died_on",
                  line=("cause",), arrives="每月")

    person = PersonRef("死者", required=True)
    died_on = Day("死亡日期", required=True)
    reported_on = Day("报告日期")
    org = OrgRef("报告机构")
    cause = Text("根本死因编码", at_most=20)
