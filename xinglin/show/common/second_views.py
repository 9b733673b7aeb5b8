"""The pages of the second factor: asked after the password, set up once, asked again before an export."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xinglin.kernel.clock import lasts
from xinglin.kernel.errors import XinglinError
from xinglin.show.common import actions
from xinglin.show.common import second as factors
from xinglin.show.common.county import county
from xinglin.show.common.problems import GoFirst

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITS = timedelta(minutes=10)  # between the password and the code


def wait_for_code(request: HttpRequest, user: Any, *, back: str) -> None:
    """The password was right: remember who waits for the code; nobody is signed in yet."""
    request.session.cycle_key()
    request.session["waiting"] = {"user": user.pk, "at": timezone.now().timestamp(), "back": back}


def _lasts(stamp: float, long: timedelta) -> bool:
    return lasts(datetime.fromtimestamp(stamp, UTC), timezone.now(), for_=long)


def _waiting(request: HttpRequest) -> Any:
    """Whoever gave the password a short while ago, or is signed in; None for others."""
    if request.user.is_authenticated:
        return request.user
    held = request.session.get("waiting")
    if not held or not _lasts(held["at"], WAITS):
        return None
    return get_user_model().objects.filter(pk=held["user"], is_active=True).first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The code of the app, or a recovery code."""
    user = _waiting(request)
    if user is None:
        return redirect("sign_in")
    if factors.factor_of(user) is None:
        return redirect("second_setup")
    wrong = ""
    if request.method == "POST":
        try:
            factors.check(user, request.POST.get("code", ""))
            return _passed(request, user)
        except XinglinError as problem:
            wrong = str(problem)
    told = {"wrong": wrong, "may_trust": not factors.always(user), "next": _safe(request.GET.get("next", ""))}
    return render(request, "common/second.html", told, status=422 if wrong else 200)


def _passed(request: HttpRequest, user: Any) -> HttpResponse:
    back = _safe(request.POST.get("next", ""))
    if not request.user.is_authenticated:
        back = _enter(request, user)
    request.session["second_at"] = timezone.now().timestamp()
    if request.POST.get("trust"):
        factors.trust(user, request.device)  # type: ignore[attr-defined]
    return redirect(back or "front")


def _enter(request: HttpRequest, user: Any) -> str:
    """Sign in whoever waited; where they wanted to go."""
    back = _safe(request.session.pop("waiting", {}).get("back", ""))
    login(request, user, backend=BACKEND)
    actions.note_session(kind="session.opened", user=user)
    return back


def _safe(address: str) -> str:
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The QR code, the first code, then the recovery codes, this once."""
    user = _waiting(request)
    if user is None:
        return redirect("sign_in")
    if factors.factor_of(user) is not None:
        return render(request, "common/second_set.html", {"codes": [], "must": factors.required(user)})
    wrong = ""
    if request.method == "POST":
        try:
            return _enrolled(request, user)
        except XinglinError as problem:
            wrong = str(problem)
    secret = factors.begin(user)
    told = {"picture": factors.picture(user, secret, county()), "wrong": wrong, "must": factors.required(user),
            "secret": " ".join(secret[i:i + 4] for i in range(0, len(secret), 4))}  # fmt: skip
    return render(request, "common/second_setup.html", told, status=422 if wrong else 200)


def _enrolled(request: HttpRequest, user: Any) -> HttpResponse:
    codes = factors.confirm(user, request.POST.get("code", ""))
    if not request.user.is_authenticated:
        _enter(request, user)
    request.session["second_at"] = timezone.now().timestamp()
    return render(request, "common/second_set.html", {"codes": codes, "must": factors.required(user)})


def fresh_code(request: HttpRequest, *, back: str) -> None:
    """Before an export: a code of the last 15 minutes, where the account has a second factor at all."""
    entered = float(request.session.get("second_at", 0))
    if not _lasts(entered, factors.FRESH) and factors.asked(request.user):
        raise GoFirst(reverse("second"), back=back)
