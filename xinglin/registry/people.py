"""Registering people and changing what is known of them, by the ten thousand.

Set-wise: identifiers are sealed and hashed once a distinct value, rows go in by chunks of
2,000 a transaction, so that a doctor's save never waits long. Each chunk is one act; after
a kill the same call with the same key goes on where it stopped.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from xinglin.journal.actions import hold_order, record_act
from xinglin.journal.models import Act
from xinglin.kernel.errors import XinglinError
from xinglin.registry.keys import PLAIN, county_keys, hashes_of, initials, plain_name
from xinglin.registry.models import Person, PersonKey
from xinglin.registry.rows import insert_rows, set_column

CHUNK = 2_000
FIRST_NUMBER = 100_001
_SEALED = ("name", "id_number", "phone", "address")
_PLAIN_FIELDS = ("birth_date", "sex", "place_id", "organisation_id", "doctor_id")


@dataclass(frozen=True, kw_only=True, repr=False)
class NewPerson:
    """Somebody to register, as sent; identifiers are brought to their plain form here."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    birth_date: date | None = None
    sex: str = ""
    place_id: str | None = None
    organisation_id: str | None = None
    doctor_id: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class PersonChange:
    """What becomes of a person's entry; None leaves a field as it is."""

    number: int
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    address: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    place_id: str | None = None
    organisation_id: str | None = None
    doctor_id: str | None = None


def register_people(
    *,
    people: Sequence[NewPerson],
    actor: str,
    org: str,
    idempotency_key: str,
    channel: str = "import",
) -> list[int]:
    """Register new people; returns their county numbers in the order given.

    Whether somebody is already registered is linkage, decided before. Chunk n is recorded
    under "{idempotency_key}:{n}".
    """
    numbers: list[int] = []
    for at, chunk in _chunks(people):
        numbers += _register(
            chunk, actor=actor, org=org, channel=channel, idempotency_key=f"{idempotency_key}:{at}"
        )
    return numbers


@transaction.atomic
def _register(chunk: Sequence[NewPerson], *, idempotency_key: str, **who: Any) -> range:
    hold_order()
    first = (Person.objects.aggregate(last=Max("number"))["last"] or FIRST_NUMBER - 1) + 1
    act = record_act(
        kind="people.registered",
        payload={"first": first, "count": len(chunk)},
        idempotency_key=idempotency_key,
        **who,
    )
    done = act.payload
    if done["count"] != len(chunk):
        raise XinglinError(
            "同一个防重号登记过另一批人", f"日志第{act.seq}条", "请为新的一批换一个防重号"
        )
    if done["first"] == first:
        _insert(first, chunk)
    return range(done["first"], done["first"] + len(chunk))


def _insert(first: int, chunk: Sequence[NewPerson]) -> None:
    sealed = _sealed_columns(chunk)
    columns = ("number", *(f"{field}_sealed" for field in _SEALED), *_PLAIN_FIELDS)
    rows = [
        (
            first + n,
            *(sealed[field].get(getattr(p, field)) for field in _SEALED),
            *(getattr(p, field) for field in _PLAIN_FIELDS),
        )
        for n, p in enumerate(chunk)
    ]
    insert_rows(Person, columns, rows)
    _insert_keys([(first + n, p) for n, p in enumerate(chunk)])


def _sealed_columns(chunk: Iterable[Any]) -> dict[str, dict[str | None, bytes]]:
    """Field → value as sent → sealed plain value; empty and unchanged ones have none."""
    keys, rows = county_keys(), list(chunk)
    columns: dict[str, dict[str | None, bytes]] = {}
    for field in _SEALED:
        plain = PLAIN.get(field, str.strip)
        values = {getattr(row, field) for row in rows} - {None, ""}
        columns[field] = {value: keys.seal_text(plain(value)) for value in values}
    return columns


def _insert_keys(people: Sequence[tuple[int, Any]]) -> None:
    rows: list[tuple[str, int, int]] = []
    for kind, field, plain in (
        ("id_number", "id_number", PLAIN["id_number"]),
        ("phone", "phone", PLAIN["phone"]),
        ("name", "name", plain_name),
        ("initials", "name", _initials),
    ):
        forms = {v: plain(v) for v in {getattr(p, field) for _, p in people} if v}
        hashes = hashes_of(kind, forms.values())
        rows += [
            (kind, hashes[form], number)
            for number, p in people
            if (form := forms.get(getattr(p, field)))
        ]
    insert_rows(PersonKey, ("kind", "hash64", "person_id"), rows)


def _initials(name: str) -> str:
    return initials(plain_name(name))


def update_people(
    *,
    changes: Sequence[PersonChange],
    actor: str,
    org: str,
    idempotency_key: str,
    why: str = "",
    channel: str = "import",
) -> None:
    """Change people's entries. A new name or phone replaces its lookup, an ID number adds one:

    who comes with the old card must still be found.
    """
    for at, chunk in _chunks(changes):
        _update(
            chunk,
            why=why,
            actor=actor,
            org=org,
            channel=channel,
            idempotency_key=f"{idempotency_key}:{at}",
        )


@transaction.atomic
def _update(chunk: Sequence[PersonChange], *, why: str, idempotency_key: str, **who: Any) -> None:
    if Act.objects.filter(idempotency_key=idempotency_key).exists():
        return
    numbers = [c.number for c in chunk]
    subject = numbers[0] if len(numbers) == 1 else None
    fields = sorted({f for c in chunk for f in (*_SEALED, *_PLAIN_FIELDS) if _said(c, f)})
    record_act(
        kind="people.changed",
        subject_person=subject,
        idempotency_key=idempotency_key,
        payload={"people": numbers, "fields": fields, "why": why},
        **who,
    )
    sealed = _sealed_columns(chunk)
    for field in fields:
        _set_column(field, chunk, sealed.get(field))
    for kind, field in (("phone", "phone"), ("name", "name"), ("initials", "name")):
        gone = [c.number for c in chunk if _said(c, field)]
        PersonKey.objects.filter(kind=kind, person_id__in=gone).delete()
    _insert_keys([(c.number, c) for c in chunk])


def _set_column(
    field: str, chunk: Sequence[PersonChange], sealed: dict[str | None, bytes] | None
) -> None:
    name = field if sealed is None else f"{field}_sealed"
    said = [(c.number, getattr(c, field)) for c in chunk if _said(c, field)]
    if sealed is not None:
        said = [(number, sealed.get(value)) for number, value in said]
    set_column(Person, name, said)


def _said(change: PersonChange, field: str) -> bool:
    return getattr(change, field) is not None


def _chunks(rows: Sequence[Any]) -> Iterator[tuple[int, Sequence[Any]]]:
    for start in range(0, len(rows), CHUNK):
        yield start // CHUNK, rows[start : start + CHUNK]
