"""Who reads a page, for which purpose, and whom they may see.

The purpose follows from the page and the post: a doctor reads for care, a manager for
management. A person out of the reader's right is as if there were none (404); the attempt is
written to the access stream.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from xinglin.registry.models import Person
from xinglin.registry.permissions import PURPOSES, Decision, best, decides
from xinglin.registry.queries import PersonView, chain_of, person
from xinglin.show.doctor.actions import note_refused, note_seen
from xinglin.show.doctor.reader import ORDER, Reader, reader


@dataclass(frozen=True, repr=False)
class Opened:
    """A person whom the reader may see, and why."""

    person: PersonView
    purpose: str
    decision: Decision

    @property
    def number(self) -> int:
        return self.person.number

    @property
    def purpose_words(self) -> str:
        return PURPOSES[self.purpose]


def open_person(
    request: HttpRequest, number: int, *, what: str, care: bool = False, note: bool = True
) -> Opened:
    """The person, masked by right, with an access event; Http404 out of right, also written.

    `care`: the page serves, so only that purpose opens it. `note=False` for parts of a page
    that has just been noted.
    """
    who = reader(request)
    purpose, decision = _decide(who, number, ("care",) if care else ORDER)
    if purpose is None:
        note_refused(who=who, number=number, what=what, page=_page(request))
        raise Http404
    found = person(number)
    if found is None:
        raise Http404
    if note:
        note_seen(who=who, purpose=purpose, what=what, persons=[number], page=_page(request))
    return Opened(found.masked() if decision.masked else found, purpose, decision)


def _decide(
    who: Reader, number: int, purposes: tuple[str, ...]
) -> tuple[str | None, Decision]:
    org = Person.objects.filter(pk=number).values_list("organisation_id", flat=True).first()
    chain = chain_of(org)
    found = [
        (p, decides(role=post.role, own_org=post.organisation_id, org_of_thing=chain, purpose=p))
        for p in purposes
        for post in who.posts
    ]
    allowed = [(p, d) for p, d in found if d]
    clear = next(((p, d) for p, d in allowed if not d.masked), None)
    if clear or allowed:
        return clear or allowed[0]
    return None, best([d for _, d in found])


def _page(request: HttpRequest) -> str:
    """The page's route: an address without anybody's number."""
    return request.resolver_match.route if request.resolver_match else ""
