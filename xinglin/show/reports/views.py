"""The Word desk's pages: one form, its answers as fragments or files; nothing outlives the request."""

import io
import zipfile
from datetime import date
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.show.common.county import NO_COUNTY, county
from xinglin.show.reports.desk import brief as page
from xinglin.show.reports.desk.adopt import adopt
from xinglin.show.reports.desk.annex import annex
from xinglin.show.reports.desk.check import check
from xinglin.show.reports.desk.collect import Collection, collect
from xinglin.show.reports.desk.comment import commented
from xinglin.show.reports.desk.compare import compare
from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.fill import fill, with_sums
from xinglin.show.reports.desk.read import pasted
from xinglin.show.reports.desk.rules import RULES, rule_of
from xinglin.show.reports.desk.sheets import workbooks
from xinglin.show.reports.marked import marked
from xinglin.show.reports.system import lake_value, with_system
from xinglin.show.reports.uploads import desk_open, document_of, in_memory, workbooks_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@desk_open
def desk(request: HttpRequest) -> HttpResponse:
    """The desk: a place for the file, and what can be done with it."""
    return render(request, "reports/desk.html", {"rules": RULES})


@in_memory
@require_POST
@desk_open
def check_report(request: HttpRequest) -> HttpResponse:
    """The marked text, or the Word file with comments."""
    off = (
        {rule.code for rule in RULES} - set(request.POST.getlist("rule"))
        if request.POST.get("chosen")
        else set()
    )
    checked = check(document_of(request), off=off)
    if request.POST.get("want") == "docx":
        return _file(commented(checked), name=_named(checked.document.name, "批注"), kind=WORD)
    seen = {
        "checked": checked,
        "paragraphs": marked(checked),
        "asked": len(checked.findings) - checked.wrong,
    }
    return render(request, "reports/checked.html", seen)


@in_memory
@require_POST
@desk_open
def sheets(request: HttpRequest) -> HttpResponse:
    """The workbooks to send out, in one zip."""
    document = document_of(request)
    rows = adopt(document)
    if not rows:
        raise XinglinError(
            "这份报告里没有可以填的数", where=document.name, do="请核对是不是选错了文件"
        )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in workbooks(rows, title=PurePath(document.name).stem).items():
            packed.writestr(name, data)
    return _file(
        held.getvalue(), name=_named(document.name, "填报表", ".zip"), kind="application/zip"
    )


@in_memory
@require_POST
@desk_open
def collected(request: HttpRequest) -> HttpResponse:
    """What came back, what is missing, what is odd."""
    document = document_of(request)
    found = with_sums(document, _collection(request, document))
    return render(
        request,
        "reports/collected.html",
        {"found": found, "calls": found.calls.items()},
    )


@in_memory
@require_POST
@desk_open
def draft(request: HttpRequest) -> HttpResponse:
    """This year's draft, its annex, or the leader's page."""
    document = document_of(request)
    collection = _collection(request, document)
    want = request.POST.get("want", "draft")
    if want == "brief":
        title = f"{PurePath(document.name).stem}　主要数字"
        return _file(
            page.as_word(page.brief(collection.rows), title=title),
            name=_named(document.name, "一页"),
            kind=WORD,
        )
    made = fill(
        document, collection, as_of=_day(request), estimate=bool(request.POST.get("estimate"))
    )
    if want == "annex":
        return _file(annex(made.trace), name=_named(document.name, "数据来源", ".xlsx"), kind=EXCEL)
    return _file(made.data, name=_named(document.name, "今年草稿"), kind=WORD)


@in_memory
@require_POST
@desk_open
def compared(request: HttpRequest) -> HttpResponse:
    """What changed in numbers between the report and one or two later versions."""
    later = [document_of(request, name) for name in ("second", "third") if request.FILES.get(name)]
    if not later:
        raise XinglinError("还没有选要比较的一稿", do="请在“比较”里选新的一稿")
    return render(
        request, "reports/compared.html", {"changes": compare([document_of(request), *later])}
    )


@require_GET
@desk_open
def rules(request: HttpRequest) -> HttpResponse:
    """All rules."""
    return render(request, "reports/rules.html", {"rules": RULES})


@require_GET
@desk_open
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: what it says, where it speaks and where it is silent, run as one looks at it."""
    found = rule_of(code)
    told = [check(pasted(text), only=(code,)) for text in found.fires]
    shown = [{"text": c.document.text, "reason": c.findings[0].reason} for c in told]
    return render(request, "reports/rule.html", {"rule": found, "fires": shown})


def _collection(request: HttpRequest, document: Document) -> Collection:
    """What came back; with a county and a period, the county's figures beside it."""
    found = collect(adopt(document), workbooks_of(request))
    period = request.POST.get("period", "").strip()
    if period and county() != NO_COUNTY:
        return with_system(found, Period.parse(period), value=lake_value)
    return found


def _day(request: HttpRequest) -> date | None:
    text = request.POST.get("as_of", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise XinglinError("看不懂截至日", do="写成 2026-11-30") from None


def _named(name: str, what: str, ending: str = ".docx") -> str:
    return f"{PurePath(name).stem}-{what}{ending}"


def _file(data: bytes, *, name: str, kind: str) -> HttpResponse:
    answer: Any = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
