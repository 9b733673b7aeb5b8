"""Judging every row of a file at once: cells → values → the Record's checks → bits of broken rules.

Makes the table `judged`: rid, who, the Record's columns, how each came about, and in rej_0…, qry_0…
one bit a rule. Nothing here knows the registry or the lake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot

from xinglin.declare.record import Column, Record
from xinglin.declare.table import PERSON_PREFIX, to_ibis
from xinglin.gather.codes import code_sql
from xinglin.gather.mapping import ColumnMap, border_columns
from xinglin.gather.rules import Rule
from xinglin.gather.sql import Connection, one, one_of, q, rows_of, text
from xinglin.gather.standardise import CODED, HOW, cell_sql, converted
from xinglin.lake.compile import duckdb_sql
from xinglin.lake.tables import SQL_TYPES

VOID = ("1", "true", "是", "y", "yes", "作废", "撤销", "删除")
_BITS = 60      # rules in one mask


@dataclass(frozen=True)
class Reason:
    """A rule that touched rows, with how many."""

    act: str
    column: str
    words: str
    do: str
    rows: int


def judge(con: Connection, *, record: type[Record], columns: ColumnMap,
          rules: Sequence[Rule]) -> None:
    """Make `judged` from `cells`, `who` and the code tables, in one pass."""
    have = {*columns.fields, *columns.constants}
    layers = [f"typed AS ({_typed_sql(con, record, columns, have)})"]
    swaps = converted(columns.converts, dict.fromkeys(have, ""))
    if swaps:
        replaced = ", ".join(f"{sql} AS {q(name)}" for name, sql in swaps.items())
        layers.append(f"typed2 AS (SELECT * REPLACE ({replaced}) FROM typed)")
    layers.append(f"checked AS ({_declared_checks(record, 'typed2' if swaps else 'typed')})")
    kept = ["rid", "who", "g_record_id", "g_version", "g_void", *(q(n) for n in _own(record)),
            *(q(f"how_{n}") for n in _own(record) if n in have), *_masks(rules)]
    con.execute(f"CREATE OR REPLACE TABLE judged AS WITH {', '.join(layers)} "
                f"SELECT {', '.join(kept)} FROM checked")


def _own(record: type[Record]) -> dict[str, Column]:
    return {n: c for n, c in record.columns().items() if c.kind != "person"}


def _typed_sql(con: Connection, record: type[Record], columns: ColumnMap, have: set[str]) -> str:
    parts, joins = ["cells.*"], []
    for name, column in _own(record).items():
        if name not in have:
            parts += [f"NULL::{SQL_TYPES[column.kind]} AS {q(name)}"]
            continue
        value, how, join = _read_as(con, column, columns, record)
        if name == "words" and "value" not in have:
            value = q("r_words")
        parts += [f"({value})::{SQL_TYPES[column.kind]} AS {q(name)}", f"({how})::TINYINT AS {q('how_' + name)}"]
        joins.append(join)
    if "words" in _own(record) and "words" not in have and "value" in have:
        parts = _words_from_value(parts, record)
    ids = {"patient_id", "id_number"} & have
    if ids:
        parts += ["who.who", "who.key AS who_key", "who.problem"]
        match = " AND ".join(f"who.{c} IS NOT DISTINCT FROM cells.{q('r_' + c)}" for c in sorted(ids))
        joins.append(f"LEFT JOIN who ON {match}")
    else:
        parts += ["NULL::BIGINT AS who", "NULL::VARCHAR AS who_key", "NULL::VARCHAR AS problem"]
    return f"SELECT {', '.join(parts + _guide_parts(have, record))} FROM cells {' '.join(joins)}"


def _read_as(con: Connection, column: Column, columns: ColumnMap, record: type[Record]) -> tuple[str, str, str]:
    """A column's value, how it came about, and the join they need."""
    if column.kind in CODED:
        return code_sql(con, column.name)
    cell = cell_sql(column, columns.fields.get(column.name), record)
    return cell.value, cell.how, ""


def _words_from_value(parts: list[str], record: type[Record]) -> list[str]:
    """The file has one result column: what is no number in it becomes the text result."""
    sql = cell_sql(record.columns()["words"], None, record).value.replace(q("r_words"), "NULL")
    return [f"({sql})::VARCHAR AS {q('words')}" if p.endswith(f" AS {q('words')}") else p for p in parts]


def _guide_parts(have: set[str], record: type[Record]) -> list[str]:
    border = border_columns(record)

    def given(name: str) -> str:
        return q("r_" + name) if name in have and name in border else "NULL::VARCHAR"

    own = "version" in record.columns()         # then it is a column like any other
    version = q("r_version") if "version" in have and not own else "NULL::VARCHAR"
    whole = f"coalesce(try_cast({version} AS BIGINT), try_cast(half({version}) AS BIGINT))"
    void = f"lower(half({given('void')}))"
    return [f"{given('record_id')} AS g_record_id", f"{whole} AS g_version",
            f"({version} IS NOT NULL AND {whole} IS NULL) AS bad_version",
            f"coalesce({one_of(void, VOID)}, false) AS g_void"]


