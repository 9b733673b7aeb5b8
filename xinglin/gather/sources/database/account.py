"""May the account that we were given do more than read? Asked of the server itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from xinglin.gather.sources.database.connect import spoken
from xinglin.gather.sources.database.declared import Declared
from xinglin.gather.sources.database.dialects import Dialect
from xinglin.kernel.errors import XinglinError

_READS = {"SELECT", "USAGE", "SHOW VIEW", "SHOW DATABASES", "PROCESS", "PROXY", "REPLICATION CLIENT", "BINLOG MONITOR"}


@dataclass(frozen=True)
class Account:
    """`reads_only` is None where the server cannot be asked; `rights` are the first of those too many."""

    reads_only: bool | None
    rights: tuple[str, ...] = ()

    def words(self) -> str:
        """For people."""
        if self.reads_only is None:
            return "不能判断账号是否只读，请对方确认"
        return "账号只读" if self.reads_only else f"账号能写：{'、'.join(self.rights)}"


def account(connection: sa.Connection, dialect: Dialect, *, code: str) -> Account:
    """What the server says of the account in use."""
    if dialect.rights is None:
        return Account(None)
    with spoken(code):
        rows = [str(r[0]) for r in connection.execute(sa.text(dialect.rights))]
        connection.rollback()
    rights = [r for row in rows for r in _granted(row)] if dialect.code == "mysql" else rows
    return Account(not rights, tuple(dict.fromkeys(rights))[:5])


def _granted(line: str) -> list[str]:
    """GRANT SELECT, INSERT (a, b) ON `his`.* TO … → INSERT ON his.*"""
    found = re.match(r"GRANT (.+?) ON (.+?) TO ", line)
    if found is None:
        return []           # a role: its own grants are listed in lines of their own
    plain = re.sub(r"\([^)]*\)", "", found[1])
    return [f"{right.strip()} ON {found[2].replace('`', '')}" for right in plain.split(",") if right.strip() not in _READS]


def must_only_read(found: Account, declared: Declared) -> str:
    """The warning to show, '' when there is none. Raises XinglinError when the account could write."""
    assert declared.database is not None
    if found.reads_only:
        return ""
    if found.reads_only is False and declared.database.writable == "refuse":
        raise XinglinError(found.words(), f"来源 {declared.code}",
                           '请对方另开一个只有 SELECT 权限的账号；确有困难的，在 [database] 里写 writable = "warn"')
    return found.words()
