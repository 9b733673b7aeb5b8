"""The night's figures: contributions of everyone or of the touched only, then sums.

An increment equals a full computation exactly. What is kept: the running and the previous period
of each kind within those two years; older periods keep their totals.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

import duckdb

from xinglin.declare.indicator import Indicator, Lake
from xinglin.declare.record import Record
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period, PeriodKind, plus_days
from xinglin.know.indicators.contribute import Compiled, Open, compile_figure, edition_for
from xinglin.know.indicators.tables import CONTRIBUTION, ensure
from xinglin.know.indicators.total import sum_again
from xinglin.know.indicators.touched import TOUCHED, Feed, find_touched, used
from xinglin.lake.tables import at_lake

How = Literal["full", "increment", "unchanged", "refused"]
Editions = Mapping[str, Sequence[Indicator]]


@dataclass(frozen=True)
class Done:
    """What the night did for one figure and period; `why` says why it was computed in full."""

    figure: str
    period: str
    how: How
    why: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class State:
    """Up to where a figure's period was computed, and by which definition."""

    edition: date
    as_of: date
    fingerprint: str
    snapshot: int


@dataclass(frozen=True)
class Night:
    """One run. `records`: code → Record of everything a definition may read.

    `open(persons=…)` should give readers that keep what they worked out (LakeReader keep=True).
    """

    con: duckdb.DuckDBPyConnection
    open: Open
    editions: Editions
    records: Mapping[str, type[Record]]
    day: date
    snapshot: int

    @cached_property
    def everyone(self) -> Lake:
        return self.open()

    @cached_property
    def touched(self) -> Lake:
        return self.open(persons=TOUCHED)


def kept_periods(every: PeriodKind, day: date) -> list[Period]:
    """The periods of a kind that begin in the running or the previous year of `day`."""
    running = Period.of(day, every)
    first = Period.of(day, "mch_year" if every == "mch_year" else "year").previous_year().first
    found = [running]
    while found[-1].first > first:
        found.append(Period.of(plus_days(found[-1].first, -1), every))
    return sorted(found)


def compute_figures(night: Night, feed: Feed | None = None, *,
                    periods: Sequence[Period] | None = None) -> list[Done]:
    """Compute and store every figure for the kept periods (or the given ones).

    Call inside a write transaction of the lake. Without `feed` everything is computed in full.
    """
    ensure(night.con)
    states = read_states(night.con)
    narrowed = feed is not None and _touch(night, feed, states)
    done = [_one(night, code, period, states.get((code, period.text)), feed if narrowed else None)
            for code, period in _asked(night, periods)]
    if periods is None:
        _let_go(night, done)
    return done


def read_states(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], State]:
    """(figure, period) → where its contributions stand."""
    rows = con.execute("SELECT figure, period, edition, as_of, fingerprint, snapshot "
                       f"FROM {at_lake('figure_state')} WHERE kept").fetchall()
    return {(r[0], r[1]): State(*r[2:]) for r in rows}


def last_snapshot(con: duckdb.DuckDBPyConnection) -> int | None:
    """The oldest snapshot that a kept figure stands on; None before the first night."""
    ensure(con)
    return min((s.snapshot for s in read_states(con).values()), default=None)


def _asked(night: Night, periods: Sequence[Period] | None) -> Iterable[tuple[str, Period]]:
    for code, editions in night.editions.items():
        every = editions[-1].every
        for period in periods if periods is not None else kept_periods(every, night.day):
            if period.kind == every:
                yield code, period


def _touch(night: Night, feed: Feed, states: Mapping[tuple[str, str], State]) -> bool:
    """Find the touched people; False when the increment has nothing to stand on."""
    if not states:
        return False
    since = min(s.as_of for s in states.values())
    if since > night.day:
        return False
    find_touched(night.con, feed, used(night.records, night.records), since=since, day=night.day)
    return True


