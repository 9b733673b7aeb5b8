"""What the pages save: handed to the engine of programmes, with who served apart from who typed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from xinglin.gather.models import Question
from xinglin.journal.actions import Service, record_act
from xinglin.journal.models import Act
from xinglin.show.doctor.queries import Detail
from xinglin.show.doctor.reader import Reader
from xinglin.show.doctor.visit import Outlook


def seen(person: int) -> str:
    """The form's version: the newest act about the person when it was opened."""
    newest = Act.objects.filter(body__subject_person=person).aggregate(last=Max("seq"))["last"]
    return str(newest or 0)


def served(typed: Mapping[str, str]) -> Service:
    """Who served, when and where, from a form's own fields."""
    return Service(
        by=typed.get("_by", ""),
        day=date.fromisoformat(typed["_day"]),
        place=typed.get("_place", "").strip()[:40],
    )


def told(look: Outlook) -> dict[str, Any]:
    """An outlook as plain values, to be said again on the next page."""
    return asdict(look)
