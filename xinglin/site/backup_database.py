"""A county's PostgreSQL database in one file and back, by PostgreSQL's own pg_dump and pg_restore.

One file holds application and catalog as of one moment. A database is restored whole or not at all, and
only into an empty one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import psycopg

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.kernel.postgresql import Address, address_of
from xinglin.lake import belonging
from xinglin.lake.belonging import connected, conninfo

NAME = "database.dump"          # in the backup
_OURS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
_TABLES = f"SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace IN (SELECT oid FROM pg_namespace n WHERE n.nspname IN ({_OURS}))"  # noqa: S608


def dump(to: Path) -> bool:
    """Write the database to a file; False where the county's databases are files of its home."""
    address = address_of(os.environ)
    if address is None:
        return False
    _run(address, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")
    return True


def refuse_full() -> None:
    """Raise XinglinError when there is anything in the database that a restoration would go into."""
    address = address_of(os.environ)
    if address is None:
        return
    with connected(address) as con:
        found = con.execute(_TABLES).fetchone()
    if found is None or found[0]:
        raise XinglinError("恢复的去处不是空的数据库", "环境变量 XINGLIN_DATABASE_URL", "用 createdb 建一个空库，把地址指向它")


def load(home: Home) -> None:
    """Bring the home's dump into the empty database, or refuse: all or nothing. From then on they belong together."""
    file = home.root / NAME
    address = address_of(os.environ)
    if file.exists() != (address is not None):
        raise XinglinError("备份与恢复的去处不是同一种数据库", "环境变量 XINGLIN_DATABASE_URL",
                           "备份来自 PostgreSQL 的，恢复时要指向一个空库；来自 SQLite 的，不要设这个变量")
    if address is not None:
        _run(address, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(file))
        file.unlink()
        belonging.renew(home, address)


def moved(home: Home) -> None:
    """The restored home has been put into its place."""
    if address := address_of(os.environ):
        belonging.adopt(home, address)


def empty() -> None:
    """Take out again what a restoration brought that could not be proved."""
    address = address_of(os.environ)
    if address is None:
        return
    with connected(address) as con:
        for (schema,) in con.execute(_OURS).fetchall():
            con.execute(psycopg.sql.SQL("DROP SCHEMA {} CASCADE").format(psycopg.sql.Identifier(schema)))
        con.execute("CREATE SCHEMA public")


def _run(address: Address, program: str, *words: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise XinglinError(f"缺 {program}", do="安装 PostgreSQL 的客户端程序（apt-get install postgresql-client），版本不低于服务器")
    done = subprocess.run([found, f"--dbname={conninfo(address)}", *words], env={**os.environ, "PGPASSWORD": address.password},
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise XinglinError(f"{program} 没有做完", "环境变量 XINGLIN_DATABASE_URL",
                           "看数据库是否在运行、账号能否读写这个库、客户端版本是否不低于服务器")
