"""People whose history came or went whole, by a merge or its undoing: their lists follow at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from xinglin.act.programmes.history import ReadLake, catalog, history_of
from xinglin.act.programmes.models import NOT_NEEDED, Carry
from xinglin.act.programmes.refold import refold
from xinglin.journal.actions import hold_order


def refold_again(people: Iterable[int], *, on: date, read: ReadLake | None = None) -> None:
    """Read these people's history anew from the lake and write their cases, tasks and loops."""
    programmes = list(catalog().programmes.values())
    for person in people:
        with transaction.atomic():
            hold_order()
            Carry.objects.filter(pk=person).delete()
            refold(history_of(person, programmes, read=read), programmes, on=on, gone_as=NOT_NEEDED)
