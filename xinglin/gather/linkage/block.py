"""Which pairs of records are looked at: those that share one of the declared keys."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from xinglin.gather.linkage.declared import BLOCKS
from xinglin.gather.sql import Connection, one

MOST_ALIKE = 400        # a key that so many records share tells nobody apart


def usable_blocks(con: Connection, columns: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Declared keys whose columns all have values somewhere in `record`."""
    listed = sorted(columns)
    counts = con.execute(f"SELECT {', '.join(f'count({c})' for c in listed)} FROM record").fetchone() or ()
    filled = {c for c, n in zip(listed, counts, strict=True) if n > 1}
    return tuple(keys for keys in BLOCKS if all(column_of(k) in filled for k in keys))


def column_of(key: str) -> str:
    """`left(birth, 4)` → birth."""
    found = re.fullmatch(r"(?:left|right)\((\w+), \d+\)", key)
    return found[1] if found else key


def make_pairs(con: Connection, blocks: Sequence[Sequence[str]], *, fresh_only: bool = False) -> int:
    """Table `pair` (join_key_l < join_key_r, match_key): distinct pairs; how many.

    `fresh_only`: at least one of the two is marked `fresh`, as new ones compared with those at hand.
    """
    con.execute("CREATE OR REPLACE TABLE pair_found (l BIGINT, r BIGINT)")
    for keys in blocks:
        con.execute(f"INSERT INTO pair_found {_alike(keys, fresh_only)}")
    con.execute("CREATE OR REPLACE TABLE pair AS SELECT '0' AS match_key, l AS join_key_l, r AS join_key_r "
                "FROM pair_found GROUP BY l, r")
    con.execute("DROP TABLE pair_found")
    return one(con, "SELECT count(*) FROM pair")


def _alike(keys: Sequence[str], fresh_only: bool) -> str:
    named = [f"{k} AS k{n}" for n, k in enumerate(keys)]
    listed = ", ".join(f"k{n}" for n in range(len(keys)))
    filled = " AND ".join(f"{k} IS NOT NULL" for k in keys)
    some = " AND (a.fresh OR b.fresh)" if fresh_only else ""
    fresh = ", fresh" if fresh_only else ""
    return f"""WITH keyed AS (SELECT uid{fresh}, {', '.join(named)} FROM record WHERE {filled}
        QUALIFY count(*) OVER (PARTITION BY {', '.join(keys)}) BETWEEN 2 AND {MOST_ALIKE})
        SELECT a.uid, b.uid FROM keyed a JOIN keyed b USING ({listed}) WHERE a.uid < b.uid{some}"""
