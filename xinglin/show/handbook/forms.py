"""A Record as a printed form, and as a page of the data dictionary."""

from datetime import date

from xinglin.declare.codelist import Codelist
from xinglin.declare.record import IDENTITY_COLUMNS, Column, Record
from xinglin.declare.words import to_words
from xinglin.registry.permissions import PURPOSES
from xinglin.show.handbook.markdown import table

KIND_WORDS = {
    "text": "文字",
    "integer": "整数",
    "number": "数值",
    "yesno": "是/否",
    "day": "日期",
    "moment": "日期时间",
    "coded": "代码",
    "person": "居民（县内编号）",
    "org": "机构（统一社会信用代码）",
    "place": "区划（12 位代码）",
    "staff": "人员（工号）",
}
ACT_WORDS = {"reject": "退回", "query": "待核实"}


def printed(record: type[Record]) -> list[str]:
    """The form as it is printed: a line for each column, boxes for codes."""
    told = [f"**{record.about.title}**（{record.about.grain}）", ""]
    return told + [f"- {_field(c)}" for c in record.columns().values()]


def _field(column: Column) -> str:
    star = "＊" if column.required else ""
    hint = f"　（{column.hint}）" if column.hint else ""
    return f"{column.title}{star}：{_blank(column)}{hint}"


def _blank(column: Column) -> str:
    if column.kind == "yesno":
        return "□是　□否"
    if isinstance(column.codes, Codelist) and len(column.codes.codes) <= 8:
        return "　".join(f"□{c.title}" for c in column.codes.codes)
    if column.kind == "day":
        return "____年__月__日"
    return f"________ {column.unit}".rstrip()


def dictionary_entry(record: type[Record], *, on: date, delivered: bool) -> list[str]:
    """Everything about one Record: what a row is, its columns, checks, and who a row is about."""
    about = record.about
    facts = [
        f"{(record.__doc__ or about.title).strip()}",
        "",
        f"- 代码 `{about.code}`；一行：{about.grain}；日期取自 `{about.dated_by}`",
        f"- 同一行的认定：{'来源单位的记录号，没有的按 ' if delivered else ''}"
        f"{'、'.join(f'`{k}`' for k in about.key) or '所报各标识列'}",
    ]
    facts += [f"- 标准：{about.standard}"] if about.standard else []
    facts += [f"- 报送：{about.arrives}"] if about.arrives else []
    facts += [f"- 敏感：只供“{PURPOSES.get(about.sensitive, about.sensitive)}”查阅；没有这个用途的人看不到，也不计入他的名单和任务数"] if about.sensitive else []
    facts += ["", *columns(record), *_checks(record, on)]
    return facts + (_identity(record) if delivered else [])


def columns(record: type[Record]) -> list[str]:
    """The columns as a table."""
    head = ("列", "名称", "类型", "单位", "必填", "范围", "代码", "说明")
    return table(
        head,
        [
            (
                f"`{c.name}`",
                c.title,
                KIND_WORDS[c.kind],
                c.unit,
                "是" if c.required else "",
                _range(c),
                _codes(c),
                c.hint,
            )
            for c in record.columns().values()
        ],
    )


def _range(column: Column) -> str:
    if column.between:
        return f"{column.between[0]:.12g}–{column.between[1]:.12g}"
    return f"至多 {column.at_most} 字" if column.kind == "text" else ""


def _codes(column: Column) -> str:
    if not isinstance(column.codes, Codelist):
        return column.codes
    return "、".join(
        c.code if c.code == c.title else f"{c.code} {c.title}" for c in column.codes.codes
    )


def _checks(record: type[Record], on: date) -> list[str]:
    rows = [(ACT_WORDS[c.act], to_words(c.when, on=on), c.words) for c in record.checks]
    return ["", *table(("核对", "何时", "告诉报送单位"), rows)] if rows else []


def _identity(record: type[Record]) -> list[str]:
    person = record.person_column()
    if person is None:
        return []
    must = "（`patient_id` 与 `id_number` 至少一项）" if person.required else "（都可空）"
    named = "、".join(f"`{n}` {t}" for n, t in IDENTITY_COLUMNS.items())
    return ["", f"随行报送、只进登记库不进数据湖的标识{must}：{named}。"]
