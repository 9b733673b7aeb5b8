"""What the desk writes: one act when a person asks to remember rows. Reports themselves are never kept."""

from collections.abc import Mapping
from uuid import uuid4

from django.db import transaction

from xinglin.journal.actions import record_act

REMEMBERED = "report.rows_remembered"


@transaction.atomic
def remember(*, staff: str, org: str, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Append what a person confirmed of rows (see desk.memory.to_keep); empty fields undo earlier ones."""
    payload = {"rows": {key: dict(fields) for key, fields in rows.items()}}
    record_act(kind=REMEMBERED, actor=staff, org=org, payload=payload, channel="system",
               idempotency_key=f"{REMEMBERED}:{uuid4().hex}")  # fmt: skip
