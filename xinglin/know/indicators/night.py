"""The night's figures: contributions of everyone or of the touched only, then sums.

An increment equals a full computation exactly. What is kept: the running and the previous period
of each kind within those two years; older periods keep their totals.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

import duckdb

from xinglin.declare.indicator import Indicator, Lake
from xinglin.declare.record import Record
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period, PeriodKind, plus_days
from xinglin.know.indicators.batch import Batch, Key, let_go, note
from xinglin.know.indicators.contribute import Compiled, Open, compile_figure, edition_for
from xinglin.know.indicators.tables import ensure
from xinglin.know.indicators.total import sum_again
from xinglin.know.indicators.touched import TOUCHED, Feed, Touched, find_touched, used
from xinglin.lake.tables import at_lake

How = Literal["full", "increment", "unchanged", "refused"]
Editions = Mapping[str, Sequence[Indicator]]
Ready = tuple[Period, "State | None", "Compiled | None"]


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
    """Up to where a figure's period was computed, by which definition, from which Records."""

    edition: date
    as_of: date
    fingerprint: str
    snapshot: int
    records: str
    by_person: bool | None
    code: str | None

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(self.records.split(","))


@dataclass(frozen=True)
class Night:
    """One run. `records`: code → Record of everything a definition may read.

    `open(persons=…)` should give readers that keep what they worked out (LakeReader keep=True).
    `code` names the program: where a state was written by the same one, its definition need not be
    built to know that it is unchanged. Empty: build every definition.
    """

    con: duckdb.DuckDBPyConnection
    open: Open
    editions: Editions
    records: Mapping[str, type[Record]]
    day: date
    snapshot: int
    code: str = ""

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
    news = None if feed is None else _touch(night, feed, states)
    batch, done, ready = Batch(night.con), [], {}
    for code, period in _asked(night, periods):
        state = states.get((code, period.text))
        one, made = _one(night, code, period, state, news, batch)
        done.append(one)
        if one.how != "refused":
            ready[code, period.text] = (period, state, made)
    batch.flush()
    done = _settled(done, batch.merge())
    _write(night, done, ready, news)
    if periods is None:
        let_go(night.con, set(states) - {(d.figure, d.period) for d in done})
    return done


def _settled(done: Sequence[Done], changed: set[Key]) -> list[Done]:
    """An increment in which nobody differed is no change."""
    return [replace(d, how="unchanged") if d.how == "increment" and (d.figure, d.period) not in changed
            else d for d in done]


def _write(night: Night, done: Sequence[Done], ready: Mapping[Key, Ready], news: News | None) -> None:
    """Sums of what changed or runs on, and where every figure stands now."""
    sums, rows = [], []
    for one in done:
        if one.how == "refused":
            continue
        period, state, made = ready[one.figure, one.period]
        moved = one.how != "unchanged" or state is None or state.as_of != night.day
        if one.how != "unchanged" or (moved and period.last >= night.day):
            sums.append((one.figure, period))
        if moved or news is None or news.touched.people:
            rows.append(_state_row(night, one, state, made))
    sum_again(night.con, sums, day=night.day)
    note(night.con, rows)


def _state_row(night: Night, one: Done, state: State | None, made: Compiled | None) -> tuple[object, ...]:
    if made is None:
        assert state is not None
        state = replace(state, as_of=night.day, snapshot=night.snapshot)
    else:
        state = State(made.indicator.since, night.day, made.fingerprint, night.snapshot,
                      ",".join(made.records), made.by_person, night.code)
    return (one.figure, state.edition, one.period, state.as_of, state.fingerprint, state.snapshot,
            state.records, True, state.by_person, state.code)


def read_states(con: duckdb.DuckDBPyConnection) -> dict[Key, State]:
    """(figure, period) → where its contributions stand."""
    rows = con.execute("SELECT figure, period, edition, as_of, fingerprint, snapshot, records, by_person, code "
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


@dataclass(frozen=True)
class News:
    """What may have changed since the figures were last computed."""

    feed: Feed
    touched: Touched


def _touch(night: Night, feed: Feed, states: Mapping[Key, State]) -> News | None:
    """Find the touched people; None when the increment has nothing to stand on."""
    if not states:
        return None
    since = min(s.as_of for s in states.values())
    if since > night.day:
        return None
    records = used(night.records, night.records)
    return News(feed, find_touched(night.con, feed, records, since=since, day=night.day))


def _one(night: Night, code: str, period: Period, state: State | None, news: News | None,
         batch: Batch) -> tuple[Done, Compiled | None]:
    """Compute a figure's period into the batch; the definition as built, None where none was needed."""
    began = time.perf_counter()
    try:
        edition = edition_for(night.editions[code], period)
        if _untouched(night, edition, period, state, news):
            return Done(code, period.text, "unchanged", seconds=time.perf_counter() - began), None
        outright = _why_outright(night, edition, period, state, news)
        ready = compile_figure(edition, night.everyone if outright else night.touched, period)
    except DeclarationError as refused:
        return Done(code, period.text, "refused", str(refused)), None
    why = outright or _why_full(night, ready, state, news)
    how: How = "full" if why else "increment" if ready.by_person else "unchanged"
    if how == "full":
        ready = ready if outright else compile_figure(edition, night.everyone, period)
        batch.replace(ready)
    elif how == "increment":
        batch.compare(ready)
    return Done(code, period.text, how, why, time.perf_counter() - began), ready


def _untouched(night: Night, edition: Indicator, period: Period, state: State | None,
               news: News | None) -> bool:
    """Known to be unchanged before the definition is built: the same program, nobody touched."""
    if not night.code or state is None or state.code != night.code:
        return False
    if _why_outright(night, edition, period, state, news) or news is None:
        return False
    if state.by_person:
        return not state.reads & news.touched.records
    return not _events_changed(night, state.reads, period, state, news.feed)


def _why_outright(night: Night, edition: Indicator, period: Period, state: State | None,
                  news: News | None) -> str:
    """Why everyone is computed, as far as it shows without building the definition."""
    if state is None:
        return "第一次计算"
    if state.edition != edition.since:
        return "口径有变"
    if news is None:
        return "不知哪些变了"
    running = period.last >= state.as_of
    if running and Period.of(state.as_of, "month") != Period.of(night.day, "month"):
        return "新的一月"           # quarters and years close here; terms by the day are in `touched`
    return ""


def _why_full(night: Night, ready: Compiled, state: State | None, news: News | None) -> str:
    assert state is not None and news is not None
    if state.fingerprint != ready.fingerprint:
        return "口径有变"
    if not ready.by_person and _events_changed(night, ready.records, ready.period, state, news.feed):
        return "事件有变"
    return ""


def _events_changed(night: Night, reads: Iterable[str], period: Period, state: State, feed: Feed) -> bool:
    """Figures without people are computed again by period, when one of its rows changed or came into sight."""
    came = state.as_of < night.day and period.last > state.as_of
    return came or any(feed.changed(r, period) for r in used(night.records, reads)
                       if r.about.code not in ("person", "death"))
