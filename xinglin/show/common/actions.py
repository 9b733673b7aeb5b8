"""What signing in leaves in the journal: who came, who left, whose account was locked."""

from typing import Any
from uuid import uuid4

from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from xinglin.journal.actions import record_act
from xinglin.kernel.clock import AHEAD
from xinglin.registry.queries import posts_of


@transaction.atomic
def note_session(*, kind: str, user: Any, key: str = "") -> None:
    """Record session.opened, session.closed or session.locked; the same `key` writes once."""
    posts = posts_of(user)
    record_act(
        kind=kind,
        actor=posts[0].staff_id if posts else f"user:{user.pk}",
        org=posts[0].organisation_id if posts else "",
        payload={},
        idempotency_key=f"{kind}:{key or uuid4().hex}",
        channel="system",
    )


def note_locked(username: str) -> None:
    """Record that an account was locked, once an hour however often it is tried again.

    A name that nobody has is not written down: people type passwords into the wrong field.
    """
    user = get_user_model().objects.filter(username=username).first()
    if user:
        hour = timezone.now().strftime("%Y%m%d%H")
        note_session(kind="session.locked", user=user, key=f"{user.pk}:{hour}")


def forgive_the_future() -> None:
    """Wrong passwords of a time to come count no more: the clock was ahead, and would keep somebody out for as long."""
    AccessAttempt.objects.filter(attempt_time__gt=timezone.now() + AHEAD).delete()
