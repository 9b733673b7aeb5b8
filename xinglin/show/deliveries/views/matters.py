"""One source: what is agreed, how it stands, how far it was read; its matters, explained, handed over and closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinglin.gather.models import Source, SourceState
from xinglin.gather.pull.hours import in_words
from xinglin.gather.pull.state import FAILED
from xinglin.gather.sources.database.declared import Declared
from xinglin.gather.sources.database.dialects import dialect_of
from xinglin.kernel.dates import days_between, plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.registry.models import Organisation
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries import board
from xinglin.show.deliveries import matters as kept
from xinglin.show.deliveries.models import SourceMatter
from xinglin.show.deliveries.reach import Sender, sender, source_here

PAST = 20


@dataclass(frozen=True)
class Line:
    """A matter as drawn."""

    matter: SourceMatter
    title: str
    record: str
    owner: str
    days: int
    handed: str


def matter_lines(who: Sender) -> list[Line]:
    """Open matters of the reader's sources."""
    return _lines(kept.open_matters([s.code for s in who.sources]), who.sources)


def _lines(matters: Iterable[SourceMatter], sources: Iterable[Source]) -> list[Line]:
    listed, known, today = list(matters), {s.code: s for s in sources}, timezone.localdate()
    handed = kept.handed_over() if listed else {}
    names = dict(Organisation.objects.filter(pk__in={s.org for s in known.values()}).values_list("code", "name"))
    return [Line(m, known[m.source].title, board.title_of(m.record) if m.record else "", names.get(known[m.source].org, ""),
                 max(0, days_between(m.since, today)), handed.get(m.key, "")) for m in listed]


@signed_in
def source(request: HttpRequest, source: str) -> HttpResponse:
    """来源: one of the reader's own."""
    who, today = sender(request), timezone.localdate()
    held = source_here(who, source)
    declared = _declared(held.code)
    past = SourceMatter.objects.filter(source=held.code, closed_at__isnull=False).order_by("-closed_at")[:PAST]
    agreed = kept.agreed_of(home())
    return render(request, "deliveries/source.html", {
        "who": who, "source": held, "strip": board.strips([held], today, agreed)[0], "agreed": agreed.get(held.code),
        "organisation": Organisation.objects.filter(pk=held.org).first(), "declared": _told(declared),
        "states": [(s, board.title_of(s.record), (s.position or {}).get("value", "").replace("T", " "), s.note.removeprefix(FAILED), s.note.startswith(FAILED))
                   for s in SourceState.objects.filter(source=held).order_by("record")],
        "matters": _lines(kept.open_matters([held.code]), [held]), "past": _lines(past, [held]), "until": plus_days(today, 7)})


def _declared(code: str) -> Declared | None:
    from xinglin.gather.pull.declare import declared_source

    try:
        return declared_source(home(), code)
    except XinglinError:
        return None


def _told(declared: Declared | None) -> dict[str, object] | None:
    """The database of a source, without its address or account."""
    if declared is None or declared.database is None:
        return None
    base = declared.database
    return {"database": dialect_of(base.url).title, "hours": in_words(base.hours), "rate": base.rows_per_second,
            "queries": [(board.title_of(q.record), q.watermark, q.day, q.window) for q in declared.queries]}


@require_POST
@signed_in
def answer(request: HttpRequest) -> HttpResponse:
    """Explain (who sends), hand over or close (the county)."""
    who, number, act = sender(request), request.POST.get("matter", ""), request.POST.get("act", "")
    found = kept.open_matters().filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None or not who.sends(found.source):
        raise XinglinError("没有这件事，或已经了结", do="请刷新页面")
    words = request.POST.get("words", "").strip()[:200]
    if act == "explain":
        kept.explain(matter=found, by=who.staff, org=who.org, words=_said(words))
        messages.success(request, _("说明已记下，等县里核实后销号"))
    elif not who.county:
        raise PermissionDenied
    elif act == "close":
        kept.close(matter=found, by=who.staff, org=who.org, why=_said(words))
        messages.success(request, _("已销号，并记入日志"))
    elif act == "hand":
        org = Source.objects.values_list("org", flat=True).get(pk=found.source)
        kept.hand_over(matter=found, by=who.staff, org=who.org, to=org, until=_day(request.POST.get("until", "")), words=words or found.words)
        messages.success(request, _("已交办，并记入日志"))
    return redirect("source", found.source)


def _said(words: str) -> str:
    if not words:
        raise XinglinError("没有写情况", do="写一句发生了什么、怎样处理的，不写姓名和证件号")
    return words


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise XinglinError("没有写办结的日期", do="选一个日期再交办") from None
