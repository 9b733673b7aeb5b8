"""Codes as senders write them → ours, over the distinct values of each column."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from xinglin.declare.codelist import Codelist
from xinglin.declare.record import Column, Record
from xinglin.gather.mapping import ColumnMap
from xinglin.gather.sql import Connection, q, rows_of, text
from xinglin.gather.standardise import CODED

MOST_DISTINCT = 20_000      # more kinds of codes than any column has: it is not a code column
_IN_PLACE = 8               # codes that a CASE tells apart faster than a join
Known = Callable[[str, Iterable[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Codes:
    """How to read one column's codes. `mapped` is the sender's own table (theirs → ours)."""

    column: Column
    mapped: Mapping[str, str]

    def read(self, theirs: str, registered: Mapping[str, str]) -> tuple[str | None, int]:
        """Our code and how it came about; None when unknown."""
        if theirs in self.mapped:
            return self.mapped[theirs], 7
        plain = unicodedata.normalize("NFKC", theirs).strip()
        if plain in self.mapped:
            return self.mapped[plain], 7
        if theirs in registered:
            return registered[theirs], 0 if registered[theirs] == theirs else 7
        return _in_list(self.column.codes, theirs, plain) if self.column.kind == "coded" else (None, 0)


def _in_list(codes: str | Codelist, theirs: str, plain: str) -> tuple[str | None, int]:
    if not isinstance(codes, Codelist) or codes.has(theirs):
        return theirs, 0
    if codes.has(plain):
        return plain, 1
    for code in codes.codes:
        if plain in (code.title, code.code) or plain.lower() == code.code.lower():
            return code.code, 7
    return None, 0


def codelist_name(column: Column) -> str:
    """The name under which a sender's codes for this column are mapped."""
    if column.kind != "coded":
        return column.kind
    return column.codes.code if isinstance(column.codes, Codelist) else column.codes or column.name


def make_code_tables(con: Connection, *, record: type[Record], columns: ColumnMap,
                     learned: Mapping[str, Mapping[str, str]], known: Known) -> None:
    """A table code_<column>(theirs, ours, how) for every coded column that the file brings.

    `learned`: codelist → theirs → ours, as mapped on the deliveries page; `known` tells which
    organisations, places and staff the registry has.
    """
    for name, column in record.columns().items():
        if column.kind not in CODED or name not in {*columns.fields, *columns.constants}:
            continue
        own = columns.codes.get(name) or columns.codes.get(codelist_name(column)) or {}
        codes = Codes(column, {**own, **learned.get(codelist_name(column), {})})
        raw = q(f"r_{name}")
        values = [str(v[0]) for v in rows_of(
            con, f"SELECT DISTINCT {raw} FROM cells WHERE {raw} IS NOT NULL LIMIT {MOST_DISTINCT}")]
        registered = known(column.kind, values) if column.kind != "coded" else {}
        _make(con, name, [(v, *codes.read(v, registered)) for v in sorted(values)])


def _make(con: Connection, name: str, rows: list[tuple[str, str | None, int]]) -> None:
    table = pa.table({
        "theirs": pa.array([r[0] for r in rows], pa.string()),
        "ours": pa.array([r[1] for r in rows], pa.string()),
        "how": pa.array([r[2] for r in rows], pa.int8())})
    con.register("found_codes", table)
    con.execute(f"CREATE OR REPLACE TABLE {q('code_' + name)} AS FROM found_codes")
    con.unregister("found_codes")


def code_sql(con: Connection, name: str) -> tuple[str, str, str]:
    """Our code, how it came about, and the join they need, for a column of `cells`.

    DuckDB may build its hash table of a million cells to join one code; few are told apart in place.
    """
    table, raw = q(f"code_{name}"), q(f"r_{name}")
    rows = rows_of(con, f"SELECT theirs, ours, how FROM {table} LIMIT {MOST_DISTINCT}")
    if len(rows) < MOST_DISTINCT and all(theirs == ours and how == 0 for theirs, ours, how in rows):
        return raw, "0", ""
    if len(rows) > _IN_PLACE:
        return f"{table}.ours", f"coalesce({table}.how, 0)", f"LEFT JOIN {table} ON {table}.theirs = cells.{raw}"
    cases = {n: " ".join(f"WHEN {text(str(row[0]))} THEN {_literal(row[n])}" for row in rows) for n in (1, 2)}
    return f"CASE {raw} {cases[1]} END", f"CASE {raw} {cases[2]} ELSE 0 END", ""


def _literal(value: object) -> str:
    return "NULL" if value is None else text(value) if isinstance(value, str) else str(value)


def unknown_codes(con: Connection, name: str, *, most: int = 200) -> list[tuple[str, int]]:
    """Codes of a column without one of ours, with their rows, commonest first."""
    found = rows_of(con, f"SELECT theirs, count(*) FROM cells JOIN {q('code_' + name)} "
                    f"ON theirs = {q('r_' + name)} WHERE ours IS NULL GROUP BY 1 "
                    f"ORDER BY 2 DESC, 1 LIMIT {most}")
    return [(str(theirs), int(str(rows))) for theirs, rows in found]
