"""What a sender needs for one dataset, from the Record alone: dictionary, sample rows, a query for each kind of
server, templates of the column map and of the codes, and what to do with them. Also all in one zip."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import xlsxwriter

from xinglin.declare.codelist import Codelist
from xinglin.declare.record import Column, Record
from xinglin.gather.mapping import border_columns
from xinglin.gather.sources.database.dialects import DIALECTS
from xinglin.gather.sources.database.skeleton import skeleton
from xinglin.show.handbook.forms import KIND_WORDS

SAMPLES = {"integer": "120", "number": "5.6", "yesno": "否", "day": "2026-03-15", "moment": "2026-03-15 08:30",
           "org": "12330182470000001B", "place": "330182106203", "staff": "D0001"}
BORDER = {"patient_id": "P0001", "record_id": "R0001", "version": "1", "void": "否", "id_number": "", "name": "",
          "phone": "", "address": "", "birth_date": "1954-05-01", "sex": "女"}
_WHOSE = "两者至少填一项；加密保存，只用来认人"
_WITNESS = "可不填；加密保存，只用来认人"
BORDER_WORDS = {"patient_id": _WHOSE, "id_number": _WHOSE, "name": _WITNESS, "phone": _WITNESS, "address": _WITNESS,
                "birth_date": _WITNESS, "sex": _WITNESS, "record_id": "贵方这条记录的编号：同一条永远同一个值，更正和作废靠它认出",
                "version": "更正后加一；不填按收到的日子", "void": "作废的行写 是；其余不填或写 否"}
WIDE = 1000     # a range whose ends are so far apart has no telling middle

ROWS = 5        # of the sample


def files(record: type[Record], *, org: str = "") -> Mapping[str, tuple[str, Callable[[], bytes]]]:
    """File name → what it is, and how it is made; the zip holds all the others. `org`: whose sample rows are."""
    code = record.about.code
    found: dict[str, tuple[str, Callable[[], bytes]]] = {
        "读我.txt": ("先看这份", lambda: readme(record)),
        f"{code}-数据字典.xlsx": ("数据字典", lambda: dictionary(record)),
        f"{code}-样例.csv": (f"样例文件（列名与 {ROWS} 行样例）", lambda: sample(record, org=org)),
        f"{code}-列对照表.toml": ("列对照表模板", lambda: template(record)),
        f"{code}-代码对照.csv": ("代码对照模板", lambda: code_map(record))}
    for dialect in DIALECTS.values():
        if dialect.code != "sqlite":
            found[f"{code}-{dialect.code}.sql"] = (f"{dialect.title} 的查询骨架", lambda d=dialect: skeleton(record, d).encode())  # type: ignore[misc]
    return {f"{code}-对接资料.zip": ("全套（zip）", lambda: packed(found)), **found}


def packed(found: Mapping[str, tuple[str, Callable[[], bytes]]]) -> bytes:
    """All files in one; the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (_what, made) in found.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), made(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def readme(record: type[Record]) -> bytes:
    """What to do with the kit, in the order of the work."""
    about, must = record.about, "、".join(c.title for c in _own(record) if c.required)
    lines = [f"《{about.title}》对接资料", "", f"一行是：{about.grain}。{'何时送：' + about.arrives + '。' if about.arrives else ''}", "",
             f"1. 看 {about.code}-数据字典.xlsx：必填的列是 {must}。",
             "2. 会写 SQL 的：打开自己那种数据库的 .sql，把〔 〕换成贵方的列名和表名，导出成 CSV（GBK、UTF-8 都行）或 Excel。",
             "3. 列名不想改的：在 列对照表.toml 右边写上贵方的列名；代码不同的，填 代码对照.csv，或等收到后在页面“代码对照”里选。",
             "4. 先核对：页面“数据—上传一份—只核对”，或用测试令牌上传，什么都不入库：",
             f'     curl -H "Authorization: Bearer xl_test_…" -T 文件.csv https://本县地址/in/test/{about.code}/',
             f"5. 通过了再正式送：换正式令牌和 /in/live/{about.code}/，每份带一个不重复的 Idempotency-Key；断了照原样再传，不会重复。",
             "6. 回执写明 收到 = 入库 + 退回 + 待核实。退回的下载下来，照“怎么改”改好，只传这些行。", "",
             "record_id（记录编号）要稳定：同一条记录永远是同一个值，更正才认得出；作废的行把“作废”写成 是。",
             "患者编号、身份证号、姓名、电话、住址只用来认人，加密保存，不进统计数据。"]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _own(record: type[Record]) -> list[Column]:
    return [c for c in record.columns().values() if c.kind != "person"]


def sample(record: type[Record], *, org: str = "") -> bytes:
    """A CSV that would be taken as it is: headers by title, made-up rows of an organisation."""
    border, own = border_columns(record), _own(record)
    rows = [[*(_numbered(BORDER.get(n, ""), at) for n in border), *(_numbered(example(c, org=org), at) if c.name in record.about.key else example(c, org=org) for c in own)]
            for at in range(ROWS)]
    return _csv([[*border.values(), *(c.title for c in own)], *rows])


def _numbered(value: str, at: int) -> str:
    """P0001, P0002, … where a value names something; others stay."""
    return f"{value[:-1]}{int(value[-1]) + at}" if value[:1] in "PRDN" and value[-1:].isdigit() else value


def example(column: Column, *, org: str = "") -> str:
    """A value that passes this column's range and codes; what need not be there is left out of free text."""
    if isinstance(column.codes, Codelist) and column.codes.codes:
        return column.codes.codes[0].code
    if column.kind == "org" and org:
        return org
    if column.kind == "text":
        return "N0001" if column.required else ""
    if column.name in BORDER:
        return BORDER[column.name]
    if column.between and column.between[1] < WIDE * max(column.between[0], 1):
        return f"{(column.between[0] + column.between[1]) // 2:g}"
    return SAMPLES.get(column.kind, "")


def dictionary(record: type[Record]) -> bytes:
    """Every column: name, title, kind, unit, must, range, codes, hint; a second sheet has every code."""
    rows = [[n, title, "随行标识", "", "", "", "", BORDER_WORDS.get(n, "")] for n, title in border_columns(record).items()]
    rows += [[c.name, c.title, KIND_WORDS[c.kind], c.unit, "是" if c.required else "", span(c), codes(c), c.hint] for c in _own(record)]
    listed = [[c.name, code.code, code.title] for c in _own(record) if isinstance(c.codes, Codelist) for code in c.codes.codes]
    checks = [["退回" if c.act == "reject" else "待核实", c.words] for c in record.checks]
    return _book({"数据字典": (["列名", "名称", "类型", "单位", "必填", "范围", "代码", "说明"], rows),
                  "代码": (["列名", "代码", "名称"], listed), "核对": (["处理", "什么情况"], checks)})


def _book(sheets: Mapping[str, tuple[list[str], list[list[str]]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})      # the same content, the same bytes
        head = book.add_format({"bold": True, "bottom": 1})
        for name, (header, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header, head)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(header) - 1, 18)
            for n, row in enumerate(rows, 1):
                sheet.write_row(n, 0, row)
    return out.getvalue()


def code_map(record: type[Record]) -> bytes:
    """Every code of ours with an empty cell for the sender's."""
    rows = [[c.name, c.title, "", code.code, code.title] for c in _own(record) if isinstance(c.codes, Codelist) for code in c.codes.codes]
    return _csv([["列名", "名称", "贵方代码", "杏林代码", "杏林名称"], *rows])


def span(column: Column) -> str:
    """The range in words."""
    return f"{column.between[0]:.12g}–{column.between[1]:.12g}" if column.between else ""


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
