"""The cockpit: figures, map, what is stuck; the night in the address; 参观模式 in the session."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinglin.kernel.dates import plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.registry.queries import organisations_under
from xinglin.show.cockpit.actions import hand_over
from xinglin.show.cockpit.board import by_town, for_map, line, overnight, tiles
from xinglin.show.cockpit.cells import picture
from xinglin.show.cockpit.stuck import MOST, stuck
from xinglin.show.common.county import county
from xinglin.show.common.signin import signed_in
from xinglin.show.figures.choices import scope_here
from xinglin.show.figures.nights import Night, nights
from xinglin.show.figures.reading import NothingYet, Reading, reading
from xinglin.show.figures.scope import Scope


def _county_reader(request: HttpRequest) -> Scope:
    """Only those who see the whole county's figures."""
    scope = scope_here(request)
    if not scope.whole:
        raise PermissionDenied
    return scope


def _leads(request: HttpRequest) -> bool:
    """Whoever hands over does so in the management's name."""
    return bool(organisations_under(request.user, purpose="management"))


@signed_in
def cockpit(request: HttpRequest) -> HttpResponse:
    """The screen; ?night= is a kept night, ?figure= what the map shows."""
    _county_reader(request)
    visiting = bool(request.session.get("visiting"))
    try:
        with reading() as at:
            return render(request, "cockpit/cockpit.html", _told(request, at, visiting=visiting))
    except NothingYet as nothing:
        return render(request, "cockpit/cockpit.html", {"nothing": nothing, "visiting": visiting})


def _told(request: HttpRequest, at: Reading, *, visiting: bool) -> dict[str, Any]:
    kept = sorted(nights(at.con), key=lambda n: n.day)
    night = next((n for n in kept if n.day.isoformat() == request.GET.get("night")), None)
    chosen = for_map(request.GET.get("figure", ""))
    towns = by_town(at, chosen, night, visiting=visiting)
    drawn = picture(county().code, tuple(t.code for t in towns))
    waiting = stuck(at.con, at.day)
    return {
        "visiting": visiting, "leads": _leads(request), "day": night.day if night else at.day, "today": timezone.localdate(),
        "tiles": tiles(at, night, visiting=visiting), "nights": kept, "night": night or (kept[-1] if kept else None),
        "position": _position(kept, night), "figure": chosen, "picture": drawn,
        "cells": list(zip(drawn.cells, towns, strict=True)), "overnight": [] if visiting else overnight(at, chosen, kept, night), "towns": towns, "line": line(at, chosen),
        "stuck": waiting[:MOST], "more": len(waiting) - MOST,
        "until": plus_days(timezone.localdate(), 7),
    }


def _position(kept: list[Night], night: Night | None) -> int:
    return kept.index(night) if night in kept else max(0, len(kept) - 1)


@require_POST
@signed_in
def assign(request: HttpRequest) -> HttpResponse:
    """交办 one matter; back to the screen."""
    scope = _county_reader(request)
    if request.session.get("visiting") or not _leads(request):
        raise PermissionDenied
    hand_over(scope=scope, matter=request.POST.get("matter", "")[:120], to=request.POST.get("to", "")[:18],
              until=_day(request.POST.get("until", "")), words=request.POST.get("words", "").strip()[:500])
    messages.success(request, _("已交办，并记入日志"))
    return redirect("cockpit")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise XinglinError("没有写办结的日期", do="选一个日期再交办") from None


@require_POST
@signed_in
def visit(request: HttpRequest) -> HttpResponse:
    """参观模式 on or off. Off asks for the password: a guest at the screen does not have it."""
    _county_reader(request)
    if request.POST.get("on") == "1":
        request.session["visiting"] = True
    elif request.user.check_password(request.POST.get("password", "")):
        request.session.pop("visiting", None)
    else:
        raise XinglinError("密码不对，仍在参观模式", do="请由本人输入登录密码")
    return redirect("cockpit")
