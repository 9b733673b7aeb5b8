"""Run a source: every declared query, page by page, each page a delivery like any other.

Watermark: pages (since, until] until the newest. Window: the last days read again, only the difference is
delivered. After each page the position is kept, so a killed or stopped run goes on where it was.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from django.utils import timezone

from xinglin.gather import actions
from xinglin.gather.models import Delivery, Source, SourceState
from xinglin.gather.pull import hours
from xinglin.gather.pull.snapshot import (
    Difference,
    compare,
    keep_reading,
    last_reading,
    write_difference,
)
from xinglin.gather.pull.state import (
    a_little_before,
    ended,
    moved,
    not_after_tomorrow,
    opened,
    state_of,
)
from xinglin.gather.receipt import Receipt
from xinglin.gather.receive import receive, resume
from xinglin.gather.records import record_of
from xinglin.gather.sources.database import paging
from xinglin.gather.sources.database.account import account, must_only_read
from xinglin.gather.sources.database.connect import session, spoken
from xinglin.gather.sources.database.declared import Declared, Query
from xinglin.gather.sources.database.dialects import Dialect
from xinglin.gather.sources.database.fetch import Pace, bound, fetch
from xinglin.kernel.clock import moment
from xinglin.kernel.dates import plus_days, plus_months
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home

_NAMED = 500        # record ids asked for in one statement
_FEW = 50           # so many rows may always vanish


@dataclass
class Pulled:
    """What became of one query. `complete`: nothing newer was left. `note`: what to know, in words."""

    record: str
    rows: int = 0
    voided: int = 0
    complete: bool = False
    note: str = ""
    receipts: list[Receipt] = field(default_factory=list)


@dataclass
class Run:
    """What became of a source. `waiting`, `problem`: why nothing was read; `warning`: about the account."""

    source: str
    waiting: str = ""
    warning: str = ""
    problem: str = ""
    queries: list[Pulled] = field(default_factory=list)


@dataclass
class _Reading:
    """All that reading a query needs."""

    home: Home
    declared: Declared
    source: Source
    query: Query
    connection: sa.Connection
    dialect: Dialect
    pace: Pace
    scratch: Path
    state: SourceState
    done: Pulled
    begun: bool = False     # a page of this run is in: the next begins where it ended

    def ask(self, sql: str, **binds: Any) -> Any:
        with spoken(self.declared.code):
            found = self.connection.execute(bound(sql, binds)).scalar()
            self.connection.rollback()
        return found

    def fetch(self, sql: str, name: str, **binds: Any) -> tuple[Path, int]:
        path = self.scratch / f"{name}.parquet"
        found = fetch(self.connection, sql, binds, into=path, pace=self.pace, code=self.declared.code)
        return path, found.rows

    def deliver(self, path: Path) -> None:
        receipt = receive(self.home, path, source=self.source.code, record=self.query.record, sent_by="source",
                          mapping=self.query.map or None)
        if receipt.problem:
            raise XinglinError(receipt.problem, f"来源 {self.source.code}《{receipt.title}》", "请改来源文件里的查询或列对照表")
        self.done.receipts.append(receipt)

    def open_hours(self) -> bool:
        assert self.declared.database is not None
        return hours.allowed(self.declared.database.hours, timezone.localtime())


def run_source(home: Home, declared: Declared, *, only: Sequence[str] = (),
               say: Callable[[str], None] = lambda _: None) -> Run:
    """Read all that is new. Outside of the agreed hours it says so and reads nothing.

    Raises XinglinError: no connection, an account that could write, a query that does not run.
    """
    run = Run(declared.code)
    if declared.database is None:
        raise XinglinError("这个来源没有声明数据库", f"{declared.code}.toml", "请写 [database] 和 [[query]]")
    if not hours.allowed(declared.database.hours, timezone.localtime()):
        run.waiting = f"现在不在约定的时段（{hours.in_words(declared.database.hours)}），没有读"
        return run
    source = actions.source(declared.code)
    _go_on(home, source)
    pace = Pace(declared.database.rows_per_second)
    with session(home, declared) as (connection, dialect), tempfile.TemporaryDirectory(dir=home.tmp) as scratch:
        run.warning = must_only_read(account(connection, dialect, code=declared.code), declared)
        for query in declared.queries:
            if only and query.record not in only:
                continue
            say(f"{declared.title}　《{record_of(query.record).about.title}》")
            paging.checked_sql(query, dialect)
            reading = _Reading(home, declared, source, query, connection, dialect, pace, Path(scratch),
                               state_of(source, query.record), Pulled(query.record))
            run.queries.append(_read(reading))
    return run


def _go_on(home: Home, source: Source) -> None:
    """Finish what a killed run left, so that the pages come in order."""
    for delivery in Delivery.objects.filter(source=source, state__in=("stored", "checked")).order_by("id"):
        resume(home, delivery)


def _read(reading: _Reading) -> Pulled:
    (_by_watermark if reading.query.watermark else _by_window)(reading)
    done = reading.done
    ended(reading.state, rows=done.rows, complete=done.complete, note=done.note)
    return done


def _by_watermark(reading: _Reading) -> None:
    query, dialect, done = reading.query, reading.dialect, reading.done
    top = reading.ask(paging.top_sql(query, dialect))
    if top is None:
        done.complete = True
        return
    limit = not_after_tomorrow(top)
    if limit != top:
        done.note = "水位列有晚于明天的值，那些行没有读；请对方更正"
    for until in _boundaries(reading, limit):
        since = _since(reading)
        path, rows = reading.fetch(paging.page_sql(query, dialect, since=since is not None), "page", since=since, until=until)
        if rows:
            reading.deliver(path)
        done.rows += rows
        moved(reading.state, until)
        reading.begun = True


def _begin(query: Query) -> Any:
    return datetime.fromisoformat(query.first) if query.first else None


def _since(reading: _Reading) -> Any:
    """Where the next page begins: at the first page of a run a little before the last one's end."""
    value = opened(reading.state.position)
    if value is None:
        return _begin(reading.query)
    return value if reading.begun else a_little_before(value, reading.query.overlap)


