"""The lake follows the registry's merges: rows of a merged person lie with the entry that stands for it.

Told by state, not by event: whoever a subject is by linkage (`MergedSubject.own`) is looked up in today's merges,
and rows that lie elsewhere are moved. So a killed run is ended by the next, and merge then split leaves every row
where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

import pyarrow as pa
from django.utils import timezone

from xinglin.gather.models import MergedSubject
from xinglin.gather.sql import text
from xinglin.kernel.home import Home
from xinglin.lake.store import Lake, open_lake
from xinglin.lake.tables import at_lake
from xinglin.lake.write import Write
from xinglin.registry.merging import roots
from xinglin.registry.rows import insert_rows

WHY = "档案合并或拆开"


@dataclass(frozen=True)
class Settled:
    """How many subjects changed their person, how many newest rows moved, whose history came or went."""

    subjects: int = 0
    rows: int = 0
    people: tuple[int, ...] = ()


def settle_merges(home: Home) -> Settled:
    """Bring the lake to what the registry says of merges; nothing to do costs two small reads.

    Not beside a delivery, whose rows are on their way: under `receive.gathering`.
    """
    standing = roots()
    if not standing and not MergedSubject.objects.exists():
        return Settled()
    lake = open_lake(home)
    lake.ensure([])
    _note_own(lake, standing)
    own = dict(MergedSubject.objects.values_list("subject", "own"))
    wanted = {subject: standing.get(person, person) for subject, person in own.items()}
    done = _move(lake, wanted)
    back = [s for s, person in own.items() if wanted[s] == person]
    for at in range(0, len(back), 5_000):
        MergedSubject.objects.filter(subject__in=back[at:at + 5_000]).delete()
    return done


def _note_own(lake: Lake, standing: dict[int, int]) -> None:
    """Subjects that are linked to a merged entry itself: that is who they are by linkage."""
    if not standing:
        return
    with lake.cursor() as con:
        con.register("merged", pa.table({"person": pa.array(list(standing), pa.int64())}))
        found = con.execute(f"SELECT DISTINCT subject, person FROM {at_lake('person_link')} "
                            "SEMI JOIN merged USING (person) WHERE to_at IS NULL ORDER BY subject").fetchall()
        con.unregister("merged")
    insert_rows(MergedSubject, ("subject", "own"), found)


def _move(lake: Lake, wanted: dict[int, int]) -> Settled:
    """Links and rows of subjects whose person is another now, in one transaction of the lake."""
    table = pa.table({"subject": pa.array(list(wanted), pa.int64()), "person": pa.array(list(wanted.values()), pa.int64())})
    at = text(timezone.now().astimezone(UTC).replace(tzinfo=None).isoformat(" "))
    differ = (f'SELECT w.subject, w.person, l.person AS before, TIMESTAMP {at} AS "at", {text(WHY)} AS why FROM wanted w '
              f"JOIN {at_lake('person_link')} l ON l.subject = w.subject AND l.to_at IS NULL AND l.person <> w.person")

    def work(tx: Write) -> Settled:
        tx.con.register("wanted", table)
        tx.con.execute(f"CREATE OR REPLACE TEMP TABLE moving AS {differ}")
        tx.con.unregister("wanted")
        found = tx.con.execute("SELECT person, before FROM temp.moving").fetchall()
        tx.link('(SELECT subject, person, "at", why FROM temp.moving)')
        rows = tx.rehome("temp.moving")
        tx.con.execute("DROP TABLE temp.moving")
        return Settled(len(found), rows, tuple(sorted({p for pair in found for p in pair})))

    with lake.cursor() as con:
        con.register("wanted", table)
        any_ = con.execute(f"SELECT 1 FROM ({differ}) LIMIT 1").fetchone()
        con.unregister("wanted")
    return lake.run(work) if any_ else Settled()
