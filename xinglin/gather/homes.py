"""Where people live and who looks after them: the registry says what the night's lists say (ADR 17).

The newest row of the population register that names it; whom the register does not know, the last enrolment.
Read from the lake after a delivery is in, so that the order in which deliveries come does not matter.
Set-wise, differences only; safe to repeat after a kill.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from xinglin.datasets.people import HOME
from xinglin.datasets.people import Person as PersonRecord
from xinglin.datasets.work import CaseChange
from xinglin.declare.record import Record
from xinglin.gather.models import Delivery
from xinglin.journal.queries import last_seq
from xinglin.lake.store import Lake
from xinglin.lake.tables import at_lake, names, newest_table, order_columns, versions_table
from xinglin.registry.models import Organisation, Person, Staff
from xinglin.registry.people import CHUNK, PersonChange, update_people

_AT_ONCE = 5_000
_HOME = dict(zip((c.name for c in HOME), ("place_id", "organisation_id", "doctor_id"), strict=True))


def settle_homes(lake: Lake, delivery: Delivery) -> int:
    """Bring the registry's place, organisation and doctor of a delivery's people up to date; how many changed.

    A register that leaves one of them out does not clear it.
    """
    record = next((r for r in (PersonRecord, CaseChange) if r.about.code == delivery.record), None)
    if record is None:
        return 0
    came = (f"SELECT DISTINCT person FROM {at_lake(versions_table(record))} "
            f"WHERE delivery = {int(delivery.pk)} AND person IS NOT NULL")
    return _settle(lake, came, actor=delivery.sent_by or "system", why=record.about.title, key=f"gather:{delivery.pk}")


def settle_enrolled(lake: Lake) -> int:
    """The same for everybody enrolled here whom no row of the register gives an organisation."""
    known = f"SELECT person FROM {at_lake(newest_table(PersonRecord))} WHERE org IS NOT NULL AND person IS NOT NULL"
    enrolled = (f"SELECT DISTINCT person FROM {at_lake(newest_table(CaseChange))} "
                f"WHERE change = '纳入' AND person IS NOT NULL AND person NOT IN ({known})")
    lake.ensure([PersonRecord, CaseChange])
    return _settle(lake, enrolled, actor="system", why=CaseChange.about.title, key=f"enrolled:{last_seq()}")


def _settle(lake: Lake, people: str, *, actor: str, why: str, key: str) -> int:
    changes = _changes(lake, people)
    for at in range(0, len(changes), CHUNK):
        part = changes[at:at + CHUNK]
        update_people(changes=part, actor=actor, org="", why=why, idempotency_key=f"{key}:homes:{_stamp(part)}")
    return len(changes)


def homes_told(lake: Lake, people: Iterable[int]) -> list[PersonChange]:
    """How what was delivered and enrolled differs from what the registry holds of these people."""
    listed = ", ".join(f"({int(p)})" for p in people)
    return _changes(lake, f"SELECT person FROM (VALUES {listed}) v(person)") if listed else []


def _changes(lake: Lake, of: str) -> list[PersonChange]:
    lake.ensure([PersonRecord, CaseChange])
    with lake.cursor() as con:
        con.execute(_NEWEST.replace("{of}", of))
        people = [r[0] for r in con.execute("SELECT person FROM temp.newest_home ORDER BY person").fetchall()]
        con.register("held", _held(people))
        con.register("registered", _registered())
        rows = con.execute(_DIFFERENT).fetchall()
        con.unregister("held")
        con.unregister("registered")
        con.execute("DROP TABLE temp.newest_home")
    return [PersonChange(number=n, place_id=place, organisation_id=org, doctor_id=doctor)
            for n, place, org, doctor in rows]


def _last(record: type[Record], columns: Iterable[str], where: str = "true") -> str:
    """person and the last value of each column that is filled, of the people asked for."""
    ordered = ", ".join(f'"{c}" NULLS FIRST' for c in order_columns(record))
    lasts = ", ".join(f"arg_max({c}, n) FILTER ({c} IS NOT NULL) AS {c}" for c in columns)
    return (f"SELECT person, {lasts} FROM (SELECT person, {names(columns)}, "
            f"row_number() OVER (PARTITION BY person ORDER BY {ordered}) AS n FROM {at_lake(newest_table(record))} "
            f"SEMI JOIN of_them USING (person) WHERE {where}) GROUP BY person")


_NEWEST = f"""
CREATE OR REPLACE TEMP TABLE newest_home AS
WITH of_them AS ({{of}}), told AS ({_last(PersonRecord, _HOME)}),
enrolled AS ({_last(CaseChange, ("org", "doctor"), "change = '纳入'")})
SELECT person, told.place, coalesce(told.org, enrolled.org) AS org, coalesce(told.doctor, enrolled.doctor) AS doctor
FROM of_them LEFT JOIN told USING (person) LEFT JOIN enrolled USING (person)
"""
_DIFFERENT = f"""
SELECT h.person, {", ".join(f"CASE WHEN h.{c} <> coalesce(held.{c}, '') THEN h.{c} END" for c in _HOME)}
FROM (SELECT person, place, CASE WHEN org IN (FROM registered) THEN org END AS org,
             CASE WHEN doctor IN (FROM registered) THEN doctor END AS doctor FROM temp.newest_home) h JOIN held USING (person)
WHERE {" OR ".join(f"h.{c} <> coalesce(held.{c}, '')" for c in _HOME)} ORDER BY h.person
"""


def _held(people: list[int]) -> pa.Table:
    rows = [row for at in range(0, len(people), _AT_ONCE) for row in Person.objects.filter(
        number__in=people[at:at + _AT_ONCE]).values_list("number", *_HOME.values())]
    return pa.table({"person": pa.array([r[0] for r in rows], pa.int64()),
                     **{name: pa.array([r[n] for r in rows], pa.string()) for n, name in enumerate(_HOME, 1)}})


def _registered() -> pa.Table:
    """Codes of organisations and staff: what somebody wrote and nobody registered stays out."""
    codes = [*Organisation.objects.values_list("code", flat=True), *Staff.objects.values_list("code", flat=True)]
    return pa.table({"code": pa.array(codes, pa.string())})


def _stamp(changes: Iterable[Any]) -> str:
    text = "|".join(f"{c.number},{c.place_id},{c.organisation_id},{c.doctor_id}" for c in changes)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
