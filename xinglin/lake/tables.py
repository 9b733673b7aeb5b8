"""What a Record looks like in the lake: its two tables, their columns, the shared tables' DDL.

A Record column that shares a name with a system column (`version`) is stored once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xinglin.datasets import DERIVED
from xinglin.declare.record import Column, Record

LAKE = "lk"                         # the name under which the catalog is attached
# Of the versions of one row. Deliveries are numbered as they come: what a clock says decides only where no number does.
ORDER = ("version", "delivery", "received_at", "row_no")

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "yesno": "BOOLEAN", "day": "DATE",
    "moment": "TIMESTAMP", "coded": "VARCHAR", "person": "BIGINT", "org": "VARCHAR",
    "place": "VARCHAR", "staff": "VARCHAR",
}
_HEAD = {"rk": "BIGINT", "source": "VARCHAR", "record_id": "VARCHAR", "version": "BIGINT",
         "subject": "BIGINT", "person": "BIGINT"}
_TAIL = {"delivery": "BIGINT", "row_no": "BIGINT", "received_at": "TIMESTAMP"}
_VERSIONS_ONLY = {"void": "BOOLEAN", "digest": "BIGINT"}

SYSTEM_TABLES: Mapping[str, Mapping[str, str]] = {
    "person_event": {"person": "BIGINT", "day": "DATE", "at": "TIMESTAMP", "record": "VARCHAR",
                     "rk": "BIGINT", "org": "VARCHAR", "source": "VARCHAR", "record_id": "VARCHAR",
                     "delivery": "BIGINT", "n1": "DOUBLE", "n2": "DOUBLE", "c1": "VARCHAR",
                     "c2": "VARCHAR"},
    "person_link": {"subject": "BIGINT", "person": "BIGINT", "from_at": "TIMESTAMP",
                    "to_at": "TIMESTAMP", "why": "VARCHAR"},
    "delivery": {"id": "BIGINT", "source": "VARCHAR", "record": "VARCHAR", "digest": "VARCHAR",
                 "received_at": "TIMESTAMP", "received": "BIGINT", "accepted": "BIGINT",
                 "queried": "BIGINT", "rejected": "BIGINT", "new": "BIGINT", "updated": "BIGINT",
                 "voided": "BIGINT", "unchanged": "BIGINT", "stale": "BIGINT"},
    "watermark": {"name": "VARCHAR", "value": "BIGINT"},
    "pin": {"name": "VARCHAR", "snapshot": "BIGINT", "why": "VARCHAR", "pinned_at": "TIMESTAMP"},
}


def q(name: str) -> str:
    """A quoted identifier (`case` is a word of SQL)."""
    return '"' + name.replace('"', '""') + '"'


def at_lake(name: str) -> str:
    """The full name of a lake table."""
    return f"{LAKE}.main.{q(name)}"


def names(columns: Iterable[str], *, of: str = "") -> str:
    """A comma-separated column list."""
    return ", ".join(f"{of}.{q(c)}" if of else q(c) for c in columns)


def is_derived(record: type[Record]) -> bool:
    """Computed by the night, without versions."""
    return record in DERIVED


def newest_table(record: type[Record]) -> str:
    """x: the newest, non-void version of every row."""
    return record.about.code


def versions_table(record: type[Record]) -> str:
    """x_versions: every version and void."""
    return f"{record.about.code}_versions"


def own_columns(record: type[Record]) -> dict[str, str]:
    """The Record's columns as stored, without its PersonRef and without what is a system column."""
    skip = {*_HEAD, *_TAIL, *_VERSIONS_ONLY}
    who = record.person_column()
    return {n: SQL_TYPES[c.kind] for n, c in record.columns().items()
            if c is not who and n not in skip}


def newest_columns(record: type[Record]) -> dict[str, str]:
    """Column → SQL type of table x (a derived Record: the person and its columns)."""
    if is_derived(record):
        return {"person": "BIGINT"} | own_columns(record)
    return _HEAD | own_columns(record) | _TAIL


def versions_columns(record: type[Record]) -> dict[str, str]:
    """Column → SQL type of table x_versions."""
    return newest_columns(record) | _VERSIONS_ONLY


def staged_columns(record: type[Record]) -> list[str]:
    """What a staged table must have for `upsert`."""
    return [c for c in versions_columns(record) if c not in ("rk", "digest")]


def content_columns(record: type[Record]) -> list[str]:
    """What makes two deliveries of one version the same: not who it was linked to, not when it came."""
    return ["void", "subject", *own_columns(record)]


def rk_sql(record: type[Record], *, of: str = "") -> str:
    """The row key: 64 bits of MD5 over (record, source, record_id), the same on every engine version."""
    dot = f"{of}." if of else ""
    return _md5_64(f"'{record.about.code}', {dot}source, {dot}record_id")


def digest_sql(record: type[Record]) -> str:
    """64 bits over the content columns; null and empty text differ."""
    parts = ", ".join(f"coalesce({q(c)}::VARCHAR, chr(30))" for c in content_columns(record))
    return _md5_64(parts)


def _md5_64(parts: str) -> str:
    """Its second eight bytes, as a signed number; md5_number_lower gives the same at four times the cost."""
    return (f"((md5_number(concat_ws(chr(31), {parts})) >> 64)::HUGEINT"
            " - 9223372036854775808)::BIGINT")


def event_select(record: type[Record], rows: str) -> str | None:
    """SELECT of person_event rows from rows of x; None where the Record has no line or person."""
    if record.person_column() is None or not record.about.line or is_derived(record):
        return None
    columns = record.columns()
    line = [columns[n] for n in record.about.line]
    numbers = _two([q(c.name) for c in line if c.kind in ("integer", "number")])[:2]
    first, second, *words = _two([f"{q(c.name)}::VARCHAR" for c in line if c.kind not in ("integer", "number")])
    if words:
        second = f"CASE WHEN coalesce({', '.join(numbers)}) IS NULL THEN coalesce({words[0]}, {second}) ELSE {second} END"
    dated = columns[record.about.dated_by]
    org = record.of_kind("org")
    return (f"SELECT person, {q(dated.name)}::DATE, {_moment(record, dated)}, '{record.about.code}', rk, "
            f"{q(org[0].name) if org else 'NULL'}, source, record_id, delivery, "
            f"{', '.join([*numbers, first, second])} FROM {rows} WHERE person IS NOT NULL")


def order_columns(record: type[Record]) -> list[str]:
    """What orders one person's rows of a Record, earliest first, nulls first (DESIGN 4.5)."""
    dated = record.columns()[record.about.dated_by]
    moments = [c.name for c in record.of_kind("moment") if c is not dated][:1]
    return [dated.name, *([] if dated.kind == "moment" else moments), "version", "rk"]


def _two(expressions: list[str]) -> list[str]:
    """At least two."""
    return [*expressions, *["NULL"] * (2 - len(expressions))]


def _moment(record: type[Record], dated: Column) -> str:
    moments = [dated] if dated.kind == "moment" else list(record.of_kind("moment"))
    return q(moments[0].name) if moments else "NULL::TIMESTAMP"
