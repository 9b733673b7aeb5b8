"""A read-only session on another system's database, and what its refusals mean in words.

What a driver says may hold the address, the account or a row's value: only its kind is passed on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from xinglin.gather.sources.database.declared import Database, Declared
from xinglin.gather.sources.database.dialects import Dialect, dialect_of
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.registry.keys import county_keys

_PATIENCE = 15      # seconds to reach a server
_NAMES = (r'(?:relation|column|table) "?([\w.\u4e00-\u9fff]+)"? does not exist', r"Unknown column '([^']+)'",
          r"Table '([^']+)' doesn't exist", r"no such (?:table|column): ([\w.\u4e00-\u9fff]+)", r"Invalid (?:object|column) name '([^']+)'",
          r'"([\w.\u4e00-\u9fff"]+)": invalid identifier')


def sealed_password(home: Home, code: str) -> Path:
    """Where a source's password is kept, sealed by the county's key."""
    return home.root / "sources" / f"{code}.password"


def seal_password(home: Home, code: str, password: str) -> None:
    """Keep a password; it is opened only to connect."""
    path = sealed_password(home, code)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(county_keys().seal(password.encode(), context=code.encode()))
    path.chmod(0o600)


def password_of(home: Home, declared: Declared) -> str | None:
    """From the environment or the sealed file. Raises XinglinError when it is named and not there."""
    assert declared.database is not None
    named = declared.database.password
    if named.startswith("env:"):
        found = os.environ.get(named[4:])
        if not found:
            raise XinglinError(f"环境变量 {named[4:]} 没有设", f"来源 {declared.code} 的数据库口令", "请在运行杏林的账户里设好后再试")
        return found
    if named != "sealed":
        return None
    path = sealed_password(home, declared.code)
    if not path.exists():
        raise XinglinError("数据库口令还没有存", f"来源 {declared.code}", f"请运行 xinglin source password {declared.code}")
    return county_keys().open(path.read_bytes(), context=declared.code.encode()).decode()


@contextmanager
def session(home: Home, declared: Declared) -> Iterator[tuple[sa.Connection, Dialect]]:
    """A connection that reads and never writes. Raises XinglinError in words that name nobody."""
    assert declared.database is not None
    dialect = dialect_of(declared.database.url)
    engine = _engine(declared, dialect, password_of(home, declared))
    try:
        with spoken(declared.code), engine.connect() as connection:
            _only_read(connection, dialect, declared.database)
            yield connection, dialect
    finally:
        engine.dispose()


def _engine(declared: Declared, dialect: Dialect, password: str | None) -> sa.Engine:
    assert declared.database is not None
    scheme, _, rest = declared.database.url.partition("://")
    try:
        address = sa.make_url(f"{scheme if '+' in scheme else dialect.driver}://{rest}")
        arguments = _arguments(dialect, declared.database)
        if password is not None and dialect.code == "mysql":
            arguments["password"] = password.encode()       # as text PyMySQL takes Latin letters only
        elif password is not None:
            address = address.set(password=password)
        return sa.create_engine(address, connect_args=arguments, hide_parameters=True,
                                pool_pre_ping=False, poolclass=sa.NullPool)
    except (ImportError, NoSuchModuleError):
        raise XinglinError(f"这台机器没有装 {dialect.title} 的驱动", f"来源 {declared.code}", f"请安装 Python 包 {dialect.package}") from None
    except SQLAlchemyError:
        raise XinglinError("数据库地址不能识别", f"来源 {declared.code}", "请写成 方言+驱动://用户@主机:端口/库名") from None


def _arguments(dialect: Dialect, database: Database) -> dict[str, Any]:
    if dialect.code == "postgresql":
        return {"connect_timeout": _PATIENCE, "application_name": "xinglin",
                "options": f"-c default_transaction_read_only=on -c statement_timeout={database.timeout * 1000}"}
    if dialect.code == "mysql":
        return {"connect_timeout": _PATIENCE, "read_timeout": database.timeout, "charset": "utf8mb4"}
    if dialect.code == "oracle":
        return {"tcp_connect_timeout": _PATIENCE}
    return {}


def _only_read(connection: sa.Connection, dialect: Dialect, database: Database) -> None:
    """Ask the server itself to refuse writing, where it can."""
    if dialect.code == "mysql":
        connection.execute(sa.text("SET SESSION TRANSACTION READ ONLY"))
    elif dialect.code == "oracle":
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))
    elif dialect.code == "sqlite":
        connection.execute(sa.text("PRAGMA query_only = ON"))
    connection.rollback() if dialect.code != "oracle" else None


@contextmanager
def spoken(code: str) -> Iterator[None]:
    """Turn a driver's complaint into a sentence of three parts."""
    try:
        yield
    except DBAPIError as problem:
        raise _sentence(problem, code) from None
    except SQLAlchemyError as problem:
        raise XinglinError(f"查询没有运行成（{type(problem).__name__}）", f"来源 {code}", "请在对方数据库上单独运行这条查询看看") from None


def _sentence(problem: DBAPIError, code: str) -> XinglinError:
    """By what the driver says; of its words only names of tables and columns are repeated."""
    said, where = str(problem.orig), f"来源 {code}"
    low = said.lower()
    if any(w in low for w in ("password", "access denied", "login failed", "authentication", "ora-01017", "no pg_hba")):
        return XinglinError("数据库不让登录", where, "请核对账号、口令，以及数据库是否允许从这台机器连接")
    for pattern in _NAMES:
        if found := re.search(pattern, said, re.IGNORECASE):
            return XinglinError(f"数据库里没有“{found[1]}”", where, "请核对查询里的表名和列名，以及账号有没有读它的权限")
    if any(w in low for w in ("permission denied", "command denied", "insufficient privileges", "was denied")):
        return XinglinError("账号没有读这张表的权限", where, "请对方授予 SELECT 权限")
    if any(w in low for w in ("statement timeout", "timed out", "timeout", "max_statement_time", "lost connection")):
        return XinglinError("查询超过了约定的时间，或连接断了", where, "请对方在水位列或日期列上建索引，或把 page 改小")
    if any(w in low for w in ("connection", "connect", "could not translate", "unreachable", "refused", "ora-125", "unable to open")):
        return XinglinError("连不上数据库", where, "请核对地址、端口和网络；防火墙要放行这台机器")
    if "syntax" in low or "ora-009" in low:
        return XinglinError("查询语句有语法错误", where, "请在对方数据库上单独运行这条查询，改好再来")
    number = getattr(problem.orig, "sqlstate", None) or (getattr(problem.orig, "args", None) or [""])[0]
    kind = str(number) if re.fullmatch(r"[\w-]{1,10}", str(number)) else type(problem.orig).__name__
    return XinglinError(f"数据库没有答复查询（代号 {kind}）", where, "请把代号告诉对方的数据库管理员")
