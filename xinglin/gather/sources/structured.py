"""Parquet and NDJSON: forms that bring their own column names."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from xinglin.gather.refusal import blame_the_file, checked_header, unreadable

_NESTED = ("STRUCT", "MAP", "[]", "LIST", "UNION", "BLOB")


def read_parquet(con: duckdb.DuckDBPyConnection, path: Path, *,
                 scratch: Path) -> tuple[list[str], int, dict[str, str]]:
    """Fill `raw` with every column as text."""
    try:
        described = con.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()
        names = checked_header([d[0] for d in described], where="列名")
        nested = [d[0] for d in described if any(n in d[1] for n in _NESTED)]
        if nested:
            raise unreadable(f"列“{nested[0]}”是嵌套的内容", "列类型", "请拆成普通的列后重传")
        cells = ", ".join(f"{_quoted(d[0])}::VARCHAR AS c{n}" for n, d in enumerate(described))
        con.execute(f"CREATE OR REPLACE TABLE raw AS SELECT {cells} FROM read_parquet(?)",
                    [str(path)])
    except duckdb.Error as problem:
        blame_the_file(problem)
        raise unreadable("Parquet 文件损坏，读不出来", "整个文件", "请重新导出后再传") from None
    return names, 1, {}


def read_ndjson(con: duckdb.DuckDBPyConnection, path: Path, *,
                scratch: Path) -> tuple[list[str], int, dict[str, str]]:
    """Fill `raw`: one JSON object a line, its values as text."""
    try:
        con.execute("CREATE OR REPLACE TABLE lines AS SELECT json FROM read_ndjson_objects(?)",
                    [str(path)])
        keys = con.execute("SELECT k FROM (SELECT DISTINCT unnest(json_keys(json)) k FROM lines) "
                           "ORDER BY k").fetchall()
        names = checked_header([k[0] for k in keys], where="各行的键")
        _flat_only(con, names)
        cells = ", ".join(f"nullif(json ->> {_literal('$.' + _json_key(n))}, '') AS c{i}"
                          for i, n in enumerate(names))
        con.execute(f"CREATE OR REPLACE TABLE raw AS SELECT {cells} FROM lines")
        con.execute("DROP TABLE lines")
    except duckdb.Error as problem:
        blame_the_file(problem)
        line = re.search(r"line (\d+)", str(problem))
        raise unreadable("这一行不是有效的 JSON", f"第 {line[1]} 行" if line else "文件中",
                         "请每行写一个 JSON 对象，改正后重传整份文件") from None
    return names, 1, {}


def _flat_only(con: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    for name in names:
        path = _literal("$." + _json_key(name))
        found = con.execute(
            f"SELECT min(rowid) + 1 FROM lines "
            f"WHERE json_type(json, {path}) IN ('OBJECT', 'ARRAY')").fetchone()
        if found and found[0]:
            raise unreadable(f"“{name}”是嵌套的内容", f"第 {found[0]} 行", "请拆成普通的键后重传")


def _json_key(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
