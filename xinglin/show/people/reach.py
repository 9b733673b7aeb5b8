"""Whose entries a reader compares: the purpose of quality, at least one of the two within reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from xinglin.gather.models import DuplicatePair
from xinglin.registry.queries import organisations_under
from xinglin.show.doctor.reader import Reader, reader

PURPOSE = "quality"


@dataclass(frozen=True)
class Keeper:
    """The reader as somebody who keeps entries in order."""

    who: Reader
    under: frozenset[str]
    county: bool
    masked: bool

    def reaches(self, org: str | None) -> bool:
        """Is an entry of this organisation the reader's business?"""
        return self.county or (org or "") in self.under

    def decides(self, orgs: Sequence[str | None]) -> list[bool]:
        """Of each entry of a pair at hand: an entry that no institution keeps is whose the other one is."""
        return [self.reaches(org) or not org for org in orgs]

    def pairs(self) -> QuerySet[DuplicatePair]:
        """Pairs of which at least one entry is within reach."""
        found = DuplicatePair.objects.select_related("left", "right")
        if self.county:
            return found
        return found.filter(Q(left__organisation_id__in=self.under) | Q(right__organisation_id__in=self.under))


def keeper(request: HttpRequest) -> Keeper:
    """403 for roles without the purpose."""
    who = reader(request)
    if not who.may(PURPOSE):
        raise PermissionDenied
    return Keeper(who, organisations_under(who.user, purpose=PURPOSE), who.everywhere(PURPOSE), who.masked(PURPOSE))
