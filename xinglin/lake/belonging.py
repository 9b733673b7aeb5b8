"""Which county folder a PostgreSQL database belongs to: both know, and neither is used without the other.

Two folders on one database would write into one catalog, and each would take the other's files for lost or for what
a dead writer left. So the database keeps a number and where its folder lies (machine and path), the folder keeps the
number beside its data. A copy has the number too, but lies elsewhere: it is refused until somebody says `xinglin adopt`.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import PRIVATE, Home
from xinglin.kernel.postgresql import VARIABLE, Address, address_of

if TYPE_CHECKING:
    import psycopg

SQLITE, FILE = "catalog.sqlite", "catalog.postgresql"       # in the lake's folder: one or the other
_TABLE = "xinglin_home"
_MACHINE = Path("/etc/machine-id")
_URL = f"环境变量 {VARIABLE}"
_RESTORE = "数据库真的没有了，用 xinglin restore 恢复到新的空目录"


@dataclass(frozen=True)
class Owner:
    """What the database knows of its folder; `machine` is empty where a machine has no number."""

    number: str
    machine: str
    folder: str


def schema_of(_home: Home) -> str:
    """The catalog's schema in PostgreSQL: always the same, since a database holds one county."""
    return "lake"


def has_data(home: Home) -> bool:
    """Whether any of the lake's files lie in this folder."""
    return any((home.lake / "data").rglob("*.parquet"))


def refuse_forgotten(home: Home, variables: Mapping[str, str]) -> None:
    """Raise XinglinError for a folder whose database is PostgreSQL when no address is given; touches nothing.

    Without this an empty SQLite database would be made beside the data.
    """
    if address_of(variables) is not None:
        return
    if (home.lake / FILE).exists():
        raise XinglinError("这个县的数据库在 PostgreSQL 里，却没有给出它的地址", _URL, f"设上建县时的地址再运行同一条命令；{_RESTORE}")
    if not (home.lake / SQLITE).exists() and not home.app_db.exists() and has_data(home):
        raise XinglinError("县目录里有数据，数据库却没有", str(home.root), f"多半是漏写了 {VARIABLE}：设上建县时的地址再运行；{_RESTORE}")


def claim(home: Home, address: Address, *, make: bool = True) -> None:
    """Raise XinglinError unless folder and database belong together; with `make`, the first use writes it down in both."""
    if (home.lake / SQLITE).exists():
        raise XinglinError("这个县的数据目录在 SQLite 文件里，设置却指向 PostgreSQL", str(home.lake / SQLITE),
                           "去掉 XINGLIN_DATABASE_URL，或换一个空的县目录")
    with connected(address) as con, con.transaction():
        owner, number = _owner(con, home), _number(home)
        if owner is None:
            _refuse_empty(con, home, number)
            owner = _owned(con, home) if make else None
        else:
            _refuse_other(home, owner, number)
    if make and owner is not None and number is None:       # a first use killed before this is ended by the next
        _keep(home, owner.number)


def adopt(home: Home, address: Address) -> str:
    """This folder is the database's from now on; returns where it was before. Refuses another county's, and an empty one."""
    with connected(address) as con, con.transaction():
        owner, number = _owner(con, home), _number(home)
        if owner is None:
            raise _nothing_there()
        if number not in (None, owner.number):
            raise _of_another(owner)
        con.execute(f"UPDATE {_table(home)} SET machine = %s, folder = %s", _here(home))
    _keep(home, owner.number)
    return owner.folder


def renew(home: Home, address: Address) -> None:
    """A restored county is one of its own: folder and database get a new number, whatever the backup brought."""
    with connected(address) as con, con.transaction():
        con.execute(f"DROP TABLE IF EXISTS {_table(home)}")
        owner = _owned(con, home)
    _keep(home, owner.number)


def connected(address: Address) -> psycopg.Connection:
    """A connection that commits each statement."""
    import psycopg

    return psycopg.connect(conninfo(address), password=address.password, autocommit=True)


def conninfo(address: Address) -> str:
    """Without the password: a command line is seen by everybody on the machine."""
    from psycopg.conninfo import make_conninfo

    given = {"host": address.host, "port": str(address.port), "dbname": address.name, "user": address.user, **address.options}
    return make_conninfo("", **{name: value for name, value in given.items() if value})


def _owner(con: psycopg.Connection, home: Home) -> Owner | None:
    """Under a lock: two processes may both be the first."""
    con.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_table(home)])
    if not _there(con, _table(home)):
        return None
    row = con.execute(f"SELECT number, machine, folder FROM {_table(home)}").fetchone()
    return Owner(*row) if row else None


def _owned(con: psycopg.Connection, home: Home) -> Owner:
    owner = Owner(uuid.uuid4().hex, *_here(home))
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema_of(home)}")
    con.execute(f"CREATE TABLE IF NOT EXISTS {_table(home)} (number text PRIMARY KEY, machine text, folder text)")
    con.execute(f"INSERT INTO {_table(home)} VALUES (%s, %s, %s)", [owner.number, owner.machine, owner.folder])
    return owner


def _refuse_empty(con: psycopg.Connection, home: Home, number: str | None) -> None:
    """A folder that has been somebody's does not begin anew in an empty database."""
    if number is not None or (has_data(home) and not _there(con, f"{schema_of(home)}.ducklake_metadata")):
        raise _nothing_there()


def _refuse_other(home: Home, owner: Owner, number: str | None) -> None:
    if number not in (None, owner.number):
        raise _of_another(owner)
    if (owner.machine, owner.folder) != _here(home):
        here = "这里是它的副本，或是搬过来的" if number else "不属于这里"
        raise XinglinError(f"这个 PostgreSQL 数据库属于县目录 {owner.folder}，{here}", str(home.root),
                           "副本不能与原来的同用一个库，会互相损坏：要副本，用 xinglin backup 和 restore；确是搬了家、原处不再用，运行 xinglin adopt")


def _nothing_there() -> XinglinError:
    return XinglinError("这个 PostgreSQL 数据库里没有这个县", _URL, f"多半是写错了库名：改对再运行；{_RESTORE}")


def _of_another(owner: Owner) -> XinglinError:
    return XinglinError(f"这个 PostgreSQL 数据库是另一个县的，它的县目录是 {owner.folder}", _URL, "一个库只放一个县：把地址改成本县的库，或另建一个空库")


def _here(home: Home) -> tuple[str, str]:
    machine = _MACHINE.read_text("ascii").strip() if _MACHINE.exists() else ""
    return machine, str(home.root.resolve())


def _number(home: Home) -> str | None:
    path = home.lake / FILE
    return path.read_text("ascii").strip() if path.exists() else None


def _keep(home: Home, number: str) -> None:
    home.lake.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    path = home.lake / FILE
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(number + "\n", encoding="ascii")
    part.replace(path)


def _table(home: Home) -> str:
    return f"{schema_of(home)}.{_TABLE}"


def _there(con: psycopg.Connection, table: str) -> bool:
    found = con.execute("SELECT to_regclass(%s)", [table]).fetchone()
    return found is not None and found[0] is not None
