"""What the audit administrator reads: emergencies to be judged, what the other administrators did, exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinglin.journal.models import Act
from xinglin.journal.queries import newest_of_kinds
from xinglin.registry.models import Organisation, Staff
from xinglin.registry.openings import OUTCOMES, actors_of, review
from xinglin.registry.openings import reviews as emergencies
from xinglin.registry.queries import posts_of
from xinglin.show.administration.rights import holder
from xinglin.show.common.signin import signed_in

SHOWN = 200
# What administrators do, in words: everything that changes rights, accounts or the registry.
KINDS: Mapping[str, str] = {
    "staff.added": "登记人员", "staff.changed": "更改人员", "staff.appointed": "任命岗位", "post.ended": "结束岗位",
    "account.opened": "开设账号", "account.closed": "停用账号", "account.password": "重设密码",
    "account.unlocked": "解除锁定", "account.shared": "账号同时在两处使用",
    "second_factor.enrolled": "启用动态口令", "second_factor.removed": "取消动态口令", "second_factor.recovered": "用恢复码登录",
    "places.added": "登记地点", "places.succeeded": "撤并地点", "organisations.added": "登记机构",
    "organisation.changed": "更改机构", "organisation.closed": "关闭机构", "population.added": "登记人口数",
    "population.ended": "停用人口数", "session.locked": "账号锁定", "journal.verified": "核验日志", "journal.erased": "按期销毁",
    "token.made": "发放上传令牌", "token.revoked": "作废上传令牌", "figure.exported": "导出指标",
    "delivery.workbook_taken": "下载退回的行", "emergency.reviewed": "复核紧急查看",
}  # fmt: skip


@dataclass(frozen=True)
class ActLine:
    """An act as listed: who, where, what, in words."""

    at: datetime
    by: str
    org: str
    what: str
    about: str


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reviews(request: HttpRequest) -> HttpResponse:
    """紧急查看复核: each is judged by another person, on the next working day."""
    holder(request, "audit")
    if request.method == "POST":
        post = posts_of(request.user)[0]
        review(uid=request.POST.get("uid", ""), outcome=request.POST.get("outcome", ""), words=request.POST.get("words", ""),
               staff=post.staff_id, org=post.organisation_id)
        messages.success(request, _("已记下复核结论"))
        return redirect("reviews")
    rows = emergencies()
    staff = dict(Staff.objects.filter(pk__in=actors_of(rows)).values_list("code", "name"))
    orgs = dict(Organisation.objects.filter(pk__in={r.org for r in rows}).values_list("code", "name"))
    words = {"rows": [(r, staff.get(r.actor, r.actor), orgs.get(r.org, ""), staff.get(r.by, r.by), OUTCOMES.get(r.outcome, ""))
                      for r in rows], "outcomes": OUTCOMES, "waiting": sum(not r.outcome for r in rows)}
    return render(request, "administration/reviews.html", words)


@signed_in
@require_safe
def acts(request: HttpRequest) -> HttpResponse:
    """三员操作: what system and security administrators did, and what left the system as files."""
    held = holder(request, "accounts", "audit")
    if "audit" not in held:
        raise PermissionDenied
    kind = request.GET.get("kind", "")
    found = newest_of_kinds([kind] if kind in KINDS else list(KINDS), limit=SHOWN)
    return render(request, "administration/acts.html", {"lines": _lines(found), "kinds": KINDS, "kind": kind, "shown": SHOWN})


def _lines(found: list[Act]) -> list[ActLine]:
    staff = dict(Staff.objects.filter(pk__in={a.actor for a in found}).values_list("code", "name"))
    orgs = dict(Organisation.objects.filter(pk__in={a.org for a in found}).values_list("code", "name"))
    staff["system"] = _("系统")
    return [ActLine(a.at, staff.get(a.actor, a.actor), orgs.get(a.org, ""), KINDS[a.kind], _about(a)) for a in found]


def _about(act: Act) -> str:
    """The act's own words, without what only machines read."""
    if act.erased:
        return _("按保管期限已销毁")
    told = act.payload
    if act.kind == "staff.appointed":
        return "；".join(f"{p['staff']} {p['role']} {p['from']}起" for p in told["posts"][:5])
    kept = ("staff", "code", "codes", "post", "day", "why", "figure", "rows", "reason", "place", "year", "number", "source", "words", "ok", "checked")
    return "；".join(_said(told[k]) for k in kept if told.get(k) not in (None, ""))[:200]


def _said(value: object) -> str:
    if isinstance(value, list):
        return "、".join(str(v) for v in value[:5])
    return "完好" if value is True else "不符" if value is False else str(value)
