"""Who reads a page, for which purpose, and whom they may see.

The purpose follows from the page and the post: a doctor reads for care, a manager for
management. A person out of the reader's right is as if there were none (404); the attempt is
written to the access stream. Who has the right but serves nowhere near is asked for a reason
first; an emergency opens anybody for hours (`registry/openings.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from xinglin.declare.programme import Programme
from xinglin.registry.openings import EMERGENCY, REASONED, Opening, held
from xinglin.registry.permissions import PERSONAL, PURPOSES, Decision, decides, tied
from xinglin.registry.queries import PersonView, chain_of, person
from xinglin.show.common.definitions import catalog
from xinglin.show.common.problems import GoFirst
from xinglin.show.doctor.actions import note_refused, note_seen
from xinglin.show.doctor.reader import Reader, reader
from xinglin.show.doctor.sensitive import hidden_programmes, hidden_records

URGENT = Decision(True, "紧急查看")


@dataclass(frozen=True, repr=False)
class Grant:
    """What opens a person to a reader: purpose, decision, and the post behind it (None: an emergency)."""

    purpose: str
    decision: Decision
    post: Any = None
    tie: str = ""
    opening: Opening | None = None


@dataclass(frozen=True, repr=False)
class Opened:
    """A person whom the reader may see, and why. `hidden`: codes of Records that this reader may not."""

    person: PersonView
    grant: Grant
    hidden: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        return self.person.number

    @property
    def purpose(self) -> str:
        return self.grant.purpose

    @property
    def decision(self) -> Decision:
        return self.grant.decision

    @property
    def purpose_words(self) -> str:
        return PURPOSES[self.purpose]

    @property
    def until(self) -> datetime | None:
        """The end of an emergency."""
        opening = self.grant.opening
        return opening.until if opening and opening.kind == EMERGENCY else None

    def programmes(self) -> dict[str, Programme]:
        """The programmes that this reader may know of."""
        without = hidden_programmes(self.hidden)
        return {code: p for code, p in catalog().programmes.items() if code not in without}


def open_person(
    request: HttpRequest, number: int, *, what: str, care: bool = False, note: bool = True
) -> Opened:
    """The person, masked by right, with an access event; Http404 out of right, also written.

    `care`: the page serves, so only that purpose opens it. `note=False` for parts of a page
    that has just been noted. Raises GoFirst where a reason is asked before.
    """
    who = reader(request)
    found = person(number)
    grant = grant_of(who, found, ("care",) if care else PERSONAL) if found else None
    if grant is None or found is None:
        note_refused(who=who, number=number, what=what, page=page_of(request))
        raise Http404
    if not grant.tie and grant.opening is None:
        raise GoFirst(reverse("person_reason", args=[number]))
    if note:
        note_seen(who=who, purpose=grant.purpose, what=what, persons=[number], page=page_of(request))
    shown = found.masked() if grant.decision.masked else found
    return Opened(shown, grant, hidden_records(who, chain_of(found.organisation)))


def grant_of(who: Reader, view: PersonView, purposes: tuple[str, ...]) -> Grant | None:
    """What opens a person to this reader, unmasked before masked; an emergency last; None: nothing."""
    chain = chain_of(view.organisation)
    ways = [
        Grant(p, decides(role=post.role, own_org=post.organisation_id, org_of_thing=chain, purpose=p), post,
              _tie(who, post, view, chain))
        for p in purposes for post in who.posts
    ]  # fmt: skip
    allowed = sorted((w for w in ways if w.decision), key=lambda w: (w.decision.masked, not w.tie))
    if allowed and allowed[0].tie:
        return allowed[0]
    openings = held(who.staff, view.number)
    if allowed:
        way = allowed[0]
        return Grant(way.purpose, way.decision, way.post, "", openings.get(REASONED))
    if EMERGENCY in openings and "care" in purposes and len(purposes) > 1:
        return Grant("care", URGENT, None, "", openings[EMERGENCY])
    return None


def _tie(who: Reader, post: Any, view: PersonView, chain: tuple[str, ...]) -> str:
    """The tie of service in words, "" where there is none."""
    if view.doctor and view.doctor == who.staff:
        return "您是这位居民的责任医生"
    if tied(role=post.role, own_org=post.organisation_id, org_of_thing=chain):
        return "这位居民由您的机构（含下属机构）管理"
    return ""


def page_of(request: HttpRequest) -> str:
    """The page's route: an address without anybody's number."""
    return request.resolver_match.route if request.resolver_match else ""