def _one(night: Night, code: str, period: Period, state: State | None, feed: Feed | None) -> Done:
    began = time.perf_counter()
    try:
        edition = edition_for(night.editions[code], period)
        narrow = compile_figure(edition, night.touched if feed else night.everyone, period)
    except DeclarationError as refused:
        return Done(code, period.text, "refused", str(refused))
    why = _why_full(night, narrow, state, feed)
    how: How = "full" if why else "increment" if narrow.by_person else "unchanged"
    if how == "full":
        _in_full(night, compile_figure(edition, night.everyone, period) if feed else narrow)
    elif how == "increment" and not _by_touched(night, narrow):
        how = "unchanged"
    if how != "unchanged" or period.last >= night.day:
        sum_again(night.con, code, period, day=night.day)
    _note(night, narrow)
    return Done(code, period.text, how, why, time.perf_counter() - began)


def _why_full(night: Night, ready: Compiled, state: State | None, feed: Feed | None) -> str:
    if state is None:
        return "第一次计算"
    if state.edition != ready.indicator.since or state.fingerprint != ready.fingerprint:
        return "口径有变"
    if feed is None:
        return "不知哪些变了"
    running = ready.period.last >= state.as_of
    if running and Period.of(state.as_of, "month") != Period.of(night.day, "month"):
        return "新的一月"           # quarters and years close here; terms by the day are in `touched`
    if not ready.by_person and _events_changed(night, ready, state, feed):
        return "事件有变"
    return ""


def _events_changed(night: Night, ready: Compiled, state: State, feed: Feed) -> bool:
    """Figures without people are computed again by period, when one of its rows changed or came into sight."""
    came = state.as_of < night.day and ready.period.last > state.as_of
    return came or any(feed.changed(r, ready.period) for r in used(night.records, ready.records)
                       if r.about.code not in ("person", "death"))


def _in_full(night: Night, ready: Compiled) -> None:
    con = night.con
    con.execute(f"DELETE FROM {at_lake('contribution')} WHERE figure = ? AND period = ?",
                [ready.indicator.code, ready.period.text])
    con.execute(f"INSERT INTO {at_lake('contribution')} ({', '.join(CONTRIBUTION)}) {ready.sql}")


def _by_touched(night: Night, ready: Compiled) -> bool:
    """Replace the contributions of touched people where they differ; False when none does."""
    con, named = night.con, [ready.indicator.code, ready.period.text]
    con.execute(f"CREATE OR REPLACE TEMP TABLE _next AS {ready.sql}")
    con.execute("CREATE OR REPLACE TEMP TABLE _old AS SELECT c.* FROM "
                f"{at_lake('contribution')} c SEMI JOIN temp.{TOUCHED} USING (person) "
                "WHERE figure = ? AND period = ?", named)
    con.execute("CREATE OR REPLACE TEMP TABLE _other AS SELECT DISTINCT person FROM ("
                "(FROM _next EXCEPT ALL FROM _old) UNION ALL (FROM _old EXCEPT ALL FROM _next))")
    if not con.execute("SELECT count(*) FROM _other").fetchall()[0][0]:
        return False
    con.execute(f"DELETE FROM {at_lake('contribution')} WHERE figure = ? AND period = ? "
                "AND person IN (SELECT person FROM _other)", named)
    con.execute(f"INSERT INTO {at_lake('contribution')} ({', '.join(CONTRIBUTION)}) "
                f"SELECT {', '.join(CONTRIBUTION)} FROM _next SEMI JOIN _other USING (person)")
    return True


def _note(night: Night, ready: Compiled) -> None:
    named = [ready.indicator.code, ready.period.text]
    night.con.execute(f"DELETE FROM {at_lake('figure_state')} WHERE figure = ? AND period = ?", named)
    night.con.execute(
        f"INSERT INTO {at_lake('figure_state')} (figure, period, edition, as_of, fingerprint, snapshot, "
        "records, kept) VALUES (?, ?, ?, ?, ?, ?, ?, true)",
        [*named, ready.indicator.since, night.day, ready.fingerprint, night.snapshot,
         ",".join(ready.records)])


def _let_go(night: Night, done: Sequence[Done]) -> None:
    """Contributions of periods that are no longer kept go; their totals stay."""
    kept = {(d.figure, d.period) for d in done}
    for figure, period in set(read_states(night.con)) - kept:
        night.con.execute(f"DELETE FROM {at_lake('contribution')} WHERE figure = ? AND period = ?",
                          [figure, period])
        night.con.execute(f"UPDATE {at_lake('figure_state')} SET kept = false "
                          "WHERE figure = ? AND period = ?", [figure, period])
