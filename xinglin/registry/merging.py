"""Two entries that are one person: one comes to stand for the other, and may be let go again.

Nothing of either entry is changed or lost: a merge is a row with a beginning and an end, and an act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from xinglin.journal.actions import hold_order, record_act
from xinglin.journal.models import Act
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import IdentityProblem, parse_resident_id
from xinglin.registry.keys import county_keys
from xinglin.registry.models import Person, PersonMerge

MERGED, SPLIT = "people.merged", "people.split"
HOME = ("place_id", "organisation_id", "doctor_id")
_AT_ONCE = 5_000


def roots(numbers: Iterable[int] | None = None) -> dict[int, int]:
    """Merged number → the number that stands for it; of all, or of those asked for."""
    open_ = PersonMerge.objects.filter(split_at=None)
    if numbers is None:
        return dict(open_.values_list("absorbed_id", "root_id"))
    listed, found = list(numbers), dict[int, int]()
    for at in range(0, len(listed), _AT_ONCE):
        found |= dict(open_.filter(absorbed_id__in=listed[at:at + _AT_ONCE]).values_list("absorbed_id", "root_id"))
    return found


def root_of(number: int) -> int:
    """Who stands for this person: mostly the person."""
    return roots([number]).get(number, number)


def standing_for(number: int) -> list[int]:
    """The person and all entries merged into theirs; nobody, when another stands for this one."""
    open_ = PersonMerge.objects.filter(split_at=None)
    if open_.filter(absorbed_id=number).exists():
        return []
    return [number, *open_.filter(root_id=number).order_by("absorbed_id").values_list("absorbed_id", flat=True)]


@transaction.atomic
def merge_people(*, keep: int, absorbed: int, why: str, actor: str, org: str, idempotency_key: str,
                 channel: str = "system") -> PersonMerge:
    """`absorbed` turned out to be `keep`. The rows of both meet when the lake is settled.

    Refused for two entries with different right ID numbers, for one entry, and for one merged already.
    """
    hold_order()
    if Act.objects.filter(idempotency_key=idempotency_key).exists():
        return PersonMerge.objects.filter(absorbed_id=absorbed).latest("merged_at")
    keeper, merged = _entry(root_of(keep)), _entry(absorbed)
    _refuse(keeper, merged)
    record_act(kind=MERGED, actor=actor, org=org, subject_person=keeper.number, channel=channel,
               idempotency_key=idempotency_key, payload={"keep": keeper.number, "absorbed": absorbed, "why": why})
    made = PersonMerge.objects.create(absorbed=merged, keep_id=keep, root=keeper, merged_at=timezone.now(),
                                      home={name: getattr(keeper, name) for name in HOME})
    PersonMerge.objects.filter(split_at=None, root=merged).update(root=keeper)
    return made


def _entry(number: int) -> Person:
    found = Person.objects.filter(pk=number).first()
    if found is None:
        raise XinglinError("没有这位居民", f"编号 {number}", "请核对编号")
    return found


def _refuse(keeper: Person, merged: Person) -> None:
    if keeper.pk == merged.pk:
        raise XinglinError("这两份档案已经是同一份", f"编号 {keeper.pk}", "不需要合并")
    if PersonMerge.objects.filter(absorbed=merged, split_at=None).exists():
        raise XinglinError("这份档案已经并入另一份", f"编号 {merged.pk}", "如有误，请先拆开")
    together = Person.objects.filter(pk__in=[*standing_for(keeper.pk), *standing_for(merged.pk)])
    numbers = {n for n in map(_right_number, together) if n}
    if len(numbers) > 1:
        raise XinglinError("两份档案各有一个正确的身份证号，不会是同一人", f"编号 {keeper.pk}、{merged.pk}",
                           "若其中一个证件号填错，请先更正")


def _right_number(entry: Person) -> str:
    if not entry.id_number_sealed:
        return ""
    try:
        return parse_resident_id(county_keys().open_text(bytes(entry.id_number_sealed))).number18
    except IdentityProblem:
        return ""


@transaction.atomic
def split_people(*, absorbed: int, why: str, actor: str, org: str, idempotency_key: str,
                 channel: str = "system") -> PersonMerge:
    """Undo a merge: the entry stands for itself again, and for those that had been merged into it."""
    hold_order()
    if Act.objects.filter(idempotency_key=idempotency_key).exists():
        return PersonMerge.objects.filter(absorbed_id=absorbed).latest("merged_at")
    made = PersonMerge.objects.filter(absorbed_id=absorbed, split_at=None).first()
    if made is None:
        raise XinglinError("这份档案没有并入别的档案", f"编号 {absorbed}", "可能刚才已有人拆开")
    record_act(kind=SPLIT, actor=actor, org=org, subject_person=made.root_id, channel=channel,
               idempotency_key=idempotency_key, payload={"keep": made.root_id, "absorbed": absorbed, "why": why})
    made.split_at = timezone.now()
    made.save(update_fields=["split_at"])
    _find_roots_again(absorbed)
    return made


def _find_roots_again(top: int) -> None:
    """Everything below `top` now has it as its root."""
    below: dict[int, list[int]] = {}
    for child, parent in PersonMerge.objects.filter(split_at=None).values_list("absorbed_id", "keep_id"):
        below.setdefault(parent, []).append(child)
    waiting, found = [top], list[int]()
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    PersonMerge.objects.filter(split_at=None, absorbed_id__in=found).update(root_id=top)


def home_of(entry: Person) -> dict[str, Any]:
    """Place, organisation and doctor as they stand."""
    return {name: getattr(entry, name) for name in HOME}
