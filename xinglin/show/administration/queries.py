"""How the installation is: nights from their own reports, sizes of folders, versions of packages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from xinglin.gather.models import Delivery, Source
from xinglin.gather.queries import last_received
from xinglin.kernel.home import Home

PACKAGES = ("xinglin", "django", "duckdb", "ibis-framework", "pyarrow", "cryptography")
FOLDERS = {"lake": "数据", "raw": "加密原件", "quarantine": "退回与隔离", "inbox": "收件夹", "logs": "日志"}
NIGHTS = 14


@dataclass(frozen=True)
class Step:
    """One step of a night: how long, and what it counted."""

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
    steps = tuple(Step(name, float(s.get("seconds", 0)), "，".join(
        f"{k} {v}" for k, v in s.items() if k != "seconds" and isinstance(v, int | float | str)))
        for name, s in told["steps"].items())
    return Night(told["day"], bool(told["finished"]), round(sum(s.seconds for s in steps), 1), steps)


def sizes(home: Home) -> list[tuple[str, int]]:
    """(what, bytes) of each part of the home."""
    found = [(title, _size(home.root / name)) for name, title in FOLDERS.items()]
    bases = sum(p.stat().st_size for p in home.root.glob("*.sqlite3*"))
    return [*found, ("应用数据库", bases)]


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
