"""What is wrong with this installation: each check says in a sentence how it stands and what to do.

Nothing here repairs, and nothing reads a person's record.
"""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from xinglin.gather.models import Delivery
from xinglin.journal.models import Act
from xinglin.kernel.begun import DO, WHY, unsaid
from xinglin.kernel.clock import AHEAD
from xinglin.kernel.crypto import KEY_FILE
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.know.indicators.queries import last_day
from xinglin.lake.attach import EmptyLakeError
from xinglin.lake.lock import writer_lock
from xinglin.lake.store import open_lake
from xinglin.registry.keys import county_keys
from xinglin.show.operations.clock import day_of_tonight

GOOD, MIND, BAD = "正常", "注意", "问题"
LEAST_FREE = 2 << 30            # bytes; below it a night may fail halfway
NIGHT_LATE = 2                  # days
STUCK = timedelta(hours=1)


@dataclass(frozen=True)
class Check:
    """How one thing stands: 正常, 注意 or 问题; what to do is empty where it is well."""

    title: str
    state: str
    words: str
    do: str = ""


def check_all(home: Home) -> list[Check]:
    """Every check, in the order in which one would look; a check that breaks is itself a finding."""
    old = old_tables()
    return [Check(title, MIND, "表结构升级以后再查", "见“应用数据库”") if old and title in _OF_TABLES else _safely(title, check, home)
            for title, check in CHECKS.items()]


def old_tables() -> bool:
    """Whether the program expects tables that are not there yet; nothing is brought up to date here."""
    try:
        executors = [MigrationExecutor(connections[alias]) for alias in connections]
    except DatabaseError:       # the check of the databases says so
        return False
    return any(e.migration_plan(e.loader.graph.leaf_nodes()) for e in executors)


def _safely(title: str, check: Callable[[Home], Check], home: Home) -> Check:
    try:
        return check(home)
    except XinglinError as problem:
        return Check(title, BAD, problem.what, problem.do)
    except Exception as broken:
        return Check(title, BAD, f"检查中断（{type(broken).__name__}）", "请把这一行报告给系统管理员")


def _folders(home: Home) -> Check:
    loose = [p.name for p in (home.root, home.keys, home.tmp) if p.exists() and stat.S_IMODE(p.stat().st_mode) & 0o077]
    if not home.root.exists():
        return Check("县目录", BAD, "县目录不存在", "运行 xinglin demo 建演示县，或把 XINGLIN_HOME 指向已有的县目录")
    if loose:
        return Check("县目录", BAD, f"文件夹 {'、'.join(loose)} 别人也能打开", "把权限改为 700：chmod 700")
    return Check("县目录", GOOD, "只有运行本系统的账号能打开")


def _keys(home: Home) -> Check:
    file = home.keys / KEY_FILE
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Check("县密钥", BAD, "密钥文件别人也能读", "把权限改为 600，并考虑更换密钥")
    county_keys()
    inside = home.keys.resolve().is_relative_to(home.root.resolve())
    return Check("县密钥", GOOD, "可用" + ("，与数据同在一处" if inside else "，与数据分开存放"))


def _disk(home: Home) -> Check:
    free = shutil.disk_usage(home.root).free
    words = f"剩余 {free / (1 << 30):.1f} GB"
    if free < LEAST_FREE:
        return Check("磁盘", BAD, words, "腾出空间或换更大的盘；空间不足时夜间任务会停在一步，补足后再运行即接着做")
    big = _size(home.lake)
    if free < big:
        return Check("磁盘", MIND, f"{words}，少于现有数据 {big / (1 << 30):.1f} GB", "整理数据时需要同样大的空间，请扩容")
    return Check("磁盘", GOOD, words)


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def _databases(home: Home) -> Check:
    if old_tables():
        return Check("应用数据库", MIND, "表结构比程序旧", "先备份，再重启网站或运行 xinglin gather，会自动升级")
    for alias in connections:
        if connections[alias].vendor == "sqlite" and (fault := _fault(Path(settings.DATABASES[alias]["NAME"]))):
            return Check("应用数据库", BAD, f"文件损坏：{fault}", "停下网站，用 xinglin restore 恢复最近的备份")
    return Check("应用数据库", GOOD, "完好，表结构是最新的")


def _fault(path: Path) -> str:
    """The first fault that SQLite itself finds, empty where there is none."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as con:
        found = con.execute("PRAGMA quick_check(1)").fetchone()[0]
    con.close()
    return "" if found == "ok" else str(found)


def _data(home: Home) -> Check:
    try:
        lake = open_lake(home, read_only=True)
    except EmptyLakeError as empty:     # a new county; what is wrong raises another
        return Check("数据与指标", MIND, empty.what, empty.do)
    with lake.cursor() as con:
        day = last_day(con)
    if day is None:
        return Check("数据与指标", MIND, "还没有过夜", "运行 xinglin night")
    late = (timezone.localdate() - day).days
    if late > NIGHT_LATE:
        return Check("数据与指标", MIND, f"指标停在 {day}，已 {late} 天", "运行 xinglin night，并检查每夜的定时任务")
    return Check("数据与指标", GOOD, f"能打开，指标算到 {day}")


def _writing(home: Home) -> Check:
    try:
        with writer_lock(home.lake / "writer.lock", wait=0):
            return Check("写入锁", GOOD, "没有程序在写入")
    except XinglinError:
        return Check("写入锁", GOOD, "有程序正在写入（接收或夜间任务）")


def _silent(home: Home) -> Check:
    if left := unsaid(home):
        words = "、".join(f"xinglin {word}（{began} 开始）" for word, began in left)
        return Check("运行", MIND, f"{words}没有说一句话就断了：{WHY}", DO)
    return Check("运行", GOOD, "没有断在半途的")


def _stuck(home: Home) -> Check:
    waiting = Delivery.objects.filter(state__in=("stored", "checked"), received_at__lt=timezone.now() - STUCK).count()
    if waiting:
        return Check("交付", MIND, f"{waiting} 次交付停在半途", "运行 xinglin gather，会接着做完，不会重复")
    return Check("交付", GOOD, "没有停在半途的")


def _clock(home: Home) -> Check:
    limit = timezone.now() + AHEAD
    if Act.objects.filter(at__gt=limit).exists() or Delivery.objects.filter(received_at__gt=limit).exists():
        return Check("时钟", BAD, "有记录的时间在现在之后：机器的时钟被往回拨过", "校准时钟（启用 NTP）；先后顺序以流水号为准，没有丢失")
    try:
        day_of_tonight(home)
    except XinglinError as doubt:
        return Check("时钟", MIND, doubt.what, doubt.do)
    return Check("时钟", GOOD, f"{timezone.localtime():%Y-%m-%d %H:%M}")


def _assets(home: Home) -> Check:
    lacking = [name for name in ("vendor/htmx/htmx.min.js", "vendor/echarts/echarts.min.js") if finders.find(name) is None]
    if lacking:
        return Check("浏览器文件", BAD, "页面用的脚本没有装好", "运行 xinglin assets")
    return Check("浏览器文件", GOOD, "已装好")


CHECKS: dict[str, Callable[[Home], Check]] = {
    "县目录": _folders, "县密钥": _keys, "磁盘": _disk, "应用数据库": _databases, "数据与指标": _data,
    "写入锁": _writing, "运行": _silent, "交付": _stuck, "时钟": _clock, "浏览器文件": _assets,
}
_OF_TABLES = ("交付", "时钟")


def worst(checks: Iterator[Check] | list[Check]) -> str:
    """The gravest state among them."""
    states = {c.state for c in checks}
    return next((s for s in (BAD, MIND) if s in states), GOOD)
