"""CSV as it comes: UTF-8, with BOM, GB18030, UTF-16; comma, tab, semicolon or bar."""

from __future__ import annotations

import codecs
import csv
import re
import tempfile
from pathlib import Path

import duckdb

from xinglin.gather.refusal import FileRefusedError, blame_the_file, checked_header, unreadable

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20
_DELIMITERS = ",\t;|"
_LONGEST_LINE = 1 << 24     # DuckDB would take sixteen of them for a buffer
csv.field_size_limit(1 << 24)


def read_csv(con: duckdb.DuckDBPyConnection, path: Path, *,
             scratch: Path) -> tuple[list[str], int, dict[str, str]]:
    """Fill `raw` (c0, c1, …); returns header, number of the first data row, notes."""
    encoding = _begins_as(path)
    if encoding.startswith("utf-8"):
        try:
            return (*_load(con, path), {"encoding": "UTF-8"})
        except FileRefusedError:        # what is no UTF-8 further down is told apart below, or refused again
            encoding = encoding_of(path)
            if encoding.startswith("utf-8"):
                raise
    with tempfile.NamedTemporaryFile(dir=scratch, suffix=".csv") as plain:
        _transcode(path, encoding, Path(plain.name))
        return (*_load(con, Path(plain.name)), {"encoding": encoding.upper()})


def _begins_as(path: Path) -> str:
    """UTF-8 where the beginning is and no zero byte follows: the reader of the rows tells the rest."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            return encoding_of(path)
        while chunk := head or file.read(_CHUNK):
            if b"\x00" in chunk:
                return encoding_of(path)
            head = b""
    return "utf-8"


def encoding_of(path: Path) -> str:
    """Found by trying, strictly, over the whole file. Raises FileRefusedError when nothing fits."""
    with path.open("rb") as file:
        head = file.read(4)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    raise unreadable("文件的文字编码不对，既不是 UTF-8 也不是 GB18030（GBK）", "整个文件",
                     "请用“CSV UTF-8（逗号分隔）”另存后重传")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if b"\x00" in chunk:
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _transcode(path: Path, encoding: str, target: Path) -> None:
    try:
        with path.open(encoding=encoding, newline="") as source, \
                target.open("w", encoding="utf-8", newline="") as plain:
            while chunk := source.read(_CHUNK):
                plain.write(chunk)
    except UnicodeDecodeError:
        raise unreadable("文件的文字编码有损坏的字节", "整个文件", "请重新导出后再传") from None


def _load(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[str], int]:
    delimiter, header, skip = _header(path)
    columns = {f"c{n}": "VARCHAR" for n in range(len(header))}
    try:
        con.execute(
            "CREATE OR REPLACE TABLE raw AS FROM read_csv(?, header=false, skip=?, auto_detect=false, "
            "delim=?, quote='\"', escape='\"', columns=?, nullstr='', "
            f"max_line_size={_LONGEST_LINE}, buffer_size={2 * _LONGEST_LINE})",
            [str(path), skip, delimiter, columns])
    except duckdb.Error as problem:
        blame_the_file(problem)
        raise _sentence(str(problem), len(header)) from None
    return header, skip + 1


def _header(path: Path) -> tuple[str, list[str], int]:
    """Delimiter, names, and how many lines to skip. Title lines above the header have one cell."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for _, line in zip(range(20), iter(lambda: file.readline(_CHUNK), ""), strict=False)]
    counts = {d: max(line.count(d) for line in lines) for d in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda d: counts[d])
    rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
    widest = max(sum(bool(c.strip()) for c in row) for row in rows)
    at = next(n for n, row in enumerate(rows) if sum(bool(c.strip()) for c in row) * 2 >= widest)
    names = checked_header(rows[at], where=f"第 {at + 1} 行表头")
    if len(names) == 1 and len(lines) > 1 and widest > 1:
        raise unreadable("找不到表头", "前 20 行", "请在第一行写上列名后重传")
    return delimiter, _as_wide(names, rows[at]), at + 1


def _as_wide(names: list[str], cells: list[str]) -> list[str]:
    """Columns without a name at the end of the header exist in the rows too."""
    return [*names, *(f"第{n}列" for n in range(len(names) + 1, len(cells) + 1))]


def _sentence(problem: str, width: int) -> FileRefusedError:
    """DuckDB's message holds the line itself; only its number is taken from it."""
    line = re.search(r"CSV Error on Line: (\d+)", problem)
    where = f"第 {line[1]} 行" if line else "文件中"
    found = re.search(r"Expected Number of Columns: \d+ Found: (\d+)", problem)
    if found:
        return unreadable(f"这一行有 {found[1]} 个字段，表头有 {width} 列", where,
                          "字段内含逗号或换行的请加双引号；改正后重传整份文件")
    if "quote" in problem.lower():
        return unreadable("双引号没有成对", where, "请补上或去掉多余的双引号后重传整份文件")
    if "unicode" in problem.lower() or "utf" in problem.lower():
        return unreadable("文字编码有损坏的字节", where, "请用“CSV UTF-8”重新导出后再传")
    return unreadable("这一行读不出来", where, "请用表格软件打开核对后，重新导出再传")
