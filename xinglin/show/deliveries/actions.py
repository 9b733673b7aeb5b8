"""What senders do here: start a run, take a workbook. Each is one act in the journal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from xinglin.gather.models import Delivery
from xinglin.journal.actions import record_access, record_act
from xinglin.show.deliveries.models import Upload
from xinglin.show.deliveries.reach import Sender


@transaction.atomic
def begin_upload(*, who: Sender, source: str, record: str, folder: str, digest: str = "", check_only: bool = False,
                 rereads: int | None = None) -> Upload:
    """The row of a run that is about to start, and the act of starting it."""
    upload = Upload.objects.create(source=source, record=record, check_only=check_only, rereads=rereads, folder=folder,
                                   digest=digest, started_by=who.staff, org=who.org)
    _note("delivery.reread" if rereads else "delivery.checked" if check_only else "delivery.uploaded", who,
          {"upload": upload.pk, "source": source, "record": record, "rereads": rereads})
    return upload


def finish_upload(*, upload: Upload, receipt: dict[str, Any] | None, problem: str) -> None:
    """How the run ended. A receipt that refuses the whole file is an end too."""
    Upload.objects.filter(pk=upload.pk, state="running").update(
        state="done" if receipt else "failed", receipt=receipt, problem=problem, finished_at=timezone.now())


@transaction.atomic
def take_workbook(*, who: Sender, delivery: Delivery) -> None:
    """The act and the access of taking rejected rows away; they hold what their sender sent."""
    _note("delivery.workbook_taken", who, {"delivery": delivery.pk, "rows": delivery.rejected})
    record_access(actor=who.staff, org=who.org, purpose="delivery", what=f"delivery.workbook:{delivery.pk}")


def _note(kind: str, who: Sender, payload: dict[str, Any]) -> None:
    record_act(kind=kind, actor=who.staff, org=who.org, payload=payload, channel="system",
               idempotency_key=f"{kind}:{uuid4().hex}")
