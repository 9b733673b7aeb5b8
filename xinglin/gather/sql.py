"""Small SQL words that gather's statements share: quoting, and macros for text as people type it."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

Connection = duckdb.DuckDBPyConnection

_FULL = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "\u3000\u00a0\u2212"
_HALF = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)) + "  -"
_WIDE = r"[\x{FF01}-\x{FF5E}\x{3000}\x{00A0}\x{2212}]"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def q(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def one_of(x: str, values: Iterable[str]) -> str:
    """Is the text one of a few? Written so that DuckDB does not make a join of each IN (…), nor look through
    the list before the length: it changes the order of ANDs."""
    listed = sorted(set(values))
    longest = max(len(v.encode()) for v in listed)
    found = f"list_contains([{', '.join(text(v) for v in listed)}], {x})"
    outside = f"strlen({x}) > {longest} OR {x} < {text(listed[0])} OR {x} > {text(listed[-1])}"
    return f"(CASE WHEN {outside} THEN false ELSE {found} END)"


def rows_of(con: Connection, sql: str, values: list[object] | None = None) -> list[tuple[object, ...]]:
    """All rows of a small answer."""
    return con.execute(sql, values or []).fetchall()


def one(con: Connection, sql: str) -> int:
    """The single whole number of an answer, null as 0."""
    row = con.execute(sql).fetchone()
    return int(row[0] or 0) if row else 0


def make_macros(con: Connection) -> None:
    """Macros in the connection's own schema: half width, dates as typed, check digits of numbers."""
    check = " + ".join(f"x // {10 ** (17 - n)} % 10 * {w}" for n, w in enumerate(_WEIGHTS, 1))
    for macro in (
        # translate() builds its table anew for every value: only for those that need it.
        f"half(x) AS CASE WHEN strlen(x) = length(x) OR NOT regexp_matches(x, {text(_WIDE)}) THEN trim(x) "
        f"ELSE trim(translate(x, {text(_FULL)}, {text(_HALF)})) END",
        # The number is best a column: what stands for x is worked out seventeen times inside a CASE.
        f"check_of(x) AS substr('10X98765432', ({check}) % 11 + 1, 1)",
        "check17(x) AS check_of(try_cast(x AS BIGINT))",
        f"as_day(x) AS coalesce(try_cast(x AS DATE), {_typed_date('half(x)')}::DATE)",
        "plain_name(x) AS regexp_replace(regexp_replace(half(x), '\\s', '', 'g'), '[•･・‧.]', '·', 'g')",
    ):
        con.execute(f"CREATE OR REPLACE MACRO {macro}")


def _typed_date(x: str) -> str:
    """A timestamp from the ways in which days and moments are typed, else null."""
    formats = [f"{day}{time}" for day in ("%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d")
               for time in ("", " %H:%M", " %H:%M:%S")] + ["%Y%m%d", "%Y%m%d%H%M%S"]
    return f"try_strptime({x}, [{', '.join(text(f) for f in formats)}])"


def typed_moment(x: str) -> str:
    """The expression behind `as_day`, with the time kept."""
    return _typed_date(f"half({x})")


def serial_moment(x: str) -> str:
    """Excel's count of days since 30 December 1899 as a timestamp, for 1927 to 2173; else null."""
    number = f"try_cast(half({x}) AS DOUBLE)"
    return (f"CASE WHEN {number} BETWEEN 10000 AND 100000 THEN "
            f"make_timestamp(round(({number} - 25569) * 86400)::BIGINT * 1000000) END")
