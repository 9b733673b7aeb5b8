"""The rows behind a figure, and figures that cannot be right. Rights are the caller's to check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from xinglin.declare.indicator import Indicator
from xinglin.declare.refuse import DeclarationError
from xinglin.know.indicators.queries import Asked, plain, where_sql
from xinglin.know.indicators.tables import there
from xinglin.lake.tables import at_lake


@dataclass(frozen=True)
class Member:
    """One unit of count: a person's number or an event's row key; never a name."""

    unit: int | None
    person: int | None
    place: str
    org: str
    part: str
    counted: bool               # in the numerator
    unknown: bool


def members(asked: Asked, *, place: str = "", where: Mapping[str, str] | None = None,
            counted: bool | None = None, limit: int | None = None) -> list[Member]:
    """The rows behind a figure; `counted=True` the numerator's, False those outside it.

    The caller answers for the right to rows and for the access event. Raises DeclarationError
    where a closed period keeps only totals.
    """
    if asked.contributions is None:
        raise DeclarationError(f"{asked.held} 只保留合计，没有名单", asked.indicator.code,
                               "请管理员从钉住的快照重算这一时期")
    condition, values = where_sql(asked, place, where)
    if counted is not None:
        condition += " AND num > 0" if counted else " AND num = 0"
    most = f" LIMIT {int(limit)}" if limit is not None else ""
    rows = asked.con.execute(
        "SELECT unit, person, coalesce(place, ''), coalesce(org, ''), part, num > 0, unknown "
        f"FROM {asked.contributions} WHERE {condition} ORDER BY place, unit, part{most}", values).fetchall()
    return [Member(*r) for r in rows]


@dataclass(frozen=True)
class Finding:
    """A figure that cannot be right as it stands: a question on the data, never hidden by clipping."""

    figure: str
    period: str
    township: str
    sentence: str


def findings(con: duckdb.DuckDBPyConnection, editions: Mapping[str, Sequence[Indicator]]) -> list[Finding]:
    """Coverages above 100 %, by township, in the newest totals."""
    titles = {c: e[-1].title for c, e in editions.items() if e[-1].kind == "coverage"}
    if not titles or not there(con):
        return []
    marks = ", ".join("?" for _ in titles)
    rows = con.execute(
        f"SELECT figure, period, coalesce(left(place, 9) || '000', '') AS town, sum(num), sum(den) "
        f"FROM {at_lake('figure_total')} t WHERE figure IN ({marks}) AND as_of = (SELECT max(as_of) FROM "
        f"{at_lake('figure_total')} u WHERE u.figure = t.figure AND u.period = t.period) "
        "GROUP BY ALL HAVING sum(num) > sum(den) ORDER BY ALL", list(titles)).fetchall()
    return [Finding(f, p, town, f"“{titles[f]}”超过 100%：{plain(n)} ÷ {plain(d)}，请核对分母")
            for f, p, town, n, d in rows]
