"""What senders mend in place: codes without one of ours."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinglin.declare.codelist import Codelist
from xinglin.gather import actions
from xinglin.gather.codes import codelist_name
from xinglin.gather.models import CodeMap, Delivery
from xinglin.gather.queries import codes_to_map
from xinglin.gather.records import records
from xinglin.gather.registered import known_codes
from xinglin.kernel.errors import XinglinError
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries.reach import sender, source_here

KINDS = {"org": "机构", "place": "区划", "staff": "人员"}


def codelists() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Name under which codes are mapped → column title and our codes; registered kinds have none to list."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for record in records().values():
        for column in record.columns().values():
            if column.kind in KINDS:
                found.setdefault(column.kind, (KINDS[column.kind], []))
            elif column.kind == "coded":
                listed = column.codes.codes if isinstance(column.codes, Codelist) else ()
                found.setdefault(codelist_name(column), (column.title, [(c.code, c.title) for c in listed]))
    return found


@signed_in
def codes(request: HttpRequest, source: str) -> HttpResponse:
    """Unknown codes of a source, those of most rows first, each mapped in its line."""
    who = sender(request)
    held, lists = source_here(who, source), codelists()
    lines = [(c, *lists.get(c.codelist, (c.codelist, []))) for c in codes_to_map(source)]
    newest = Delivery.objects.filter(source=source, state="done").order_by("-id").first()
    return render(request, "deliveries/codes.html", {"source": held, "lines": lines, "newest": newest, "who": who,
                                                     "mapped": CodeMap.objects.filter(source=source).exclude(ours="").count()})


@require_POST
@signed_in
def map_code(request: HttpRequest, source: str, number: int) -> HttpResponse:
    """One mapping; refused when ours is not a code of the list or of the registry."""
    who = sender(request)
    source_here(who, source)
    found = CodeMap.objects.filter(pk=number, source=source).first()
    if found is None:
        raise Http404
    ours = request.POST.get("ours", "").strip()
    if not ours or ours not in _ours(found.codelist, ours):
        raise XinglinError("没有这个代码", do="从列表里选，或填写已登记的代码")
    actions.map_code(code=number, ours=ours, actor=who.staff, org=who.org)
    messages.success(request, _("已对照。以后收到的都照此办理；已收的，按“用新对照重读”。"))
    return redirect("codes", source)


def _ours(codelist: str, ours: str) -> set[str]:
    if codelist in KINDS:
        return set(known_codes(codelist, [ours]).values())
    listed = codelists().get(codelist, ("", []))[1]
    return {c for c, _ in listed} if listed else {ours}
