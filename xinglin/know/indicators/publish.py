"""Publishing: a figure is fixed with its snapshot and definition, and never moves again.

A correction is a new publication with its reason; the old one stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb

from xinglin.kernel.errors import XinglinError
from xinglin.know.indicators import queries
from xinglin.know.indicators.queries import Asked
from xinglin.know.indicators.tables import PUBLICATION, ensure
from xinglin.lake.pins import hold
from xinglin.lake.store import Lake
from xinglin.lake.tables import at_lake
from xinglin.lake.write import Write


@dataclass(frozen=True)
class Publication:
    """A published figure. `supersedes` names the publication that it corrects."""

    id: int
    figure: str
    edition: date
    period: str
    place: str
    numerator: Decimal
    denominator: Decimal | None
    unknown: int
    value: float | None
    day: date
    snapshot: int
    fingerprint: str
    norms: str
    published_at: datetime
    published_by: str
    reason: str
    supersedes: int | None


def publish(lake: Lake, asked: Asked, *, place: str, by: str, norms: str, reason: str = "") -> Publication:
    """Publish a figure at a place; pins the newest snapshot, which holds its rows.

    A second publication of the same figure, period and place needs a reason. Raises XinglinError
    without one, or where a figure's rows are no longer kept.
    """
    if asked.contributions is None:
        raise XinglinError("这一时期只剩合计，不能发布", asked.indicator.code, "请先重算这一时期")
    earlier = newest(lake.cursor(), asked.indicator.code, asked.period.text, place)
    if earlier is not None and not reason.strip():
        raise XinglinError(f"“{asked.indicator.title}”{asked.period} 已于 {earlier.published_at:%Y-%m-%d} 发布",
                           asked.indicator.code, "更正须写明理由；原发布保留不动")
    whole = queries.figure(asked, place=place).amount

    def work(tx: Write) -> Publication:
        ensure(tx.con)
        number = _next_id(tx.con)
        # Pin and publication in one transaction: killed between two, a pin would bar the number for ever.
        snapshot = hold(tx.con, f"publication-{number}", why=f"{asked.indicator.code} {asked.period} {place}")
        row = Publication(
            number, asked.indicator.code, asked.indicator.since, asked.period.text, place, whole.numerator,
            whole.denominator, whole.unknown, whole.value, asked.day, snapshot, asked.fingerprint, norms,
            datetime.now(UTC).replace(tzinfo=None), by, reason.strip(), earlier.id if earlier else None)
        _store(tx.con, row)
        return row

    return lake.run(work)


def _next_id(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {at_lake('publication')}").fetchall()[0][0])


def _store(con: duckdb.DuckDBPyConnection, row: Publication) -> None:
    columns = list(PUBLICATION)
    con.execute(f"INSERT INTO {at_lake('publication')} ({', '.join(columns)}) "
                f"VALUES ({', '.join('?' for _ in columns)})", [getattr(row, c) for c in columns])


def publications(con: duckdb.DuckDBPyConnection, figure: str, period: str, place: str) -> list[Publication]:
    """Every publication of a figure, the newest last."""
    rows = con.execute(
        f"SELECT {', '.join(PUBLICATION)} FROM {at_lake('publication')} "
        "WHERE figure = ? AND period = ? AND place = ? ORDER BY id", [figure, period, place]).fetchall()
    return [Publication(*r) for r in rows]


def newest(con: duckdb.DuckDBPyConnection, figure: str, period: str, place: str) -> Publication | None:
    """The publication in force, None where there is none."""
    if not queries.there(con):
        return None
    return next(reversed(publications(con, figure, period, place)), None)
