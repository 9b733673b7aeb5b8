"""A lake in memory with the night's derived tables in it, and one person's rows as a save reads them."""

from datetime import date
from typing import Any

from tests.lib.memory_lake import MemoryLake
from xinglin.act.programmes.plan import plan
from xinglin.act.programmes.recipe import NEVER, Recipe, record
from xinglin.datasets.work import Case, LoopCase, Suspect, Task
from xinglin.declare.record import Record
from xinglin.site.load import catalog

DERIVED = {Case: "cases", Task: "tasks", LoopCase: "loops", Suspect: "suspects"}
_RECIPES: dict[str, Recipe] = {}


def plan_all(lake: MemoryLake, programmes, *, on: date) -> None:
    """Compute and put case, task, loop and suspect, by recipes worked out once a process, as the night does."""
    for known in catalog().records.values():        # a recipe names its tables
        if known.person_column() is not None:
            lake.rows(known)
    found: dict[type[Record], list[dict[str, Any]]] = {record: [] for record in DERIVED}
    for programme in programmes:
        if programme.code not in _RECIPES:
            _RECIPES[programme.code] = _recipe(programme, lake)
        with _RECIPES[programme.code].made(lake.con.con, on=on) as planned:
            for derived, name in DERIVED.items():
                found[derived] += lake.con.con.execute(planned[name]).to_arrow_table().to_pylist()
    for derived, rows in found.items():
        lake.put(derived, rows)


def _recipe(programme, lake: MemoryLake) -> Recipe:
    def build(stages):
        made = plan(programme, lake, on=NEVER, stages=stages)
        return {name: getattr(made, name) for name in DERIVED.values()}

    return record(lake.con, programme.code, build)


def reader_of(lake: MemoryLake, asked: list[int] | None = None):
    """What `history_of(read=…)` takes; the people asked for are noted."""
    def read(person: int, records: tuple[type[Record], ...]) -> dict[str, list[dict[str, Any]]]:
        if asked is not None:
            asked.append(person)
        return {r.about.code: lake.rows(r).filter(lake.rows(r).person == person).to_pyarrow().to_pylist()
                for r in records}
    return read
