"""Questions about queried rows: one line for all that are asked the same, or row by row."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinglin.gather import actions
from xinglin.gather.models import Question
from xinglin.gather.queries import asked_alike, asked_of, open_questions
from xinglin.kernel.errors import XinglinError
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries.asked import lines
from xinglin.show.deliveries.reach import Sender, sender

PAGE = 50


@signed_in
def questions(request: HttpRequest) -> HttpResponse:
    """What waits for this reader's sources, one line for each question however many rows it is asked of."""
    who = sender(request)
    found = open_questions().filter(delivery__source__in=[s.code for s in who.sources])
    number = request.GET.get("delivery", "")
    if number.isdecimal():
        found = found.filter(delivery=int(number))
    asked = asked_of(found)     # counted once, for the lines as for their sum
    page = Paginator(asked, PAGE).get_page(request.GET.get("page"))
    return render(request, "deliveries/questions.html", {
        "page": page, "delivery": number, "rows": sum(a.rows for a in asked), "lines": lines(page.object_list)})


@signed_in
def question_rows(request: HttpRequest, number: int) -> HttpResponse:
    """The rows of one line; each may have its own answer. Paged by `after`: what is answered moves nothing."""
    held = _held(sender(request), number)
    waiting, after = asked_alike(held), request.GET.get("after", "")
    some = list(waiting.filter(pk__gt=int(after) if after.isdecimal() else 0)[:PAGE + 1])
    line = next(iter(lines(asked_of(waiting))), None)
    return render(request, "deliveries/question_rows.html", {
        "line": line, "held": held, "rows": some[:PAGE], "after": after, "more": len(some) > PAGE})


@require_POST
@signed_in
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """The sender's word on one row; by HTMX only its line is answered."""
    who = sender(request)
    _held(who, number)
    said = _said(request)
    actions.answer_question(question=number, answer=said, actor=who.staff, org=who.org)
    return _answered(request, said, rows=1, left=0)


@require_POST
@signed_in
def answer_alike(request: HttpRequest, number: int) -> HttpResponse:
    """The sender's word on all rows of a line, as many as they saw counted; told of those answered meanwhile."""
    who = sender(request)
    _held(who, number)
    said, last, seen = _said(request), request.POST.get("last", ""), request.POST.get("rows", "")
    if not (last.isdecimal() and seen.isdecimal()):
        raise XinglinError("这个请求不完整", do="请刷新页面后再答复")
    rows = actions.answer_alike(question=number, last=int(last), answer=said, actor=who.staff, org=who.org)
    return _answered(request, said, rows=rows, left=max(int(seen) - rows, 0))


def _held(who: Sender, number: int) -> Question:
    held = Question.objects.filter(pk=number).select_related("delivery").first()
    if held is None or not who.sends(held.delivery.source_id):
        raise Http404
    return held


def _said(request: HttpRequest) -> str:
    said = request.POST.get("answer", "").strip()[:200]
    if not said:
        raise XinglinError("没有写答复", do="写明情况，例如：属实，病历如此")
    return said


def _answered(request: HttpRequest, said: str, *, rows: int, left: int) -> HttpResponse:
    """`left`: rows of the line that had been answered before."""
    if getattr(request, "htmx", False):
        return render(request, "deliveries/parts/answered.html", {"answer": said, "rows": rows, "left": left})
    told = _("已答复 %(rows)s 行") % {"rows": rows}
    messages.success(request, f"{told}；{_('另有 %(left)s 行先已答复') % {'left': left}}" if left else told)
    return redirect("questions")
