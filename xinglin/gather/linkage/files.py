"""`xinglin people link`: a file of records in, the same file with person and confidence out. No temporary files."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from xinglin.gather.linkage.columns import ROW, find_columns
from xinglin.gather.linkage.resolve import Resolved, resolve
from xinglin.gather.linkage.words import pairs_in_words
from xinglin.gather.sources.text import encoding_of
from xinglin.kernel.errors import XinglinError

_ADDED = ("person", "confidence")
MEMORY = "2GiB"


@dataclass(frozen=True)
class FileLinked:
    """What `link_file` did. `columns`: field → columns of the file."""

    resolved: Resolved
    columns: Mapping[str, Sequence[str]]
    seconds: float
    cpu_seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Counts only; nothing personal."""
        r = self.resolved
        return {"records": r.records, "persons": r.persons, "pairs_same": r.same, "pairs_to_judge": r.to_judge,
                "pairs_different": r.different, "compared": [c.name for c in r.comparisons],
                "columns": {k: list(v) for k, v in self.columns.items()},
                "seconds": round(self.seconds, 2), "cpu_seconds": round(self.cpu_seconds, 2)}


def link_file(path: Path, out: Path, *, map_text: str | None = None, map_name: str = "",
              judge_to: Path | None = None) -> FileLinked:
    """Resolve a CSV (UTF-8 or GB18030) and write it with two more columns, UTF-8, in the same order.

    `judge_to`: where the pairs that a person should judge go, with the evidence in words.
    """
    began, cpu = time.perf_counter(), time.process_time()
    header, rows = read_rows(path)
    columns = find_columns(header, map_text, where=map_name or path.name)
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": ""}) as con:
        con.execute("SET enable_progress_bar = false")
        _put_given(con, header, rows, columns)
        found = resolve(con, [f for f in columns if f != ROW])
        told = con.execute("SELECT dense_rank() OVER (ORDER BY person), confidence FROM person_of ORDER BY uid").fetchall()
        _write(out, header, rows, told)
        if judge_to is not None:
            _write_pairs(judge_to, con, found, header, rows, columns)
    return FileLinked(found, columns, time.perf_counter() - began, time.process_time() - cpu)


def read_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows; every row is as long as the header. Raises XinglinError when it is no table."""
    if not path.is_file():
        raise XinglinError("找不到要读的文件", str(path), "请核对路径")
    text = path.read_bytes().decode(encoding_of(path))
    first = text[:text.find("\n") if "\n" in text else None]
    delimiter = max(",\t;|", key=first.count)
    listed = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    header = [c.strip().lstrip("\ufeff") for c in next(listed, [])]
    if not any(header):
        raise XinglinError("文件是空的", path.name, "请在第一行写上列名")
    width = len(header)
    rows = [r if len(r) == width else (r + [""] * width)[:width] for r in listed if any(r)]
    return header, rows


def _put_given(con: duckdb.DuckDBPyConnection, header: Sequence[str], rows: Sequence[Sequence[str]],
               columns: Mapping[str, Sequence[str]]) -> None:
    at = {name: n for n, name in enumerate(header)}
    table: dict[str, Any] = {"uid": pa.array(range(1, len(rows) + 1), pa.int64())}
    for field, parts in columns.items():
        if field == ROW:
            continue
        places = [at[p] for p in parts]
        values = [r[places[0]] for r in rows] if len(places) == 1 else [" ".join(r[p].strip() for p in places) for r in rows]
        table[field] = pa.array(values, pa.string())
    con.register("put", pa.table(table))
    con.execute("CREATE TABLE given AS FROM put")
    con.unregister("put")


def _write(out: Path, header: Sequence[str], rows: Sequence[Sequence[str]], told: Sequence[tuple[Any, ...]]) -> None:
    names = [f"{h}_in_file" if h in _ADDED else h for h in header]
    with _opened(out) as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow([*names, *_ADDED])
        written.writerows([*row, *added] for row, added in zip(rows, told, strict=True))


def _write_pairs(out: Path, con: duckdb.DuckDBPyConnection, found: Resolved, header: Sequence[str],
                 rows: Sequence[Sequence[str]], columns: Mapping[str, Sequence[str]]) -> None:
    at = header.index(columns[ROW][0]) if ROW in columns else None
    with _opened(out) as file:
        written = csv.writer(file, lineterminator="\n")
        written.writerow(["row_1", "row_2", "confidence", "evidence"])
        for left, right, sure, words in pairs_in_words(con, found.comparisons):
            written.writerow([*(rows[n - 1][at] if at is not None else n for n in (left, right)), sure, words])


def _opened(out: Path) -> io.TextIOWrapper:
    if not out.parent.is_dir():
        raise XinglinError("写不了结果文件，没有这个文件夹", str(out.parent), "请先建好文件夹，或换一个位置")
    return out.open("w", encoding="utf-8", newline="")
