"""What the doctor's pages write: who looked, and questions about others' rows."""

from collections.abc import Iterable

from xinglin.journal.actions import record_access
from xinglin.show.doctor.reader import Reader


def note_seen(
    *, who: Reader, purpose: str, what: str, persons: Iterable[int], page: str
) -> None:
    """An access event; committed before the page is sent. A list is one event."""
    record_access(actor=who.staff, org=who.org, purpose=purpose, what=what, persons=persons, page=page)


def note_refused(*, who: Reader, number: int, what: str, page: str) -> None:
    """Somebody asked for a person out of their right."""
    record_access(
        actor=who.staff, org=who.org, purpose="refused", what=what, persons=[number], page=page
    )
