"""为什么变了: the difference of a figure between two versions of its contributions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from xinglin.know.indicators.queries import Asked, in_place, named_sql
from xinglin.know.indicators.tables import CONTRIBUTION
from xinglin.lake.tables import at_lake


@dataclass(frozen=True)
class Change:
    """Units that differ between two versions, by kind of change and place."""

    kind: str                   # 新进 离开 新进分子 离开分子 分母变动 换了地方
    place: str
    units: int
    numerator: Decimal
    denominator: Decimal


def changes(con: duckdb.DuckDBPyConnection, *, before: str, after: str, place: str = "") -> list[Change]:
    """Why a figure changed: the difference of two relations of contributions, by place.

    The numerators of all changes sum to the difference of the figures; so do the denominators.
    """
    condition, values = in_place(place)
    return [Change(*r) for r in con.execute(
        f"""WITH b AS ({_by_unit(before)}), a AS ({_by_unit(after)}),
        d AS (SELECT coalesce(a.place, b.place) AS place, coalesce(a.num, 0) - coalesce(b.num, 0) AS n,
              coalesce(a.den, 0) - coalesce(b.den, 0) AS m, a.place IS DISTINCT FROM b.place AS moved,
              b.units IS NULL AS came, a.units IS NULL AS went
              FROM a FULL JOIN b ON a.part = b.part AND a.unit = b.unit)
        SELECT CASE WHEN came THEN '新进' WHEN went THEN '离开' WHEN n > 0 THEN '新进分子'
               WHEN n < 0 THEN '离开分子' WHEN m <> 0 THEN '分母变动' ELSE '换了地方' END AS kind,
               coalesce(place, '') AS place, count(*), sum(n), sum(m)
        FROM d WHERE (came OR went OR n <> 0 OR m <> 0 OR moved) AND {condition}
        GROUP BY kind, d.place ORDER BY kind, 2""", values).fetchall()]


def _by_unit(relation: str) -> str:
    return (f"SELECT part, unit, any_value(place) AS place, sum(num) AS num, sum(den) AS den, "
            f"count(*) AS units FROM {relation} GROUP BY part, unit")


def contributions_at(asked: Asked, snapshot: int) -> str:
    """The figure's contributions as they were at an earlier snapshot of the lake."""
    return (f"(SELECT {', '.join(CONTRIBUTION)} FROM {at_lake('contribution')} AT (VERSION => {int(snapshot)}) "
            f"WHERE {named_sql(asked.indicator, asked.held)})")
