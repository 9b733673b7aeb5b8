"""对接清单: which dataset lives in which outer system, and how it comes here: by file, from a database, by program, by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinglin.gather.models import Delivery, Source, SourceState
from xinglin.gather.records import records
from xinglin.show.common.definitions import catalog
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries.models import Upload
from xinglin.show.deliveries.reach import sender


@dataclass(frozen=True)
class Way:
    """A source of a dataset: how it comes, how often it came, when last."""

    source: Source | None
    how: str
    times: int = 0
    rows: int = 0
    last: datetime | None = None


@signed_in
def forms(request: HttpRequest) -> HttpResponse:
    """Every dataset with its ways in; those without one are said to lack it."""
    who = sender(request)
    ways = _ways(who.sources)
    typed = {r.about.code for p in catalog().programmes.values() for t in p.tasks for r in t.closing if r.of_kind("staff")} if who.county else set()
    lines = [(code, r.about, [*ways.get(code, []), *([Way(None, _("在本系统录入"))] if code in typed else [])])
             for code, r in records().items()]
    return render(request, "deliveries/forms.html", {"who": who, "lines": [x for x in lines if x[2] or who.county]})


def _ways(sources: Iterable[Source]) -> dict[str, list[Way]]:
    """Record → ways, by what has come so far."""
    known = {s.code: s for s in sources}
    fetched = set(SourceState.objects.values_list("source", "record"))
    sent = set(Upload.objects.filter(token__isnull=False, check_only=False).values_list("source", "record"))
    rows = (Delivery.objects.filter(source__in=known, state="done").values("source", "record")
            .annotate(n=Count("id"), rows=Sum("received"), last=Max("received_at")).order_by("record", "source"))
    found: dict[str, list[Way]] = {}
    for r in rows:
        pair = (r["source"], r["record"])
        how = _("夜里从对方数据库读") if pair in fetched else _("对方程序上传") if pair in sent else _("文件")
        found.setdefault(r["record"], []).append(Way(known[r["source"]], how, r["n"], r["rows"] or 0, r["last"]))
    return found
