"""Seats: which device an account is used on. Two at once are a shared account: said to whoever sits there,
and a matter for the security administrator."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from xinglin.kernel.clock import AHEAD
from xinglin.show.common.actions import note_session
from xinglin.show.common.models import Seat
from xinglin.show.common.second import digest

COOKIE = "xl_device"
YEAR = 365 * 24 * 3600
AT_ONCE = timedelta(minutes=10)  # both used within so long
EVERY = 60  # seconds between two looks at a running session


class SeatMiddleware:
    """Gives every device its cookie and looks, once a minute, who else sits in the account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        device = device_of(request)
        fresh = "" if device else secrets.token_urlsafe(18)
        request.device = device or fresh  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            _look(request)
        answer = self.get_response(request)
        if fresh:
            answer.set_cookie(COOKIE, signing.dumps(fresh, salt=COOKIE), max_age=YEAR, httponly=True,
                              samesite="Lax", secure=request.is_secure())  # fmt: skip
        return answer


def device_of(request: HttpRequest) -> str:
    """The device's own name from its cookie; empty for a new or a forged one."""
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE))
    except signing.BadSignature:
        return ""


def _look(request: HttpRequest) -> None:
    now = timezone.now()
    since = now.timestamp() - float(request.session.get("seat_at", 0))
    if since < -AHEAD.total_seconds():      # the clock was set back: else the session would last as much longer
        logout(request)
        return
    if since < EVERY:
        return
    try:
        _take(request, now)
    except OperationalError:
        return      # a page that is only read is not broken by a database that cannot be written: the next one looks


def _take(request: HttpRequest, now: datetime) -> None:
    user: Any = request.user
    key = digest(request.session.session_key or "")
    mine = digest(request.device)  # type: ignore[attr-defined]
    Seat.objects.update_or_create(
        session=key, defaults={"user": user, "device": mine, "seen_at": now},
        create_defaults={"user": user, "device": mine, "seen_at": now, "opened_at": now, "session": key})  # fmt: skip
    request.session["seat_at"] = now.timestamp()
    others = Seat.objects.filter(user=user, seen_at__gt=now - AT_ONCE, closed_at=None).exclude(device=mine)
    if others.exists() and not request.session.get("seat_told"):
        request.session["seat_told"] = True
        _shared(request, user)


def _shared(request: HttpRequest, user: Any) -> None:
    hour = timezone.now().strftime("%Y%m%d%H")
    note_session(kind="account.shared", user=user, key=f"{user.pk}:{hour}")
    messages.warning(request, _("这个账号此刻也在另一台设备上使用。如果不是您本人，请立即退出、改密码，并告诉安全管理员；账号不能借给别人，每人用自己的。"))


def close(request: HttpRequest) -> None:
    """The seat is left at sign-out: another device may take it."""
    Seat.objects.filter(session=digest(request.session.session_key or "")).update(closed_at=timezone.now())
