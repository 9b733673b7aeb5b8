"""Problems as pages in words: what is wrong, where, what to do. Never a stack trace, never a name."""

import secrets
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from xinglin.kernel.errors import XinglinError

log = structlog.get_logger(__name__)


class GoFirst(Exception):  # noqa: N818  (a way to go, not a fault)
    """Another page must be passed before this one; the reader comes back from it."""

    def __init__(self, address: str, *, back: str = "") -> None:
        super().__init__()
        self.address = address
        self.back = back


class ProblemMiddleware:
    """Turns a refusal of ours into a sentence, and notes any other error without its message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, XinglinError):
            return _say(request, 400, what=problem.what, where=problem.where, do=problem.do)
        if isinstance(problem, GoFirst):
            return _lead(request, problem)
        if isinstance(problem, MultiValueDictKeyError):
            return bad_request(request, problem)  # a form without one of its fields
        if isinstance(problem, Http404 | PermissionDenied | SuspiciousOperation):
            return None  # answered in words by 404, 403, 400: nothing broke
        if trouble := trouble_of(problem):
            log.warning("page.trouble", **_traces(request, problem))
            return _say(request, 503, what=trouble.what, do=unsaved() if request.method == "POST" else _(
                "请过一会儿再打开；仍不行，请系统管理员运行 xinglin doctor"))
        request.problem_number = secrets.token_hex(3).upper()  # type: ignore[attr-defined]
        log.error("page.broken", number=request.problem_number, **_traces(request, problem))  # type: ignore[attr-defined]
        return None


def trouble_of(problem: Exception) -> XinglinError | None:
    """What the machine did (a full disk, a database held by another program), None where the program is at fault."""
    told: Callable[[Exception], XinglinError | None] = import_string(settings.TROUBLES)
    return None if isinstance(problem, XinglinError) else told(problem)


def unsaved() -> str:
    """What to do after a form that could not be saved."""
    return _("刚才填的没有保存，也没有存一半；返回上一页，填写的内容还在，过一会儿再保存")


def _lead(request: HttpRequest, first: GoFirst) -> HttpResponse:
    """To a page that asks something first; HTMX goes there as a whole."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": first.address})
    back = first.back or (request.get_full_path() if request.method == "GET" else "")
    return redirect(f"{first.address}?{urlencode({'next': back})}")


def _traces(request: HttpRequest, problem: Exception) -> dict[str, Any]:
    """Where it broke: page, kind of error, our lines; messages may quote data, so they stay out."""
    match = request.resolver_match
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [
        f"{f.filename.split('xinglin/')[-1]}:{f.lineno}" for f in frames if "xinglin" in f.filename
    ]
    return {
        "page": match.view_name if match else "",
        "kind": type(problem).__name__,
        "at": ours[-4:],
    }


def _say(
    request: HttpRequest, status: int, *, what: str, where: str = "", do: str = ""
) -> HttpResponse:
    """The problem as a page, or as a fragment for #problem when HTMX asked."""
    words = {"what": what, "where": where, "do": do, "status": status}
    if getattr(request, "htmx", False):
        answer = HttpResponse(render_to_string("common/parts/problem.html", words), status=status)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#problem", "innerHTML"
        return answer
    return render(request, "common/problem.html", words, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _say(request, 400, what=_("这个请求不完整"), do=_("请返回上一页再试"))


def no_right(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _say(
        request, 403, what=_("您的岗位不能看这一页"),
        do=_("如工作需要，请向本机构的系统管理员申请；申请与使用都会留痕"),
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the address is not repeated, it may hold what a reader typed."""
    return _say(
        request, 404, what=_("没有这一页"), do=_("请核对地址，或从左侧菜单进入；按 / 可以查找")
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is gone: signed out meanwhile, or the page lay open for days."""
    return _say(
        request, 403, what=_("页面放置过久，未保存"), do=_("请返回刷新页面后再提交一次；草稿仍在")
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: drawn without a database, since that may be what broke."""
    words = {"number": getattr(request, "problem_number", "")}
    return HttpResponse(render_to_string("common/broken.html", words), status=500)
