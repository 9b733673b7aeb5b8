"""Signing in and out, the front page, and `signed_in` for every other view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    redirect_to_login,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext_lazy as _

from xinglin.registry.queries import posts_of
from xinglin.show.common import actions, seats, second
from xinglin.show.common.menu import front_of
from xinglin.show.common.second_views import wait_for_code

View = Callable[..., HttpResponse]


class SignInForm(AuthenticationForm):
    """Name and password; a wrong one is answered with what to do."""

    error_messages = {
        "invalid_login": _("用户名或密码不对。请核对大小写后再试；连续 5 次不对，将锁定 15 分钟。"),
        "inactive": _("这个账号已停用。请联系县里的安全管理员。"),
    }


class SignIn(LoginView):
    """The sign-in page: which county, whether it is made up, the demo accounts."""

    template_name = "common/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.forgive_the_future()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if second.asked(user) and not second.trusted(user, self.request.device):  # type: ignore[attr-defined]
            wait_for_code(self.request, user, back=self.get_success_url())
            return redirect("second" if second.factor_of(user) else "second_setup")
        answer = super().form_valid(form)
        actions.note_session(kind="session.opened", user=user)
        return answer


class SignOut(LogoutView):
    """Signing out; only by POST, so that no picture or link can do it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            actions.note_session(kind="session.closed", user=request.user)
            seats.close(request)
        return super().post(request, *args, **kwargs)


class NewPassword(PasswordChangeView):
    """One's own password: the old one first; whoever else sits in the account is out."""

    template_name = "common/password.html"
    success_url = "/"

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        actions.note_session(kind="account.password", user=self.request.user)
        messages.success(self.request, _("密码已改；在别处登录的已全部退出"))
        return answer


def locked_out(
    request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    """After five wrong passwords: a sentence, with how long it lasts."""
    actions.note_locked(request.POST.get("username", ""))
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    form = SignInForm(request)
    words = {"form": form, "locked_minutes": minutes}
    return render(request, "common/sign_in.html", words, status=429)


def signed_in(view: View) -> View:
    """Let only signed-in readers pass; HTMX is sent to the sign-in page as a whole."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if getattr(request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return redirect_to_login(request.get_full_path())

    return guarded


@signed_in
def front(request: HttpRequest) -> HttpResponse:
    """The first page of the reader's role; a reader without a post is told whom to ask."""
    address = front_of(posts_of(request.user))
    return redirect(address) if address else render(request, "common/no_post.html")
