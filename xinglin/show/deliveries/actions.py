"""What senders and administrators do here: runs, workbooks, tokens. Each is one act in the journal."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from xinglin.gather.models import Delivery, Source
from xinglin.journal.actions import record_access, record_act
from xinglin.show.deliveries.models import Upload, UploadToken
from xinglin.show.deliveries.reach import Sender
from xinglin.show.deliveries.tokens import digest_of_token


@transaction.atomic
def begin_upload(*, who: Sender, source: str, record: str, folder: str, digest: str = "", check_only: bool = False,
                 rereads: int | None = None, token: UploadToken | None = None, key: str = "") -> Upload:
    """The row of a run that is about to start, and the act of starting it.

    Raises IntegrityError when the token has sent this key already.
    """
    upload = Upload.objects.create(source=source, record=record, check_only=check_only, rereads=rereads, folder=folder,
                                   digest=digest, started_by=who.staff, org=who.org, token=token, key=key)
    _note("delivery.reread" if rereads else "delivery.checked" if check_only else "delivery.uploaded", who,
          {"upload": upload.pk, "source": source, "record": record, "rereads": rereads})
    return upload


def finish_upload(*, upload: Upload, receipt: dict[str, Any] | None, problem: str) -> None:
    """How the run ended. A receipt that refuses the whole file is an end too."""
    Upload.objects.filter(pk=upload.pk, state="running").update(
        state="done" if receipt else "failed", receipt=receipt, problem=problem, finished_at=timezone.now())


@transaction.atomic
def make_token(*, staff: str, org: str, source: Source, environment: str, ends_on: date) -> str:
    """A new token of a source; the text is returned once and kept nowhere."""
    secret = f"xl_{environment}_{secrets.token_urlsafe(32)}"
    made = UploadToken.objects.create(source=source.code, org=source.org, environment=environment, digest=digest_of_token(secret),
                                      shown=secret[:12], made_by=staff, ends_on=ends_on)
    record_act(kind="token.made", actor=staff, org=org, channel="system", idempotency_key=f"token.made:{made.pk}",
               payload={"token": made.pk, "source": source.code, "environment": environment, "ends_on": ends_on.isoformat()})
    return secret


@transaction.atomic
def revoke_token(*, staff: str, org: str, token: UploadToken) -> None:
    """From now on it opens nothing; receipts stay."""
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = timezone.now(), staff
        token.save(update_fields=["revoked_at", "revoked_by"])
        record_act(kind="token.revoked", actor=staff, org=org, channel="system", idempotency_key=f"token.revoked:{token.pk}",
                   payload={"token": token.pk})


def forget_key(*, upload: Upload) -> None:
    """A run that failed gives its key free, so that it can be sent again."""
    Upload.objects.filter(pk=upload.pk).update(key=f"{upload.key[:60]}#{upload.pk}")


@transaction.atomic
def take_workbook(*, who: Sender, delivery: Delivery) -> None:
    """The act and the access of taking rejected rows away; they hold what their sender sent."""
    _note("delivery.workbook_taken", who, {"delivery": delivery.pk, "rows": delivery.rejected})
    record_access(actor=who.staff, org=who.org, purpose="delivery", what=f"delivery.workbook:{delivery.pk}")


def _note(kind: str, who: Sender, payload: dict[str, Any]) -> None:
    record_act(kind=kind, actor=who.staff, org=who.org, payload=payload, channel="system",
               idempotency_key=f"{kind}:{uuid4().hex}")
