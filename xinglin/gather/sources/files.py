"""A delivered file becomes the table `raw`: every cell as text, rows in the file's order.

What the file is, is told by its first bytes, then by its name. A file that cannot be read whole is
refused with one sentence; nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from xinglin.gather.refusal import MAX_COLUMNS, unreadable
from xinglin.gather.sources.excel import read_excel
from xinglin.gather.sources.structured import read_ndjson, read_parquet
from xinglin.gather.sources.text import read_csv

FORMS = {"csv": "CSV", "xlsx": "Excel 工作簿", "parquet": "Parquet", "ndjson": "NDJSON"}
_BY_NAME = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx",
            ".parquet": "parquet", ".ndjson": "ndjson", ".jsonl": "ndjson"}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class FileRead:
    """`columns` as the file names them; rowid r of `raw` is row `first_row + r` of the file."""

    form: str
    columns: tuple[str, ...]
    first_row: int
    rows: int
    notes: dict[str, str]


def form_of(path: Path) -> str:
    """csv, xlsx, parquet or ndjson. Raises XinglinError for anything else."""
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise unreadable("文件是空的", "整个文件", "请核对导出是否成功后重传")
    if head == _OLD_EXCEL:
        raise unreadable("这是旧版 Excel（.xls）或加了密码的工作簿", "文件开头",
                         "请去掉密码，另存为 .xlsx 或 CSV（UTF-8）后重传")
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head == b"PAR1":
        return "parquet"
    form = _BY_NAME.get(path.suffix.lower())
    if form is None or form in ("xlsx", "parquet"):
        raise unreadable("认不出文件的格式", "文件开头", "请传 CSV、Excel（.xlsx）、Parquet 或 NDJSON")
    return form


def read_file(con: Connection, path: Path, *, scratch: Path) -> FileRead:
    """Fill the table `raw` from the file. `scratch` is a private folder for transcoding.

    Raises XinglinError in the sender's words; `raw` is then gone.
    """
    form = form_of(path)
    readers: dict[str, Callable[..., tuple[list[str], int, dict[str, str]]]] = {
        "csv": read_csv, "xlsx": read_excel, "parquet": read_parquet, "ndjson": read_ndjson}
    try:
        columns, first_row, notes = readers[form](con, path, scratch=scratch)
    except BaseException:
        con.execute("DROP TABLE IF EXISTS raw")
        raise
    rows = _drop_blank_rows(con, columns)
    if not rows:
        con.execute("DROP TABLE raw")
        raise unreadable("文件只有表头，没有数据行", "表头之后", "请核对导出的条件；确无数据的，不必报送")
    return FileRead(form, tuple(columns), first_row, rows, notes)


def _drop_blank_rows(con: Connection, columns: list[str]) -> int:
    """Rows left without lines of commas only. rowid of the others stays, so row numbers do too."""
    assert len(columns) <= MAX_COLUMNS
    blank = " AND ".join(f"c{n} IS NULL" for n in range(len(columns)))
    found = con.execute(f"SELECT count(*), count(*) FILTER ({blank}) FROM raw").fetchone()
    assert found is not None
    if found[1]:
        con.execute(f"DELETE FROM raw WHERE {blank}")
    return int(found[0] - found[1])
