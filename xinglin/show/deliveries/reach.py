"""Whose deliveries a reader may open: the sources of organisations under the purpose of delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from xinglin.gather.models import Delivery, Source
from xinglin.registry.permissions import ROLES, Reach
from xinglin.registry.queries import posts_of


@dataclass(frozen=True)
class Sender:
    """The reader as a sender of data. `masked`: cells that may hold names are not shown."""

    staff: str
    org: str
    sources: tuple[Source, ...]
    county: bool
    masked: bool

    def sends(self, source: str) -> bool:
        """Is this one of the reader's sources?"""
        return any(s.code == source for s in self.sources)


def sender(request: HttpRequest) -> Sender:
    """403 for roles without the purpose of delivery."""
    posts = [p for p in posts_of(request.user) if p.role in ROLES and "delivery" in ROLES[p.role].reach]
    if not posts:
        raise PermissionDenied
    county = any(ROLES[p.role].reach["delivery"] is Reach.COUNTY for p in posts)
    own = {p.organisation_id for p in posts}
    sources = tuple(s for s in Source.objects.order_by("title") if county or s.org in own)
    masked = all("delivery" in ROLES[p.role].masked for p in posts)
    return Sender(posts[0].staff_id, posts[0].organisation_id, sources, county, masked)


def source_here(who: Sender, code: str) -> Source:
    """One of the reader's sources; 404 for others, as if there were none."""
    found: Any = next((s for s in who.sources if s.code == code), None)
    if found is None:
        raise Http404
    return found


def delivery_here(who: Sender, number: int) -> Delivery:
    """A delivery of one of the reader's sources; 404 for others."""
    found = Delivery.objects.select_related("source", "resends").filter(pk=number).first()
    if found is None or not who.sends(found.source_id):
        raise Http404
    return found
