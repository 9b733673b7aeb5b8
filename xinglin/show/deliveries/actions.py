"""What senders and administrators do here: runs, workbooks, tokens. Each is one act in the journal."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from xinglin.gather.mark import marked
from xinglin.gather.models import Delivery, Source
from xinglin.journal.actions import record_access, record_act
from xinglin.journal.models import Act
from xinglin.kernel.errors import XinglinError
from xinglin.registry.models import Organisation
from xinglin.show.common.county import county
from xinglin.show.deliveries.models import Upload, UploadToken
from xinglin.show.deliveries.reach import Sender
from xinglin.show.deliveries.tokens import digest_of_token

TAKEN, MENDING = "delivery.workbook_taken", "更正退回的行后重报"
A_DAY, A_DAY_BY_TOKEN = 50, 500         # workbooks that a person, or a sender's program, takes away in a day


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
def take_workbook(*, who: Sender, delivery: Delivery, content: bytes, most: int) -> bytes:
    """The rejected rows for whoever takes them away to mend them: noted, and marked with who, when and what for.

    They hold what their sender sent, names too. Raises XinglinError past `most` workbooks in a day.
    """
    if _taken_today(who.staff) >= most:
        raise XinglinError(f"今天已下载 {most} 份退回的行，到了上限", do="明天再下；确有需要，请找系统管理员")
    act = _note(TAKEN, who, {"delivery": delivery.pk, "rows": delivery.rejected, "reason": MENDING})
    record_access(actor=who.staff, org=who.org, purpose="delivery", what=f"delivery.workbook:{delivery.pk}")
    org = Organisation.objects.filter(pk=who.org).values_list("name", flat=True).first() or who.org
    made = "模拟数据，非真实；" if county().synthetic else ""
    return marked(content, [f"{made}下载人 {who.staff}（{org}），{timezone.localtime(act.at):%Y-%m-%d %H:%M}，下载号 {act.uid[:8]}",
                            f"用途：{MENDING}；交付 {delivery.pk}。内含个人信息，改好重报后请删除"])


def _taken_today(staff: str) -> int:
    return Act.objects.filter(kind=TAKEN, actor=staff, at__gte=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)).count()


def _note(kind: str, who: Sender, payload: dict[str, Any]) -> Act:
    return record_act(kind=kind, actor=who.staff, org=who.org, payload=payload, channel="system",
               idempotency_key=f"{kind}:{uuid4().hex}")
