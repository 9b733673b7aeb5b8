"""Why a figure is what it is: words, norms with their clauses, the SQL, the state of its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from xinglin.declare.indicator import Indicator, Lake
from xinglin.declare.norm import PICKED_WORDS, Norm
from xinglin.declare.record import Record
from xinglin.declare.words import norm_value
from xinglin.kernel.dates import Period, days_between
from xinglin.know.indicators.contribute import Compiled, compile_figure, edition_for
from xinglin.lake.tables import at_lake

LATE_DAYS = {"实时": 3, "每日": 3, "每周": 10, "每月": 40}     # by the first words of About.arrives


@dataclass(frozen=True)
class UsedNorm:
    """A number as it stands in the period: every value in force in it, with its clause."""

    title: str
    unit: str
    picked: str
    values: tuple[tuple[date, str, str], ...]       # since, value, clause


@dataclass(frozen=True)
class DataNote:
    """The last delivery of a source for a Record that the figure reads."""

    record: str
    source: str
    received_on: date
    late: bool

    @property
    def sentence(self) -> str:
        late = "，已迟" if self.late else ""
        return f"《{self.record}》{self.source}：最近一次收到 {self.received_on}{late}"


@dataclass(frozen=True)
class Explanation:
    """All that stands beside a figure."""

    code: str
    title: str
    words: str
    clause: str
    population: str
    note: str
    since: date
    editions: tuple[date, ...]
    norms: tuple[UsedNorm, ...]
    records: tuple[str, ...]
    sql: str
    fingerprint: str
    data: tuple[DataNote, ...]


def explain(editions: Sequence[Indicator], lake: Lake, period: Period, *,
            records: Mapping[str, type[Record]],
            con: duckdb.DuckDBPyConnection | None = None) -> Explanation:
    """Explain a figure in a period; with `con` also how fresh its sources are."""
    edition = edition_for(editions, period)
    ready = compile_figure(edition, lake, period, laid_out=True)
    read = [records[c] for c in ready.records if c in records]
    return Explanation(
        edition.code, edition.title, edition.words, str(edition.cites), edition.population, edition.note,
        edition.since, tuple(e.since for e in editions),
        tuple(_used(n, period) for n in ready.norms), tuple(r.about.title for r in read), ready.sql,
        ready.fingerprint, _data_notes(con, read, lake.day) if con is not None else ())


def _used(norm: Norm, period: Period) -> UsedNorm:
    lines = norm.history
    held = [s for s, following in zip(lines, (*lines[1:], None), strict=True)
            if s.day <= period.last and (following is None or following.day > period.first)]
    return UsedNorm(norm.title, norm.unit, PICKED_WORDS[norm.picked_by],
                    tuple((s.day, norm_value(s.value), str(s.clause)) for s in held))


def norms_text(ready: Compiled) -> str:
    """The norms of a computation on one line each, for a publication."""
    used = (_used(n, ready.period) for n in ready.norms)
    return "\n".join(f"{u.title}（{u.unit}，{u.picked}）：" + "；".join(
        f"自 {day} {value}，{clause}" for day, value, clause in u.values) for u in used)


def _data_notes(con: duckdb.DuckDBPyConnection, records: Sequence[type[Record]],
                day: date) -> tuple[DataNote, ...]:
    rows = con.execute(f"SELECT record, source, max(received_at) FROM {at_lake('delivery')} "
                       "GROUP BY ALL ORDER BY ALL").fetchall()
    by_code = {r.about.code: r for r in records}
    return tuple(_data_note(by_code[r[0]], r[1], r[2], day) for r in rows if r[0] in by_code)


def _data_note(record: type[Record], source: str, received: datetime, day: date) -> DataNote:
    allowed = next((n for word, n in LATE_DAYS.items() if record.about.arrives.startswith(word)), None)
    late = allowed is not None and days_between(received.date(), day) > allowed
    return DataNote(record.about.title, source, received.date(), late)