def _boundaries(reading: _Reading, limit: Any) -> Iterator[Any]:
    """The end of each next page, while there are rows and the hours last."""
    assert reading.declared.database is not None
    page = reading.declared.database.page
    while True:
        since = _since(reading)
        sql = paging.boundary_sql(reading.query, reading.dialect, since=since is not None, page=page)
        until = reading.ask(sql, since=since, until=limit)
        if until is None:
            reading.done.complete = True
            return
        if not reading.open_hours():
            reading.done.note = "约定的时段到了，其余下次接着读"
            return
        yield until


def _by_window(reading: _Reading) -> None:
    """Months of the past once; then the window, as a difference."""
    today = timezone.localdate(moment(timezone.now()))
    since, until = plus_days(today, -reading.query.window), plus_days(today, 2)
    _past(reading, since)
    if reading.done.note:
        return
    sql = paging.window_sql(reading.query, reading.dialect)
    path, rows = reading.fetch(sql, "window", since=since, until=until)
    reading.done.rows += rows
    with last_reading(reading.home, reading.state, reading.scratch) as before, duckdb.connect() as con:
        found = compare(con, now=path, before=before, record_id=reading.query.id, day=reading.query.day, since=since,
                        until=until)
        _deliver_difference(reading, con, found)
    keep_reading(reading.home, reading.state, path)
    reading.done.complete = True


def _past(reading: _Reading, upto: date) -> None:
    """What lies before the window, month by month, once."""
    query = reading.query
    at = opened(reading.state.position) or (date.fromisoformat(query.first) if query.first else None)
    while at is None or at < upto:
        if not reading.open_hours():
            reading.done.note = "约定的时段到了，其余下次接着读"
            return
        sql = paging.oldest_sql(query, reading.dialect, since=at is not None)
        begin = _day(reading.ask(sql, since=at))        # years without rows are stepped over
        if begin is None or begin >= upto:
            moved(reading.state, upto)
            return
        end = min(upto, _next_month(begin))
        path, rows = reading.fetch(paging.window_sql(query, reading.dialect), "month", since=begin, until=end)
        reading.deliver(path)
        reading.done.rows += rows
        at = end
        moved(reading.state, at)


def _next_month(day: date) -> date:
    return plus_months(day.replace(day=1), 1)


def _day(value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    return value.date() if isinstance(value, datetime) else date.fromisoformat(str(value)[:10])


def _deliver_difference(reading: _Reading, con: duckdb.DuckDBPyConnection, found: Difference) -> None:
    """New, changed and gone rows; a great loss is asked about rather than believed."""
    gone, outside = found.gone, None
    most = max(_FEW, int(found.held * reading.query.most_vanished))
    if len(gone) > most:
        raise XinglinError(
            f"窗口内 {found.held} 行里有 {len(gone)} 行不见了，超过约定的 {most} 行，没有作废任何一行", f"来源 {reading.source.code}",
            "请对方核对是否在重装或清库；确是删除的，把 most_vanished 改大后再运行")
    if gone:
        outside, still = _elsewhere(reading, con, gone)
        gone = tuple(g for g in gone if g not in still)
    if not found.changed and not gone and outside is None:
        return
    path = reading.scratch / "difference.parquet"
    write_difference(con, record_id=reading.query.id, voids=gone, found=outside, into=path)
    reading.deliver(path)
    reading.done.voided = len(gone)


def _elsewhere(reading: _Reading, con: duckdb.DuckDBPyConnection, gone: tuple[str, ...]) -> tuple[Path | None, set[str]]:
    """Rows that left the window without being deleted: their day was corrected."""
    parts = []
    for at in range(0, len(gone), _NAMED):
        some = gone[at:at + _NAMED]
        path, rows = reading.fetch(paging.named_sql(reading.query, reading.dialect, len(some)), f"named{at}",
                                   **{f"k{n}": value for n, value in enumerate(some)})
        if rows:
            parts.append(str(path))
    if not parts:
        return None, set()
    together = reading.scratch / "elsewhere.parquet"
    con.execute("CREATE OR REPLACE TABLE elsewhere AS FROM read_parquet(?)", [parts])
    con.execute(f"COPY elsewhere TO '{together}' (FORMAT parquet)")
    return together, {str(r[0]) for r in con.execute(f'SELECT "{reading.query.id}" FROM elsewhere').fetchall()}
