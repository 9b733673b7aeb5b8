"""A wrong declaration is refused at its author's line, with what to do and what there is."""

import re
from dataclasses import replace
from datetime import date

import ibis
import pytest

from tests.lib.small_world import (
    BAD,
    BOOK,
    FOUR_A_YEAR,
    HIGH,
    LIGHT,
    OLD,
    RECORDS,
    RULE,
    THREE_DAYS,
    TWO_WEEKS,
    Exam,
    Visit,
)
from tests.lib.spec import EVERYONE, loop_of, programme_of, task_of
from xinglin.datasets import DELIVERED, DERIVED
from xinglin.declare.catalog import Catalog
from xinglin.declare.example import Example
from xinglin.declare.expr import Ladder
from xinglin.declare.indicator import Count, Share, count, meets, proportion
from xinglin.declare.norm import adjust, norm, since
from xinglin.declare.pack import Locality, Pack
from xinglin.declare.programme import Enrol, First, Task
from xinglin.declare.record import About, Day, Integer, Number, PersonRef, Record, reject
from xinglin.declare.refuse import DeclarationError
from xinglin.declare.rules import After, Confirm, OnDay, PerYear
from xinglin.declare.table import to_ibis

FOLLOWED = programme_of(tasks=(task_of(PerYear(FOUR_A_YEAR)),))
PACK = Pack(
    code="t",
    title="示例",
    office="示例股",
    sources=[BOOK],
    norms=[FOUR_A_YEAR],
    programmes=(FOLLOWED,),
)
HERE = r"declare/test_refusals\.py:\d+"


def catalog(*packs, adjusts=()):
    return Catalog(
        Locality(code="000000", title="示例县", packs=packs, adjusts=adjusts),
        (*DELIVERED, *DERIVED, *RECORDS),
    )


def refused(make):
    with pytest.raises(DeclarationError) as problem:
        make()
    return problem.value


def test_a_sound_pack_is_taken():
    assert catalog(PACK).pack("t") is PACK


# -- at the line ---------------------------------------------------------------------------------


def no_closing():
    return Task(
        code="x", title="无了结", due=PerYear(FOUR_A_YEAR), closed_by=(), doer="医生", cites=RULE
    )


class Heavy(Record):
    """称重：一行是一次。"""

    about = About(code="t_heavy", title="称重", grain="一次", dated_by="day")
    person = PersonRef("居民")
    day = Day("日期")
    score = Integer("得分", unit="分")
    weight = Number("体重", unit="kg")


def misdated():
    class Misdated(Record):
        about = About(code="m", title="错", grain="一行", dated_by="dya")
        day = Day("日期")


def misplaced_line():
    class Misplaced(Record):
        about = About(code="m", title="错", grain="一行", dated_by="day", line=("sbp",))
        day = Day("日期")


AT_LINE = {
    "裸数字": (lambda: Visit.score >= 180, "条件里写了数字 180", "写成 Norm"),
    "小数": (lambda: Visit.weight < 2.5, "条件里写了数字 2.5", "写成 Norm"),
    "True": (lambda: Visit.grave.equals(True), "条件里写了数字 True", "写成 Norm"),
    "与列表比": (
        lambda: Visit.score >= [1],
        "不能与 [1] 比较",
        "右边写 Norm、另一列、代码、0 或 1",
    ),
    "and": (lambda: BAD and BAD, "条件不能用 and、or、not、if 判断", "改用 &、|、~"),
    "not": (lambda: not BAD, "条件不能用 and、or、not、if 判断", "改用 &、|、~"),
    "非条件": (lambda: BAD & True, "“True”不是条件", "每个比较各加一对括号"),
    "阶梯里不是条件": (
        lambda: Ladder("级", {"一": Visit.score}, otherwise="余"),
        "不是条件",
        "每个比较",
    ),
    "阶梯重名": (
        lambda: Ladder("级", {"余": BAD}, otherwise="余"),
        "阶梯“级”的级别有误",
        "至少一级",
    ),
    "没有词": (lambda: Visit.words.mentions(), "mentions 里没有词", "至少写一个词"),  # noqa: PLW0108
    "列名写错": (lambda: Visit.row(day="2024-01-01", spb=1), "没有列 ['spb']；有：['code'", ""),
    "日期写错": (lambda: Visit.row(day="2024-02-30"), "'2024-02-30' 不是日期", "写成 YYYY-MM-DD"),
    "是否写错": (
        lambda: Visit.row(day="2024-01-01", grave="是"),
        "不是 true/false",
        "写 true、false 或 null",
    ),
    "定日期的列写错": (misdated, "Misdated：没有列 ['dya']；有：['day']", ""),
    "时间线的列写错": (misplaced_line, "Misplaced：没有列 ['sbp']；有：['day']", ""),
    "期限单位": (
        lambda: After(Visit, BAD, HIGH),
        "期限“偏高”的单位是“分”",
        "期限的单位只能是 天、周、月",
    ),
    "连续零次": (
        lambda: After(Visit, BAD, TWO_WEEKS, in_a_row=0),
        "in_a_row 不能是 0",
        "写 1 或更大的整数",
    ),
    "同日计次": (
        lambda: Confirm(Visit, BAD, FOUR_A_YEAR, TWO_WEEKS, different_days=False),
        "只按不同日计次",
        "去掉 different_days=False",
    ),
    "约在数字上": (lambda: OnDay(Visit.score), "OnDay 的列“得分”不是日期", ""),
    "任务无了结": (
        lambda: programme_of(tasks=(no_closing(),)),
        "任务“无了结”没有写由哪种记录了结",
        "写 closed_by",
    ),
    "闭环无负责": (
        lambda: programme_of(loops=(replace(loop_of(After(Visit, BAD, TWO_WEEKS)), owner=""),)),
        "闭环“闭环”没有负责人或逾期上报",
        "写 owner=",
    ),
    "闭环无上报": (
        lambda: programme_of(loops=(replace(loop_of(After(Visit, BAD, TWO_WEEKS)), escalate=()),)),
        "闭环“闭环”没有负责人或逾期上报",
        "写 owner=",
    ),
    "闭环无开启": (
        lambda: programme_of(loops=(loop_of(),)),
        "没有写何时开启或由什么了结",
        "写 opens=",
    ),
    "代码重复": (
        lambda: programme_of(tasks=(task_of(PerYear(FOUR_A_YEAR)),) * 2),
        "任务与闭环代码重复",
        "每个代码只用一次",
    ),
    "空的调整": (lambda: adjust(HIGH), "对“偏高”的调整没有取值", "写一行 since"),
    "无口径": (
        lambda: count(code="x", title="无", cites=RULE, population="常住", since="2020-01-01")(
            lambda lake, period: None
        ),
        "指标“无”没有写口径",
        "文档字符串",
    ),
}


