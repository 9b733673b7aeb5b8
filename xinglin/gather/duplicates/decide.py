"""What is decided about a pair: one person, two, or later; each taken back as easily. Each is an act.

Decisions are the registry's alone; `finish` brings the lake and people's homes after them, in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from xinglin.gather.duplicates.policy import automatic
from xinglin.gather.models import DuplicatePair
from xinglin.journal.actions import record_act
from xinglin.kernel.dates import plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.registry.by import By
from xinglin.registry.merging import merge_people, root_of, split_people
from xinglin.registry.models import Person, PersonMerge

LATER_DAYS = 30
APART, LATER, OPENED = "duplicates.apart", "duplicates.later", "duplicates.opened"


def keeper_of(pair: DuplicatePair) -> tuple[int, int]:
    """(who stays, who is merged): the entry with an ID number stays, else the older one."""
    numbered = set(Person.objects.filter(pk__in=(pair.left_id, pair.right_id)).exclude(id_number_sealed=None)
                   .values_list("pk", flat=True))
    right_alone = pair.right_id in numbered and pair.left_id not in numbered
    return (pair.right_id, pair.left_id) if right_alone else (pair.left_id, pair.right_id)


def decide_same(pairs: Iterable[DuplicatePair], *, by: By, keep: int | None = None, why: str = "核对为同一人") -> None:
    """Merge each pair. `keep`: who stays, where one pair is decided."""
    for pair in pairs:
        _merge(pair, by=by, keep=keep, why=why)


@transaction.atomic
def _merge(pair: DuplicatePair, *, by: By, keep: int | None, why: str) -> None:
    stays, goes = keeper_of(pair)
    if keep == goes:
        stays, goes = goes, stays
    stays, goes = root_of(stays), root_of(goes)
    if stays != goes:
        merge_people(keep=stays, absorbed=goes, why=why, actor=by.staff, org=by.org, channel=by.channel,
                     idempotency_key=f"{by.key}:{pair.pk}")
    _set(pair, "same", by, absorbed=goes if stays != goes else None)


def merge_certain(home: Home) -> int:
    """Merge by the county's policy the open pairs that are certain; how many."""
    certain = [p for p in DuplicatePair.objects.filter(state="open", strong=True).order_by("-weight", "pk")
               if automatic(home, p.levels)]
    done = 0
    for pair in certain:
        try:
            _merge(pair, by=By(f"duplicates:auto:{pair.found_at.timestamp()}"), keep=None, why="按规则自动合并")
        except XinglinError:        # two right numbers through a third entry: for a person to see
            DuplicatePair.objects.filter(pk=pair.pk).update(strong=False)
            continue
        done += 1
    return done


@transaction.atomic
def decide_apart(pairs: Iterable[DuplicatePair], *, by: By, why: str = "核对为不同的人") -> None:
    """Two people: the pair never comes again by itself."""
    for pair in pairs:
        _note(APART, pair, by, why)
        _set(pair, "apart", by)


@transaction.atomic
def decide_later(pairs: Iterable[DuplicatePair], *, by: By) -> None:
    """Not now: it comes back in LATER_DAYS days."""
    for pair in pairs:
        _note(LATER, pair, by, "")
        _set(pair, "later", by)
        DuplicatePair.objects.filter(pk=pair.pk).update(later_until=plus_days(timezone.localdate(), LATER_DAYS))


@transaction.atomic
def take_back(pairs: Iterable[DuplicatePair], *, by: By, why: str = "撤销判断") -> None:
    """Undo decisions, merges too: the pairs wait again."""
    for pair in pairs:
        merged = pair.state == "same" and pair.absorbed is not None and PersonMerge.objects.filter(
            absorbed_id=pair.absorbed, split_at=None).exists()
        if merged and pair.absorbed is not None:
            split_people(absorbed=pair.absorbed, why=why, actor=by.staff, org=by.org, channel=by.channel,
                         idempotency_key=f"{by.key}:{pair.pk}")
        else:
            _note(OPENED, pair, by, why)
        DuplicatePair.objects.filter(pk=pair.pk).update(state="open", absorbed=None, decided_at=None, decided_by="",
                                                        later_until=None)


def _note(kind: str, pair: DuplicatePair, by: By, why: str) -> None:
    record_act(kind=kind, actor=by.staff, org=by.org, subject_person=pair.left_id, channel=by.channel,
               idempotency_key=f"{by.key}:{pair.pk}", payload={"people": [pair.left_id, pair.right_id], "why": why})


def _set(pair: DuplicatePair, state: str, by: By, *, absorbed: int | None = None) -> None:
    DuplicatePair.objects.filter(pk=pair.pk).update(
        state=state, absorbed=absorbed, decided_at=timezone.now(), decided_by=by.staff, later_until=None)
