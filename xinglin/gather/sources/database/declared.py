"""The file that declares a source: XINGLIN_HOME/sources/<code>.toml. No password stands in it.

    title = "县医院 HIS"
    org = "12330182MB0000001X"
    kind = "hospital"
    [database]
    url = "postgresql+psycopg://xinglin_read@10.0.0.8:5432/his"
    password = "env:XINGLIN_HIS_PASSWORD"       # or "sealed": xinglin source password <code>
    hours = ["22:00-06:00"]
    rows_per_second = 5000
    [[query]]
    record = "encounter"
    watermark = "updated_at"                    # a column of the query that only grows when a row changes
    sql = "SELECT visit_no AS record_id, … FROM visits"
    [[query]]
    record = "diagnosis"
    day = "day"                                 # no watermark: the last 30 days are read again every night
    window = 30
    sql = "…"
    [maps]                                      # how files of a Record are read (upload, inbox), beside this file
    htn_visit = "随访列对照表.toml"
    [expect]                                    # of any source, with a database or without
    every = 1
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from xinglin.kernel.errors import XinglinError

_SOURCE = {"title", "org", "kind", "database", "query", "expect", "maps"}
_DATABASE = {"url", "password", "hours", "rows_per_second", "page", "timeout", "writable"}
_QUERY = {"record", "sql", "file", "watermark", "overlap", "from", "day", "window", "id", "map", "most_vanished"}
_EXPECT = {"every", "grace", "drop"}
_CODE = re.compile(r"[a-z0-9_-]{1,40}")
_OVERLAP = re.compile(r"(\d+)([mhd])")
_SPAN = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, kw_only=True)
class Query:
    """How one Record is asked for. With a `watermark`, or with a `day` and a `window` of days."""

    record: str
    sql: str
    watermark: str = ""
    overlap: timedelta = timedelta(minutes=10)  # read again before the watermark: rows that were committed late
    first: str = ""                             # where the first run begins
    day: str = ""
    window: int = 30
    id: str = "record_id"                       # the query's column that names a row for good
    map: str = ""                               # a column map's text
    most_vanished: float = 0.2                  # share of a window that may vanish in a night


@dataclass(frozen=True, kw_only=True)
class Database:
    """Where and how gently to read."""

    url: str
    password: str = ""
    hours: tuple[tuple[time, time], ...] = ()
    rows_per_second: int = 0
    page: int = 100_000
    timeout: int = 300
    writable: str = "refuse"                    # or "warn": read though the account could write


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What is agreed of a source: days between deliveries, days of grace, fall of rows that is asked about."""

    every: int = 0          # 0: as its own rhythm has been
    grace: int = 1
    drop: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A source file, read and checked."""

    code: str
    title: str
    org: str = ""
    kind: str = "hospital"
    database: Database | None = None
    queries: tuple[Query, ...] = ()
    expect: Expect = field(default_factory=Expect)
    maps: Mapping[str, str] = field(default_factory=dict)      # Record → a column map's text

    def query(self, record: str) -> Query:
        """The query of a Record. Raises XinglinError that lists what there is."""
        for one in self.queries:
            if one.record == record:
                return one
        raise XinglinError(f"来源 {self.code} 没有“{record}”的查询", do=f"有：{'、'.join(q.record for q in self.queries)}")


def read_declared(path: Path) -> Declared:
    """Read a source file; `file = …` and `map = …` are looked for beside it.

    Raises XinglinError with the place in the file and what to write.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise XinglinError("找不到来源文件", path.name, "请核对文件名") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        place = re.search(r"line \d+, column \d+", str(problem))
        raise XinglinError("来源文件不是有效的 TOML（UTF-8）", f"{path.name} {place[0] if place else ''}".strip(),
                           "请按样例核对引号、括号与方括号") from None
    return parse_declared(raw, code=path.stem, folder=path.parent)


def parse_declared(raw: Mapping[str, Any], *, code: str, folder: Path) -> Declared:
    """From parsed TOML. Raises XinglinError."""
    where = f"{code}.toml"
    if not _CODE.fullmatch(code):
        raise XinglinError(f"来源代码“{code}”不能用", where, "文件名只用小写字母、数字、- 和 _，最长 40 个")
    _only(raw, _SOURCE, where)
    database = _database(raw["database"], where) if "database" in raw else None
    queries = tuple(_query(q, where, folder) for q in raw.get("query", []))
    records = [q.record for q in queries]
    twice = sorted({r for r in records if records.count(r) > 1})
    if twice:
        raise XinglinError(f"“{twice[0]}”有两条查询", where, "一个数据集写一条；多张表的用 UNION ALL 合成一条")
    if queries and database is None:
        raise XinglinError("写了查询，没有写数据库", where, "请加上 [database] 一节")
    return Declared(code=code, title=raw.get("title", code), org=raw.get("org", ""), kind=raw.get("kind", "hospital"),
                    database=database, queries=queries, expect=_expect(raw.get("expect", {}), where),
                    maps={r: _beside(folder, name, f"{where} [maps]") for r, name in raw.get("maps", {}).items()})


