"""Excel workbooks (.xlsx): the first sheet with data; values only, never formulas."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from xinglin.gather.mark import SHEET
from xinglin.gather.refusal import (
    MAX_COLUMNS,
    FileRefusedError,
    blame_the_file,
    checked_header,
    unreadable,
)

_MAX_UNPACKED = 2 << 30
_MAX_RATIO = 200
_MAX_PARTS = 2_000
_CHUNK = 50_000
Cells = tuple[str | None, ...]


def read_excel(con: duckdb.DuckDBPyConnection, path: Path, *,
               scratch: Path) -> tuple[list[str], int, dict[str, str]]:
    """Fill `raw`; returns header, number of the first data row, notes."""
    guard_zip(path)
    try:
        with path.open("rb") as file:       # by its content: openpyxl would go by the name
            import openpyxl  # half a second that few deliveries need

            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            sheets = [s for s in book.worksheets if s.sheet_state == "visible" and s.title != SHEET]
            found = next((s for s in sheets if any(_filled(r) for r in islice(_rows(s), 20))), None)
            if found is None:
                raise unreadable("工作簿里没有数据", "所有工作表", "请核对导出是否成功后重传")
            header, first_row = _load(con, found)
    except FileRefusedError:
        raise
    except Exception as problem:  # openpyxl raises whatever a broken part makes it raise
        blame_the_file(problem)
        raise unreadable("Excel 文件损坏，读不出来", "整个文件",
                         "请用 Excel 打开后另存为新的 .xlsx 再传") from None
    return header, first_row, {"sheets_not_read": str(len(sheets) - 1)} if len(sheets) > 1 else {}


def guard_zip(path: Path) -> None:
    """Refuse a zip bomb before anything is unpacked: zipfile stops at the declared sizes."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile:
        raise unreadable("Excel 文件损坏，读不出来", "整个文件",
                         "请用 Excel 打开后另存为新的 .xlsx 再传") from None
    if "xl/workbook.xml" not in {p.filename for p in parts}:
        raise unreadable("这是压缩包，不是 Excel 工作簿", "文件开头", "请解压后，逐个传其中的文件")
    unpacked, packed_size = sum(p.file_size for p in parts), max(path.stat().st_size, 1)
    if len(parts) > _MAX_PARTS or unpacked > _MAX_UNPACKED or (
            unpacked > 50 << 20 and unpacked / packed_size > _MAX_RATIO):
        raise unreadable(f"工作簿解开后有 {unpacked >> 20} MB，大得不正常", "整个文件",
                         "请删去空白的行列和图片，另存后重传；数据多的请改用 CSV")


def _load(con: duckdb.DuckDBPyConnection, sheet: Any) -> tuple[list[str], int]:
    rows = _rows(sheet)
    head = list(islice(rows, 20))
    at, header, taken = _find_header(head)
    width = len(header)
    con.execute("CREATE OR REPLACE TABLE raw (" + ", ".join(f"c{n} VARCHAR" for n in range(width)) + ")")
    body = chain(head[at + taken:], rows)
    while chunk := list(islice(body, _CHUNK)):
        _insert(con, [_fitted(row, width) for row in chunk], width)
    return header, at + taken + 1


def _rows(sheet: Any) -> Iterator[Cells]:
    for row in sheet.iter_rows():
        yield tuple(_text(cell) for cell in row)


def _text(cell: Any) -> str | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f" or (isinstance(value, str) and value.startswith("=") and len(value) > 1
                                 and cell.data_type != "s" and cell.data_type != "inlineStr"):
        raise unreadable("单元格是公式，不是值", f"第 {cell.row} 行，第 {cell.column} 列",
                         "请复制整表，用“选择性粘贴—数值”粘到新表后重传")
    return _plain(value)


def _plain(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip() or None


def _filled(row: Sequence[str | None]) -> int:
    return sum(cell is not None for cell in row)


def _find_header(head: Sequence[Cells]) -> tuple[int, list[str], int]:
    """Where the header stands, its names, and how many rows it takes (two when groups are merged)."""
    widest = max(_filled(row) for row in head)
    at = next(n for n, row in enumerate(head) if _filled(row) * 2 >= widest)
    first = head[at]
    below = head[at + 1] if at + 1 < len(head) else ()
    where = f"第 {at + 1} 行表头"
    if _is_group_row(first, below):
        wide = max(len(first), len(below))
        cells = [_at(below, n) or _at(first, n) or "" for n in range(wide)]
        return at, checked_header(cells, where=where), 2
    return at, checked_header([c or "" for c in first], where=where), 1


def _is_group_row(first: Cells, below: Cells) -> bool:
    """A merged group leaves gaps in the first row that the second fills with words, not values."""
    gaps = [n for n in range(len(below)) if _at(first, n) is None and _at(below, n) is not None]
    words = [c for c in below if c is not None]
    return bool(gaps) and all(not any(ch.isdigit() for ch in w[:2]) for w in words) and \
        _filled(first) < _filled(first) + len(gaps)


def _at(row: Cells, n: int) -> str | None:
    return row[n] if n < len(row) else None


def _fitted(row: Cells, width: int) -> Cells:
    return row[:width] + (None,) * (width - len(row))


def _insert(con: duckdb.DuckDBPyConnection, rows: list[Cells], width: int) -> None:
    assert width <= MAX_COLUMNS
    columns = list(zip(*rows, strict=True))
    chunk = pa.table({f"c{n}": pa.array(columns[n], pa.string()) for n in range(width)})
    con.register("chunk", chunk)
    con.execute("INSERT INTO raw FROM chunk")
    con.unregister("chunk")
