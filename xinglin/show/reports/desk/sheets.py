"""Rows ↔ workbooks: one summary, one sheet to send to each office; read back tolerantly.

The summary (00-汇总.xlsx) remembers what a person corrected: office, name, scope, binding.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.adopt import Row

SUMMARY = "00-汇总.xlsx"
COLUMNS = (  # (field of Row, heading, width, who writes it)
    ("code", "编号", 8, False), ("paragraph", "段落", 6, False), ("context", "原文（【】里是去年的数）", 52, False),
    ("name", "指标", 24, True), ("office", "科室", 12, True), ("last", "去年数", 12, False), ("unit", "单位", 8, True),
    ("scope", "口径", 20, True), ("this", "今年数", 12, True), ("as_of", "截至日", 12, True), ("by", "填报人", 10, True),
    ("checked_by", "审核人", 10, True), ("note", "备注", 24, True), ("above", "上级通报数", 12, True),
    ("chosen", "采用（科室、系统、上级）", 14, True), ("figure", "绑定指标", 18, True),
)  # fmt: skip
FIELD_OF = {re.sub(r"（.*", "", title): field for field, title, *_ in COLUMNS}
ALIASES = {"序号": "code", "本年数": "this", "今年": "this", "本期数": "this", "去年": "last", "上年数": "last", "指标名称": "name",
           "截止日": "as_of", "截止日期": "as_of", "截至日期": "as_of", "填表人": "by", "复核人": "checked_by", "说明": "note",
           "责任科室": "office", "计量单位": "unit"}  # fmt: skip
PLAIN = (
    "code",
    "last",
    "unit",
    "this",
    "as_of",
    "above",
    "chosen",
    "figure",
)  # numbers, days, codes
GIVEN = ("code", "paragraph", "context", "last")  # never taken from a returned sheet
REMEMBERED = ("office", "scope", "figure", "unit")


def workbooks(rows: Iterable[Row], *, title: str) -> dict[str, bytes]:
    """File name → bytes: the summary, and one for each office."""
    rows = list(rows)
    made = {SUMMARY: workbook(rows, title=f"{title}　汇总")}
    for number, office in enumerate(dict.fromkeys(row.office for row in rows), 1):
        own = [row for row in rows if row.office == office]
        made[f"{number:02d}-{_file_name(office)}.xlsx"] = workbook(own, title=f"{title}　{office}")
    return made


def _file_name(office: str) -> str:
    return re.sub(r"[\\/:*?\"<>|\s]", "", office) or "未定"


def workbook(rows: list[Row], *, title: str) -> bytes:
    """One sheet: a title line, the headings, a line a row; what offices write is white, the rest grey."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("填报")
        words = {k: book.add_format(f) for k, f in _FORMATS.items()}
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, title, words["title"])
        for at, (_, heading, width, _own) in enumerate(COLUMNS):
            sheet.set_column(at, at, width)
            sheet.write_string(1, at, heading, words["head"])
        for line, row in enumerate(rows, 2):
            for at, (field, _h, _w, own) in enumerate(COLUMNS):
                sheet.write_string(
                    line, at, str(getattr(row, field)), words["own" if own else "given"]
                )
        sheet.freeze_panes(2, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
    return held.getvalue()


_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "align": "left"},
    "head": {"bold": True, "border": 1, "bg_color": "#E5E7EB", "text_wrap": True},
    "given": {"border": 1, "bg_color": "#F6F7F9", "text_wrap": True, "valign": "top"},
    "own": {"border": 1, "text_wrap": True, "valign": "top", "num_format": "@"},
}


