"""Worked examples as short stories with their answer."""

from collections.abc import Iterator
from datetime import date

from xinglin.declare.codelist import Codelist
from xinglin.declare.example import Counted, Example
from xinglin.declare.programme import Programme
from xinglin.declare.record import Column, Row
from xinglin.kernel.dates import age_on


def story(example: Example, programme: Programme) -> str:
    """One example: who, what was recorded, the day of asking, what follows."""
    told = "；".join(_row(r) for r in example.records) or "没有记录"
    answer = "；".join(_answer(example, programme))
    return f"**{example.story}。**{_who(example)}。{told}。问 {example.day}：{answer}。"


def _who(example: Example) -> str:
    born = date.fromisoformat(example.born)
    came = f"，{example.enrolled} 纳入" if example.enrolled else ""
    return f"{example.sex}，{born} 生（{age_on(born, example.day)} 岁）{came}{_more(example)}"


def _more(example: Example) -> str:
    words = {"died_on": "死亡", "moved_out_on": "迁出"}
    told = [f"{example.person[k]} {w}" for k, w in words.items() if example.person.get(k)]
    told += ["非常住"] if example.person.get("usual_resident") is False else []
    return "".join(f"，{t}" for t in told)


def _row(row: Row) -> str:
    about = row.record.about
    said = [
        _value(c, row.values[n])
        for n, c in row.record.columns().items()
        if n in row.values and n != about.dated_by and row.values[n] is not False and c.kind != "person"
    ]
    return f"{row.day or '没有日期'}《{about.title}》{'、'.join(said)}"


def _value(column: Column, value: object) -> str:
    if value is None:
        return f"{column.title}未填"
    if value is True:
        return column.title
    if isinstance(column.codes, Codelist):
        value = column.codes.title_of(str(value))
    return f"{column.title} {value} {column.unit}".strip()


def _answer(example: Example, programme: Programme) -> Iterator[str]:
    if example.classes is not None:
        yield f"分类 {'、'.join(c or '不能判定' for c in example.classes)}"
    if example.due is not None:
        yield "应做 " + (
            "、".join(f"{programme.task(k).title}（{d} 前）" for k, d in example.due.items())
            or "无"
        )
    if example.loops is not None:
        yield "未了闭环 " + (
            "、".join(f"{programme.loop(k).title}（{d} 前追踪）" for k, d in example.loops.items())
            or "无"
        )
    for code, told in (example.told or {}).items():
        yield f"{programme.loop(code).title}已上报 {'、'.join(told) or '无人'}"
    if example.suspect is not None:
        yield "列入待核实" if example.suspect else "不列入待核实"
    if example.state is not None:
        yield f"状态 {example.state}"


def counted_story(example: Counted, unit: str) -> str:
    """A figure's example: the rows, the day of asking, what is divided by what."""
    told = "；".join(f"{_whose(r)}{_row(r)}" for r in example.rows)
    if example.denominator is None:
        answer = f"{example.numerator:g} {unit}"
    else:
        answer = f"分子 {example.numerator:g}，分母 {example.denominator:g}"
    return f"**{example.story}。**{told}。问 {example.year} 年，数据截至 {example.day}：{answer}。"


def _whose(row: Row) -> str:
    person = row.values.get("person")
    return f"第 {person} 人 " if person else ""
