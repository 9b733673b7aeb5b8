"""对接资料: per dataset the dictionary, a sample, a column-map template."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.declare.record import Record
from xinglin.gather.mapping import border_columns
from xinglin.gather.records import records
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries import kit as kits_of
from xinglin.show.deliveries.reach import sender
from xinglin.show.deliveries.views.delivery import XLSX
from xinglin.show.handbook.forms import KIND_WORDS

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "zip": "application/zip"}


def _record(code: str) -> type[Record]:
    found = records().get(code)
    if found is None:
        raise Http404
    return found


@signed_in
def kits(request: HttpRequest) -> HttpResponse:
    """Every dataset that may be delivered."""
    return render(request, "deliveries/kits.html", {"who": sender(request), "records": list(records().items())})


@signed_in
def kit(request: HttpRequest, record: str) -> HttpResponse:
    """One dataset on a page."""
    sender(request)
    held = _record(record)
    lines = [(c, KIND_WORDS[c.kind], kits_of.span(c), kits_of.codes(c)) for c in held.columns().values() if c.kind != "person"]
    return render(request, "deliveries/kit.html", {
        "record": held, "about": held.about, "words": (held.__doc__ or "").strip(), "lines": lines,
        "border": [(n, title, kits_of.BORDER_WORDS.get(n, "")) for n, title in border_columns(held).items()], "files": [(n, f[0]) for n, f in kits_of.files(held).items()]})


@signed_in
def download(request: HttpRequest, record: str, file: str) -> HttpResponse:
    """One file of the kit."""
    made = kits_of.files(_record(record), org=sender(request).org).get(file)
    if made is None:
        raise Http404
    answer = HttpResponse(made[1](), content_type=TYPES.get(file.rpartition(".")[2], "text/plain; charset=utf-8"))
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file)}"
    return answer
