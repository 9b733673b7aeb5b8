"""The statements that read a declared query in pages, in the dialect of its server. Text only.

A page is (since, until]: the boundary is found first, over the watermark alone, so a page has all rows of its
last value and the next one begins after it. The sender's query stays as it was declared, inside brackets.
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp

from xinglin.gather.sources.database.declared import Query
from xinglin.gather.sources.database.dialects import Dialect
from xinglin.kernel.errors import XinglinError

_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.TruncateTable,
            exp.Into, exp.Command, exp.Lock)


def checked_sql(query: Query, dialect: Dialect) -> str:
    """The query's text. Raises XinglinError when it is not one SELECT, or cannot stand inside another."""
    where = f"《{query.record}》的查询"
    try:
        parsed = sqlglot.parse(query.sql, dialect=dialect.parses_as)
    except sqlglot.errors.SqlglotError:
        parsed = []         # a dialect's own words: the account's rights and the read-only session still hold
        if not re.match(r"\s*(select|with)\b", query.sql, re.IGNORECASE) or ";" in query.sql:
            raise XinglinError("查询不是一条 SELECT", where, "只写一条 SELECT，不要分号") from None
    if len(parsed) > 1:
        raise XinglinError("查询里有不止一条语句", where, "只写一条 SELECT，不要分号")
    for tree in parsed:
        if not isinstance(tree, exp.Query) or any(tree.find(kind) for kind in _CHANGES):
            raise XinglinError("查询不是只读的 SELECT", where, "只写 SELECT，不要 INSERT、UPDATE、SELECT INTO、FOR UPDATE")
        if tree.args.get("order") is not None and tree.args.get("limit") is None:
            raise XinglinError("查询里写了 ORDER BY", where, "请删去：杏林自己按页排序，SQL Server 的子查询也不许有它")
        if dialect.code == "mssql" and (tree.args.get("with") or tree.args.get("with_")):
            raise XinglinError("查询以 WITH 开头", where, "SQL Server 的子查询里不能用 WITH，请改写成视图或子查询")
    return query.sql


def _inner(query: Query) -> str:
    return f"({query.sql}\n) q"


def top_sql(query: Query, dialect: Dialect) -> str:
    """The greatest watermark there is."""
    return f"SELECT max(q.{dialect.name(query.watermark)}) FROM {_inner(query)}"


def boundary_sql(query: Query, dialect: Dialect, *, since: bool, page: int) -> str:
    """The watermark at which a page of about `page` rows ends. Binds :until, and :since when there is one."""
    column = f"q.{dialect.name(query.watermark)}"
    after = f"{column} > :since AND " if since else ""
    rows = f"SELECT {column} AS w FROM {_inner(query)} WHERE {after}{column} <= :until"
    if dialect.code == "mssql":
        return f"SELECT max(p.w) FROM ({dialect.first.format(sql=rows, order='w', n=page)}) p"
    return f"SELECT max(p.w) FROM ({dialect.first.format(sql=rows, order=column, n=page)}) p"


def page_sql(query: Query, dialect: Dialect, *, since: bool) -> str:
    """The rows of a page, in its order."""
    column = f"q.{dialect.name(query.watermark)}"
    after = f"{column} > :since AND " if since else ""
    return f"SELECT q.* FROM {_inner(query)} WHERE {after}{column} <= :until ORDER BY {column}"


def window_sql(query: Query, dialect: Dialect) -> str:
    """The rows of days from :since on and before :until."""
    column = f"q.{dialect.name(query.day)}"
    return f"SELECT q.* FROM {_inner(query)} WHERE {column} >= :since AND {column} < :until"


def oldest_sql(query: Query, dialect: Dialect, *, since: bool) -> str:
    """The earliest day there is, or the earliest from :since on."""
    column = f"q.{dialect.name(query.day)}"
    return f"SELECT min({column}) FROM {_inner(query)}" + (f" WHERE {column} >= :since" if since else "")


def undated_sql(query: Query, dialect: Dialect) -> str:
    """How many rows have no watermark (or no day) and will never be read."""
    return f"SELECT count(*) FROM {_inner(query)} WHERE q.{dialect.name(query.watermark or query.day)} IS NULL"


def named_sql(query: Query, dialect: Dialect, count: int) -> str:
    """The rows of these record ids, wherever their day now lies. Binds :k0 …"""
    names = ", ".join(f":k{n}" for n in range(count))
    return f"SELECT q.* FROM {_inner(query)} WHERE q.{dialect.name(query.id)} IN ({names})"


def look_sql(query: Query, dialect: Dialect, *, rows: int) -> str:
    """A few rows, to see that the query runs and what its columns are."""
    column = f"q.{dialect.name(query.watermark or query.day)}"
    inner = f"SELECT q.* FROM {_inner(query)} WHERE {column} IS NOT NULL"
    order = (query.watermark or query.day) if dialect.code == "mssql" else column
    return dialect.first.format(sql=inner, order=dialect.name(order) if dialect.code == "mssql" else column, n=rows)
