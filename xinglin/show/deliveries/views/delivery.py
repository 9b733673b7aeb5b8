"""One delivery: the numbers add up on screen; reasons with sample rows; the workbook."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from xinglin.gather.queries import codes_to_map, open_questions
from xinglin.gather.queries import workbook as opened_workbook
from xinglin.kernel.home import home
from xinglin.show.common.signin import signed_in
from xinglin.show.deliveries.actions import A_DAY, take_workbook
from xinglin.show.deliveries.board import title_of
from xinglin.show.deliveries.reach import delivery_here, sender
from xinglin.show.deliveries.receipt import reasons

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@signed_in
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt."""
    who = sender(request)
    held = delivery_here(who, number)
    grouped = reasons(held, masked=who.masked)
    return render(request, "deliveries/delivery.html", {
        "delivery": held, "title": title_of(held.record), "who": who,
        "returned": [r for r in grouped if r.act == "reject"], "asked": [r for r in grouped if r.act != "reject"],
        "questions": open_questions(delivery=held.pk).count(), "unknown": len(codes_to_map(held.source_id)),
        "changes": [(column, how, n) for column, done in held.notes.get("changes", {}).items() for how, n in done.items()],
        "absent": held.notes.get("absent", []), "unused": held.notes.get("unused", []), "resent": held.resent.order_by("-id")})


@require_POST
@signed_in
def workbook(request: HttpRequest, number: int) -> HttpResponse:
    """The rejected rows as the sender sent them, decrypted on the way out; an act and an access."""
    who = sender(request)
    held = delivery_here(who, number)
    if who.masked:
        raise PermissionDenied      # the rows are whole: names and numbers as their sender wrote them
    content = take_workbook(who=who, delivery=held, content=opened_workbook(home(), held), most=A_DAY)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{held.record}-{held.pk}-rejected.xlsx"'
    return answer
