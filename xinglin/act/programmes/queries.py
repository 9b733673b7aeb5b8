"""Worklists: a doctor's list by house, counts, loops and suspects, read by key and not by offset.

A Scope is one doctor, or organisations (the subtree of whoever asks), or the whole county.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet

from xinglin.act.programmes.models import DONE, CaseRow, OpenLoop, OpenTask, SuspectRow
from xinglin.kernel.dates import plus_days

OVERDUE, TODAY, WEEK, ALL = "overdue", "today", "week", "all"
Key = tuple[str, str, int]          # organisation, house, person: where a page ended


@dataclass(frozen=True)
class Scope:
    """Whose work: a doctor's, or these organisations'; both empty is the county's.

    `without`: programmes that the reader may not know of, neither as a line nor in a count.
    """

    doctor: str = ""
    orgs: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.without:
            rows = rows.exclude(programme__in=self.without)
        if self.doctor:
            rows = rows.filter(doctor=self.doctor)
        return rows.filter(org__in=self.orgs) if self.orgs else rows


@dataclass(frozen=True)
class Counts:
    """逾期、今天、本周（明天到周日）、本周已完成."""

    overdue: int
    today: int
    week: int
    done: int


@dataclass(frozen=True)
class Visit:
    """One person to see, with all that is due."""

    person: int
    items: tuple[OpenTask, ...]


@dataclass(frozen=True)
class House:
    """One door."""

    org: str
    house: str
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Page:
    """Houses in order; `after` asks for the next page, None at the end."""

    houses: tuple[House, ...]
    after: Key | None


def sunday(today: date) -> date:
    """The last day of this week."""
    return plus_days(today, 6 - today.weekday())


def _open(scope: Scope, programme: str = "") -> QuerySet[OpenTask]:
    rows = scope.of(OpenTask.objects.filter(closed_on__isnull=True, paused=False))
    return rows.filter(programme=programme) if programme else rows


def _when(when: str, today: date) -> Q:
    return {OVERDUE: Q(due_by__lt=today), TODAY: Q(due_by=today),
            WEEK: Q(due_by__gt=today, due_by__lte=sunday(today)), ALL: Q()}[when]


def counts(scope: Scope, *, today: date) -> Counts:
    """The four numbers above a list."""
    # Three counts, each a walk within an index; one query over all would read every row's columns.
    open_ = {w: _open(scope).filter(_when(w, today)).count() for w in (OVERDUE, TODAY, WEEK)}
    done = scope.of(OpenTask.objects.filter(
        closed_on__gte=plus_days(today, -today.weekday()), closed_on__lte=today, closed_as=DONE)).count()
    return Counts(open_[OVERDUE], open_[TODAY], open_[WEEK], done)


def worklist(scope: Scope, *, today: date, when: str = ALL, programme: str = "",
             after: Key | None = None, size: int = 50) -> Page:
    """The list by organisation, house and person; `size` people a page."""
    rows = _open(scope, programme).filter(_when(when, today))
    heads = _heads(rows, scope, after, size + 1)
    more = heads[size - 1] if len(heads) > size else None
    people = [person for _, _, person in heads[:size]]
    items: dict[int, list[OpenTask]] = {}
    for item in rows.filter(person__in=people).order_by("due_by", "programme", "task"):
        items.setdefault(item.person, []).append(item)
    houses = tuple(House(org, house, tuple(Visit(p, tuple(items[p])) for _, _, p in group))
                   for (org, house), group in groupby(heads[:size], key=lambda h: h[:2]))
    return Page(houses, more)


def _heads(rows: QuerySet[OpenTask], scope: Scope, after: Key | None, size: int) -> list[Key]:
    """The next people by key. One organisation at a time: each is a walk along its index."""
    if scope.doctor:
        return _next_people(rows, after, size)
    found: list[Key] = []
    orgs = sorted(scope.orgs) or list(
        OpenTask.objects.order_by("org").values_list("org", flat=True).distinct())
    for org in orgs:
        if after and org < after[0]:
            continue
        start = after if after and org == after[0] else None
        found += _next_people(rows.filter(org=org), start, size - len(found))
        if len(found) >= size:
            break
    return found


def _next_people(rows: QuerySet[OpenTask], after: Key | None, size: int) -> list[Key]:
    if after:
        _, house, person = after
        rows = rows.filter(house__gte=house).filter(Q(house__gt=house) | Q(person__gt=person))
    heads = rows.order_by("house", "person").values_list("house", "person", "org").distinct()[:size]
    return [(org, house, person) for house, person, org in heads]


def items_of(person: int) -> list[OpenTask]:
    """All that is due or open for one person."""
    return list(OpenTask.objects.filter(person=person, closed_on__isnull=True).order_by("due_by"))


def cases_of(persons: Iterable[int]) -> list[CaseRow]:
    """Every case of these people."""
    return list(CaseRow.objects.filter(person__in=list(persons)).order_by("person", "programme"))


def loops(scope: Scope, *, after: tuple[date, int] | None = None, size: int = 50) -> list[OpenLoop]:
    """Open loops, the longest waiting first; `after` is (follow_by, rk) of the last one shown."""
    rows = scope.of(OpenLoop.objects.filter(closed_on__isnull=True))
    return _by_key(rows, "follow_by", after, size)


def suspects(scope: Scope, programme: str, *, after: tuple[date, int] | None = None,
             size: int = 50) -> list[SuspectRow]:
    """People to verify, the longest waiting first."""
    return _by_key(scope.of(SuspectRow.objects.filter(programme=programme)), "day", after, size)


def _by_key(rows: QuerySet[Any], day: str, after: tuple[date, int] | None, size: int) -> list[Any]:
    if after:
        rows = rows.filter(**{f"{day}__gte": after[0]}).filter(
            Q(**{f"{day}__gt": after[0]}) | Q(rk__gt=after[1]))
    return list(rows.order_by(day, "rk")[:size])


def closed_by_org(orgs: Collection[str], *, since: date) -> dict[str, int]:
    """Organisation → tasks done since a day."""
    rows = OpenTask.objects.filter(closed_as=DONE, closed_on__gte=since, org__in=list(orgs))
    return dict(rows.values_list("org").annotate(n=Count("rk")))
