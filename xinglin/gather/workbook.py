"""The workbook of rejected rows: the sender's own columns, why each row came back, how to mend it.

Written as plain sheet XML, a tenth of the time of a general writer. Nothing touches the disk in the
open: it is made in memory and sealed by the caller.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

REASON, REMEDY, ROW, DELIVERY = "退回原因", "怎么改", "原行号", "原交付编号"
ADDED = (REASON, REMEDY, ROW, DELIVERY)
SHEET_ROWS = 1_000_000
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def rejected_workbook(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> bytes:
    """An .xlsx with the header and the rows, all cells as text. `rows` are as wide as the header."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        sheets = 0
        for sheet in _sheets(header, rows):
            sheets += 1
            packed.writestr(f"xl/worksheets/sheet{sheets}.xml", sheet)
        for name, text in _frame(sheets).items():
            packed.writestr(name, _HEAD + text)
    return out.getvalue()


def _sheets(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[bytes]:
    lines, first = [_row(header)], True
    for row in rows:
        lines.append(_row(row))
        if len(lines) == SHEET_ROWS:
            yield _sheet(lines)
            lines, first = [_row(header)], False
    if first or len(lines) > 1:
        yield _sheet(lines)


def _row(cells: Sequence[str | None]) -> str:
    return "<row>" + "".join(
        "<c/>" if cell is None else
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_BAD.sub("", cell))}</t></is></c>'
        for cell in cells) + "</row>"


def _sheet(lines: Sequence[str]) -> bytes:
    return (f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}'
            "</sheetData></worksheet>").encode()


def _frame(sheets: int) -> dict[str, str]:
    """The small parts every workbook needs."""
    numbers = range(1, sheets + 1)
    types = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                    f'ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers)
    listed = "".join(f'<sheet name="退回{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    targets = "".join(f'<Relationship Id="rId{n}" Type="{_REL}/worksheet" '
                      f'Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    return {
        "[Content_Types].xml":
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{types}</Types>',
        "_rels/.rels":
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml":
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
            f'<Relationships xmlns="{_PACKAGE}/relationships">{targets}</Relationships>',
    }
