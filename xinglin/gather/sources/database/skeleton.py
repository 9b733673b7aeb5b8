"""A query to begin with for each Record and kind of server: our columns, the sender's to be written in.

What stands in 〔 〕 the sender replaces. Days and moments come as text that every reader takes; the rest as it is.
"""

from __future__ import annotations

from xinglin.declare.codelist import Codelist
from xinglin.declare.record import Column, Record
from xinglin.gather.mapping import IDENTITY_COLUMNS, border_columns
from xinglin.gather.sources.database.dialects import Dialect

_BLANK = "\u3014{}\u3015"       # 〔…〕: never a column's own sign


def skeleton(record: type[Record], dialect: Dialect) -> str:
    """The SQL text with a comment a column. Raises nothing: every Record has one."""
    lines = [*_border(record), *(_column(c, dialect) for c in record.columns().values() if c.kind != "person"), _updated(dialect)]
    body = ",\n".join(f"       {sql}" for sql, _ in lines[:-1])
    notes = [f"-- {alias}：{why}" for alias, why in (_note(record, sql) for sql, _ in lines) if why]
    head = [f"-- 《{record.about.title}》　一行是：{record.about.grain}　{dialect.title}",
            "-- 把〔 〕换成贵方的列名、表名；没有的列整行删去。只写一条 SELECT，不要分号，不要 ORDER BY。", *notes]
    return "\n".join(head) + f"\nSELECT {body.strip()},\n       {lines[-1][0]}\nFROM {_BLANK.format('贵方的表或视图')} t\n"


def _border(record: type[Record]) -> list[tuple[str, str]]:
    border = border_columns(record)
    wanted = ["record_id", *(n for n in IDENTITY_COLUMNS if n in border)]
    return [(f"t.{_BLANK.format(border.get(n, '记录编号'))} AS {n}", n) for n in wanted if n in border or n == "record_id"]


def _column(column: Column, dialect: Dialect) -> tuple[str, str]:
    theirs = f"t.{_BLANK.format(column.title)}"
    if column.kind in ("day", "moment"):
        theirs = (dialect.day if column.kind == "day" else dialect.moment).format(c=theirs)
    return f"{theirs} AS {column.name}", column.name


def _updated(dialect: Dialect) -> tuple[str, str]:
    return f"t.{_BLANK.format('最后修改时间')} AS updated_at", "updated_at"


def _note(record: type[Record], sql: str) -> tuple[str, str]:
    name = sql.rpartition(" AS ")[2]
    column = record.columns().get(name)
    if name == "record_id":
        return name, "主键；同一条记录永远是同一个值，更正才认得出"
    if name == "updated_at":
        return name, "水位列，修改时要变；没有的删去，来源文件里改写 day 与 window"
    if column is None:
        return name, "认人用，加密保存" if name in ("patient_id", "id_number") else ""
    told = ["必填" if column.required else "", column.unit, _codes(column)]
    return name, "，".join(t for t in told if t)


def _codes(column: Column) -> str:
    if not isinstance(column.codes, Codelist):
        return ""
    listed = [c.code if c.code == c.title else f"{c.code} {c.title}" for c in column.codes.codes[:12]]
    return "代码 " + "；".join(listed) + ("……" if len(column.codes.codes) > 12 else "")
