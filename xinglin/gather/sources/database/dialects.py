"""What differs between kinds of database servers, as text: first rows, days, names in quotes, rights.

Tried on PostgreSQL, MariaDB and SQLite. Oracle (11g and later), SQL Server (2008 and later) and 达梦 are
rendered and parsed in tests; no server of theirs stands here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xinglin.kernel.errors import XinglinError


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """`first`: a query's first {n} rows by {order}. `day`, `moment`: a column as text that everyone reads.

    `rights`: what the account may do beside reading; any row is too much. None: it cannot be asked.
    """

    code: str
    title: str
    driver: str             # SQLAlchemy's name, where the address says none
    package: str            # what brings the driver
    parses_as: str          # sqlglot's name
    quoted: str             # a name in quotes: the signs before and after
    first: str
    day: str
    moment: str
    rights: str | None

    def name(self, text: str) -> str:
        """A name of the sender's, quoted where it is not a plain word."""
        return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) else f"{self.quoted[0]}{text}{self.quoted[1]}"


_LIMIT = "{sql} ORDER BY {order} LIMIT {n}"
_ROWNUM = "SELECT * FROM ({sql} ORDER BY {order}) WHERE ROWNUM <= {n}"
_TO_CHAR_DAY, _TO_CHAR_MOMENT = "to_char({c}, 'YYYY-MM-DD')", "to_char({c}, 'YYYY-MM-DD HH24:MI:SS')"
_ORACLE_RIGHTS = """
SELECT privilege FROM session_privs WHERE privilege NOT IN ('CREATE SESSION', 'SELECT ANY TABLE', 'SELECT ANY DICTIONARY', 'READ ANY TABLE')
UNION SELECT privilege FROM user_tab_privs WHERE grantee = user AND privilege IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER')
UNION SELECT privilege FROM role_tab_privs WHERE privilege IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER')"""
_DM_RIGHTS = """
SELECT privilege FROM user_sys_privs WHERE privilege NOT IN ('CREATE SESSION', 'SELECT ANY TABLE', 'SELECT ANY DICTIONARY')
UNION SELECT privilege FROM user_tab_privs WHERE privilege IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER')"""
_POSTGRESQL_RIGHTS = """
SELECT 'superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL (SELECT p.right || ' ON ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
    (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) p("right")
    WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND has_table_privilege(c.oid, p."right") LIMIT 5)
UNION ALL (SELECT 'CREATE ON SCHEMA ' || nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
    AND nspname <> 'information_schema' AND has_schema_privilege(oid, 'CREATE') LIMIT 5)"""
_SQLSERVER_RIGHTS = """
SELECT permission_name FROM fn_my_permissions(NULL, 'DATABASE')
WHERE permission_name NOT IN ('CONNECT', 'SELECT') AND permission_name NOT LIKE 'VIEW%' AND permission_name NOT LIKE 'SHOWPLAN'"""

DIALECTS: Mapping[str, Dialect] = {d.code: d for d in (
    Dialect(code="postgresql", title="PostgreSQL（人大金仓、瀚高等同）", driver="postgresql+psycopg", package="psycopg",
            parses_as="postgres", quoted='""', first=_LIMIT, day=_TO_CHAR_DAY, moment=_TO_CHAR_MOMENT, rights=_POSTGRESQL_RIGHTS),
    Dialect(code="mysql", title="MySQL、MariaDB", driver="mysql+pymysql", package="pymysql", parses_as="mysql", quoted="``",
            first=_LIMIT, day="date_format({c}, '%Y-%m-%d')", moment="date_format({c}, '%Y-%m-%d %H:%i:%s')",
            rights="SHOW GRANTS"),
    Dialect(code="oracle", title="Oracle", driver="oracle+oracledb", package="oracledb", parses_as="oracle", quoted='""',
            first=_ROWNUM, day=_TO_CHAR_DAY, moment=_TO_CHAR_MOMENT, rights=_ORACLE_RIGHTS),
    Dialect(code="mssql", title="SQL Server", driver="mssql+pymssql", package="pymssql", parses_as="tsql", quoted="[]",
            first="SELECT TOP ({n}) * FROM ({sql}) f ORDER BY {order}", day="CONVERT(varchar(10), {c}, 23)",
            moment="CONVERT(varchar(19), {c}, 120)", rights=_SQLSERVER_RIGHTS),
    Dialect(code="dm", title="达梦", driver="dm+dmPython", package="dmPython 与达梦安装盘里的 sqlalchemy_dm", parses_as="oracle",
            quoted='""', first=_ROWNUM, day=_TO_CHAR_DAY, moment=_TO_CHAR_MOMENT, rights=_DM_RIGHTS),
    Dialect(code="sqlite", title="SQLite", driver="sqlite", package="", parses_as="sqlite", quoted='""', first=_LIMIT,
            day="date({c})", moment="datetime({c})", rights=None),
)}
_SAME = {"postgres": "postgresql", "mariadb": "mysql", "kingbase": "postgresql"}


def dialect_of(url: str) -> Dialect:
    """The dialect of an address. Raises XinglinError that lists those there are."""
    code = url.partition("://")[0].partition("+")[0].lower()
    found = DIALECTS.get(_SAME.get(code, code))
    if found is None:
        raise XinglinError(f"不认识的数据库“{code}”", do=f"可写：{'、'.join(DIALECTS)}")
    return found
