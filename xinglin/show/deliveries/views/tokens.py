"""上传令牌: made and revoked by the system administrator; a token is shown once."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from xinglin.gather.models import Source
from xinglin.kernel.dates import plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.registry.models import Organisation, Post
from xinglin.registry.permissions import ROLES
from xinglin.registry.queries import posts_of
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries.actions import make_token, revoke_token
from xinglin.show.deliveries.models import ENVIRONMENTS, UploadToken

LASTS, MOST = 365, 730      # days


def _operator(request: HttpRequest) -> Post:
    """The post of the system administrator; 403 for others."""
    for post in posts_of(request.user):
        if post.role in ROLES and "operation" in ROLES[post.role].reach:
            return post
    raise PermissionDenied


@signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """All tokens, never their text; the form, and its answer: the text, this once."""
    post, made, problem = _operator(request), None, None
    try:
        made = _make(request, post) if request.method == "POST" else None
    except XinglinError as refused:
        problem = refused
    listed = list(UploadToken.objects.all())
    titles = dict(Source.objects.values_list("code", "title"))
    names = dict(Organisation.objects.filter(pk__in={t.org for t in listed}).values_list("code", "name"))
    today = timezone.localdate()
    answer = render(request, "deliveries/tokens.html", {
        "secret": made, "lines": [(t, titles.get(t.source, t.source), names.get(t.org, ""), _state(t, today)) for t in listed],
        "sources": Source.objects.order_by("title"), "environments": ENVIRONMENTS.items(), "problem": problem,
        "typed": request.POST if problem else {"environment": "test", "ends_on": plus_days(today, LASTS).isoformat()},
        "first": plus_days(today, 1), "last": plus_days(today, MOST)}, status=422 if problem else 200)
    if made:
        answer["Cache-Control"] = "no-store"
    return answer


def _state(token: UploadToken, today: date) -> str:
    if token.revoked_at:
        return "revoked"
    return "ended" if token.ends_on < today else "valid"


def _make(request: HttpRequest, post: Post) -> str:
    source = Source.objects.filter(pk=request.POST.get("source", "")).first()
    if source is None:
        raise XinglinError("没有选来源", do="先登记来源（xinglin source add），再从列表里选")
    environment = request.POST.get("environment", "")
    if environment not in ENVIRONMENTS:
        raise XinglinError("没有选环境", do="联调选测试，上线选正式")
    try:
        ends_on = date.fromisoformat(request.POST.get("ends_on", ""))
    except ValueError:
        raise XinglinError("到期日不是有效日期", do="写成 2027-03-15") from None
    today = timezone.localdate()
    if not today < ends_on <= plus_days(today, MOST):
        raise XinglinError("到期日要在明天到两年之内", do="到期前换发新的，旧的作废")
    return make_token(staff=post.staff_id, org=post.organisation_id, source=source, environment=environment, ends_on=ends_on)


@require_POST
@signed_in
def revoke(request: HttpRequest) -> HttpResponse:
    """作废: from now on the token opens nothing."""
    post, number = _operator(request), request.POST.get("token", "")
    found = UploadToken.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise XinglinError("没有这枚令牌", do="请刷新页面，从列表里选")
    revoke_token(staff=post.staff_id, org=post.organisation_id, token=found)
    return redirect("tokens")
