"""One person's history for a fold: the lake's rows as of the last fill, and the journal since.

A row saved here has, before and after the night, the same key and version, so that a save and the
night order a day's rows alike. A correction takes the place of its first act; a void removes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from xinglin.act.programmes.fold import History, records_of
from xinglin.act.programmes.models import Carry, Mark
from xinglin.datasets.people import HOME, Person
from xinglin.declare.catalog import Catalog
from xinglin.declare.fingerprint import fingerprint
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record, Row
from xinglin.journal.queries import acts_about
from xinglin.lake.tables import order_columns
from xinglin.registry.merging import standing_for

SAVED, VOIDED = "record.saved", "record.voided"
OWN = "own"
DAWN = datetime(1, 1, 1)             # noqa: DTZ001 - the lake's moments carry no zone
ReadLake = Callable[[int, tuple[type[Record], ...]], dict[str, list[dict[str, Any]]]]


def catalog() -> Catalog:
    """This county's definitions, by the name that the settings give."""
    found: Catalog = import_string(settings.CATALOG)()
    return found


def read_lake(person: int, records: tuple[type[Record], ...]) -> dict[str, list[dict[str, Any]]]:
    """Record code → the person's rows, from the lake on disk; one bucket of each table is read."""
    from xinglin.kernel.home import home
    from xinglin.lake.store import open_lake
    from xinglin.lake.timeline import rows_of_person

    with open_lake(home(), read_only=True).cursor() as con:
        return rows_of_person(con, records, person=person)


def history_of(person: int, programmes: Iterable[Programme], *,
               read: ReadLake | None = None) -> History:
    """The person's rows in their dated order; from the carry where it is good, else from the lake."""
    # The carry holds what every programme of the county reads: one read serves all pages and saves.
    records = _records([*catalog().programmes.values(), *programmes])
    known = _carried(person, records, read or read_lake)
    rows = {(code, r["rk"]): r for code, listed in known.items() for r in listed}
    for code, key, values in _since(person):
        if values is None:
            rows.pop((code, key), None)
        elif code in known:
            rows[code, key] = values
    who = one_person([r for (code, _), r in rows.items() if code == Person.about.code]) or {"person": person}
    listed = [Row(r, v) for r in records if r is not Person
              for (code, _), v in rows.items() if code == r.about.code]
    dated = [row for row in listed if row.values.get(row.record.about.dated_by)]
    return History(who, sorted(dated, key=lambda row: (
        row.day, row.record.about.code, _order(row.record, row.values))))


def one_person(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The last Person row, of HOME the last that is filled; empty without rows. As `Source.people` says it."""
    found: dict[str, Any] = {}
    for row in sorted(rows, key=lambda r: _order(Person, r)):
        found = {**row, **{c.name: row.get(c.name) or found.get(c.name) for c in HOME}}
    return found


def mark(name: str) -> int:
    """A remembered number; 0 before the first fill."""
    return Mark.objects.filter(pk=name).values_list("value", flat=True).first() or 0


def _records(programmes: Iterable[Programme]) -> tuple[type[Record], ...]:
    every: list[type[Record]] = [Person, *(r for p in programmes for r in records_of(p))]
    return tuple(dict.fromkeys(every))


def _order(record: type[Record], values: Mapping[str, Any]) -> tuple[Any, ...]:
    kinds = {n: c.kind for n, c in record.columns().items()}
    key = []
    for name in order_columns(record):
        value = values.get(name)
        empty = {"moment": DAWN, "day": date.min}.get(kinds.get(name, ""), 0)
        key.append(empty if value is None else value)
    return tuple(key)


# -- the lake's part, kept as JSON until the next fill ---------------------------------------------

def _carried(person: int, records: tuple[type[Record], ...],
             read: ReadLake) -> dict[str, list[dict[str, Any]]]:
    filled = mark("filled")
    digest = fingerprint(records)
    kept = Carry.objects.filter(pk=person, filled=filled, fingerprint=digest).first()
    if kept is None:
        found = read(person, records)
        content = {r.about.code: [_to_json(r, row) for row in found.get(r.about.code, [])]
                   for r in records}
        kept, _ = Carry.objects.update_or_create(
            pk=person, defaults={"filled": filled, "fingerprint": digest, "content": content})
    by_code = {r.about.code: r for r in records}
    return {code: [from_json(by_code[code], row) for row in listed]
            for code, listed in kept.content.items()}


def _to_json(record: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {**row, "person": row.get("person")}
    names = {"rk", "version", "person", *record.columns()}
    return {n: to_text(v) for n, v in wanted.items() if n in names and v is not None}


def to_text(value: Any) -> Any:
    """Days and moments as ISO text; everything else as it is."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def from_json(record: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of JSON with its days and moments read; columns not given are unknown."""
    read = {"day": date.fromisoformat, "moment": datetime.fromisoformat}
    kinds = {n: c.kind for n, c in record.columns().items()}
    given = {n: read[kinds[n]](v) if kinds.get(n) in read and isinstance(v, str) else v
             for n, v in row.items()}
    return dict.fromkeys(kinds) | given


# -- the journal's part ----------------------------------------------------------------------------

def own_rk(record: str, uid: str) -> int:
    """The lake's row key of a row saved here (lake.tables.rk_sql in Python)."""
    text = "\x1f".join([record, OWN, uid])
    lower = int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little")
    return lower - 2**63


def _since(person: int) -> list[tuple[str, int, dict[str, Any] | None]]:
    """(Record code, row key, values or None for a void) of the acts that the lake has not read."""
    records = catalog().records
    found: list[tuple[str, int, dict[str, Any] | None]] = []
    since = mark("journal")
    acts = [a for p in standing_for(person) for a in acts_about(p, after=since, kinds=(SAVED, VOIDED))]
    for act in sorted(acts, key=lambda a: a.seq):
        code = act.payload.get("record", "")       # empty when erased by schedule
        if code not in records:
            continue
        key = own_rk(code, act.corrects or act.uid)
        values = None
        if act.kind == SAVED:
            values = from_json(records[code], act.payload["values"]) | {
                "rk": key, "version": act.payload["version"], "person": person}
        found.append((code, key, values))
    return found
