"""A number that comes after its person: the order of deliveries must not decide who is who.

A subject known without a number brings one. If nobody has it, it becomes its person's. If somebody has it, the two
entries are one person, told by a number: a pair for the night to merge by the county's policy, or for a person.
"""

from __future__ import annotations

import hashlib

from django.utils import timezone

from xinglin.gather.models import DuplicatePair
from xinglin.gather.sql import Connection, rows_of
from xinglin.registry.models import PersonKey
from xinglin.registry.people import CHUNK, PersonChange, update_people

SAME_NUMBER, SAME_NAME = "身份证号相同", "姓名相同"
WEIGHT = 23.0       # of a right number alone, as declared in linkage
_AT_ONCE = 5_000


def put_unnumbered(con: Connection) -> None:
    """`unnumbered` (person): known persons without any number, whose subject brings one that is not theirs.

    Nothing is settled about them yet.
    """
    people = [int(str(r[0])) for r in rows_of(con, """SELECT DISTINCT known FROM met WHERE known IS NOT NULL
        AND number64 IS NOT NULL AND NOT doubted AND (several OR stands IS DISTINCT FROM known)""")]
    numbered: set[int] = set()
    for at in range(0, len(people), _AT_ONCE):
        numbered.update(PersonKey.objects.filter(kind="id_number", person_id__in=people[at:at + _AT_ONCE])
                        .values_list("person_id", flat=True))
    con.execute("CREATE OR REPLACE TABLE unnumbered (person BIGINT)")
    if left := sorted(set(people) - numbered):
        con.execute(f"INSERT INTO unnumbered VALUES {', '.join(f'({p})' for p in left)}")
        con.execute("UPDATE met SET settled = false WHERE known IN (FROM unnumbered)")


def note_late_numbers(con: Connection, *, delivery: int, actor: str, org: str) -> None:
    """Give numbers to those they belong to, and pair those who share one. Safe to repeat after a kill."""
    found = rows_of(con, """SELECT known, min(id18), min(holder) FROM decided SEMI JOIN unnumbered u ON u.person = known
        WHERE doubt IS NULL AND id18 IS NOT NULL GROUP BY known HAVING min(id18) = max(id18) ORDER BY known""")
    changes = [PersonChange(number=int(str(p)), id_number=str(n)) for p, n, holder in found if holder is None]
    for at in range(0, len(changes), CHUNK):
        part = changes[at:at + CHUNK]
        stamp = hashlib.sha256(",".join(str(c.number) for c in part).encode()).hexdigest()[:24]
        update_people(changes=part, actor=actor, org=org, why="后报的身份证号", idempotency_key=f"gather:{delivery}:numbers:{stamp}")
    _pair([(int(str(p)), int(str(holder))) for p, _, holder in found if holder is not None])


def _pair(couples: list[tuple[int, int]]) -> None:
    names: dict[int, set[int]] = {}
    listed = [n for couple in couples for n in couple]
    for at in range(0, len(listed), _AT_ONCE):
        for person, hash64 in PersonKey.objects.filter(kind="name", person_id__in=listed[at:at + _AT_ONCE]).values_list("person_id", "hash64"):
            names.setdefault(person, set()).add(hash64)
    now = timezone.now()
    rows = [DuplicatePair(left_id=min(c), right_id=max(c), weight=WEIGHT, strong=True, found_at=now, levels=_levels(names, *c))
            for c in couples]
    DuplicatePair.objects.bulk_create(rows, ignore_conflicts=True)


def _levels(names: dict[int, set[int]], a: int, b: int) -> dict[str, str]:
    """What is known of the two without opening them."""
    same = names.get(a, set()) & names.get(b, set())
    return {"number": SAME_NUMBER} | ({"name": SAME_NAME} if same else {})
