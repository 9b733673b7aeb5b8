"""What readers of figures leave behind: who saw whose rows, who took an export away and why."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction

from xinglin.journal.actions import record_access, record_act
from xinglin.show.figures.scope import Scope


def note_rows(*, scope: Scope, figure: str, persons: Iterable[int], page: str, what: str = "figure.rows") -> None:
    """Write who saw the rows of a figure, before the page is sent."""
    record_access(actor=scope.staff, org=scope.org, purpose=scope.rows.purpose, what=f"{what}:{figure}",
                  persons=persons, page=page)


def note_refused(*, scope: Scope, figure: str, persons: Iterable[int] = ()) -> None:
    """An attempt at rows out of the reader's right."""
    record_access(actor=scope.staff, org=scope.org, purpose=scope.rows.purpose or "figures",
                  what=f"figure.rows.refused:{figure}", persons=persons)


@transaction.atomic
def note_export(*, scope: Scope, figure: str, period: str, place: str, what: str, form: str, rows: int,
                reason: str) -> str:
    """The act of an export; gives its number, which is printed on the file."""
    act = record_act(
        kind="figure.exported", actor=scope.staff, org=scope.org, channel="system",
        idempotency_key=f"figure.exported:{uuid4().hex}",
        payload={"figure": figure, "period": period, "place": place, "what": what, "form": form, "rows": rows,
                 "reason": reason})
    return str(act.uid)
