"""What goes back to the sender: rejected rows with reasons, and where the queried rows stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from xinglin.gather.check import any_bit, sentence_sql
from xinglin.gather.identify import DOUBTS
from xinglin.gather.sql import one, q, text
from xinglin.gather.workbook import ADDED, BLOCK, DELIVERY, row_sql

if TYPE_CHECKING:
    from xinglin.gather.load import Prepared

_FETCH = 10_000


def rejected_rows(prepared: Prepared, delivery: int) -> tuple[list[str], Iterator[str]]:
    """Header and blocks of rows (XML) of the workbook, in the file's order."""
    file, rules = prepared.file, prepared.rules
    own = [(n, c) for n, c in enumerate(file.columns) if c not in ADDED]
    cells = [*(f"raw.c{n}" for n, _ in own), sentence_sql(rules, "reject", part="words"),
             sentence_sql(rules, "reject", part="do"), f"(rid + {file.first_row})::VARCHAR", f"'{delivery}'"]
    sql = (f"SELECT string_agg(line, '' ORDER BY rid) FROM (SELECT rid, {row_sql(cells)} AS line, "
           f"(row_number() OVER (ORDER BY rid) - 1) // {BLOCK} AS block FROM judged JOIN raw ON raw.rowid = rid "
           f"WHERE {any_bit(rules, 'reject')}) GROUP BY block ORDER BY block")
    return [*(c for _, c in own), *ADDED], (row[0] for row in _rows(prepared, sql))


def _rows(prepared: Prepared, sql: str) -> Iterator[tuple[Any, ...]]:
    cursor = prepared.con.execute(sql)
    while rows := cursor.fetchmany(_FETCH):
        yield from rows


def question_rows(prepared: Prepared) -> Iterator[tuple[int, int, str]]:
    """(row number, row key in the lake, what is asked) of every queried row."""
    doubts = " ".join(f"WHEN {text(d)} THEN {text(words)}" for d, (words, _) in DOUBTS.items())
    asked = f"concat_ws('；', nullif({sentence_sql(prepared.rules, 'query', part='words')}, ''), " \
            f"CASE l.doubt {doubts} END, b.words)"
    yield from _rows(prepared, f"SELECT s.row_no, s.rk, {asked} FROM staged s "
                     "JOIN judged j USING (rid) LEFT JOIN linked l ON l.who = j.who "
                     "LEFT JOIN (SELECT rid, string_agg(words, '；' ORDER BY words) AS words FROM beside GROUP BY rid) b "
                     "ON b.rid = s.rid WHERE s.asked ORDER BY s.rid")


def resent_from(prepared: Prepared) -> int | None:
    """The delivery whose workbook this file is, told by the column we added."""
    columns = list(prepared.file.columns)
    if DELIVERY not in columns:
        return None
    cell = q(f"c{columns.index(DELIVERY)}")
    return one(prepared.con, f"SELECT max(try_cast({cell} AS BIGINT)) FROM raw") or None


def rows_sent_again(prepared: Prepared, hashes: list[int]) -> list[int]:
    """Of these row keys, those that the file brings without a question."""
    if not hashes:
        return []
    prepared.con.register("waiting", pa.table({"rk": pa.array(hashes, pa.int64())}))
    found = prepared.con.execute(
        "SELECT rk FROM waiting SEMI JOIN (SELECT rk FROM staged WHERE NOT asked) USING (rk)").fetchall()
    prepared.con.unregister("waiting")
    return [int(r[0]) for r in found]
