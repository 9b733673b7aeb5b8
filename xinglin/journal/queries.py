"""Reading the two streams."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, QuerySet

from xinglin.journal.models import Access, Act
from xinglin.journal.verify import Problem, VerifyReport, verify

__all__ = [
    "Problem",
    "VerifyReport",
    "accesses_of",
    "act_by_uid",
    "acts_about",
    "acts_after",
    "acts_correcting",
    "last_seq",
    "newest_of_kind",
    "newest_of_kinds",
    "verify",
    "versions_of",
]


def _acts() -> Any:
    return Act.objects.select_related("body").order_by("seq")


def acts_after(seq: int, kinds: Iterable[str] | None = None, limit: int | None = None) -> list[Act]:
    """Acts after a watermark in order of seq. On PostgreSQL too, none appears later below it."""
    found = _acts().filter(seq__gt=seq)
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    return list(found[:limit])


def last_seq() -> int:
    """The seq of the newest act; 0 when there is none."""
    return Act.objects.aggregate(last=Max("seq"))["last"] or 0


def act_by_uid(uid: str) -> Act | None:
    """One act with its body."""
    found: Act | None = _acts().filter(uid=uid).first()
    return found


def versions_of(uid: str) -> list[Act]:
    """The act and all that correct it, oldest first. `uid` is that of the first."""
    return list(_acts().filter(uid=uid)) + list(_acts().filter(corrects=uid))


def acts_about(person: int, after: int = 0, kinds: Iterable[str] | None = None) -> list[Act]:
    """What was done about a person after a watermark, oldest first."""
    found = _acts().filter(body__subject_person=person, seq__gt=after)
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    return list(found)


def newest_of_kind(kind: str, *, limit: int) -> list[Act]:
    """The last acts of a kind, newest first."""
    return newest_of_kinds([kind], limit=limit)


def newest_of_kinds(kinds: Iterable[str], *, limit: int) -> list[Act]:
    """The last acts of some kinds, newest first."""
    return list(_acts().filter(kind__in=list(kinds)).order_by("-seq")[:limit])


def acts_correcting(uids: Iterable[str], *, kind: str) -> list[Act]:
    """Acts of a kind that answer one of these acts, oldest first."""
    return list(_acts().filter(kind=kind, corrects__in=list(uids)))


def accesses_by(actors: Iterable[str], *, before: int | None = None, limit: int = 200) -> list[Access]:
    """What these members of staff looked at, newest first; the people on a page only as their number."""
    return _newest(Access.objects.filter(actor__in=list(actors)), before, limit)


def accesses_of(person: int, *, before: int | None = None, limit: int = 200) -> list[Access]:
    """谁看过: who saw this person, newest first. `before`: only what was written down before that entry."""
    return _newest(Access.objects.select_related("body").filter(members__person=person), before, limit)


def _newest(found: QuerySet[Access], before: int | None, limit: int) -> list[Access]:
    if before is not None:
        found = found.filter(seq__lt=before)
    return list(found.order_by("-seq")[:limit])
