"""People as the population register delivers them, and published population figures."""

from xinglin.datasets.codelists import SEX
from xinglin.declare.record import (
    About,
    Coded,
    Day,
    Integer,
    OrgRef,
    PersonRef,
    PlaceRef,
    Record,
    StaffRef,
    Text,
    YesNo,
    query,
    reject,
)


class Person(Record):
    """居民：一行是一位居民的基本情况。姓名、证件号、电话、住址进登记库，不进数据湖。"""

    about = About(code="person", title="居民基本情况", grain="一位居民", dated_by="updated_on",
                  standard="WS 365 健康档案基本数据集", arrives="每日")

    person = PersonRef("居民", required=True)
    updated_on = Day("更新日期", required=True)
    birth_date = Day("出生日期")
    sex = Coded("性别", codes=SEX)
    usual_resident = YesNo("常住居民")
    place = PlaceRef("居住村（社区）")
    household = Text("户号")
    house_no = Text("门牌")
    org = OrgRef("签约机构")
    doctor = StaffRef("责任医生")
    died_on = Day("死亡日期")
    moved_out_on = Day("迁出日期")
    record_opened_on = Day("建档日期")

    checks = [
        reject(birth_date > updated_on, "出生日期晚于更新日期"),
        reject(died_on < birth_date, "死亡日期早于出生日期"),
        query(birth_date.is_null(), "没有出生日期，年龄相关的服务无法判定，请补报"),
        query(place.is_null(), "没有居住村（社区），不能归到乡镇，请补报"),
    ]


# Where somebody lives and who looks after them: a row of the register that leaves one out does not clear it.
HOME = (Person.place, Person.org, Person.doctor)


class PopulationFigure(Record):
    """公布的人口数：一行是一个地方一年的一种人口。"""

    about = About(code="population", title="人口数", grain="地方 + 年份 + 口径",
                  dated_by="as_of", key=("place", "as_of", "kind"), line=())

    place = PlaceRef("地方", required=True)
    as_of = Day("截至日期", required=True)
    kind = Text("口径", required=True)
    people = Integer("人数", unit="人", required=True, between=(0, 100_000_000))
    published_by = Text("发布单位与文件", required=True)
