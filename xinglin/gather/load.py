"""The set-wise middle of a delivery: file → raw → cells → judged → linked → staged → lake.

The tables stand in an in-memory database of the lake's own DuckDB instance, gone with the block.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb
from django.utils import timezone

from xinglin.declare.record import Record
from xinglin.gather import link
from xinglin.gather.check import Reason, any_bit, count_changes, count_reasons, judge
from xinglin.gather.clock import Clock
from xinglin.gather.codes import codelist_name, make_code_tables, unknown_codes
from xinglin.gather.conversions import house_conversions
from xinglin.gather.hashing import Hashes
from xinglin.gather.identify import DOUBTS, make_who
from xinglin.gather.mapping import OURS, ColumnMap, complete, missing_columns
from xinglin.gather.models import Delivery
from xinglin.gather.queries import learned_codes
from xinglin.gather.refusal import unreadable
from xinglin.gather.registered import known_codes
from xinglin.gather.rules import Rule, absent_questions, rules_of
from xinglin.gather.sources.files import FileRead, read_file
from xinglin.gather.sql import Connection, make_macros, one, q, rows_of, text
from xinglin.gather.stage import BESIDE, REPEATED, ask_beside, make_staged
from xinglin.gather.standardise import CODED, FIRST_CELLS, cells_sql, tidy_columns
from xinglin.gather.workbook import ADDED
from xinglin.kernel.home import Home
from xinglin.lake.store import Lake
from xinglin.lake.write import Write


@dataclass
class Prepared:
    """A delivery ready for the lake. `counts` are those of the receipt."""

    con: Connection
    database: str
    record: type[Record]
    columns: ColumnMap
    file: FileRead
    rules: list[Rule]
    reasons: list[Reason]
    counts: dict[str, Any]
    notes: dict[str, Any]
    unknown: dict[str, list[tuple[str, int]]]       # codelist → their code, rows
    clock: Clock


@contextmanager
def prepare(home: Home, lake: Lake | None, path: Path, *, record: type[Record], delivery: Delivery,
            columns: ColumnMap, stored: Callable[[], None] = lambda: None) -> Iterator[Prepared]:
    """Everything up to the staged table; without a lake only what a check needs.

    `stored` returns when the original is kept and the delivery noted: before anybody is registered.
    """
    with _scratch(lake, home) as (con, database):
        clock = Clock()
        with clock("读取"):
            file = read_file(con, path, scratch=home.tmp)
            columns = _completed(con, columns, record, file)
        with clock("规整与核对"):
            rules, hashes = _judge(con, record=record, columns=columns, file=file, delivery=delivery,
                                   known_people=lake is not None)
        with clock("存原件"):
            stored()
        with clock("归人"):
            people = _link(con, record, columns, rules, delivery, hashes)
        with clock("备好"):
            repeats = _stage(con, record, columns, rules, delivery, file, lake)
        with clock("清点"):
            found = _summed(con, database, record, columns, file, rules, clock)
        found.counts |= {"duplicates": repeats, "new_people": people}
        yield found


@contextmanager
def _scratch(lake: Lake | None, home: Home) -> Iterator[tuple[Connection, str]]:
    name = f"gather_{uuid.uuid4().hex[:12]}"
    con = lake.con.cursor() if lake else duckdb.connect(config={
        "memory_limit": "1GiB", "temp_directory": str(home.tmp / "spill")})
    con.execute(f"ATTACH ':memory:' AS {name}")
    try:
        con.execute(f"USE {name}.main")
        con.execute("SET preserve_insertion_order = true")
        make_macros(con)
        yield con, name
    finally:
        con.execute("USE memory")
        con.execute(f"DETACH {name}")
        con.close()


def _completed(con: Connection, columns: ColumnMap, record: type[Record], file: FileRead) -> ColumnMap:
    """The full map for this file; makes `cells`. Refuses a file that lacks a required column."""
    columns = complete(columns, record, file.columns)
    lacking = missing_columns(columns, record)
    if lacking:
        raise unreadable(f"文件缺少必需的列：{'、'.join(lacking)}", "表头",
                         "请补上这些列后重传；列名不同的，请写列对照表，在“数据—上传一份”随文件传一次，以后都照用")
    if columns.converts == ():
        columns = replace(columns, converts=house_conversions(record.about.code))
    header = {name: f"c{n}" for n, name in enumerate(file.columns)}
    con.execute(f"CREATE OR REPLACE VIEW cells AS {cells_sql(columns, header, tidy_columns(con, columns, header))}")
    return columns


def _judge(con: Connection, *, record: type[Record], columns: ColumnMap, file: FileRead,
           delivery: Delivery, known_people: bool) -> tuple[list[Rule], Hashes | None]:
    """The rules, and the hashes of the people where the file names any and they are to be known."""
    have = {*columns.fields, *columns.constants}
    make_who(con, have)
    make_code_tables(con, record=record, columns=columns, known=known_codes,
                     learned=learned_codes(delivery.source_id) if delivery.source_id else {})
    rules = rules_of(record, columns, total_cells=[f"first_{n}" for n in range(FIRST_CELLS)],
                     received_day=timezone.localtime(delivery.received_at).date().isoformat())
    about_people = known_people and {"patient_id", "id_number"} & have
    hashes = Hashes(con, source=delivery.source_id) if about_people else None
    judge(con, record=record, columns=columns, rules=rules)
    _leave_outside(con, columns, file)
    return rules, hashes


def _leave_outside(con: Connection, columns: ColumnMap, file: FileRead) -> None:
    """Rows that the map leaves out by agreement go before anything is counted, and our own that come back."""
    if columns.echo in file.columns:
        con.execute(f"DELETE FROM judged WHERE rid IN (SELECT rid FROM cells WHERE starts_with(echo, {text(OURS)}))")
    for name, (low, high) in columns.only.items():
        con.execute(f"DELETE FROM judged WHERE {q(name)} NOT BETWEEN {text(low)} AND {text(high)}")


def _link(con: Connection, record: type[Record], columns: ColumnMap, rules: list[Rule],
          delivery: Delivery, hashes: Hashes | None) -> int:
    if hashes is None:
        link.link_nobody(con)
        return 0
    link.make_subjects(con, hashes=hashes, record=record,
                       usable=f"(NOT {any_bit(rules, 'reject')})", whole=not columns.only)
    return link.link_people(con, delivery=delivery.pk, with_lake=True, actor=delivery.sent_by or "system")


def _stage(con: Connection, record: type[Record], columns: ColumnMap, rules: list[Rule],
           delivery: Delivery, file: FileRead, lake: Lake | None) -> int:
    repeats = make_staged(
        con, record=record, columns=columns, rules=rules, source=delivery.source_id,
        delivery=delivery.pk or 0, version=delivery.version, first_row=file.first_row,
        received_at=delivery.received_at.astimezone(UTC).replace(tzinfo=None))
    ask_beside(con, record=record, source=delivery.source_id if lake is not None else "")
    return repeats


def _summed(con: Connection, database: str, record: type[Record], columns: ColumnMap, file: FileRead,
            rules: list[Rule], clock: Clock) -> Prepared:
    rejected = any_bit(rules, "reject")
    received = one(con, "SELECT count(*) FROM judged")
    kept, queried = rows_of(con, "SELECT count(*), count(*) FILTER (asked) FROM staged")[0]
    counts = {"received": received, "accepted": int(str(kept)) - int(str(queried)),
              "queried": int(str(queried)), "outside": file.rows - received,
              "rejected": one(con, f"SELECT count(*) FROM judged WHERE {rejected}")}
    reasons = [*count_reasons(con, rules, act="reject", among="true"),
               *count_reasons(con, rules, act="query", among=f"NOT {rejected}"), *_doubts(con, rejected)]
    have = {*columns.fields, *columns.constants}
    notes = {"changes": count_changes(con, record, have), **file.notes}
    absent = [c.words for c in absent_questions(record, have)]
    if absent:
        notes["absent"] = absent
    unused = sorted(set(file.columns) - columns.named - set(ADDED))
    if unused:
        notes["unused"] = unused
    return Prepared(con, database, record, columns, file, rules, reasons, counts, notes,
                    _unknown(con, record, have), clock)


def _doubts(con: Connection, rejected: str) -> list[Reason]:
    found = [Reason("query", "id_number", *DOUBTS[str(doubt)], int(str(rows))) for doubt, rows in rows_of(
        con, f"SELECT l.doubt, count(*) FROM judged j JOIN linked l USING (who) "
        f"WHERE l.doubt IS NOT NULL AND NOT {rejected} GROUP BY 1 ORDER BY 2 DESC, 1")]
    beside = rows_of(con, "SELECT words, count(*) FROM beside GROUP BY 1 ORDER BY 2 DESC, 1")
    return [*found, *(Reason("query", "", str(words), BESIDE[str(words)], int(str(rows))) for words, rows in beside)]


def _unknown(con: Connection, record: type[Record], have: set[str]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for name, column in record.columns().items():
        if column.kind in CODED and name in have and (codes := unknown_codes(con, name)):
            found.setdefault(codelist_name(column), []).extend(codes)
    return found


def take_in(lake: Lake, prepared: Prepared, delivery: Delivery) -> Mapping[str, int]:
    """The one lake transaction: rows, links, the delivery's own row. Returns its counts.

    The tables before `staged` give their memory to it.
    """
    for table in ("raw", "judged", "who", "subject", "met", "decided", "linked", "known", "registered", "hashed", "unmet"):
        prepared.con.execute(f"DROP TABLE IF EXISTS {table}")
    staged, links = f"{prepared.database}.main.staged", f"{prepared.database}.main.new_link"

    def work(tx: Write) -> dict[str, int]:
        counts = tx.upsert(prepared.record, staged, repeated=f"{prepared.database}.main.{REPEATED}")
        at = delivery.received_at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        if one(prepared.con, "SELECT count(*) FROM new_link"):
            tx.link(f'(SELECT subject, person, TIMESTAMP {text(at)} AS "at", why FROM {links})')
        row = {"new": counts.new, "updated": counts.updated, "voided": counts.voided,
               "unchanged": counts.unchanged, "stale": counts.stale}
        tx.delivery({"source": delivery.source_id, "record": delivery.record, "digest": delivery.digest,
                     "received_at": delivery.received_at.astimezone(UTC).replace(tzinfo=None),
                     **{k: prepared.counts[k] for k in ("received", "accepted", "queried", "rejected")},
                     **row})
        return row

    with prepared.clock("入湖"):
        return lake.run(work, delivery=delivery.pk)
