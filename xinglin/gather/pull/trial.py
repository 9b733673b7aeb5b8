"""Trying a database source before anything is read for good: sign-in, rights, a few rows checked."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from xinglin.gather import actions
from xinglin.gather.receipt import Receipt
from xinglin.gather.receive import receive
from xinglin.gather.records import record_of
from xinglin.gather.sources.database import paging
from xinglin.gather.sources.database.account import account
from xinglin.gather.sources.database.connect import session, spoken
from xinglin.gather.sources.database.declared import Declared, Query
from xinglin.gather.sources.database.dialects import Dialect
from xinglin.gather.sources.database.fetch import Pace, fetch
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home

ROWS = 200


def try_source(home: Home, declared: Declared) -> dict[str, Any]:
    """What is found, in words and numbers; nothing is kept. Raises XinglinError when there is no connection."""
    if declared.database is None:
        raise XinglinError("这个来源没有声明数据库", f"{declared.code}.toml", "请写 [database] 和 [[query]]")
    actions.source(declared.code)
    with session(home, declared) as (connection, dialect):
        may = account(connection, dialect, code=declared.code)
        tried = [_try(home, declared, q, connection, dialect) for q in declared.queries]
    refused = may.reads_only is False and declared.database.writable == "refuse"
    return {"source": declared.code, "database": dialect.title, "reads_only": may.reads_only,
            "account": may.words() + ("；取数时会拒绝" if refused else ""), "queries": tried}


def _try(home: Home, declared: Declared, query: Query, connection: sa.Connection, dialect: Dialect) -> dict[str, Any]:
    title = record_of(query.record).about.title
    found: dict[str, Any] = {"record": query.record, "title": title, "problem": "", "more": []}
    try:
        paging.checked_sql(query, dialect)
        with tempfile.TemporaryDirectory(dir=home.tmp) as scratch:
            path = Path(scratch) / "look.parquet"
            read = fetch(connection, paging.look_sql(query, dialect, rows=ROWS), {}, into=path, pace=Pace(0), code=declared.code)
            found["undated"] = _count(connection, paging.undated_sql(query, dialect), declared.code)
            receipt = receive(home, path, source=declared.code, record=query.record, mapping=query.map or None, check_only=True) \
                if read.rows else None
    except XinglinError as problem:
        return found | {"problem": str(problem), "words": str(problem)}
    return found | _said(query, read.columns, receipt, found["undated"])


def _count(connection: sa.Connection, sql: str, code: str) -> int:
    with spoken(code):
        found = connection.execute(sa.text(sql)).scalar()
        connection.rollback()
    return int(found or 0)


def _said(query: Query, columns: tuple[str, ...], receipt: Receipt | None, undated: int) -> dict[str, Any]:
    more = [f"{undated} 行没有{query.watermark or query.day}，读不到"] if undated else []
    if query.day and query.id not in columns:
        return {"problem": f"查询里没有“{query.id}”列", "more": more,
                "words": f"查询里没有“{query.id}”列。按窗口重读要有不变的记录号，请取主键 AS {query.id}"}
    if receipt is None:
        return {"words": "查询能运行，但没有一行", "more": more}
    if receipt.problem:
        return {"problem": receipt.problem, "words": receipt.problem, "more": more}
    more += [f"{'退回' if act == 'reject' else '待核实'} {rows} 行：{words}" for act, words, rows in receipt.reasons]
    if receipt.notes.get("unused"):
        more.append(f"没有用到的列：{'、'.join(receipt.notes['unused'])}")
    return {"words": f"取 {receipt.received} 行核对：可入库 {receipt.accepted}，退回 {receipt.rejected}，待核实 {receipt.queried}",
            "receipt": receipt.as_dict(), "more": more}
