"""What is decided here, with what follows at once: the lake, the lists, the journal."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence

from xinglin.gather.duplicates.decide import decide_apart, decide_later, decide_same, take_back
from xinglin.gather.models import DuplicatePair
from xinglin.journal.actions import record_access
from xinglin.registry.by import By
from xinglin.show.people.reach import PURPOSE, Keeper


def note_seen(who: Keeper, numbers: Iterable[int], *, page: str) -> None:
    """A page of pairs is one event, with everybody on it."""
    record_access(actor=who.who.staff, org=who.who.org, purpose=PURPOSE, what="people.duplicates", persons=numbers, page=page)


def carry_out(verdict: str, pairs: Sequence[DuplicatePair], *, who: Keeper, key: str, keep: int | None = None) -> None:
    """same, apart, later or undo, of all these pairs; rows and lists follow in a process of its own."""
    by = By(f"duplicates:{key}", staff=who.who.staff, org=who.who.org, channel="onsite")
    if verdict == "apart":
        decide_apart(pairs, by=by)
    elif verdict == "later":
        decide_later(pairs, by=by)
    else:
        try:
            decide_same(pairs, by=by, keep=keep) if verdict == "same" else take_back(pairs, by=by)
        finally:
            start_settling()    # of many, those before a refused one are decided


def start_settling() -> None:
    """`xinglin people settle`: the web never holds the county's data for writing. Killed, the night does it."""
    run = subprocess.Popen([sys.executable, "-m", "xinglin", "people", "settle"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=run.wait, daemon=True).start()
