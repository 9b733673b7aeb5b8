"""From judged and linked rows to the table `staged` that the lake takes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from xinglin.declare.record import Record
from xinglin.gather.check import any_bit
from xinglin.gather.mapping import ColumnMap
from xinglin.gather.rules import Rule
from xinglin.gather.sql import Connection, one, q, text
from xinglin.lake.tables import at_lake, digest_sql, rk_sql, staged_columns

KIND_OF_IDENTITY = ("text", "coded", "day", "moment", "org")
REPEATED = "repeated"       # rk of rows that stand more than once in `staged`
ONE_NUMBER = "同一记录编号写给了不同的人，只有一行算数"
TWO_SOURCES = "同一人同一天，另一来源也报了一次"
BESIDE = {ONE_NUMBER: "请给每条记录各自的编号后重报", TWO_SOURCES: "请核对是否重复报送"}     # asked → what to do


def make_staged(con: Connection, *, record: type[Record], columns: ColumnMap, rules: Sequence[Rule],
                source: str, delivery: int, version: int, first_row: int, received_at: datetime) -> int:
    """Make `staged` and `repeated`; returns rows that stand twice in the file (the last of them counts)."""
    own_version = "version" in record.columns()
    parts = {
        "rid": "j.rid", "source": text(source), "record_id": _record_id(record, columns),
        "version": f"coalesce({'j.version' if own_version else 'j.g_version'}, {version})::BIGINT",
        "void": "j.g_void", "subject": "l.subject", "person": "l.person",
        "delivery": f"{delivery}::BIGINT", "row_no": f"(j.rid + {first_row})::BIGINT",
        "received_at": f"TIMESTAMP {text(received_at.isoformat(' '))}",
        "asked": f"({any_bit(rules, 'query')} OR l.doubt IS NOT NULL)"}
    body = [f"{sql} AS {q(name)}" for name, sql in parts.items()]
    body += [f"j.{q(c)}" for c in staged_columns(record) if c not in parts]
    rows = (f"SELECT {', '.join(body)} FROM judged j "
            f"LEFT JOIN linked l USING (who) WHERE NOT {any_bit(rules, 'reject')}")
    # With row keys and digests made here the lake takes the table as it stands, without a copy.
    con.execute("CREATE OR REPLACE TABLE staged AS SELECT *, "
                f"{rk_sql(record)} AS rk, {digest_sql(record)} AS digest "
                f"FROM ({_numbered(rows) if columns.count_repeats else rows})")
    con.execute(f"CREATE OR REPLACE TABLE {REPEATED} AS SELECT rk FROM staged GROUP BY rk HAVING count(*) > 1")
    return one(con, f"SELECT count(*) - count(DISTINCT hash(rk, version)) FROM staged SEMI JOIN {REPEATED} USING (rk)")


def _record_id(record: type[Record], columns: ColumnMap) -> str:
    """The sender's own id; else the declared key; else a hash of what tells one row from another."""
    key = [c for c in record.about.key if c in record.columns() and record.columns()[c].kind != "person"]
    with_person = len(key) < len(record.about.key)
    if columns.identity or not key or with_person:
        names = list(columns.identity) or key or _telling(record)
        cells = ", ".join(f"coalesce(j.{q(n)}::VARCHAR, '')" for n in names) or "''"
        made = f"md5(concat_ws(chr(31), coalesce(l.subject, 0), {cells}))"
    else:
        made = "concat_ws('|', " + ", ".join(f"j.{q(n)}::VARCHAR" for n in key) + ")"
    return f"coalesce(j.g_record_id, {made})" if "record_id" in columns.fields else made


def _telling(record: type[Record]) -> list[str]:
    """Columns that tell one row of a person from another, where the Record declares no key."""
    if record.about.code == "person":
        return []       # one row a person
    named = {record.about.dated_by, *record.about.line}
    return [n for n, c in record.columns().items() if c.kind in KIND_OF_IDENTITY
            and (n in named or c.required or c.kind == "org")]


def _numbered(rows: str) -> str:
    """Equal rows of a line list are different people: the second gets the suffix |2."""
    return f"""SELECT * EXCLUDE (turn) REPLACE (
        CASE WHEN turn > 1 THEN record_id || '|' || turn ELSE record_id END AS record_id)
        FROM (SELECT *, row_number() OVER (PARTITION BY record_id ORDER BY rid) AS turn FROM ({rows}))"""


def ask_beside(con: Connection, *, record: type[Record], source: str = "") -> None:
    """Table `beside` (rid, words): what is asked of a row because of another. Without a source the file is all there is."""
    con.execute("CREATE OR REPLACE TABLE beside (rid BIGINT, words VARCHAR)")
    _ask_one_number(con)
    if source:
        _ask_two_sources(con, record=record, source=source)
    if one(con, "SELECT count(*) FROM beside"):
        con.execute("UPDATE staged SET asked = true WHERE rid IN (SELECT rid FROM beside)")


def _ask_one_number(con: Connection) -> None:
    """Rows of different people under one number: a cell copied down, or a counter that begins again."""
    con.execute(f"""INSERT INTO beside SELECT rid, {text(ONE_NUMBER)} FROM staged SEMI JOIN (
        SELECT rk FROM staged SEMI JOIN {REPEATED} USING (rk)
        GROUP BY rk HAVING count(DISTINCT coalesce(person, subject)) > 1) USING (rk)""")


def _ask_two_sources(con: Connection, *, record: type[Record], source: str) -> None:
    """Rows that another source seems to have reported already.

    Somebody may be seen by two organisations in a day, and have several results: what is asked about is
    one organisation's service of one person and day in two senders' files, or, where a Record names no
    organisation, the same values. Not for Records with a declared key: that tells their rows apart.
    """
    if record.about.key or record.person_column() is None or record.about.code == "person":
        return
    others = one(con, f"SELECT count(*) FROM {at_lake('delivery')} WHERE record = {text(record.about.code)} "
                 f"AND source <> {text(source)}")
    if not others:
        return
    day, org = q(record.about.dated_by), record.of_kind("org")
    same = [org[0].name] if org else list(record.about.line)
    alike = "".join(f" AND x.{q(c)} IS NOT DISTINCT FROM s.{q(c)}" for c in same)
    con.execute(f"INSERT INTO beside SELECT DISTINCT s.rid, {text(TWO_SOURCES)} FROM staged s "
                f"JOIN {at_lake(record.about.code)} x "
                f"ON x.person = s.person AND x.{day}::DATE = s.{day}::DATE{alike} "
                f"WHERE x.source <> {text(source)}")
