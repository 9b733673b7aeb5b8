"""Who took a workbook away, when and what for: a sheet of its own, and the foot of every printed page.

The rows stay as they were, so that a workbook that was mended and sent again is read as before.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

SHEET = "下载记录"
_TAIL = b"</sheetData></worksheet>"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_ROWS = "xl/worksheets/"
_LONGEST = 200          # characters of a page's foot; Excel takes 255


def marked(content: bytes, lines: Sequence[str]) -> bytes:
    """A workbook as `workbook.rejected_workbook` makes it, with these lines for whoever opens or prints it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        number = 1 + sum(part.filename.startswith(_ROWS) for part in held.infolist())
        more = _more(number)
        for part in held.infolist():
            if part.filename.startswith(_ROWS):
                _copy_rows(held, packed, part, _foot(lines))
            else:
                end, added = more.get(part.filename, ("", ""))
                text = held.read(part).decode()
                packed.writestr(part.filename, text.replace(end, added + end) if end else text)
        packed.writestr(f"{_ROWS}sheet{number}.xml", _sheet(lines))
    return out.getvalue()


def _copy_rows(held: zipfile.ZipFile, packed: zipfile.ZipFile, part: zipfile.ZipInfo, foot: bytes) -> None:
    """Without unpacking it whole: a sheet may hold a million rows."""
    with held.open(part) as rows, packed.open(part.filename, "w", force_zip64=True) as copy:
        left = part.file_size - len(_TAIL)
        while left > 0 and (piece := rows.read(min(left, 1 << 20))):
            copy.write(piece)
            left -= len(piece)
        end = rows.read(len(_TAIL))
        copy.write(b"</sheetData>" + foot + b"</worksheet>" if end == _TAIL else end)
        shutil.copyfileobj(rows, copy)


def _foot(lines: Sequence[str]) -> bytes:
    told = escape("；".join(lines)[:_LONGEST].replace("&", "&&"))
    return f"<headerFooter><oddFooter>&amp;L{told}&amp;R&amp;P/&amp;N</oddFooter></headerFooter>".encode()


def _sheet(lines: Sequence[str]) -> str:
    rows = "".join(f'<row><c t="inlineStr"><is><t xml:space="preserve">{escape(line)}</t></is></c></row>' for line in lines)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def _more(number: int) -> dict[str, tuple[str, str]]:
    """Part → before what the new sheet is named there, and how."""
    return {
        "[Content_Types].xml": ("</Types>", f'<Override PartName="/{_ROWS}sheet{number}.xml" ContentType="{_TYPE}"/>'),
        "xl/workbook.xml": ("</sheets>", f'<sheet name="{SHEET}" sheetId="{number}" r:id="rId{number}"/>'),
        "xl/_rels/workbook.xml.rels": ("</Relationships>",
                                       f'<Relationship Id="rId{number}" Type="{_REL}" Target="worksheets/sheet{number}.xml"/>')}