def _declared_checks(record: type[Record], layer: str) -> str:
    """The layer with the Record's own checks, compiled by Ibis, as columns chk_0, chk_1, …"""
    if not record.checks:
        return f"SELECT * FROM {layer}"
    person = PERSON_PREFIX if record.about.code == "person" else ""
    table = ibis.table({person + n: c.ibis_type for n, c in _own(record).items()}
                       | {n: c.ibis_type for n, c in _own(record).items()}, name="t")
    flags = table.select(**{f"chk_{n}": to_ibis(c.when, table, on=_day_of(record, table))
                            for n, c in enumerate(record.checks)})
    parsed = sqlglot.parse_one(duckdb_sql(flags), dialect="duckdb")
    # Ibis reads one table, so its one SELECT has an expression a check over the alias t0.
    found = ", ".join(e.sql(dialect="duckdb") for e in parsed.expressions)
    aliases = "".join(f", {q(n)} AS {q(person + n)}" for n in _own(record)) if person else ""
    return f"SELECT t0.*, {found} FROM (SELECT *{aliases} FROM {layer}) AS t0"


def _day_of(record: type[Record], table: ir.Table) -> Any:
    column = record.columns()[record.about.dated_by]
    return table[column.name] if column.kind == "day" else table[column.name].date()


def _masks(rules: Sequence[Rule]) -> list[str]:
    """Sixty rules a mask: bit i of mask j is rule 60·j + i among those of the same act.

    Most rows break none: one OR over the rules, and only what it catches is told apart.
    """
    out = []
    for act, prefix in (("reject", "rej"), ("query", "qry")):
        mine = [r for r in rules if r.act == act]
        for at in range(0, max(len(mine), 1), _BITS):
            some = mine[at:at + _BITS]
            bits = [f"(CASE WHEN coalesce({r.when}, false) THEN {1 << n} ELSE 0 END)" for n, r in enumerate(some)]
            mask = " + ".join(bits) or "0"
            if prefix == "rej" and at == 0 and bits:        # a total row has no other fault
                mask = f"CASE WHEN coalesce({mine[0].when}, false) THEN 1 ELSE {' + '.join(bits[1:]) or '0'} END"
            any_of = " OR ".join(f"({r.when})" for r in some) or "false"
            out.append(f"(CASE WHEN {any_of} THEN {mask} ELSE 0 END)::BIGINT AS {prefix}_{at // _BITS}")
    return out


def mask_names(rules: Sequence[Rule], act: str) -> list[str]:
    """The mask columns of `judged` for an act."""
    prefix, count = ("rej" if act == "reject" else "qry"), sum(r.act == act for r in rules)
    return [f"{prefix}_{n}" for n in range(max(1, -(-count // _BITS)))]


def any_bit(rules: Sequence[Rule], act: str) -> str:
    """SQL: does a row break any rule of this act?"""
    return "(" + " OR ".join(f"{m} <> 0" for m in mask_names(rules, act)) + ")"


def bit_of(rules: Sequence[Rule], rule: Rule) -> str:
    """SQL: does a row break this rule?"""
    at = [r for r in rules if r.act == rule.act].index(rule)
    mask = mask_names(rules, rule.act)[at // _BITS]
    return f"(({mask} >> {at % _BITS}) & 1) = 1"


def count_reasons(con: Connection, rules: Sequence[Rule], *, act: str, among: str) -> list[Reason]:
    """How many rows each rule of an act touched, commonest first. `among`: SQL over `judged`."""
    mine = [r for r in rules if r.act == act]
    if not mine:
        return []
    counts = ", ".join(f"count(*) FILTER ({bit_of(rules, r)})" for r in mine)
    row = rows_of(con, f"SELECT {counts} FROM judged WHERE {among}")[0]
    found = [Reason(act, r.column, r.words, r.do, int(str(n))) for r, n in zip(mine, row, strict=True) if n]
    return sorted(found, key=lambda r: (-r.rows, r.words))


def count_changes(con: Connection, record: type[Record], have: set[str]) -> dict[str, dict[str, int]]:
    """Column title → what was done to its cells → how many."""
    found: dict[str, dict[str, int]] = {}
    for name, column in _own(record).items():
        if name not in have:
            continue
        how = q("how_" + name)
        for kind, count in rows_of(con, f"SELECT {how}, count(*) FROM judged WHERE {how} <> 0 GROUP BY 1 "
                                   "ORDER BY 1"):
            found.setdefault(column.title, {})[HOW[int(str(kind))]] = int(str(count))
    found.update(_number_changes(con, have))
    return found


def _number_changes(con: Connection, have: set[str]) -> dict[str, dict[str, int]]:
    if "id_number" not in have:
        return {}
    done = {"15 位升为 18 位": one(con, "SELECT count(*) FROM who WHERE was15"),
            "末位小写 x 改大写": one(con, "SELECT count(*) FROM who WHERE was_x")}
    left = {k: v for k, v in done.items() if v}
    return {"身份证号": left} if left else {}


def sentence_sql(rules: Sequence[Rule], act: str, *, part: str) -> str:
    """SQL: the words (or remedies) of all rules of an act that a row breaks, joined."""
    pieces = [f"CASE WHEN {bit_of(rules, r)} THEN {text(getattr(r, part))} END"
              for r in rules if r.act == act]
    return f"concat_ws('；', {', '.join(pieces) or 'NULL'})"
