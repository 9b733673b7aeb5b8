"""记录与核对（Record）

一个 Record 同时是数据湖里的表、手机上的表单、外来文件的格式和数据字典的一页。
“退回”（reject）把行连同原因退给报送单位；“待核实”（query）留下这一行并去问。
"""

from datetime import date

from tests.lib.small_world import Visit
from xinglin.declare.record import About, Day, Integer, Record, Text
from xinglin.show.handbook.forms import dictionary_entry


def test_checks(spec):
    """一行碰到哪些核对：下次日期早于本次，退回；旁分高于得分，待核实"""
    spec(
        delivered="""
            day        | score | other | next_day
            2024-01-05 | 90    | 80    | 2024-02-05
            2024-01-05 | 90    | 95    | 2024-02-05
            2024-01-05 | 90    | 95    | 2024-01-04
        """,
        answer=[
            (),
            ("query 旁分高于得分，请核对",),
            ("reject 下次日期早于本次，请改", "query 旁分高于得分，请核对"),
        ],
    )


def test_an_unknown_is_no_fault(spec):
    """没有填的值不触发核对：不知道不等于错"""
    spec(
        delivered="""
            day        | score | other | next_day
            2024-01-05 | 90    | 空    | 空
        """,
        answer=[()],
    )


def test_a_misspelt_column(spec):
    """列名写错：拒绝，并列出有哪些列"""
    spec(
        refused="Visit：没有列 ['scoer']；有：['code', 'colour', 'day', 'grave'",
        when=lambda: Visit.row(day="2024-01-05", scoer=90),
    )


def test_a_number_with_its_unit(spec):
    """数字不带单位写"""
    spec(
        refused="“得分”的值 '90 分' 不是数字",
        when=lambda: Visit.row(day="2024-01-05", score="90 分"),
        do="写成数字，不加单位",
    )


class TbVisit(Record):
    """结核病随访：只有疾病控制这个用途看得到。"""

    about = About(code="tb_visit", title="结核病随访", grain="一次随访", dated_by="day", sensitive="disease_control")
    day = Day("随访日期")


def test_a_sensitive_record(spec):
    """敏感记录写明只供哪个用途：没有这个用途的人，经过、查找、名单、任务数里都没有它"""
    spec(
        gives=["- 敏感：只供“疾病控制与疫情调查”查阅；没有这个用途的人看不到，也不计入他的名单和任务数"],
        expression=lambda: [line for line in dictionary_entry(TbVisit, on=date(2026, 1, 1), delivered=False) if "敏感" in line],
    )


def test_a_row_without_its_day(spec):
    """一行必须有日期"""
    spec(refused="一行没有 day", when=lambda: Visit.row(score=90), do="写上日期")


def test_an_absent_yes_no(spec):
    """例与史料里没有写的“是/否”算否；未知要写出来"""
    spec(
        gives=[False, None],
        expression=lambda: [
            Visit.row(day="2024-01-05", score=90).values["grave"],
            Visit.row(day="2024-01-05", score=90, grave=None).values["grave"],
        ],
    )


def _no_about():
    class Nameless(Record):
        day = Day("日期")


def _dated_by_a_number():
    class Odd(Record):
        about = About(code="odd", title="怪表", grain="一行", dated_by="n")
        n = Integer("数")


def test_a_record_without_about(spec):
    """没有写 about 的 Record：拒绝"""
    spec(refused="没有写 about", when=_no_about)


def test_dated_by_a_number(spec):
    """定日期的列必须是日期"""
    spec(refused="dated_by 的列“n”不是日期", when=_dated_by_a_number)


def _measured_words():
    class Odd(Record):
        about = About(code="odd", title="怪表", grain="一行", dated_by="day")
        day = Day("日期")
        words = Text("话")
        measured = (words,)


def test_measured_are_numbers(spec):
    """measured 里的列是测得的数：夜里核查同一天、同一医生、许多人全都相同的情形"""
    spec(refused="measured 里有不是数字的列", when=_measured_words, do="只写测量得到的数字列")
