"""The six entries at the left, and which purposes of a role open them (registry/permissions.py).

An entry is shown when its page exists and one of the reader's roles has one of its purposes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.registry.permissions import ROLES


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the menu: a page's url name, its Chinese word, an icon, the purposes that open it."""

    page: str
    title: str | Promise
    icon: str
    purposes: frozenset[str]


MENU = (
    Entry(page="today", title=_("今日"), icon="today", purposes=frozenset({"care", "management"})),
    Entry(page="people", title=_("居民"), icon="people",
          purposes=frozenset({"care", "management", "disease_control", "quality"})),
    Entry(page="figures", title=_("指标"), icon="figures", purposes=frozenset({"figures"})),
    Entry(page="deliveries", title=_("数据"), icon="data", purposes=frozenset({"delivery"})),
    Entry(page="reports", title=_("报告"), icon="report",
          purposes=frozenset({"management", "quality"})),
    Entry(page="administration", title=_("管理"), icon="admin",
          purposes=frozenset({"operation", "accounts", "audit"})),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry as drawn: resolved address, and whether the reader stands in it."""

    title: str | Promise
    icon: str
    address: str
    here: bool


def purposes_of(posts: Iterable[Any]) -> frozenset[str]:
    """All purposes that these posts (registry.models.Post) open."""
    roles = [ROLES[post.role] for post in posts if post.role in ROLES]
    return frozenset(purpose for role in roles for purpose in role.reach)


def lines_for(purposes: frozenset[str], path: str) -> list[Line]:
    """The entries of these purposes whose pages exist; `path` marks the one the reader is in."""
    lines = []
    for entry in MENU:
        address = address_of(entry.page)
        if address and entry.purposes & purposes:
            here = path.startswith(address)
            lines.append(Line(title=entry.title, icon=entry.icon, address=address, here=here))
    return lines


def front_of(posts: Iterable[Any]) -> str | None:
    """The first page of a reader: what the first role with one is for above all, which is the purpose it names first."""
    for post in posts:
        purpose = next(iter(ROLES[post.role].reach), "") if post.role in ROLES else ""
        for entry in MENU:
            if purpose in entry.purposes and (address := address_of(entry.page)):
                return address
    return None


def address_of(page: str) -> str | None:
    """The address of a page by its url name, or None when no such page is installed."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return None
