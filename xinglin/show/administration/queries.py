"""How the installation is: nights from their own reports, sizes of folders, versions of packages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection

from xinglin.gather.findings import FINDINGS
from xinglin.gather.models import Delivery, Source
from xinglin.gather.queries import last_received
from xinglin.kernel.home import Home

PACKAGES = ("xinglin", "django", "duckdb", "ibis-framework", "pyarrow", "cryptography")
FOLDERS = {"lake": "数据", "raw": "加密原件", "quarantine": "退回与隔离", "inbox": "收件夹", "logs": "日志"}
NIGHTS = 14
STEPS = {"gather": "接收数据", "journal": "收入操作记录", "people": "查找疑似重复", "derive": "推算专案与任务", "arrivals": "登记到达",
         "figures": "计算指标", "findings": "核查疑点", "project": "更新清单", "tidy": "整理存储", "seal": "封存日志"}
COUNTS = {"matters_raised": "新增督办", "matters_closed": "了结督办", "fetched": "读取来源", "not_fetched": "没有读成", "deliveries": "批次",
          "refused": "未能处理", "acts": "操作", "fresh": "新居民", "pairs": "相似档案", "queued": "待判断", "merged": "合并",
          "rows_moved": "移动的行", "people": "推算居民", "removed": "去掉", "added": "新增", "full": "全算", "increment": "增量",
          "unchanged": "未变", "files_before": "整理前文件", "files_after": "整理后文件", "expired": "过期快照", "sealed": "封存",
          **{f.code: f.title for f in FINDINGS}}


@dataclass(frozen=True)
class Step:
    """One step of a night in words: how long, and what it counted that was not nothing."""

    name: str
    seconds: float
    counts: str


@dataclass(frozen=True)
class Night:
    """A night's report."""

    day: str
    finished: bool
    seconds: float
    steps: tuple[Step, ...]


def nights(home: Home) -> list[Night]:
    """The last nights, newest first, as they reported themselves."""
    paths = sorted((home.root / "night").glob("????-??-??.json"), reverse=True)[:NIGHTS]
    return [_night(json.loads(p.read_text("utf-8"))) for p in paths]


def _night(told: dict[str, Any]) -> Night:
    steps = tuple(Step(STEPS.get(name, name), float(s.get("seconds", 0)), "，".join(
        f"{COUNTS[k]} {v}" for k, v in s.items() if k in COUNTS and v and isinstance(v, int | float | str)))
        for name, s in told["steps"].items())
    return Night(told["day"], bool(told["finished"]), round(sum(s.seconds for s in steps), 1), steps)


def sizes(home: Home) -> list[tuple[str, int]]:
    """(what, bytes) of each part of the home."""
    found = [(title, _size(home.root / name)) for name, title in FOLDERS.items()]
    bases = sum(p.stat().st_size for p in home.root.glob("*.sqlite3*"))
    return [*found, ("应用数据库", bases + _on_a_server())]


def _on_a_server() -> int:
    """Bytes of the PostgreSQL database, the data's catalog among them; 0 where there is none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def versions() -> list[tuple[str, str]]:
    """Installed packages that matter when something is asked."""
    return [(name, version(name)) for name in PACKAGES]


@dataclass(frozen=True)
class Sender:
    """A source, what it sent so far, and when last."""

    source: Source
    deliveries: int
    last: datetime | None


def senders() -> list[Sender]:
    """All sources."""
    last = last_received()
    return [Sender(s, Delivery.objects.filter(source=s).count(), last.get(s.code)) for s in Source.objects.order_by("title")]
