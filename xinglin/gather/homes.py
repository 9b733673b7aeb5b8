"""Where people live and who looks after them: the registry follows the newest row of the population register.

Read from the lake after a delivery is in, so that the order in which deliveries come does not matter.
Set-wise, differences only; safe to repeat after a kill.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from xinglin.datasets.people import Person as PersonRecord
from xinglin.gather.models import Delivery
from xinglin.lake.store import Lake
from xinglin.lake.tables import at_lake, names, newest_table, order_columns, versions_table
from xinglin.registry.models import Person
from xinglin.registry.people import CHUNK, PersonChange, update_people

_AT_ONCE = 5_000
_HOME = {"place": "place_id", "org": "organisation_id", "doctor": "doctor_id"}


def settle_homes(lake: Lake, delivery: Delivery) -> int:
    """Bring the registry's place, organisation and doctor of a delivery's people up to date; how many changed.

    A register that leaves one of them out does not clear it.
    """
    if delivery.record != PersonRecord.about.code:
        return 0
    came = (f"SELECT DISTINCT person FROM {at_lake(versions_table(PersonRecord))} "
            f"WHERE delivery = {int(delivery.pk)} AND person IS NOT NULL")
    changes = _changes(lake, came)
    for at in range(0, len(changes), CHUNK):
        part = changes[at:at + CHUNK]
        update_people(changes=part, actor=delivery.sent_by or "system", org="", why="人口信息登记",
                      idempotency_key=f"gather:{delivery.pk}:homes:{_stamp(part)}")
    return len(changes)


def homes_told(lake: Lake, people: Iterable[int]) -> list[PersonChange]:
    """How the population register's newest rows differ from what the registry holds of these people."""
    listed = ", ".join(f"({int(p)})" for p in people)
    return _changes(lake, f"SELECT person FROM (VALUES {listed}) v(person)") if listed else []


def _changes(lake: Lake, of: str) -> list[PersonChange]:
    with lake.cursor() as con:
        con.execute(_NEWEST.replace("{of}", of))
        people = [r[0] for r in con.execute("SELECT person FROM temp.newest_home ORDER BY person").fetchall()]
        con.register("held", _held(people))
        rows = con.execute(_DIFFERENT).fetchall()
        con.unregister("held")
        con.execute("DROP TABLE temp.newest_home")
    return [PersonChange(number=n, place_id=place, organisation_id=org, doctor_id=doctor)
            for n, place, org, doctor in rows]


_NEWEST = f"""
CREATE OR REPLACE TEMP TABLE newest_home AS
SELECT person, {names(_HOME)} FROM {at_lake(newest_table(PersonRecord))}
SEMI JOIN ({{of}}) USING (person)
WHERE person IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY person ORDER BY {", ".join(
    f'"{c}" DESC NULLS LAST' for c in order_columns(PersonRecord))}) = 1
"""
_DIFFERENT = f"""
SELECT h.person, {", ".join(f"CASE WHEN h.{c} <> coalesce(held.{c}, '') THEN h.{c} END" for c in _HOME)}
FROM temp.newest_home h JOIN held USING (person)
WHERE {" OR ".join(f"h.{c} <> coalesce(held.{c}, '')" for c in _HOME)} ORDER BY h.person
"""


def _held(people: list[int]) -> pa.Table:
    rows = [row for at in range(0, len(people), _AT_ONCE) for row in Person.objects.filter(
        number__in=people[at:at + _AT_ONCE]).values_list("number", *_HOME.values())]
    return pa.table({"person": pa.array([r[0] for r in rows], pa.int64()),
                     **{name: pa.array([r[n] for r in rows], pa.string()) for n, name in enumerate(_HOME, 1)}})


def _stamp(changes: Iterable[Any]) -> str:
    text = "|".join(f"{c.number},{c.place_id},{c.organisation_id},{c.doctor_id}" for c in changes)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
