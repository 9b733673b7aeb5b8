"""The Word desk's pages: one form, its answers as fragments or files; nothing outlives the request."""

import io
import json
import zipfile
from datetime import date
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from xinglin.kernel.errors import XinglinError
from xinglin.registry.queries import posts_of
from xinglin.show.common.county import NO_COUNTY, county
from xinglin.show.reports import actions, adoption
from xinglin.show.reports.desk import brief as page
from xinglin.show.reports.desk.adopt import Row, adopt
from xinglin.show.reports.desk.annex import annex
from xinglin.show.reports.desk.check import check
from xinglin.show.reports.desk.collect import with_reasons
from xinglin.show.reports.desk.comment import commented
from xinglin.show.reports.desk.compare import compare
from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.fill import fill, with_sums
from xinglin.show.reports.desk.memory import Known, to_keep
from xinglin.show.reports.desk.read import pasted
from xinglin.show.reports.desk.rules import RULES, rule_of
from xinglin.show.reports.desk.sheets import workbook, workbooks
from xinglin.show.reports.marked import SHAPES, marked
from xinglin.show.reports.uploads import desk_open, document_of, in_memory

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
def rows(request: HttpRequest) -> HttpResponse:
    """Every number of the report as a line to correct: name, office, scope, unit, figure."""
    document = document_of(request)
    lines = adoption.shown(request, _some_rows(request, document), document)
    return render(request, "reports/rows.html", {
        "lines": lines, "offices": adoption.offices(line.row for line in lines),
        "notes": document.notes, "titles": adoption.figure_titles(), "kept": sum(line.remembered for line in lines), "bound": sum(bool(line.row.figure) for line in lines),
    })  # fmt: skip


@in_memory
@require_POST
@desk_open
def remember(request: HttpRequest) -> HttpResponse:
    """Keep what the page says of rows: in the county's journal, else in this browser."""
    forget, here = bool(request.POST.get("forget")), county() == NO_COUNTY
    if forget:
        keep = {key: dict.fromkeys(fields, "") for key, fields in adoption.memory(request).items()}
    else:
        keep = _worth_keeping(request)
    if keep and not here:
        post = posts_of(request.user)[0]
        actions.remember(staff=post.staff.code, org=post.organisation.code, rows=keep)
    seen = {"count": len(keep), "keep": json.dumps(keep), "here": here, "forgot": forget}
    return render(request, "reports/remembered.html", seen)


def _worth_keeping(request: HttpRequest) -> Known:
    """What the page said of rows; nothing, or a figure that does not exist, is refused."""
    keep = to_keep(adopt(document_of(request)), adoption.told(request))
    bound = [fields["figure"] for fields in keep.values() if fields.get("figure")]
    strange = sorted(set(bound) - set(adoption.figure_titles()))
    if strange:
        raise XinglinError(f"没有“{strange[0]}”这个指标", do="请从建议里选，或核对指标代码")
    if not keep:
        raise XinglinError("没有要记住的改动", do="先改科室、指标名、口径或绑定，再点“记住”")
    return keep


@in_memory
@require_POST
@desk_open
def sheets(request: HttpRequest) -> HttpResponse:
    """The workbooks to send out, in one zip."""
    document = document_of(request)
    rows = _some_rows(request, document)
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
    found = with_sums(document, adoption.collection_of(request, document))
    return render(request, "reports/collected.html", {"found": found, "calls": found.calls.items()})


@in_memory
@require_POST
@desk_open
def draft(request: HttpRequest) -> HttpResponse:
    """This year's draft, its annex, the leader's page, or the summary with what was chosen."""
    document = document_of(request)
    collection = adoption.collection_of(request, document)
    want = request.POST.get("want", "draft")
    if want == "summary":
        title = f"{PurePath(document.name).stem}　汇总"
        book = workbook(list(collection.rows), title=title)
        return _file(book, name=_named(document.name, "汇总", ".xlsx"), kind=EXCEL)
    collection = with_reasons(collection)
    if want == "brief":
        title = f"{PurePath(document.name).stem}　主要数字"
        return _file(
            page.as_word(page.brief(collection.rows), title=title),
            name=_named(document.name, "一页"),
            kind=WORD,
        )
    day, estimate = _day(request), bool(request.POST.get("estimate"))
    if estimate and day is None:
        raise XinglinError("折算全年要知道截至哪一天", do="请填上“全文截至日”，或去掉“累计数折算全年预计”")
    made = fill(document, collection, as_of=day, estimate=estimate)
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
    shown = [{"text": c.document.text, "reason": c.findings[0].reason, "grade": c.findings[0].severity,
              "shape": SHAPES[c.findings[0].severity]} for c in told]  # fmt: skip
    return render(request, "reports/rule.html", {"rule": found, "fires": shown})


def _some_rows(request: HttpRequest, document: Document) -> list[Row]:
    found = adoption.rows_of(request, document)
    if not found:
        raise XinglinError(
            "这份报告里没有可以填的数", where=document.name, do="请核对是不是选错了文件"
        )
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
