"""A lake in memory with the night's derived tables in it, and one person's rows as a save reads them."""

from datetime import date
from typing import Any

from tests.lib.memory_lake import MemoryLake
from xinglin.act.programmes.plan import plan
from xinglin.datasets.work import Case, LoopCase, Suspect, Task
from xinglin.declare.record import Record


def plan_all(lake: MemoryLake, programmes, *, on: date) -> None:
    """Compute and put case, task, loop and suspect."""
    found = {Case: [], Task: [], LoopCase: [], Suspect: []}
    for programme in programmes:
        with plan(programme, lake, on=on) as made:
            for record, table in zip(found, (made.cases, made.tasks, made.loops, made.suspects),
                                     strict=True):
                found[record] += table.to_pyarrow().to_pylist()
    for record, rows in found.items():
        lake.put(record, rows)


def reader_of(lake: MemoryLake, asked: list[int] | None = None):
    """What `history_of(read=…)` takes; the people asked for are noted."""
    def read(person: int, records: tuple[type[Record], ...]) -> dict[str, list[dict[str, Any]]]:
        if asked is not None:
            asked.append(person)
        return {r.about.code: lake.rows(r).filter(lake.rows(r).person == person).to_pyarrow().to_pylist()
                for r in records}
    return read
