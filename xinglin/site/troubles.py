"""The machine's own troubles in a sentence: disk full, memory short, a database held by another program."""

from __future__ import annotations

import re

from xinglin.kernel.errors import XinglinError

_TOLD = (
    (r"No space left on device|disk is full|Disk quota exceeded|File too large", "磁盘满了，这一步没有做完，已有的数据没有受影响",
     "腾出空间后再运行同一条命令，会接着做，不会重复"),
    (r"^MemoryError|OutOfMemory|Out of Memory|failed to allocate|Cannot allocate memory|failed to map segment", "内存不够，这一步没有做完",
     "关掉别的程序，或用 XINGLIN_MEMORY 调整本系统可用的内存，再运行同一条命令"),
    (r"database is locked|could not set lock|Conflicting lock", "数据库正被另一个程序占用",
     "等它做完再试；若没有别的程序在运行，用 xinglin doctor 看哪里不对"),
    (r"connection to server .* failed|Unable to connect to Postgres|could not translate host name|terminating connection"
     r"|server closed the connection", "PostgreSQL 数据库连不上，这一步没有做完",
     "看数据库是否在运行，XINGLIN_DATABASE_URL 的主机、库名、口令是否对；好了再运行同一条命令，会接着做"),
    (r"Read-only file system|Permission denied", "没有写入的权限", "检查县目录（XINGLIN_HOME）的属主和所在磁盘"),
)


def trouble_of(problem: BaseException) -> XinglinError | None:
    """The sentence for what the machine did, or None where the program itself is at fault.

    The original words are not repeated: they may hold a path or a value.
    """
    seen: BaseException | None = problem
    while seen is not None:
        said = f"{type(seen).__name__}: {seen}"
        for pattern, what, do in _TOLD:
            if re.search(pattern, said, re.IGNORECASE):
                return XinglinError(what, do=do)
        seen = seen.__cause__ or seen.__context__
    return None
