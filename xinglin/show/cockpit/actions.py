"""交办: a matter is handed to the organisation that answers for it, with a day."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import transaction

from xinglin.journal.actions import record_act
from xinglin.show.cockpit.stuck import ASSIGNED
from xinglin.show.figures.scope import Scope


@transaction.atomic
def hand_over(*, scope: Scope, matter: str, to: str, until: date, words: str) -> None:
    """Write who handed what to whom, by when."""
    record_act(kind=ASSIGNED, actor=scope.staff, org=scope.org, channel="system",
               idempotency_key=f"{ASSIGNED}:{uuid4().hex}",
               payload={"matter": matter, "to": to, "until": until.isoformat(), "words": words})
