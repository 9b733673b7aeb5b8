"""What follows from decisions: rows in the lake, and where people live after a merge was undone.

Told by state; run after decisions, every night, and again after a kill. Apart from the web, which only reads the lake.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from xinglin.gather.homes import homes_told
from xinglin.gather.merged import Settled, settle_merges
from xinglin.gather.receive import gathering
from xinglin.journal.actions import record_act
from xinglin.journal.models import Act
from xinglin.kernel.home import Home
from xinglin.lake.store import Lake, open_lake
from xinglin.registry.merging import HOME, home_of
from xinglin.registry.models import Person, PersonMerge
from xinglin.registry.people import PersonChange, update_people

REHOMED = "people.rehomed"


def finish(home: Home) -> Settled:
    """Bring the lake and the registry's homes to what was decided; whose history came or went."""
    with gathering(home):
        done = settle_merges(home)
        for made in PersonMerge.objects.exclude(split_at=None).order_by("pk"):
            if not Act.objects.filter(idempotency_key=_key(made)).exists():
                _bring_homes_back(open_lake(home), made)
        return done


def _key(made: PersonMerge) -> str:
    return f"split:{made.pk}:homes"


@transaction.atomic
def _bring_homes_back(lake: Lake, made: PersonMerge) -> None:
    """Each lives where the register's own rows say; who has none there, where they lived before the merge."""
    told = {c.number: c for c in homes_told(lake, [made.root_id, made.absorbed_id])}
    if made.root_id not in told and not _registered(lake, made.root_id):
        changed = _gone_back(made)
        if changed:
            told[made.root_id] = PersonChange(number=made.root_id, **changed)
    if told:
        update_people(changes=list(told.values()), actor="system", org="", why="拆开档案", channel="system",
                      idempotency_key=f"{_key(made)}:told")
    record_act(kind=REHOMED, actor="system", org="", channel="system", idempotency_key=_key(made),
               payload={"people": sorted(told)})


def _gone_back(made: PersonMerge) -> dict[str, Any]:
    now = home_of(Person.objects.get(pk=made.root_id))
    return {name: made.home.get(name) for name in HOME if made.home.get(name) and made.home.get(name) != now[name]}


def _registered(lake: Lake, number: int) -> bool:
    with lake.cursor() as con:
        return con.execute("SELECT 1 FROM person WHERE person = ? LIMIT 1", [number]).fetchone() is not None
