"""Which databases hold the application's tables: two SQLite files, or PostgreSQL by address."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xinglin.kernel.home import Home
from xinglin.kernel.postgresql import Address, address_of

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; \
PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"


def databases_of(home: Home, variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default`, and `access`, the journal's stream of who read whom."""
    address = address_of(variables)
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


def postgresql(address: Address) -> dict[str, Any]:
    """The settings of a PostgreSQL database."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": str(address.port),
        "OPTIONS": dict(address.options),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
