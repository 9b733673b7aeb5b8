"""The trace of a draft as an annex: which number, who wrote it, when, from which sheet."""

import io
from collections.abc import Iterable

import xlsxwriter

COLUMNS = (("code", "编号", 8), ("name", "指标", 28), ("value", "今年数", 12), ("unit", "单位", 8), ("last", "去年数", 12), ("scope", "口径", 20),
           ("as_of", "截至日", 12), ("by", "填报人", 10), ("checked_by", "审核人", 10), ("when", "填表时间", 16), ("sheet", "来自", 20), ("note", "备注", 32))  # fmt: skip


def annex(trace: Iterable[dict[str, str]]) -> bytes:
    """The bytes of an .xlsx with one line for each filled number."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("数据来源")
        head, body = (
            book.add_format({"bold": True, "border": 1}),
            book.add_format({"border": 1, "text_wrap": True}),
        )
        for at, (_, title, width) in enumerate(COLUMNS):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, title, head)
        for line, row in enumerate(trace, 1):
            for at, (field, *_rest) in enumerate(COLUMNS):
                sheet.write_string(line, at, row.get(field, ""), body)
        sheet.freeze_panes(1, 0)
    return held.getvalue()
