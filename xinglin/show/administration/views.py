"""Administration by the purposes of the three administrators; nobody's record is shown here."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from xinglin.journal.queries import verify
from xinglin.kernel.home import home
from xinglin.registry.queries import posts_of
from xinglin.show.administration import queries
from xinglin.show.administration.actions import note_verified
from xinglin.show.common.menu import purposes_of
from xinglin.show.common.signin import signed_in

PURPOSES = frozenset({"operation", "accounts", "audit"})


def _purposes(request: HttpRequest) -> frozenset[str]:
    held = purposes_of(posts_of(request.user)) & PURPOSES
    if not held:
        raise PermissionDenied
    return held


@signed_in
def administration(request: HttpRequest) -> HttpResponse:
    """What this reader's role administers."""
    return render(request, "administration/administration.html", _told(_purposes(request)))


def _told(held: frozenset[str]) -> dict[str, object]:
    told: dict[str, object] = {"audits": "audit" in held, "operates": "operation" in held}
    if "operation" in held:
        told |= {"nights": queries.nights(home()), "sizes": queries.sizes(home()), "versions": queries.versions(),
                 "senders": queries.senders()}
    return told


@require_POST
@signed_in
def verify_journal(request: HttpRequest) -> HttpResponse:
    """Verify both streams now; that it was done is itself an act."""
    held = _purposes(request)
    if "audit" not in held:
        raise PermissionDenied
    report = verify()
    post = posts_of(request.user)[0]
    note_verified(staff=post.staff_id, org=post.organisation_id, ok=report.ok, checked=report.checked)
    return render(request, "administration/administration.html", _told(held) | {"report": report})
