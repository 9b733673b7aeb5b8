"""An export as a file: CSV or xlsx, with a watermark that says who took it, when and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

FORMS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_LEADS = ("=", "+", "-", "@", "\t", "\r")      # what a spreadsheet would run as a formula

Cells = Sequence[object]


def file_of(form: str, *, title: str, mark: Sequence[str], header: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """The file's bytes; `mark` are the lines of the watermark, above the table and at its foot."""
    return (_csv if form == "csv" else _xlsx)(title, mark, header, list(rows))


def _csv(title: str, mark: Sequence[str], header: Sequence[str], rows: Sequence[Cells]) -> bytes:
    out = io.StringIO(newline="")
    write = csv.writer(out)
    for line in (title, *mark):
        write.writerow([line])
    write.writerow(header)
    write.writerows([_plain(c) for c in row] for row in rows)
    write.writerow([mark[0] if mark else ""])
    return ("\ufeff" + out.getvalue()).encode()     # spreadsheets know UTF-8 by its mark


def _plain(cell: object) -> object:
    """Text that begins like a formula gets a quote before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_LEADS) else cell


def _xlsx(title: str, mark: Sequence[str], header: Sequence[str], rows: Sequence[Cells]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("导出")
    bold, grey = book.add_format({"bold": True}), book.add_format({"font_color": "#5B6472"})
    sheet.write_string(0, 0, title, bold)
    for n, line in enumerate(mark, 1):
        sheet.write_string(n, 0, line, grey)
    top = len(mark) + 2
    sheet.write_row(top, 0, header, bold)
    for n, row in enumerate(rows, top + 1):
        sheet.write_row(n, 0, row)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_column(0, len(header), 16)
    sheet.set_footer(f"&C{mark[0] if mark else ''}&R&P/&N")
    book.close()
    return out.getvalue()