def _only(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    strange = sorted(set(raw) - known)
    if strange:
        raise XinglinError(f"来源文件有不认识的项 {strange}", where, f"只能写：{sorted(known)}")


def _database(raw: Mapping[str, Any], where: str) -> Database:
    place = f"{where} [database]"
    _only(raw, _DATABASE, place)
    url = str(raw.get("url", ""))
    if "://" not in url:
        raise XinglinError("没有写数据库地址", place, '请写 url = "postgresql+psycopg://用户@主机:端口/库"')
    if re.match(r"[^/]+://[^/@]*:[^/@]+@", url):
        raise XinglinError("数据库地址里写了口令", place,
                           '请从地址里删去口令，写 password = "env:变量名" 或 password = "sealed"')
    password = str(raw.get("password", ""))
    if password and password != "sealed" and not password.startswith("env:"):  # noqa: S105
        raise XinglinError("口令不能写在来源文件里", place, '请写 password = "env:变量名" 或 password = "sealed"')
    if raw.get("writable", "refuse") not in ("refuse", "warn"):
        raise XinglinError("writable 只能是 refuse 或 warn", place, "默认 refuse：账号能写就不读")
    return Database(url=url, password=password, hours=tuple(_hours(h, place) for h in raw.get("hours", [])),
                    rows_per_second=_whole(raw, "rows_per_second", 0, place), page=_whole(raw, "page", 100_000, place) or 100_000,
                    timeout=_whole(raw, "timeout", 300, place), writable=raw.get("writable", "refuse"))


def _whole(raw: Mapping[str, Any], name: str, otherwise: int, where: str) -> int:
    found = raw.get(name, otherwise)
    if not isinstance(found, int) or found < 0:
        raise XinglinError(f"{name} 要写成不小于 0 的整数", where, f"例如 {name} = {otherwise or 5000}")
    return found


def _hours(text: str, where: str) -> tuple[time, time]:
    try:
        begin, end = (time.fromisoformat(part) for part in str(text).split("-"))
    except ValueError:
        raise XinglinError(f"时段“{text}”写得不对", where, '请写成 hours = ["22:00-06:00"]') from None
    return begin, end


def _query(raw: Mapping[str, Any], where: str, folder: Path) -> Query:
    place = f"{where} [[query]] {raw.get('record', '')}".strip()
    _only(raw, _QUERY, place)
    if not raw.get("record"):
        raise XinglinError("查询没有写数据集", place, '请写 record = "encounter"')
    sql = raw.get("sql") or (_beside(folder, raw["file"], place) if raw.get("file") else "")
    if not sql.strip():
        raise XinglinError("没有写查询语句", place, '请写 sql = "SELECT …"，或 file = "encounter.sql"')
    if bool(raw.get("watermark")) == bool(raw.get("day")):
        raise XinglinError("不知道怎样只读新数据", place,
                           "有“最后修改时间”一类列的写 watermark；没有的写 day（业务日期列）和 window（每夜重读几天）")
    return Query(record=raw["record"], sql=sql.strip().rstrip(";").strip(), watermark=raw.get("watermark", ""),
                 overlap=_overlap(raw.get("overlap", "10m"), place), first=_first(raw.get("from", ""), place), day=raw.get("day", ""),
                 window=_whole(raw, "window", 30, place), id=raw.get("id", "record_id"),
                 map=_beside(folder, raw["map"], place) if raw.get("map") else "",
                 most_vanished=float(raw.get("most_vanished", 0.2)))


def _first(value: Any, where: str) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    try:
        return date.fromisoformat(text[:10]).isoformat() if text else ""
    except ValueError:
        raise XinglinError(f"from“{text}”不是有效日期", where, '请写成 from = "2024-01-01"') from None


def _overlap(text: str, where: str) -> timedelta:
    found = _OVERLAP.fullmatch(str(text))
    if found is None:
        raise XinglinError(f"overlap“{text}”写得不对", where, '请写成 "10m"、"2h" 或 "1d"')
    return timedelta(**{_SPAN[found[2]]: int(found[1])})


def _beside(folder: Path, name: str, where: str) -> str:
    path = folder / Path(name).name
    if not path.is_file():
        raise XinglinError(f"找不到文件 {name}", where, "请把它放在来源文件旁边")
    return path.read_text("utf-8")


def _expect(raw: Mapping[str, Any], where: str) -> Expect:
    place = f"{where} [expect]"
    _only(raw, _EXPECT, place)
    drop = float(raw.get("drop", 0.5))
    if not 0 < drop < 1:
        raise XinglinError("drop 要在 0 与 1 之间", place, "例如 drop = 0.5：比通常少一半就问")
    return Expect(every=_whole(raw, "every", 0, place), grace=_whole(raw, "grace", 1, place), drop=drop)
