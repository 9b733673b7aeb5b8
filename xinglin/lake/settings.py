"""How the machine is divided among the processes that open the lake.

`XINGLIN_MEMORY` is the whole share of memory (default: the machine's, at most 4 GB): the one
writer takes 3/8, each reading process 1/8. `XINGLIN_THREADS` and `XINGLIN_LAKE_BUCKETS` likewise.
With `XINGLIN_DATABASE_URL` the catalog lies in that PostgreSQL database, in a schema of its own, instead
of a SQLite file.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.postgresql import Address, address_of

_SIZES = {"MB": 1 << 20, "GB": 1 << 30}
_DEFAULT_MOST = 4 << 30
_LEAST = 256 << 20


@dataclass(frozen=True)
class Settings:
    """Bytes of memory, threads, buckets of big tables, and where the catalog is: None is a SQLite file."""

    memory: int
    threads: int
    buckets: int
    catalog: Address | None

    @classmethod
    def read(cls, *, read_only: bool) -> Settings:
        share = _memory() * (1 if read_only else 3) // 8
        cores = os.cpu_count() or 1
        threads = max(1, cores // 2) if read_only else cores    # many readers share the cores
        return cls(max(share, _LEAST), _whole("XINGLIN_THREADS", threads),
                   _whole("XINGLIN_LAKE_BUCKETS", 16), address_of(os.environ))


def _memory() -> int:
    text = os.environ.get("XINGLIN_MEMORY", "")
    if not text:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return min(machine, _DEFAULT_MOST)
    found = re.fullmatch(r"(\d+)\s*([MG]B)", text.strip().upper())
    if not found:
        raise XinglinError(f"内存设置“{text}”看不懂", "环境变量 XINGLIN_MEMORY", "写成 4GB 或 512MB")
    return int(found[1]) * _SIZES[found[2]]


def _whole(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if text and not (text.isdigit() and int(text) > 0):
        raise XinglinError(f"设置“{text}”不是正整数", f"环境变量 {name}", "写一个正整数，或去掉这个设置")
    return int(text) if text else default
