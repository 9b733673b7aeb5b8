"""Which databases hold the application's tables: two SQLite files, or PostgreSQL by address."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; \
PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"


def databases_of(home: Home, variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default`, and `access`, the journal's stream of who read whom."""
    address = variables.get("XINGLIN_DATABASE_URL")
    return {
        "default": postgresql(address) if address else sqlite(home.app_db),
        "access": sqlite(home.access_db),
    }


def sqlite(path: Path) -> dict[str, Any]:
    """A SQLite file in WAL mode. IMMEDIATE, so that two writers queue and never deadlock."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": PRAGMAS},
        "CONN_MAX_AGE": None,
    }


def postgresql(address: str) -> dict[str, Any]:
    """The settings of postgresql://user:password@host:port/name?option=value."""
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise XinglinError(
            "数据库地址不能识别",
            where="环境变量 XINGLIN_DATABASE_URL",
            do="请写成 postgresql://用户:口令@主机:端口/库名",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
