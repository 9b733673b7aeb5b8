"""The one address of a PostgreSQL database that the application and the lake's catalog share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from xinglin.kernel.errors import XinglinError

VARIABLE = "XINGLIN_DATABASE_URL"


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the database is and who asks; `options` are libpq's (sslmode, …). The password is never shown."""

    name: str
    host: str = ""
    port: int = 5432
    user: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


def address_of(variables: Mapping[str, str]) -> Address | None:
    """The address in XINGLIN_DATABASE_URL; None where there is none and SQLite files are used."""
    text = variables.get(VARIABLE, "")
    return parse_address(text) if text else None


def parse_address(text: str) -> Address:
    """Read postgresql://user:password@host:port/name?option=value. Raises XinglinError, not repeating it."""
    try:
        parts = urlsplit(text)
        port = parts.port or 5432
    except ValueError:
        raise _refused() from None
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise _refused()
    return Address(name=unquote(parts.path[1:]), host=parts.hostname or "", port=port, user=unquote(parts.username or ""),
                   password=unquote(parts.password or ""), options=dict(parse_qsl(parts.query)))


def _refused() -> XinglinError:
    return XinglinError("数据库地址不能识别", f"环境变量 {VARIABLE}", "请写成 postgresql://用户:口令@主机:端口/库名")
