"""What administration leaves in the journal."""

from uuid import uuid4

from django.db import transaction

from xinglin.journal.actions import record_act


@transaction.atomic
def note_verified(*, staff: str, org: str, ok: bool, checked: int) -> None:
    """Write who verified the journal and what came of it."""
    record_act(kind="journal.verified", actor=staff, org=org, channel="system", payload={"ok": ok, "checked": checked},
               idempotency_key=f"journal.verified:{uuid4().hex}")