def read_sheet(data: bytes, *, name: str) -> list[dict[str, str]]:
    """What a returned workbook says, a dictionary a line (fields of Row); columns are found by title."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except (InvalidFileException, OSError, KeyError, ValueError) as problem:
        raise XinglinError(
            "这个表打不开", where=name, do="请用 Excel 或 WPS 另存为 .xlsx 再交"
        ) from problem
    except Exception as problem:  # openpyxl lets the zip's own errors through
        raise XinglinError(
            "这不是 Excel 工作簿（.xlsx）", where=name, do="请另存为 .xlsx 再交"
        ) from problem
    saved = _saved(book)
    lines = [line | saved for sheet in book.worksheets for line in _lines(sheet)]
    if not lines:
        raise XinglinError(
            "表里没有“编号”和“今年数”两列", where=name, do="请用发下去的那张表填报，不要删去表头"
        )
    return lines


def _saved(book: Any) -> dict[str, str]:
    """When a person last saved the workbook; nothing when it is as it was sent out."""
    told = book.properties
    if told.modified is None or told.modified == told.created:
        return {}
    return {"when": told.modified.replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M")}


def _lines(sheet: Any) -> list[dict[str, str]]:
    for merged in list(sheet.merged_cells.ranges):  # a merged cell speaks for all its cells
        value = sheet.cell(merged.min_row, merged.min_col).value
        sheet.unmerge_cells(str(merged))
        for row in sheet.iter_rows(merged.min_row, merged.max_row, merged.min_col, merged.max_col):
            for cell in row:
                cell.value = value
    fields: dict[int, str] = {}
    found = []
    for cells in sheet.iter_rows(values_only=True):
        named = {at: f for at, cell in enumerate(cells) if (f := _field(cell))}
        if {"code", "this"} <= set(named.values()):
            fields = named
        elif fields:
            line = {field: clean(cells[at], plain=field in PLAIN) for at, field in fields.items()}
            if re.fullmatch(r"n-\d+", line.get("code", "")):
                found.append(line)
    return found


def _field(cell: Any) -> str:
    title = re.sub(r"（.*|\(.*|\s|\*", "", str(cell or ""))
    return FIELD_OF.get(title) or ALIASES.get(title, "")


def clean(cell: Any, *, plain: bool = True) -> str:
    """A cell as words: 12.0 → 12, days as 2026-11-30; `plain` ones full-width to half-width."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else f"{cell:.10g}"
    if hasattr(cell, "strftime"):
        return str(cell.strftime("%Y-%m-%d"))
    words = unicodedata.normalize("NFKC", str(cell)) if plain else str(cell)
    return words.strip().lstrip("'")


def known_of(data: bytes) -> dict[str, dict[str, str]]:
    """What a summary remembers, by the name of a figure; ambiguous names are left out."""
    lines = read_sheet(data, name=SUMMARY)
    names = [line.get("name", "") for line in lines]
    own = {
        f"{line['code']}|{line.get('last', '')}": {
            f: line.get(f, "") for f in (*REMEMBERED, "name")
        }
        for line in lines
    }
    return own | {line["name"]: {field: line.get(field, "") for field in REMEMBERED}
            for line in lines if names.count(line.get("name", "")) == 1}  # fmt: skip


def merged(rows: Iterable[Row], line_of: Mapping[str, Mapping[str, str]]) -> list[Row]:
    """Rows with what the lines (by code) say; unknown codes are the caller's to report."""
    return [_with(row, line_of.get(row.code, {})) for row in rows]


def _with(row: Row, line: Mapping[str, str]) -> Row:
    said: dict[str, Any] = {k: v for k, v in line.items() if v and k not in GIVEN}
    return replace(row, **said)


def rows_of(data: bytes) -> list[Row]:
    """Rows as a summary holds them; the places in the report are not in it (0)."""
    lines = read_sheet(data, name=SUMMARY)
    return [_row(line) for line in lines]


def _row(line: Mapping[str, str]) -> Row:
    words: dict[str, Any] = {
        field: line.get(field, "") for field, *_ in COLUMNS if field != "paragraph"
    }
    return Row(paragraph=int(line.get("paragraph") or 0), start=0, end=0, **words)
