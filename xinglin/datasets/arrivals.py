"""What came: one row a delivery, so that figures of completeness and lateness have rows like any other."""

from xinglin.declare.record import About, Day, Integer, OrgRef, PersonRef, Record, Text


class Arrival(Record):
    """批次到达（推算）：一行是一个来源的一份数据到达，连同收下、退回的行数和距上一份的天数。"""

    about = About(code="arrival", title="批次到达", grain="一份数据", dated_by="day", key=("number",))

    person = PersonRef("居民")                # 批次不指人，恒空
    number = Integer("批次号", required=True)
    sender = Text("来源", required=True)
    dataset = Text("记录", required=True)
    every = Text("约定")                       # 每日 每周 每月，没有约定的为空
    day = Day("到达日期", required=True)
    org = OrgRef("报送机构")
    received = Integer("收到", unit="行")
    accepted = Integer("接收", unit="行")
    rejected = Integer("退回", unit="行")
    queried = Integer("待核实", unit="行")
    gap = Integer("距上一份", unit="天")
