"""Doses given."""

from xinglin.declare.record import About, Day, Integer, OrgRef, PersonRef, Record, Text


class Vaccination(Record):
    """接种：一行是一剂次。"""

    about = About(code="vaccination", title="预防接种", grain="一剂次", dated_by="day",
                  line=("vaccine", "dose_no"), arrives="每日")

    person = PersonRef("受种者", required=True)
    day = Day("接种日期", required=True)
    org = OrgRef("接种单位", required=True)
    vaccine = Text("疫苗", required=True, at_most=40)
    dose_no = Integer("剂次", required=True, between=(1, 9))
    batch_no = Text("批号", at_most=40)
