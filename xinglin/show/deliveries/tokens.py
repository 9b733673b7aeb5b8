"""Tokens of senders' programs: who a request comes from, told by what it carries. No session, no cookie."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest
from django.utils import timezone

from xinglin.show.deliveries.models import UploadToken


def digest_of_token(secret: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(request: HttpRequest) -> UploadToken | None:
    """The valid token that a request carries (Authorization: Bearer …), or None."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        return None
    found = UploadToken.objects.filter(digest=digest_of_token(secret.strip()), revoked_at__isnull=True,
                                       ends_on__gte=timezone.localdate()).first()
    if found is not None and (found.used_at is None or (timezone.now() - found.used_at).total_seconds() > 60):
        UploadToken.objects.filter(pk=found.pk).update(used_at=timezone.now())
    return found
