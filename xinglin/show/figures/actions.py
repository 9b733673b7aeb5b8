"""What readers of figures leave behind: who saw whose rows, who took an export away and why."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from xinglin.journal.actions import record_access, record_act
from xinglin.journal.queries import newest_of_kind
from xinglin.show.figures.scope import Scope

EXPORTED = "figure.exported"


def note_rows(*, scope: Scope, figure: str, persons: Iterable[int], page: str, what: str = "figure.rows") -> None:
    """Write who saw the rows of a figure, before the page is sent."""
    record_access(actor=scope.staff, org=scope.org, purpose=scope.rows.purpose, what=f"{what}:{figure}",
                  persons=persons, page=page)


def note_refused(*, scope: Scope, figure: str, persons: Iterable[int] = ()) -> None:
    """An attempt at rows out of the reader's right."""
    record_access(actor=scope.staff, org=scope.org, purpose=scope.rows.purpose or "figures",
                  what=f"figure.rows.refused:{figure}", persons=persons)


def taken_today(staff: str) -> int:
    """How many lists this reader took away today."""
    today = timezone.localdate()
    acts = newest_of_kind(EXPORTED, limit=500)
    return sum(a.actor == staff and not a.erased and timezone.localtime(a.at).date() == today
               and a.payload.get("what") == "rows" for a in acts)


@transaction.atomic
def note_export(*, scope: Scope, figure: str, period: str, place: str, what: str, form: str, rows: int,
                reason: str) -> str:
    """The act of an export; gives its number, which is printed on the file."""
    act = record_act(
        kind=EXPORTED, actor=scope.staff, org=scope.org, channel="system",
        idempotency_key=f"{EXPORTED}:{uuid4().hex}",
        payload={"figure": figure, "period": period, "place": place, "what": what, "form": form, "rows": rows,
                 "reason": reason})
    return str(act.uid)