@pytest.mark.parametrize("case", AT_LINE.values(), ids=AT_LINE.keys())
def test_refused_at_the_authors_line(case):
    make, what, do = case
    problem = refused(make)
    assert what in problem.what
    assert do in problem.do
    assert re.fullmatch(rf"{HERE}|lib/spec\.py:\d+", problem.where)


def test_the_line_is_the_very_line():
    problem = refused(lambda: Visit.score >= 7)
    lines = open(__file__, encoding="utf-8").read().splitlines()  # noqa: SIM115, PTH123
    assert "Visit.score >= 7" in lines[int(problem.where.split(":")[1]) - 1]


def test_a_column_that_the_table_lacks_lists_what_it_has():
    table = ibis.table({"day": "date", "score": "int64"}, name="t")
    problem = refused(lambda: to_ibis(Visit.grave.is_true(), table, on=table.day))
    assert "表里没有列 grave；有：['day', 'score']" in problem.what


def test_an_attribute_that_is_no_column_is_pythons_own_error():
    with pytest.raises(AttributeError, match="scoer"):
        _ = Visit.scoer


# -- in the catalog ------------------------------------------------------------------------------

HEAVIER = programme_of(
    code="h", enrol=Enrol(who=EVERYONE.who, suspects=(First(Visit, Visit.score >= LIGHT),))
)
TWO_COLUMNS = type(
    "TwoColumns",
    (Record,),
    {
        "about": About(code="t_two", title="两列", grain="一行", dated_by="day"),
        "day": Day("日期"),
        "score": (_score := Integer("得分", unit="分")),
        "weight": (_weight := Number("体重", unit="kg")),
        "checks": [reject(_score > _weight, "得分高于体重")],
    },
)
LONELY = norm("没人用", "天", since("2020-01-01", 1, RULE))


@count(code="t.tall", title="偏高人次", cites=RULE, population="服务", since="2020-01-01")
def tall(lake, period):
    """得分偏高的随访次数。"""
    rows = lake.within(Visit, period)
    return Count(of=rows.filter([meets(BAD, rows, on=rows.day) for _ in (1,)]))


@proportion(
    code="t.old", title="年老占比", cites=RULE, population="服务", since="2020-01-01", target=OLD
)
def old(lake, period):
    """年老的人数 ÷ 人数。"""
    return Share(of=lake.latest(Visit, period), having=None)


def pack(**changes):
    return replace(PACK, where="", **changes)


