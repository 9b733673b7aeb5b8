"""Chance by a keyed hash: the same seed, county, size and end day give the same draws.

DuckDB's own `hash` of one integer is used, so draws are fixed for the pinned DuckDB version.
Every draw names the thing (`i`) and its purpose (`s`, a salt below 2048, used for nothing else).
"""

from __future__ import annotations

from datetime import date
from hashlib import blake2b

import duckdb

MACROS = """
CREATE OR REPLACE MACRO h(i, s) AS hash(i::BIGINT * 2048 + s + getvariable('key'));
CREATE OR REPLACE MACRO u(i, s) AS (h(i, s) >> 11)::DOUBLE / 9007199254740992.0;
CREATE OR REPLACE MACRO r(i, s, n) AS (h(i, s) % n::UBIGINT)::BIGINT;
-- nearly normal, mean 0 and deviation 1; uses salts s, s + 1 and s + 2
CREATE OR REPLACE MACRO z(i, s) AS (u(i, s) + u(i, s + 1) + u(i, s + 2) - 1.5) * 2.0;
CREATE OR REPLACE MACRO pick(xs, i, s) AS xs[1 + r(i, s, len(xs))];
-- a moment: `m` minutes after the day begins
CREATE OR REPLACE MACRO moment(d, m) AS make_timestamp((epoch_us(d) + m * 60000000)::BIGINT);
-- how many to plant: a share of the people, at least one per 10,000 and one in all
CREATE OR REPLACE MACRO few(per_thousand) AS
    greatest(ceil(getvariable('people') / 10000.0),
             round(getvariable('people') * per_thousand / 1000.0))::BIGINT;
"""


def open_county(*, people: int, years: int, seed: int, county: str, until: date,
                threads: int) -> duckdb.DuckDBPyConnection:
    """An in-memory database with the macros and the variables that every step reads."""
    con = duckdb.connect(config={"threads": threads, "preserve_insertion_order": True})
    start = until.replace(year=until.year - years) if until.month != 2 else date(
        until.year - years, 2, min(until.day, 28))
    variables = {"key": key_of(people, years, seed, county, until), "people": people,
                 "county": county, "start": start, "until": until, "days": (until - start).days}
    for name, value in variables.items():
        con.execute(f"SET VARIABLE {name} = ?", [value])
    con.execute(MACROS)
    return con


def key_of(people: int, years: int, seed: int, county: str, until: date) -> int:
    """The key: 50 bits of a digest of everything that decides the county."""
    told = f"xinglin:{people}:{years}:{seed}:{county}:{until.isoformat()}"
    return int.from_bytes(blake2b(told.encode(), digest_size=8).digest(), "big") >> 14
