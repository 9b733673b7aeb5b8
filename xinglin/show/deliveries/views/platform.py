"""省平台报送: how our rows stand, the sheet to import there, the answer to read back. The township's own only."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.registry.models import Post
from xinglin.registry.permissions import ROLES
from xinglin.registry.queries import posts_of, subtree_of
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries import platform as reporting
from xinglin.show.deliveries.views.delivery import XLSX


def _reporter(request: HttpRequest) -> Post:
    """A post that sends data and sees the people it sends; 403 for others."""
    for post in posts_of(request.user):
        role = ROLES.get(post.role)
        if role and {"delivery", "care"} <= set(role.reach) and not role.masked & {"delivery", "care"}:
            return post
    raise PermissionDenied


@signed_in
def platform(request: HttpRequest) -> HttpResponse:
    """Every layout with its counts, and what was sent back."""
    orgs = subtree_of(_reporter(request).organisation_id)
    try:
        standings = reporting.standings(home(), orgs)
    except XinglinError:
        standings = []      # nothing was ever delivered here
    back: list[tuple[str, Any]] = [(s.layout.title, line) for s in standings if s.counts["returned"]
                                   for line in reporting.returned(home(), s.layout.record, orgs)]
    return render(request, "deliveries/platform.html", {"standings": standings, "back": back})


@require_POST
@signed_in
def export(request: HttpRequest) -> HttpResponse:
    """The sheet; its reason, an act and an access for everybody on it."""
    post = _reporter(request)
    record = request.POST.get("record", "")
    book, _rows = reporting.export(home(), record, orgs=subtree_of(post.organisation_id), actor=post.staff_id, org=post.organisation_id,
                                   reason=request.POST.get("reason", ""))
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{record}-platform.xlsx"'
    return answer


@require_POST
@signed_in
def answer(request: HttpRequest) -> HttpResponse:
    """The platform's answer sheet, read back."""
    post, sent = _reporter(request), request.FILES.get("file")
    if sent is None:
        raise XinglinError("没有选文件", do="选平台给的导入结果表再上传")
    with tempfile.TemporaryDirectory(dir=home().tmp) as folder:
        path = Path(folder) / f"answer{Path(sent.name or '').suffix[:6]}"
        path.write_bytes(b"".join(sent.chunks()))
        found = reporting.read_answer(home(), request.POST.get("record", ""), path, orgs=subtree_of(post.organisation_id),
                                      actor=post.staff_id, org=post.organisation_id)
    messages.success(request, _("已报 %(taken)s 行，退回 %(returned)s 行，不是本单位报出的 %(strange)s 行") % vars(found))
    return redirect("platform")
