"""What a delivered row must satisfy, made from the Record: rules with sentence and remedy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from xinglin.declare.expr import IsNull
from xinglin.declare.record import Check, Column, Record
from xinglin.gather.mapping import ColumnMap
from xinglin.gather.sql import one_of, q, text
from xinglin.gather.standardise import CODED, cell_sql
from xinglin.kernel.identity import SENTENCES

TOTALS = ("合计", "小计", "总计", "累计", "平均", "平均值", "本页小计", "本页合计")
_NOT_READ = {
    "integer": ("不是整数", "请填整数，不加单位和文字"), "number": ("不是数字", "请填数字，不加单位和文字"),
    "day": ("不是有效日期", "请按 YYYY-MM-DD 填写真实存在的日期"),
    "moment": ("不是有效时间", "请按 YYYY-MM-DD HH:MM:SS 填写"), "yesno": ("不是“是/否”", "请填 是 或 否"),
    "coded": ("代码不在代码表内", "请在“未知代码”中对照，或改用约定的代码"),
    "org": ("机构代码不在登记册内", "请填 18 位统一社会信用代码，或在“未知代码”中对照"),
    "place": ("区划代码不在登记册内", "请填 12 位区划代码，或在“未知代码”中对照"),
    "staff": ("人员代码不在登记册内", "请在登记册中登记该人员，或在“未知代码”中对照"),
}


@dataclass(frozen=True)
class Rule:
    """A row for which `when` (SQL over the checked layer) is true is rejected or queried."""

    act: Literal["reject", "query"]
    column: str
    words: str
    do: str
    when: str


def rules_of(record: type[Record], columns: ColumnMap, *, total_cells: Collection[str],
             received_day: str) -> list[Rule]:
    """All rules of one delivery, in the order in which their sentences are shown.

    `total_cells`: the first cells of the file, where a total row says so. The Record's own checks
    are expected in the layer as chk_0, chk_1, …
    """
    have = {*columns.fields, *columns.constants}
    rules = [_total_row(total_cells)]
    for name, column in record.columns().items():
        if column.kind != "person":
            rules += _column_rules(column, record, columns, brought=name in have)
    rules += _identity_rules(record, have)
    rules += [Rule(c.act, "", c.words, "请核对后补正", q(f"chk_{n}"))
              for n, c in enumerate(record.checks) if c not in absent_questions(record, have)]
    rules += _dated_rules(record, received_day)
    rules += [Rule("query", "", a.words, a.do, f"ask_{n} IS NOT NULL") for n, a in enumerate(columns.asks)]
    if "version" in have and "version" not in record.columns():
        rules.append(Rule("reject", "version", "“版次”不是整数", "请填 1、2、3…", "bad_version"))
    return rules


def absent_questions(record: type[Record], have: Collection[str]) -> list[Check]:
    """Declared queries that only ask for a column which the whole file does not have.

    They are said once for the file, not asked of every row.
    """
    return [c for c in record.checks if c.act == "query" and isinstance(c.when, IsNull)
            and c.when.of.name not in have]


def _total_row(cells: Collection[str]) -> Rule:
    said = " OR ".join(one_of(c, TOTALS) for c in cells) or "false"
    return Rule("reject", "", "合计行不是数据行", "重传时删去合计、小计行即可", said)


def _column_rules(column: Column, record: type[Record], columns: ColumnMap, *,
                  brought: bool) -> list[Rule]:
    title, name = f"“{column.title}”", q(column.name)
    rules = []
    if brought:
        words, do = _NOT_READ.get(column.kind, ("", ""))
        bad = cell_sql(column, columns.fields.get(column.name), record).bad
        if words:
            rules.append(Rule("query" if column.kind in CODED else "reject",
                              column.name, title + words, do, bad))
        if column.required:
            rules.append(Rule("reject", column.name, f"{title}没有填", "这一列必填，请补上",
                              f"{name} IS NULL AND {q('r_' + column.name)} IS NULL"
                              + (f" OR {q('how_' + column.name)} = 4" if column.kind in ("day", "moment") else "")))
        rules += _limits(column, title, name)
    return rules


def _limits(column: Column, title: str, name: str) -> list[Rule]:
    rules = []
    if column.between:
        low, high = (f"{x:,g}".replace(",", "") for x in column.between)
        rules.append(Rule("reject", column.name, f"{title}不在 {low}–{high} {column.unit}".rstrip() + " 之间",
                          "请核对原始记录；单位不同的请在列对照表中写明",
                          f"{name} NOT BETWEEN {column.between[0]!r} AND {column.between[1]!r}"))
    if column.kind == "text":
        rules.append(Rule("reject", column.name, f"{title}超过 {column.at_most} 个字",
                          "请缩短后重传", f"length({name}) > {column.at_most}"))
    if column.kind in ("day", "moment"):
        rules.append(Rule("reject", column.name, f"{title}的年份不合理", "请核对年份",
                          f"year({name}) NOT BETWEEN 1850 AND 2200"))
    return rules


def _identity_rules(record: type[Record], have: set[str]) -> list[Rule]:
    """A wrong number beside a patient_id is asked about; without any other identity it goes back."""
    person = record.person_column()
    if person is None or not have & {"patient_id", "id_number"}:
        return []
    act: Literal["reject", "query"] = "reject" if person.required else "query"
    rules = [Rule(act, "", "没有患者编号，也没有身份证号", "至少填一项", "who_key IS NULL AND problem IS NULL")]
    for reason, sentence in SENTENCES.items():     # "empty" is the rule above
        if reason == "empty":
            continue
        words, _, do = sentence.partition("。")
        found = f"problem = {text(reason)}"
        rules += [Rule(act, "id_number", words, do, f"{found} AND who_key IS NULL"),
                  Rule("query", "id_number", f"{words}；已按患者编号归人", do,
                       f"{found} AND who_key IS NOT NULL")]
    return rules


def _dated_rules(record: type[Record], received_day: str) -> list[Rule]:
    column = record.columns()[record.about.dated_by]
    return [Rule("query", column.name, f"“{column.title}”晚于收到之日", "请核对日期",
                 f"{q(column.name)}::DATE > add(DATE {text(received_day)}, 1)")]
