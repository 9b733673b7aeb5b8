"""Reading the registry: rights of a user, organisations, people by their identifiers."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from xinglin.kernel.identity import mask_name, mask_number
from xinglin.registry.history import post_on
from xinglin.registry.keys import (
    KEY_KINDS,
    PLAIN,
    county_keys,
    hashes_of,
    plain_id_number,
    plain_name,
    plain_phone,
)
from xinglin.registry.merging import roots
from xinglin.registry.models import Organisation, Person, PersonKey, Post
from xinglin.registry.permissions import ROLES, Decision, Reach, best, decides

_AT_ONCE = 5_000  # parameters of one IN (…)


def posts_of(user: Any, on: date | None = None) -> list[Post]:
    """The posts that a user holds on a day (today), oldest first; none for strangers."""
    if user is None or not getattr(user, "pk", None) or not user.is_active:
        return []
    day = on or timezone.localdate()
    return list(
        Post.objects.filter(post_on(day), staff__user=user).select_related("staff", "organisation")
    )


def chain_of(org: str | None) -> tuple[str, ...]:
    """The organisation and those above it, up to the root; empty for None or an unknown code."""
    parents = _parents()
    chain: list[str] = []
    while org in parents and org not in chain:
        chain.append(org)
        org = parents[org]
    return tuple(chain)


def subtree_of(org: str) -> frozenset[str]:
    """The organisation and all under it."""
    children: dict[str | None, list[str]] = {}
    for code, parent in _parents().items():
        children.setdefault(parent, []).append(code)
    found, waiting = {org}, [org]
    while waiting:
        below = [c for c in children.get(waiting.pop(), []) if c not in found]
        found.update(below)
        waiting += below
    return frozenset(found)


def _parents() -> dict[str, str | None]:
    # Some hundred rows a county: one small read is quicker than a recursive query.
    return dict(Organisation.objects.values_list("code", "parent_id"))


def may_see(
    user: Any,
    *,
    purpose: str,
    org: str | None = None,
    person: int | None = None,
    on: date | None = None,
) -> Decision:
    """May this user reach a thing of `org`, or a person (their managing organisation), for a purpose?"""
    if person is not None:
        org = Person.objects.filter(pk=person).values_list("organisation_id", flat=True).first()
    chain = chain_of(org)
    return best(
        [
            decides(
                role=post.role, own_org=post.organisation_id, org_of_thing=chain, purpose=purpose
            )
            for post in posts_of(user, on)
        ]
    )


def organisations_under(user: Any, *, purpose: str, on: date | None = None) -> frozenset[str]:
    """Codes of all organisations whose things the user may reach for a purpose."""
    found: set[str] = set()
    for post in posts_of(user, on):
        role = ROLES.get(post.role)
        reach = role.reach.get(purpose) if role else None
        if reach is Reach.COUNTY:
            return frozenset(_parents())
        if reach is Reach.SUBTREE:
            found |= subtree_of(post.organisation_id)
        elif reach is Reach.OWN:
            found.add(post.organisation_id)
    return frozenset(found)


@dataclass(frozen=True, repr=False)
class PersonView:
    """A person with identifiers opened. Never logged: it has no repr."""

    number: int
    name: str
    id_number: str
    phone: str
    address: str
    birth_date: date | None
    sex: str
    place: str | None
    organisation: str | None
    doctor: str | None

    def masked(self) -> "PersonView":
        """The same with starred name and numbers and without address."""
        return replace(
            self,
            name=mask_name(self.name),
            id_number=mask_number(self.id_number),
            phone=mask_number(self.phone),
            address="",
        )


def people(numbers: Iterable[int]) -> dict[int, PersonView]:
    """County number → person, for those that exist."""
    wanted = list(numbers)
    found: dict[int, PersonView] = {}
    for part in _parts(wanted):
        for row in Person.objects.filter(number__in=part):
            found[row.number] = _view(row)
    return found


def person(number: int) -> PersonView | None:
    """One person, or None."""
    return people([number]).get(number)


def _view(row: Person) -> PersonView:
    keys = county_keys()

    def opened(sealed: Any) -> str:
        return keys.open_text(bytes(sealed)) if sealed else ""

    return PersonView(
        number=row.number,
        name=opened(row.name_sealed),
        id_number=opened(row.id_number_sealed),
        phone=opened(row.phone_sealed),
        address=opened(row.address_sealed),
        birth_date=row.birth_date,
        sex=row.sex,
        place=row.place_id,
        organisation=row.organisation_id,
        doctor=row.doctor_id,
    )


def people_by(kind: str, values: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Value as sent → county numbers that carry it; set-wise. `kind` is one of KEY_KINDS.

    For joins in SQL read the table registry_personkey (kind, hash64, person_id) with
    `keys.hashes_of` of the distinct values.
    """
    plain = {value: PLAIN[kind](value) for value in set(values) if value}
    hashes = hashes_of(kind, plain.values())
    numbers: dict[int, list[int]] = {}
    for part in _parts(list(hashes.values())):
        rows = PersonKey.objects.filter(kind=kind, hash64__in=part).order_by("person_id")
        for hash64, number in rows.values_list("hash64", "person_id"):
            numbers.setdefault(hash64, []).append(number)
    return {
        value: tuple(numbers[hashes[form]])
        for value, form in plain.items()
        if hashes.get(form) in numbers
    }


@dataclass(frozen=True, repr=False)
class Found:
    """A hit and why it matched, in words."""

    person: PersonView
    why: str


def find_person(
    text: str,
    *,
    organisations: Collection[str] | None = None,
    limit: int = 20,
) -> list[Found]:
    """Search by county number, ID number, phone, name or pinyin initials.

    `organisations` restricts to people managed there (`organisations_under`); None does not.
    """
    hits: dict[int, str] = {}
    for kind in _kinds_of(text):
        for numbers in people_by(kind, [text]).values():
            for number in numbers:
                hits.setdefault(number, f"{KEY_KINDS[kind]}相同")
    if text.strip().isdigit() and len(text.strip()) < 11:
        hits.setdefault(int(text), "县内编号相同")
    for merged, root in roots(list(hits)).items():
        why = hits.pop(merged)
        hits.setdefault(root, f"{why}（并入的档案）")
    rows = Person.objects.filter(number__in=list(hits)[:_AT_ONCE]).order_by("number")
    if organisations is not None:
        rows = rows.filter(organisation_id__in=organisations)
    return [Found(_view(row), hits[row.number]) for row in rows[:limit]]


def _kinds_of(text: str) -> list[str]:
    plain = plain_name(text)
    if plain.isascii() and plain.isalpha():
        return ["initials", "name", "id_number"]
    if not plain.isascii():
        return ["name"]
    kinds = ["phone"] if len(plain_phone(text)) >= 7 else []
    return [*kinds, "id_number"] if plain_id_number(text) else kinds


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
