"""Connecting to the lake: one DuckDB instance with the catalog attached, in a SQLite file or in PostgreSQL.

In PostgreSQL the catalog has a schema of its own beside the application's tables, so that one backup of the
database holds both. The password goes in as a secret: DuckDB's errors repeat what is attached, not secrets.
"""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path

import duckdb

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.kernel.postgresql import Address, address_of
from xinglin.lake import belonging
from xinglin.lake.settings import Settings
from xinglin.lake.tables import LAKE

_ATTEMPTS = 5               # two processes may make the catalog's tables at the same moment


class EmptyLakeError(XinglinError):
    """There is nothing to read yet: a new county, and nothing is wrong with it."""


def connect(home: Home, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection whose default schema is the lake. Raises XinglinError when there is nothing to read yet."""
    settings = Settings.read(read_only=read_only)
    _refuse_other_catalog(home, settings, read_only=read_only)
    home.ensure()
    con = duckdb.connect(config={
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
        "memory_limit": f"{settings.memory >> 20}MiB", "threads": settings.threads,
        "temp_directory": str(home.tmp / "spill")})
    for name in ("postgres_scanner" if settings.catalog else "sqlite_scanner", "ducklake"):     # scanner first
        con.execute(f"LOAD '{_extension_file(name)}'")
    if settings.catalog:
        _attach_postgresql(con, home, settings.catalog, read_only=read_only)
        if belonging.has_data(home) and not con.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = ?", [LAKE]).fetchone():
            raise _lost(home)
    else:
        con.execute(_attach_sql(home, f"sqlite:{home.lake / belonging.SQLITE}", [
            "META_JOURNAL_MODE 'WAL'", "META_BUSY_TIMEOUT 20000"], read_only=read_only))
    con.execute(f"USE {LAKE}")
    # DuckLake 1.5.5 keeps a wrong least value of a column for the whole table when one insert wrote
    # several files, one of them all null; the optimizer then takes a filter for always false.
    con.execute("SET disabled_optimizers = 'statistics_propagation'")
    return con


def metadata(home: Home) -> str:
    """The schema of DuckLake's own tables, for FROM."""
    return f"__ducklake_metadata_{LAKE}.{belonging.schema_of(home) if address_of(os.environ) else 'main'}"


def _refuse_other_catalog(home: Home, settings: Settings, *, read_only: bool) -> None:
    """Data without their catalog are lost data: a home keeps the kind of catalog that it began with."""
    if settings.catalog:
        belonging.claim(home, settings.catalog, make=not read_only)
    elif not (home.lake / belonging.SQLITE).exists():
        belonging.refuse_forgotten(home, os.environ)
        if belonging.has_data(home):
            raise _lost(home)
        if read_only:
            raise _empty(home)


def _lost(home: Home) -> XinglinError:
    """An empty catalog beside data would have the next tidying take them all for remains of writers that died."""
    return XinglinError("县目录里有数据，目录库却是空的", str(home.lake),
                        "多半是漏写或写错了 XINGLIN_DATABASE_URL：改对再运行；数据库真的没有了，用 xinglin restore 恢复")


def _empty(home: Home) -> XinglinError:
    return EmptyLakeError("数据湖还是空的", str(home.lake), "请先接收一次数据，或运行 xinglin demo")


def _attach_postgresql(con: duckdb.DuckDBPyConnection, home: Home, address: Address, *, read_only: bool) -> None:
    parts = {"HOST": address.host, "PORT": str(address.port), "DATABASE": address.name, "USER": address.user,
             "PASSWORD": address.password}
    given = ", ".join(f"{name} {_text(value)}" for name, value in parts.items() if value)
    con.execute(f"CREATE OR REPLACE SECRET catalog (TYPE postgres, {given})")
    options = " ".join(f"{name}={value}" for name, value in address.options.items())
    sql = _attach_sql(home, f"postgres:{options}", ["META_SECRET 'catalog'", f"METADATA_SCHEMA '{belonging.schema_of(home)}'"],
                      read_only=read_only)
    for attempt in range(_ATTEMPTS):
        try:
            con.execute(sql)
        except duckdb.Error as error:
            if read_only and "does not exist" in str(error) and "ducklake" in str(error).lower():
                raise _empty(home) from None
            if attempt == _ATTEMPTS - 1 or not any(w in str(error) for w in ("already exists", "duplicate key")):
                raise
            time.sleep(0.2 * 2 ** attempt)
        else:
            return


def _attach_sql(home: Home, catalog: str, options: list[str], *, read_only: bool) -> str:
    options = [f"DATA_PATH {_text(str(home.lake / 'data') + '/')}", "OVERRIDE_DATA_PATH true",
               "DATA_INLINING_ROW_LIMIT 0", *options, *(["READ_ONLY"] if read_only else [])]
    return f"ATTACH {_text(f'ducklake:{catalog}')} AS {LAKE} ({', '.join(options)})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _extension_file(name: str) -> Path:
    """The extension from its PyPI package; nothing is ever fetched at run time."""
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    if package is None or package.origin is None:
        raise XinglinError(f"缺少 DuckDB 扩展 {name}", do=f"请安装 Python 包 duckdb-extension-{name}")
    folder = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
    file = folder / f"{name}.duckdb_extension"
    if not file.exists():
        raise XinglinError(f"DuckDB 扩展 {name} 与 DuckDB {duckdb.__version__} 不配", str(folder),
                           "两者须是同一版本")
    return file
