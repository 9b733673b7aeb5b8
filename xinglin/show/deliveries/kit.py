"""What a sender needs for one dataset: dictionary, sample file, column-map template. From the Record alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from xinglin.declare.codelist import Codelist
from xinglin.declare.record import Column, Record
from xinglin.gather.mapping import border_columns
from xinglin.show.handbook.forms import KIND_WORDS

SAMPLES = {"integer": "120", "number": "5.6", "yesno": "否", "day": "2026-03-15", "moment": "2026-03-15 08:30",
           "org": "12330182470000001B", "place": "330182106203", "staff": "D0001", "text": "……"}
BORDER = {"patient_id": "P0001", "record_id": "R0001", "version": "1", "void": "否", "id_number": "", "name": "",
          "phone": "", "address": "", "birth_date": "1954-05-01", "sex": "女"}


def files(record: type[Record]) -> Mapping[str, tuple[str, Callable[[], bytes]]]:
    """File name → what it is, and how it is made."""
    code = record.about.code
    return {f"{code}-样例.csv": ("样例文件（列名与一行样例）", lambda: sample(record)),
            f"{code}-数据字典.csv": ("数据字典", lambda: dictionary(record)),
            f"{code}-列对照表.toml": ("列对照表模板", lambda: template(record))}


def _own(record: type[Record]) -> list[Column]:
    return [c for c in record.columns().values() if c.kind != "person"]


def sample(record: type[Record]) -> bytes:
    """A CSV that would be taken as it is: headers by title, one made-up row."""
    border, own = border_columns(record), _own(record)
    return _csv([[*border.values(), *(c.title for c in own)],
                 [*(BORDER.get(n, "") for n in border), *(example(c) for c in own)]])


def example(column: Column) -> str:
    """A value that passes this column's range and codes."""
    if isinstance(column.codes, Codelist) and column.codes.codes:
        return column.codes.codes[0].code
    if column.between:
        return f"{(column.between[0] + column.between[1]) // 2:g}"
    return SAMPLES.get(column.kind, "")


def dictionary(record: type[Record]) -> bytes:
    """Every column: name, title, kind, unit, must, range, codes, hint."""
    rows = [["列名", "名称", "类型", "单位", "必填", "范围", "代码", "说明"]]
    rows += [[n, title, "随行标识", "", "", "", "", "只进登记库，加密保存"] for n, title in border_columns(record).items()]
    return _csv(rows + [[c.name, c.title, KIND_WORDS[c.kind], c.unit, "是" if c.required else "", span(c), codes(c), c.hint]
                        for c in _own(record)])


def span(column: Column) -> str:
    """The range in words."""
    return f"{column.between[0]:g}–{column.between[1]:g}" if column.between else ""


def codes(column: Column) -> str:
    """Its codes with titles."""
    if not isinstance(column.codes, Codelist):
        return str(column.codes or "")
    return "；".join(c.code if c.code == c.title else f"{c.code} {c.title}" for c in column.codes.codes[:60])


def template(record: type[Record]) -> bytes:
    """A column map to be filled in: ours = theirs."""
    titles = {**border_columns(record), **{c.name: c.title for c in _own(record)}}
    lines = [f"# 《{record.about.title}》的列对照表：左边是杏林的列，右边写贵方文件里的列名；不送的列删去。",
             f'record = "{record.about.code}"', 'source = ""       # 来源代码', 'empty = ["NULL", "无"]', "", "[columns]"]
    lines += [f'{n} = "{title}"' for n, title in titles.items()]
    coded = [c for c in _own(record) if isinstance(c.codes, Codelist)]
    for c in coded[:3]:
        lines += ["", f"# 贵方代码 = 杏林代码（{codes(c)[:80]}）", f"[codes.{c.name}]"]
    return ("\n".join(lines) + "\n").encode()


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()