IN_CATALOG = {
    "业务包重名": (
        lambda: catalog(PACK, pack(programmes=(replace(FOLLOWED, code="q"),))),
        "业务包代码“t”用了不止一次",
        "换一个代码",
    ),
    "方案重名": (lambda: catalog(PACK, pack(code="u")), "方案代码“p”用了不止一次", "换一个代码"),
    "记录重名": (
        lambda: catalog(pack(records=(Visit,))),
        "记录代码“t_visit”用了不止一次",
        "换一个代码",
    ),
    "指标重名": (
        lambda: catalog(pack(indicators=(tall, tall), norms=[FOUR_A_YEAR, HIGH])),
        "指标版次代码“t.tall@2020-01-01”用了不止一次",
        "换一个代码",
    ),
    "用了没有列": (lambda: catalog(pack(norms=[])), "用了“每年次数”却没有列出", "加进 norms=[…]"),
    "指标用了没有列": (
        lambda: catalog(pack(indicators=(tall,))),
        "用了“偏高”却没有列出",
        "加进 norms=[…]",
    ),
    "列了没有用": (
        lambda: catalog(pack(norms=[FOUR_A_YEAR, LONELY])),
        "“没人用”没有被任何规则或指标用到",
        "删去",
    ),
    "上报期限没有列": (
        lambda: catalog(
            pack(
                norms=[FOUR_A_YEAR, HIGH, TWO_WEEKS],
                programmes=(replace(FOLLOWED, loops=(loop_of(After(Visit, BAD, TWO_WEEKS)),)),),
            )
        ),
        "用了“三天”却没有列出",
        "加进 norms=[…]",
    ),
    "单位不同": (
        lambda: catalog(pack(programmes=(HEAVIER,), norms=[LIGHT])),
        "“得分”以 分 计，却与以 kg 计的“过轻”比较",
        "统一单位",
    ),
    "两列单位不同": (
        lambda: catalog(pack(records=(TWO_COLUMNS,))),
        "“得分”以 分 计，却与以 kg 计的“体重”比较",
        "统一单位",
    ),
    "unless 写错": (
        lambda: catalog(
            pack(programmes=(replace(FOLLOWED, enrol=replace(EVERYONE, unless=("hnt",))),))
        ),
        "没有代码为“hnt”的方案",
        "核对代码",
    ),
    "记录不在目录": (
        lambda: catalog(
            pack(programmes=(replace(FOLLOWED, tasks=(task_of(PerYear(FOUR_A_YEAR), (Heavy,)),)),))
        ),
        "没有代码为“t_heavy”的记录",
        "核对代码",
    ),
    "例的方案写错": (
        lambda: catalog(pack(examples=(Example("例", programme="x", on="2024-01-01"),))),
        "业务包“示例”没有方案“x”；有：['p']",
        "核对方案代码",
    ),
    "调整了没有的": (
        lambda: catalog(PACK, adjusts=(adjust(LONELY, since("2024-01-01", 2, RULE)),)),
        "示例县调整了“没人用”，但没有业务包用它",
        "删去这一调整",
    ),
}


@pytest.mark.parametrize("case", IN_CATALOG.values(), ids=IN_CATALOG.keys())
def test_refused_by_the_catalog(case):
    make, what, do = case
    problem = refused(make)
    assert what in problem.what
    assert do in problem.do
    assert problem.where


@pytest.mark.parametrize("ask", ["pack", "record", "programme", "indicator"])
def test_not_found_lists_what_there_is(ask):
    problem = refused(lambda: getattr(catalog(PACK), ask)("no_such"))
    assert re.search(r"没有代码为“no_such”的\S+；有：\[", problem.what)
    assert problem.do == "核对代码"


def test_a_norm_in_a_nested_function_of_a_body_counts():
    assert catalog(pack(indicators=(tall,), norms=[FOUR_A_YEAR, HIGH])).indicator("t.tall") == (
        tall,
    )


def test_a_target_counts_as_used():
    assert catalog(pack(indicators=(old,), norms=[FOUR_A_YEAR, OLD])).indicator("t.old") == (old,)


def test_anothers_norm_may_be_read_by_an_indicator():
    other = pack(code="u", programmes=(), norms=[], indicators=(tall,))
    home = pack(
        programmes=(replace(FOLLOWED, tasks=(task_of(After(Visit, BAD, TWO_WEEKS)),)),),
        norms=[HIGH, TWO_WEEKS],
    )
    assert catalog(home, other).pack("u") is other


def test_a_loop_that_escalates_uses_its_norms():
    whole = replace(FOLLOWED, loops=(loop_of(After(Visit, BAD, TWO_WEEKS), closed_by=(Exam,)),))
    norms = [FOUR_A_YEAR, HIGH, TWO_WEEKS, THREE_DAYS]
    assert catalog(pack(programmes=(whole,), norms=norms)).programme("p") is whole


def test_errors_have_three_parts():
    text = str(refused(lambda: norm("示例", "分", since("2024-13-01", 1, RULE))))
    assert re.fullmatch(rf"日期“2024-13-01”无效（{HERE}）。写成 YYYY-MM-DD。", text)


def test_the_day_before_the_first_value_says_since_when():
    problem = refused(lambda: HIGH.on(date(2019, 1, 1)))
    assert "口径自 2020-01-01 起" in problem.what
    assert problem.where.startswith("lib/small_world.py:")
