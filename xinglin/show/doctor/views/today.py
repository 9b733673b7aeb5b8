"""今日: the list, its print, and the township's week."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinglin.act.programmes import queries as acts
from xinglin.act.programmes.models import CaseRow, OpenLoop, SuspectRow
from xinglin.act.programmes.queries import Scope
from xinglin.registry.models import Organisation
from xinglin.registry.permissions import PURPOSES
from xinglin.registry.queries import organisations_under, subtree_of
from xinglin.show.common.definitions import catalog
from xinglin.show.common.signin import signed_in
from xinglin.show.common.wording import day_words
from xinglin.show.doctor import work
from xinglin.show.doctor.actions import note_seen
from xinglin.show.doctor.reader import Reader, reader
from xinglin.show.doctor.sensitive import hidden_in_lists
from xinglin.show.doctor.town import here, may_be_lost, town_of
from xinglin.show.doctor.work import WHENS, Asked, Listed

NARROWING = ("org", "town")      # one organisation; a township's with its villages'


def scope_of(who: Reader, org: str = "", town: str = "") -> Scope:
    """The organisations whose work the reader sees; where asked one of them, or a township's with its villages'.

    403 for other roles, 404 for others' organisations.
    """
    if not who.works:
        raise PermissionDenied
    under = organisations_under(who.user, purpose=who.purpose or "")
    asked = org or town
    if not under or (asked and asked not in under):
        raise Http404
    orgs = frozenset([org]) if org else subtree_of(town) & under if town else under
    return Scope(orgs=orgs, without=hidden_in_lists(who, orgs))


def scope_here(request: HttpRequest, who: Reader) -> Scope:
    """The reader's scope as the address narrows it."""
    return scope_of(who, **{n: request.GET.get(n, "") for n in NARROWING})


def narrowed(request: HttpRequest, name: str, **more: str) -> str:
    """The address of a page for what this one is narrowed to, so that its number is the one told here."""
    query = urlencode({k: v for k, v in {**more, **{n: request.GET.get(n, "") for n in NARROWING}}.items() if v})
    return f"{reverse(name)}?{query}" if query else reverse(name)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """The doctor's list; a township's reader sees 本院 first."""
    who = reader(request)
    if who.township and request.method != "POST" and request.GET.get("view") != "list":
        return _town(request, who)
    asked = _asked(request, who)
    typed = request.POST.get("house", "").strip()[:40]
    found = work.search(asked, typed, catalog()) if typed else work.listed(asked, catalog())
    _note(request, who, found, "today.list")
    if getattr(request, "htmx", False):
        return render(request, "doctor/parts/houses.html", _rows(request, who, found))
    words = _head(request, who, asked) | _rows(request, who, found) | {"typed": typed}
    return render(request, "doctor/today.html", words)


def _asked(request: HttpRequest, who: Reader, *, size: int = work.SIZE) -> Asked:
    when = request.GET.get("when", "all")
    after = request.GET.get("after", "")
    return Asked(
        scope_here(request, who), timezone.localdate(),
        when=when if when in WHENS else "all", by_day=request.GET.get("sort") == "day",
        masked=who.masked(who.purpose or ""), after=int(after) if after.isdecimal() else None, size=size,
    )  # fmt: skip


def _note(request: HttpRequest, who: Reader, found: Listed, what: str) -> None:
    note_seen(who=who, purpose=who.purpose or "", what=what, persons=found.numbers, page="today/")


def _query(request: HttpRequest, **changed: str) -> str:
    kept = {k: request.GET[k] for k in ("view", *NARROWING, "when", "sort") if request.GET.get(k)}
    return urlencode({k: v for k, v in {**kept, **changed}.items() if v})


def _rows(request: HttpRequest, who: Reader, found: Listed) -> dict[str, Any]:
    more = f"{reverse('today')}?{_query(request, after=str(found.after))}" if found.after else ""
    return {"houses": found.houses, "more": more, "serves": who.serves}


