"""A made-up source, its numbers and small Records: what the manual and the oracles speak of.

Nothing here is a health norm; the numbers are round so that a reader can reckon along.
"""

from datetime import date

from xinglin.datasets.people import Person
from xinglin.declare.codelist import Code, Codelist, codelist
from xinglin.declare.expr import Age, Ladder
from xinglin.declare.norm import Source, norm, since
from xinglin.declare.record import (
    About,
    Coded,
    Day,
    Integer,
    Number,
    PersonRef,
    Record,
    Text,
    YesNo,
    query,
    reject,
)

BOOK = Source("示例规范", issued=date(2020, 1, 1), number="示例〔2020〕1号")
RULE = BOOK.clause("第一条")
RULE_2023 = BOOK.clause("第二条（2023 年修订）")

HIGH = norm("偏高", "分", since("2020-01-01", 100, RULE), since("2023-07-01", 90, RULE_2023))
VERY_HIGH = norm("很高", "分", since("2020-01-01", 150, RULE))
LIGHT = norm("过轻", "kg", since("2020-01-01", 2.5, RULE))
OLD = norm("年老", "岁", since("2020-01-01", 60, RULE), since("2024-01-01", 65, RULE_2023))
GONE = norm(
    "已废止的界值", "分", since("2020-01-01", 50, RULE), since("2022-01-01", None, RULE_2023)
)
TWO_WEEKS = norm("两周", "天", since("2020-01-01", 14, RULE))
THREE_DAYS = norm("三天", "天", since("2020-01-01", 3, RULE))
SIX_WEEKS = norm("六周", "周", since("2020-01-01", 6, RULE))
A_MONTH = norm("一个月", "月", since("2020-01-01", 1, RULE))
FOUR_A_YEAR = norm("每年次数", "次", since("2020-01-01", 4, RULE))
TWELVE_A_YEAR = norm("每年次数（密）", "次", since("2020-01-01", 12, RULE))
THREE_TIMES = norm("非同日次数", "次", since("2020-01-01", 3, RULE))

COLOUR = codelist("colour", "颜色", {"红": "红色", "黄": "黄色", "绿": "绿色"})
HEART = codelist(
    "heart", "心脏病", {"I20": "心绞痛", "I21": "心肌梗死"}, match="prefix", excludes=("I21.9",)
)
EXACT = Codelist("exact", "两个编码", (Code("I20", "心绞痛"), Code("J18", "肺炎")))


class Visit(Record):
    """随访：一行是一次见面。"""

    about = About(code="t_visit", title="随访", grain="一次见面", dated_by="day", line=("score",))

    person = PersonRef("居民", required=True)
    day = Day("日期", required=True)
    score = Integer("得分", unit="分", required=True, between=(0, 300))
    other = Integer("旁分", unit="分", between=(0, 300))
    weight = Number("体重", unit="kg", between=(0, 300))
    grave = YesNo("危重")
    upset = YesNo("不适")
    colour = Coded("颜色", codes=COLOUR)
    code = Text("编码", at_most=20)
    words = Text("说明")
    next_day = Day("下次日期")

    checks = [
        reject(next_day < day, "下次日期早于本次，请改"),
        query(other > score, "旁分高于得分，请核对"),
    ]


class Exam(Record):
    """体检：一行是一次体检。"""

    about = About(code="t_exam", title="体检", grain="一次体检", dated_by="day")

    person = PersonRef("居民", required=True)
    day = Day("日期", required=True)


class Dosing(Record):
    """接种：一行是一剂。"""

    about = About(code="t_dose", title="接种", grain="一剂", dated_by="day")

    person = PersonRef("居民", required=True)
    day = Day("日期", required=True)
    dose = Text("剂次", required=True, at_most=10)


class Booking(Record):
    """建册：一行是一次怀孕。"""

    about = About(code="t_booking", title="建册", grain="一次怀孕", dated_by="day")

    person = PersonRef("居民", required=True)
    day = Day("日期", required=True)
    start = Day("起算日", required=True)


RECORDS = (Visit, Exam, Dosing, Booking)
AGE = Age(Person.birth_date)
BAD = Visit.score >= HIGH
LADDER = Ladder(
    "分类",
    {
        "危重": Visit.grave.is_true(),
        "不适": Visit.upset.is_true(),
        "不满意": BAD,
    },
    otherwise="满意",
)
