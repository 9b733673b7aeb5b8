"""Dropping the projections and filling them again: from the lake, and from what it has not read.

What a correction withdrew lately is kept: it marks what a save did, and follows from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from xinglin.act.programmes.history import ReadLake, history_of
from xinglin.act.programmes.models import NOT_NEEDED
from xinglin.act.programmes.project import (
    EVER,
    JOURNAL,
    KEYS,
    Difference,
    differs,
    empty,
    fill,
)
from xinglin.act.programmes.refold import refold
from xinglin.declare.catalog import Catalog
from xinglin.declare.programme import Programme
from xinglin.journal.actions import hold_order
from xinglin.journal.queries import acts_about, acts_after
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.reader import LakeReader
from xinglin.lake.store import open_lake

NIGHT = "night.day"                 # the lake's watermark of the last night


@dataclass(frozen=True)
class Rebuilt:
    """`before` and `after`: projection → rows that were, and are, not what the lake says."""

    day: date
    filled: Mapping[str, Difference]
    refolded: int
    before: Mapping[str, int]
    after: Mapping[str, int]


def rebuild_projections(home: Home, catalog: Catalog) -> Rebuilt:
    """Drop and refill as of the last night, and compare row by row before and after.

    Raises XinglinError when there was no night yet.
    """
    lake = open_lake(home, read_only=True)
    if not lake.watermark(NIGHT):
        raise XinglinError("还没有运行过夜间任务，没有可重建的清单", str(home.root), "先运行 xinglin night")
    day, journal = date.fromordinal(lake.watermark(NIGHT)), lake.watermark(JOURNAL)
    programmes = list(catalog.programmes.values())
    with lake.cursor() as con:
        reader = LakeReader(con, EVER)
        before = differs(reader, programmes, on=day, journal=journal)
        filled, refolded = rebuild(reader, programmes, on=day, journal=journal)
        after = differs(reader, programmes, on=day, journal=journal)
    return Rebuilt(day, filled, refolded, *({m: len(rows) for m, rows in found.items()}
                                            for found in (before, after)))


def rebuild(lake: Any, programmes: Iterable[Programme], *, on: date, journal: int,
            read: ReadLake | None = None) -> tuple[dict[str, Difference], int]:
    """Drop and fill; people with acts that the lake has not read are folded again. How many they are."""
    listed = list(programmes)
    for model in KEYS:
        empty(model)
    filled = fill(lake, listed, on=on, journal=journal)
    people = sorted({a.subject_person for a in acts_after(journal) if a.subject_person is not None})
    for person in people:
        _refold(person, listed, on=on, journal=journal, read=read)
    return filled, len(people)


def _refold(person: int, programmes: list[Programme], *, on: date, journal: int, read: ReadLake | None) -> None:
    """As their last save left them: folded on its day."""
    with transaction.atomic():
        hold_order()
        days = [localtime(a.at).date() for a in acts_about(person, after=journal)]
        refold(history_of(person, programmes, read=read), programmes, on=max([on, *days]), gone_as=NOT_NEEDED)
