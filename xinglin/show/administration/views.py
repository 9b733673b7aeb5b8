"""Administration by the purposes of the three administrators; nobody's record is shown here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from xinglin.journal.queries import verify
from xinglin.kernel.home import home
from xinglin.registry.openings import reviews
from xinglin.registry.queries import posts_of
from xinglin.show.administration import queries
from xinglin.show.administration.actions import note_verified
from xinglin.show.administration.registers import SCREENS
from xinglin.show.administration.rights import holder
from xinglin.show.common.signin import signed_in


@signed_in
def administration(request: HttpRequest) -> HttpResponse:
    """What this reader's role administers."""
    return render(request, "administration/administration.html", _told(holder(request)))


def _told(held: frozenset[str]) -> dict[str, object]:
    told: dict[str, object] = {"audits": "audit" in held, "operates": "operation" in held, "secures": "accounts" in held}
    if "accounts" in held:
        told["screens"] = SCREENS.values()
    if "audit" in held:
        told["waiting"] = sum(not r.outcome for r in reviews())
    if "operation" in held:
        told |= {"nights": queries.nights(home()), "sizes": queries.sizes(home()), "versions": queries.versions(),
                 "senders": queries.senders()}
    return told


@require_POST
@signed_in
def verify_journal(request: HttpRequest) -> HttpResponse:
    """Verify both streams now; that it was done is itself an act."""
    held = holder(request, "audit")
    report = verify()
    post = posts_of(request.user)[0]
    note_verified(staff=post.staff_id, org=post.organisation_id, ok=report.ok, checked=report.checked)
    return render(request, "administration/administration.html", _told(held) | {"report": report})
