"""口径手册 in the browser: the same pages as `make docs`, written from the running definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from xinglin.datasets import DERIVED
from xinglin.show.common.definitions import catalog
from xinglin.show.common.signin import signed_in
from xinglin.show.figures.markdown import html_of, title_of
from xinglin.show.handbook.pages import writers

INDEX = "README.md"


@cache
def _writers() -> Mapping[str, Callable[[], str]]:
    return writers(catalog(), derived=tuple(r.about.code for r in DERIVED))


@cache
def _page(name: str) -> str | None:
    """Written once a process, when somebody reads it: definitions do not change while it runs."""
    write = _writers().get(name)
    return write() if write else None


def _said(text: str) -> str:
    """The pages for people speak of the county's data; the word of the builders stays with them."""
    return text.replace("数据湖", "数据库")


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """The first page of the handbook."""
    return page(request, INDEX)


@signed_in
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page: a pack, the dictionary, the figures, the sources."""
    text = _page(name)
    if text is None:
        raise Http404
    told = {"title": title_of(text), "html": html_of(_said(text)), "index": name == INDEX}
    return render(request, "figures/handbook.html", told)
