"""The registry compared with itself, those who are new or changed since the last time; pairs go to the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone

from xinglin.gather.duplicates.candidates import (
    FIELDS,
    private_memory,
    put_frequencies,
    put_given,
    put_likely,
)
from xinglin.gather.duplicates.households import put_households
from xinglin.gather.late_numbers import SAME_NUMBER
from xinglin.gather.linkage.clean import clean
from xinglin.gather.linkage.declared import ONE_JUDGE, Comparison
from xinglin.gather.linkage.resolve import judge
from xinglin.gather.linkage.score import score
from xinglin.gather.linkage.verdict import DIFFERENT, SAME
from xinglin.gather.linkage.words import level_words
from xinglin.gather.models import ComparedUpTo, DuplicatePair
from xinglin.gather.sql import Connection
from xinglin.journal.queries import acts_after, last_seq
from xinglin.kernel.home import Home
from xinglin.registry.merging import roots
from xinglin.registry.models import Person

CHANGED = "people.changed"
_TELLS = {"name", "id_number", "phone", "address", "birth_date", "sex"}
_CHUNK = 2_000


@dataclass(frozen=True)
class Compared:
    """People looked at anew, pairs found, pairs that came to the queue."""

    fresh: int = 0
    pairs: int = 0
    queued: int = 0


def compare_new(home: Home) -> Compared:
    """Compare whoever is new or changed with everybody. Killed, it is done again whole: pairs are unique."""
    top, seq = Person.objects.aggregate(top=Max("number"))["top"] or 0, last_seq()
    fresh = _fresh(top)
    if not fresh:
        _mark(top, seq)
        return Compared()
    standing = roots()
    with private_memory() as con:
        people = put_likely(con, [standing.get(n, n) for n in fresh], standing)
        put_given(con)
        put_households(con, home)
        comparisons = _compared(con, people)
        found = _found(con, comparisons)
    queued = _queue(found)
    _mark(top, seq)
    return Compared(len(fresh), len(found), queued)


def anybody_new() -> bool:
    """Is anybody new or changed since the last comparison?"""
    return bool(_fresh(Person.objects.aggregate(top=Max("number"))["top"] or 0))


def _fresh(top: int) -> list[int]:
    marks = dict(ComparedUpTo.objects.values_list("name", "value"))
    new = set(Person.objects.filter(number__gt=marks.get("person", 0), number__lte=top).values_list("number", flat=True))
    for act in acts_after(marks.get("act", 0), (CHANGED,)):
        if not act.erased and _TELLS & set(act.payload.get("fields", [])):
            new.update(act.payload["people"])
    return sorted(new)


def _mark(person: int, act: int) -> None:
    for name, value in (("person", person), ("act", act)):
        ComparedUpTo.objects.update_or_create(name=name, defaults={"value": value})


def _compared(con: Connection, people: int) -> tuple[Comparison, ...]:
    clean(con, (*FIELDS, "household"))
    con.execute("ALTER TABLE record ADD COLUMN fresh BOOLEAN")
    con.execute("UPDATE record SET fresh = uid IN (SELECT person FROM fresh)")
    put_frequencies(con)
    comparisons = score(con, least=ONE_JUDGE, people=people, fresh_only=True)
    judge(con, comparisons)
    return comparisons


def _found(con: Connection, comparisons: tuple[Comparison, ...]) -> list[tuple[Any, ...]]:
    """(left, right, weight, is as good as certain, levels) of pairs that are not different."""
    gammas = "".join(f", gamma_{c.name}" for c in comparisons)
    rows = con.execute(f"SELECT l, r, weight, verdict = '{SAME}'{gammas} FROM judged WHERE verdict <> '{DIFFERENT}' "
                       "ORDER BY l, r").fetchall()
    names = [c.name for c in comparisons]
    return [(*r[:4], level_words(dict(zip(names, r[4:], strict=True)))) for r in rows]


def _queue(found: list[tuple[Any, ...]]) -> int:
    """New pairs wait; those known are weighed again, and what was decided stays decided."""
    before = DuplicatePair.objects.count()
    now = timezone.now()
    told = {(p.left_id, p.right_id): p.weight for p in DuplicatePair.objects.filter(levels__number=SAME_NUMBER)}
    found = [_by_number(row, told) for row in found]
    for at in range(0, len(found), _CHUNK):
        rows = [DuplicatePair(left_id=a, right_id=b, weight=w, strong=strong, levels=levels, found_at=now)
                for a, b, w, strong, levels in found[at:at + _CHUNK]]
        DuplicatePair.objects.bulk_create(rows, update_conflicts=True, unique_fields=["left", "right"],
                                          update_fields=["weight", "strong", "levels"])
    return DuplicatePair.objects.count() - before


def _by_number(row: tuple[Any, ...], told: dict[tuple[int, int], float]) -> tuple[Any, ...]:
    """A delivery saw one number for both (gather.late_numbers), which the entries themselves do not show."""
    left, right, weight, _strong, levels = row
    if (left, right) not in told or "number" in levels:
        return row
    return left, right, max(weight, told[left, right]), True, {"number": SAME_NUMBER, **levels}
