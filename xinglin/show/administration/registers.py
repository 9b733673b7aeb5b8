"""The pages of the registers: a list, the form that adds, the forms that change or end one line."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xinglin.journal.queries import newest_of_kinds
from xinglin.kernel.errors import XinglinError
from xinglin.registry.actions import By
from xinglin.registry.models import Staff
from xinglin.registry.queries import posts_of
from xinglin.show.administration.rights import holder
from xinglin.show.administration.screens import (
    MOST,
    ORGANISATIONS,
    PLACES,
    POPULATIONS,
    Deed,
    Entry,
    Screen,
)
from xinglin.show.administration.staff import STAFF
from xinglin.show.common.signin import signed_in

SCREENS = {s.code: s for s in (STAFF, ORGANISATIONS, PLACES, POPULATIONS)}
TROUBLES = ("account.shared", "session.locked")


def _screen(request: HttpRequest, code: str) -> Screen:
    holder(request, "accounts")
    if code not in SCREENS:
        raise Http404
    return SCREENS[code]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, code: str) -> HttpResponse:
    """The list, and adding to it. What is looked for may be a name: it comes by POST, never in the address."""
    screen, wrong = _screen(request, code), ""
    typed = request.POST.get("q", "").strip()[:40]
    if request.method == "POST" and "q" not in request.POST:
        wrong = _done(request, screen.add, "")
        if not wrong:
            return redirect("register", code)
    entries = screen.entries(typed)
    words = {
        "screen": screen, "screens": SCREENS.values(), "typed": typed, "wrong": wrong, "more": len(entries) == MOST,
        "lines": [(e, screen.cells(e), [screen.deed(d) for d in e.deeds]) for e in entries], "form": fields(request, screen.add),
        "key": uuid4().hex, "troubles": _troubles() if code == "staff" else [],
    }  # fmt: skip
    return render(request, "administration/register.html", words, status=422 if wrong else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, code: str, key: str, what: str) -> HttpResponse:
    """One deed to one line: its form, and its answer."""
    screen = _screen(request, code)
    found, entry = screen.deed(what), _entry(screen, key)
    if found is None or entry is None or what not in entry.deeds:
        raise Http404
    wrong = _done(request, found, key) if request.method == "POST" else ""
    if request.method == "POST" and not wrong:
        return redirect("register", code)
    words = {"screen": screen, "deed": found, "entry": entry, "cells": list(zip(screen.heads, entry.cells, strict=True)),
             "form": fields(request, found), "wrong": wrong, "key": uuid4().hex}  # fmt: skip
    return render(request, "administration/deed.html", words, status=422 if wrong else 200)


def _entry(screen: Screen, key: str) -> Entry | None:
    """The line with this key: looked for by it, since a long list shows only its beginning."""
    lines = [*screen.entries(key), *screen.entries("")]
    return next((e for e in lines if e.key == key), None)


def _done(request: HttpRequest, found: Deed, key: str) -> str:
    """Do it; the sentence of what is wrong, or nothing."""
    post = posts_of(request.user)[0]
    values = {a.name: request.POST.get(a.name, "").strip() for a in found.asks}
    missing = [str(a.title) for a in found.asks if a.required and not values[a.name]]
    if missing:
        return str(XinglinError(f"没有填{'、'.join(missing)}", do="填好再保存"))
    try:
        found.do(key, values, By(f"{found.code}:{request.POST.get('_key') or uuid4().hex}"[:110], post.staff_id, post.organisation_id))
    except XinglinError as problem:
        return str(problem)
    messages.success(request, str(found.said))
    return ""


def fields(request: HttpRequest, found: Deed) -> list[dict[str, object]]:
    """The form's fields with what was typed; passwords come back empty, days begin with today."""
    told = []
    for a in found.asks:
        value = "" if a.kind == "password" else request.POST.get(a.name, "")
        if a.kind == "day" and a.required and not value:
            value = timezone.localdate().isoformat()
        told.append({"ask": a, "value": value, "ready": list(a.ready()) if a.kind == "choice" else []})
    return told


def _troubles() -> list[tuple[object, str, str]]:
    """(when, who, what) of accounts in two places at once and of locked ones, newest first."""
    acts = newest_of_kinds(TROUBLES, limit=10)
    names = dict(Staff.objects.filter(pk__in={a.actor for a in acts}).values_list("code", "name"))
    said = {"account.shared": "同时在两台设备上使用，可能借给了别人", "session.locked": "密码连续输错，已锁定 15 分钟"}
    return [(a.at, names.get(a.actor, a.actor), said[a.kind]) for a in acts]
