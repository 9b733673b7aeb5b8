"""After a decision about entries: rows in the lake, homes, and the lists of everybody concerned.

Told by state: whose merge or split is newer than what was settled last, or than the last night. So a killed run is
ended by the next, and rows that a delivery has moved meanwhile still bring their people's lists along.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from django.utils import timezone

from xinglin.act.programmes.rehomed import refold_again
from xinglin.gather.duplicates.finish import finish
from xinglin.gather.sources.own_journal import WATERMARK
from xinglin.journal.queries import acts_after, last_seq
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake
from xinglin.registry.merging import MERGED, SPLIT


@dataclass(frozen=True)
class Done:
    """Subjects that changed their person, newest rows that moved, people whose lists were written anew."""

    subjects: int
    rows: int
    people: int


def settle(home: Home) -> Done:
    """Bring lake and lists after the registry's merges and splits."""
    open_lake(home).ensure([])
    upto = last_seq()
    moved = finish(home)
    people = {*moved.people, *_decided(home, upto)}
    refold_again(sorted(people), on=timezone.localdate())
    note_settled(home, upto)
    return Done(moved.subjects, moved.rows, len(people))


def _decided(home: Home, upto: int) -> set[int]:
    since = max(_settled(home), open_lake(home).watermark(WATERMARK))
    acts = [a.payload for a in acts_after(since, (MERGED, SPLIT)) if a.seq <= upto and not a.erased]
    return {p[who] for p in acts for who in ("keep", "absorbed")}


def _settled(home: Home) -> int:
    path = home.root / "night" / "settled.json"
    return int(json.loads(path.read_text())["act"]) if path.exists() else 0


def note_settled(home: Home, seq: int) -> None:
    """What was decided up to this act needs no settling: its lists are written, or a night is writing them."""
    path = home.root / "night" / "settled.json"
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps({"act": seq}))
    part.replace(path)
