"""From records to persons: clean, compare, decide, put together. The way of `xinglin people link`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from xinglin.gather.linkage.clean import clean
from xinglin.gather.linkage.cluster import put_together
from xinglin.gather.linkage.declared import ONE_JUDGE, Comparison
from xinglin.gather.linkage.score import score
from xinglin.gather.linkage.verdict import DIFFERENT, JUDGE, SAME, verdict_sql
from xinglin.gather.sql import Connection, one


@dataclass(frozen=True)
class Resolved:
    """What came of a set; the tables `person_of` (uid, person, confidence) and `judged` hold the rest."""

    records: int
    persons: int
    same: int               # pairs by verdict
    to_judge: int
    different: int
    comparisons: tuple[Comparison, ...]


def resolve(con: Connection, have: Collection[str]) -> Resolved:
    """`given` (uid, fields of `clean.FIELDS`) → `person_of`; `have`: the fields that it brings."""
    clean(con, have)
    comparisons = score(con, least=ONE_JUDGE)
    judge(con, comparisons)
    _put_persons(con)
    counts = {str(v): int(n) for v, n in con.execute("SELECT verdict, count(*) FROM judged GROUP BY verdict").fetchall()}
    return Resolved(
        records=one(con, "SELECT count(*) FROM record"), persons=one(con, "SELECT count(DISTINCT person) FROM person_of"),
        same=counts.get(SAME, 0), to_judge=counts.get(JUDGE, 0), different=counts.get(DIFFERENT, 0),
        comparisons=comparisons)


def judge(con: Connection, comparisons: tuple[Comparison, ...]) -> None:
    """`judged`: the edges with their verdict."""
    verdict = verdict_sql(comparisons) if comparisons else f"'{JUDGE}'"
    con.execute(f"CREATE OR REPLACE TABLE judged AS SELECT *, {verdict} AS verdict FROM edge")


def _put_persons(con: Connection) -> None:
    # Of pairs that weigh the same, the order is by what they say: never by their places in the file.
    same = con.execute(f"""SELECT l, r FROM judged JOIN record a ON a.uid = l JOIN record b ON b.uid = r
        WHERE verdict = '{SAME}'
        ORDER BY weight DESC, least(a.mark, b.mark), greatest(a.mark, b.mark), l, r""").fetchall()
    different = con.execute(f"SELECT l, r FROM judged WHERE verdict = '{DIFFERENT}'").fetchall()
    numbers = dict(con.execute("SELECT uid, number FROM record WHERE number_checked").fetchall())
    groups = put_together(same, different=different, numbers=numbers).group
    con.register("put", pa.table({"uid": pa.array(list(groups), pa.int64()),
                                  "person": pa.array(list(groups.values()), pa.int64())}))
    con.execute(_PERSON_OF)
    con.unregister("put")


# How sure a record is of its person: its best pair inside; alone, how far the best pair outside is from it.
_PERSON_OF = """
CREATE OR REPLACE TABLE person_of AS
WITH grouped AS (SELECT uid, coalesce(person, uid) AS person FROM record LEFT JOIN put USING (uid)),
told AS (SELECT l AS uid, r AS other, weight FROM judged UNION ALL SELECT r, l, weight FROM judged),
best AS (SELECT t.uid, max(weight) FILTER (g.person = o.person) AS inside, max(weight) FILTER (g.person <> o.person) AS outside
    FROM told t JOIN grouped g USING (uid) JOIN grouped o ON o.uid = t.other GROUP BY t.uid)
SELECT g.uid, g.person, round(CASE WHEN b.inside IS NOT NULL THEN 1 / (1 + pow(2, -least(b.inside, 50)))
    WHEN b.outside IS NOT NULL THEN greatest(0.5, 1 - 1 / (1 + pow(2, -least(b.outside, 50)))) ELSE 1 END, 4) AS confidence
FROM grouped g LEFT JOIN best b USING (uid)
"""