def _head(request: HttpRequest, who: Reader, asked: Asked) -> dict[str, Any]:
    counts = acts.counts(asked.scope, today=asked.today)
    numbers = {"overdue": (counts.overdue, "late"), "today": (counts.today, "soon"),
               "week": (counts.week, "info"),
               "all": (_all(asked.scope), "info")}  # fmt: skip
    what, then = _teach(asked, counts)
    return {
        "where": _where(who, request), "today": asked.today, "counts": counts,
        "purpose": PURPOSES[who.purpose or "care"], "query": _query(request),
        "filters": [{"title": t, "count": numbers[w][0], "kind": numbers[w][1],
                     "on": w == asked.when, "query": _query(request, when=w)} for w, t in WHENS.items()],
        "sorts": [{"title": _("按路线"), "on": not asked.by_day, "query": _query(request, sort="")},
                  {"title": _("按期限"), "on": asked.by_day, "query": _query(request, sort="day")}],
        "notices": _notices(request, asked.scope, who), "empty_what": what, "empty_then": then,
    }  # fmt: skip


def _all(scope: Scope) -> int:
    return scope.of(work.OpenTask.objects.filter(closed_on__isnull=True, paused=False)).count()


def _where(who: Reader, request: HttpRequest) -> str:
    org = next(filter(None, (request.GET.get(n) for n in NARROWING)), "")
    return str(Organisation.objects.filter(pk=org).values_list("name", flat=True).first()) if org else who.org_name


def _notices(request: HttpRequest, scope: Scope, who: Reader) -> list[dict[str, str]]:
    """What waits beside the list: suspects, open loops, people the township should confirm as lost."""
    suspects = scope.of(SuspectRow.objects.all()).count()
    loops = scope.of(OpenLoop.objects.filter(closed_on__isnull=True))
    late = loops.filter(follow_by__lt=timezone.localdate()).count()
    told = []
    if suspects:
        told.append({"kind": "info", "address": narrowed(request, "suspects"), "words": f"待核实 {suspects} 人"})
    if loops.count():
        words = f"未了闭环 {loops.count()}" + (f"，逾期 {late}" if late else "")
        told.append({"kind": "late" if late else "info", "address": narrowed(request, "loops"), "words": words})
    if who.confirms_lost and (lost := len(may_be_lost(scope, catalog(), today=timezone.localdate()))):
        told.append({"kind": "soon", "address": narrowed(request, "lost"), "words": f"失访待确认 {lost} 人"})
    return told


def _teach(asked: Asked, counts: acts.Counts) -> tuple[str, str]:
    """An empty list says what comes next and when, or which delivery would bring it."""
    rows = asked.scope.of(CaseRow.objects.filter(state="在管"))
    coming = rows.filter(next_due__gte=asked.today).order_by("next_due").values_list("next_due", flat=True).first()
    if not rows.exists():
        return (_("还没有管理中的居民"),
                _("卫生院、医院的随访和诊断数据收下后，第二天列出待核实的人；确认纳入后，这里按户排出要看的人。"))
    if asked.when != "all" and (counts.overdue or counts.today or counts.week):
        return _("这一栏没有人"), _("换一栏看看：上面的数字是各栏的人次。")
    then = f"下一个到期日是{day_words(coming, today=asked.today)}。" if coming else ""
    return _("都做完了"), then


@signed_in
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The list on paper, with empty boxes to write in."""
    who = reader(request)
    asked = _asked(request, who, size=200)
    found = work.listed(asked, catalog())
    _note(request, who, found, "today.print")
    words = {"houses": found.houses, "where": _where(who, request), "today": asked.today,
             "when": WHENS[asked.when], "more": found.after, "printed": timezone.now()}  # fmt: skip
    return render(request, "doctor/paper.html", words)


def _town(request: HttpRequest, who: Reader) -> HttpResponse:
    """本院, 本县; for who reads several townships, one of them by `town`."""
    scope, now = scope_here(request, who), timezone.localdate()
    words = {"here": "" if any(map(request.GET.get, NARROWING)) else here(who), "where": _where(who, request), "today": now, "town": town_of(scope, today=now),
             "late_address": narrowed(request, "today", view="list", when="overdue"),
             "list_address": narrowed(request, "today", view="list"), "loops_address": narrowed(request, "loops"),
             "notices": _notices(request, scope, who), "purpose": PURPOSES["management"]}  # fmt: skip
    return render(request, "doctor/town.html", words)
