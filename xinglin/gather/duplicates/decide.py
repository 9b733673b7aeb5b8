"""What is decided about a pair: one person, two, or later; each taken back as easily. Each is an act.

A merge commits in the registry first; the lake follows by state (`gather.merged`), at once or after a kill.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from xinglin.gather.duplicates.policy import automatic
from xinglin.gather.homes import homes_told
from xinglin.gather.merged import Settled, settle_merges
from xinglin.gather.models import DuplicatePair
from xinglin.journal.actions import record_act
from xinglin.kernel.dates import plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake
from xinglin.registry.by import By
from xinglin.registry.merging import HOME, home_of, merge_people, root_of, split_people
from xinglin.registry.models import Person, PersonMerge
from xinglin.registry.people import PersonChange, update_people

LATER_DAYS = 30
APART, LATER, OPENED = "duplicates.apart", "duplicates.later", "duplicates.opened"


def keeper_of(pair: DuplicatePair) -> tuple[int, int]:
    """(who stays, who is merged): the entry with an ID number stays, else the older one."""
    numbered = set(Person.objects.filter(pk__in=(pair.left_id, pair.right_id)).exclude(id_number_sealed=None)
                   .values_list("pk", flat=True))
    right_alone = pair.right_id in numbered and pair.left_id not in numbered
    return (pair.right_id, pair.left_id) if right_alone else (pair.left_id, pair.right_id)


def decide_same(home: Home, pairs: Iterable[DuplicatePair], *, by: By, keep: int | None = None,
                why: str = "核对为同一人") -> list[int]:
    """Merge each pair; numbers of everybody concerned. `keep`: who stays, where one pair is decided."""
    concerned: list[int] = []
    for pair in pairs:
        concerned += _merge(pair, by=by, keep=keep, why=why)
    settle_merges(home)
    return list(dict.fromkeys(concerned))


@transaction.atomic
def _merge(pair: DuplicatePair, *, by: By, keep: int | None, why: str) -> list[int]:
    stays, goes = keeper_of(pair)
    if keep == goes:
        stays, goes = goes, stays
    stays, goes = root_of(stays), root_of(goes)
    if stays != goes:
        merge_people(keep=stays, absorbed=goes, why=why, actor=by.staff, org=by.org, channel=by.channel,
                     idempotency_key=f"{by.key}:{pair.pk}")
    _set(pair, "same", by, absorbed=goes if stays != goes else None)
    return [stays, goes]


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


def take_back(home: Home, pair: DuplicatePair, *, by: By, why: str = "撤销判断") -> list[int]:
    """Undo a decision, a merge too; numbers of everybody concerned."""
    absorbed = pair.absorbed if pair.state == "same" else None
    made = PersonMerge.objects.filter(absorbed_id=absorbed, split_at=None).first() if absorbed else None
    with transaction.atomic():
        if made:
            split_people(absorbed=made.absorbed_id, why=why, actor=by.staff, org=by.org, channel=by.channel,
                         idempotency_key=f"{by.key}:{pair.pk}")
        else:
            _note(OPENED, pair, by, why)
        DuplicatePair.objects.filter(pk=pair.pk).update(state="open", absorbed=None, decided_at=None, decided_by="",
                                                        later_until=None)
    if not made:
        return []
    settle_merges(home)
    _bring_homes_back(home, made, by)
    return [made.root_id, made.absorbed_id]


def _bring_homes_back(home: Home, made: PersonMerge, by: By) -> None:
    """Each lives where the register's own rows say; who has none there, where they lived before the merge."""
    told = {c.number: c for c in homes_told(open_lake(home), [made.root_id, made.absorbed_id])}
    keeper = Person.objects.get(pk=made.root_id)
    before, now = made.home, home_of(keeper)
    if keeper.pk not in told and not _registered(home, keeper.pk):
        changed = {name: before.get(name) for name in HOME if before.get(name) and before.get(name) != now[name]}
        if changed:
            told[keeper.pk] = PersonChange(number=keeper.pk, **changed)
    if told:
        update_people(changes=list(told.values()), actor=by.staff, org=by.org, why="拆开档案", channel=by.channel,
                      idempotency_key=f"{by.key}:homes:{made.pk}:{made.split_at or timezone.now():%Y%m%d%H%M%S%f}")


def _registered(home: Home, number: int) -> bool:
    with open_lake(home).cursor() as con:
        return con.execute("SELECT 1 FROM person WHERE person = ? LIMIT 1", [number]).fetchone() is not None


def settle(home: Home) -> Settled:
    """What a killed decision left undone in the lake."""
    return settle_merges(home)


def _note(kind: str, pair: DuplicatePair, by: By, why: str) -> None:
    record_act(kind=kind, actor=by.staff, org=by.org, subject_person=pair.left_id, channel=by.channel,
               idempotency_key=f"{by.key}:{pair.pk}", payload={"people": [pair.left_id, pair.right_id], "why": why})


def _set(pair: DuplicatePair, state: str, by: By, *, absorbed: int | None = None) -> None:
    DuplicatePair.objects.filter(pk=pair.pk).update(
        state=state, absorbed=absorbed, decided_at=timezone.now(), decided_by=by.staff, later_until=None)
