"""What of a figure a reader may open: which places by the purpose of figures, whose rows by another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from xinglin.registry.models import Place
from xinglin.registry.permissions import PURPOSES, ROLES, Reach, personal_purpose
from xinglin.registry.queries import posts_of, subtree_of

_DIGITS = {1: 0, 2: 0, 3: 0, 4: 9, 5: 12}       # of the place of an organisation; the county is ""


@dataclass(frozen=True)
class Rows:
    """Whose rows a reader may see. `county`: everybody's, those without an organisation too."""

    purpose: str
    county: bool
    clear: frozenset[str]
    masked: frozenset[str]
    masked_county: bool = False
    held: frozenset[str] = frozenset()  # purposes, for Records and figures that name one of their own

    def opens(self, purposes: Iterable[str]) -> bool:
        """May rows be shown that ask for these purposes (About.sensitive; "" asks for none)?"""
        return {p for p in purposes if p} <= self.held

    @property
    def any(self) -> bool:
        return bool(self.purpose)

    @property
    def words(self) -> str:
        """The purpose in Chinese, as the page says it."""
        return PURPOSES.get(self.purpose, "")

    def sees(self, org: str | None) -> bool:
        """May rows of this organisation be listed?"""
        return self.county or self.masked_county or (org or "") in self.clear | self.masked

    def masks(self, org: str | None) -> bool:
        """Are names of this organisation's people starred?"""
        return not (self.county or (org or "") in self.clear)


@dataclass(frozen=True)
class Scope:
    """`prefix` "" is the whole county; None: sums only, as for a hospital's own office."""

    prefix: str | None
    orgs: frozenset[str]
    rows: Rows
    staff: str
    org: str

    @property
    def whole(self) -> bool:
        return self.prefix == ""

    def opens(self, place: str) -> bool:
        """May the figure be opened at this place (a prefix as of `place_prefix`; "" is the county)?"""
        return place == "" or self.deep(place)

    def deep(self, place: str) -> bool:
        """May it be broken down below, and its small numbers be seen?"""
        return self.prefix is not None and place.startswith(self.prefix)


def scope_of(user: Any) -> Scope | None:
    """The reader's scope; None for those who may see no figures."""
    posts = posts_of(user)
    held = [(p, ROLES[p.role].reach["figures"]) for p in posts
            if p.role in ROLES and "figures" in ROLES[p.role].reach]
    if not held:
        return None
    orgs = frozenset[str]().union(*(_orgs(p.organisation_id, reach) for p, reach in held))
    return Scope(_widest([_prefix(p, reach) for p, reach in held]), orgs, _rows(posts),
                 posts[0].staff_id, posts[0].organisation_id)


def _prefix(post: Any, reach: Reach) -> str | None:
    if reach is Reach.COUNTY:
        return ""
    if reach is Reach.OWN:
        return None
    level = Place.objects.values_list("level", flat=True).get(pk=post.organisation.place_id)
    return str(post.organisation.place_id)[:_DIGITS[level]]


def _widest(prefixes: list[str | None]) -> str | None:
    known = sorted((p for p in prefixes if p is not None), key=len)
    return known[0] if known else None


def _orgs(org: str, reach: Reach) -> frozenset[str]:
    return frozenset({org}) if reach is Reach.OWN else subtree_of(org)


def _rows(posts: list[Any]) -> Rows:
    """Everything that the posts open under their personal purposes, the clear and the masked apart."""
    purpose, county, masked_county = "", False, False
    clear, masked = set[str](), set[str]()
    for post in posts:
        found = personal_purpose(post.role)
        if found is None:
            continue
        role, purpose = ROLES[post.role], purpose or found
        stars = found in role.masked
        if role.reach[found] is Reach.COUNTY:
            county, masked_county = county or not stars, masked_county or stars
        else:
            (masked if stars else clear).update(_orgs(post.organisation_id, role.reach[found]))
    held = frozenset(p for post in posts if post.role in ROLES for p in ROLES[post.role].reach)
    return Rows(purpose, county, frozenset(clear), frozenset(masked), masked_county, held)
