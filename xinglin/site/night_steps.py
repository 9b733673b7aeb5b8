"""The steps of a night, in order. Each takes the Scene and says in numbers what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from xinglin.act.programmes.plan import plan
from xinglin.act.programmes.plan_rows import Stages
from xinglin.act.programmes.recipe import NEVER, Recipe, kept
from xinglin.act.programmes.recipe import record as record_recipe
from xinglin.datasets.arrivals import Arrival
from xinglin.datasets.work import Case, LoopCase, Suspect, Task
from xinglin.declare.fingerprint import fingerprint
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.kernel.dates import Period
from xinglin.know.indicators.readers import run_figures
from xinglin.know.indicators.touched import (
    NOBODY,
    TOUCHED,
    LakeFeed,
    feed_since,
    find_touched,
    used,
)
from xinglin.lake.reader import LakeReader
from xinglin.lake.store import open_lake
from xinglin.lake.tables import is_derived
from xinglin.lake.write import Write
from xinglin.site.program import program
from xinglin.site.scene import Scene

Done = Mapping[str, Any]
_DERIVED = {Case: "cases", Task: "tasks", LoopCase: "loops", Suspect: "suspects"}


def gather(scene: Scene) -> Done:
    """What declared databases hold that is new, deliveries in the inbox, and those that a killed run left."""
    from xinglin.gather.pull.declare import run_sources
    from xinglin.gather.receive import gather_waiting
    from xinglin.show.deliveries.matters import watch_sources

    runs, receipts = run_sources(scene.home), gather_waiting(scene.home)
    matters = watch_sources(scene.home, scene.day)
    return {**{f"matters_{what}": n for what, n in matters.items()},
            "fetched": sum(q.rows for r in runs for q in r.queries), "not_fetched": sum(bool(r.problem) for r in runs),
            "deliveries": len(receipts), "refused": sum(r.state == "refused" for r in receipts)}


def take_journal(scene: Scene) -> Done:
    """What people did here becomes rows, like any hospital's delivery."""
    from xinglin.gather.sources.own_journal import gather_own

    return asdict(gather_own(scene.home))


def compare_people(scene: Scene) -> Done:
    """Who came or changed, against everybody; the lake follows what was decided about entries."""
    from xinglin.gather.duplicates.behind import comparing
    from xinglin.gather.duplicates.compare import compare_new
    from xinglin.gather.duplicates.decide import merge_certain
    from xinglin.gather.duplicates.finish import finish
    from xinglin.journal.queries import last_seq
    from xinglin.site.settling import note_settled

    with comparing(scene.home):
        found = compare_new(scene.home)
    merged = merge_certain(scene.home)
    decided, moved = last_seq(), finish(scene.home)
    note_settled(scene.home, decided)       # the night's own steps write the lists
    return {**asdict(found), "merged": merged, "rows_moved": moved.rows}


def derive(scene: Scene) -> Done:
    """Cases, tasks, loops and suspects: of everyone, or of those whom the day has touched."""
    lake = open_lake(scene.home)
    lake.ensure(scene.catalog.records.values())
    before = lake.snapshot()
    return lake.run(lambda tx: _derive(scene, tx, before))


def _derive(scene: Scene, tx: Write, snapshot: int) -> Done:
    narrowed = _touched(scene, tx, snapshot)
    some = TOUCHED if narrowed is not None else None
    for record in _DERIVED:
        tx.unstage(_staged(record))
    recipes = _recipes(scene, tx, some) if narrowed != 0 else {}
    for recipe in recipes.values():
        with recipe.made(tx.con, on=scene.day) as planned:
            for record, name in _DERIVED.items():
                tx.stage(_staged(record), planned[name], record.columns())
    changed = {name: tx.replace_derived(record, f"temp.{_staged(record)}",
                                        persons=f"temp.{some}" if some else None)
               for record, name in _DERIVED.items() if recipes}
    _mark(scene, tx, snapshot)
    return {"people": "全部" if narrowed is None else narrowed,
            **{name: {"removed": d.removed, "added": d.added} for name, d in changed.items()}}


def _recipes(scene: Scene, tx: Write, some: str | None) -> Mapping[str, Recipe]:
    """Every programme's plan as SQL, of everyone or of the people in the TEMP table `some`."""
    def build() -> Mapping[str, Recipe]:
        reader = LakeReader(tx.con, NEVER, keep=True)
        persons = reader.backend.table(some, database=("temp", "main")) if some else None
        return {code: record_recipe(reader.backend, code, partial(_planned, programme, reader, persons))
                for code, programme in scene.catalog.programmes.items()}

    path = scene.home.root / "night" / f"plans-{'some' if some else 'all'}.json"
    return kept(path, f"{program()} {_definition(scene)}", build)


def _planned(programme: Programme, reader: LakeReader, persons: Any, stages: Stages) -> Mapping[str, Any]:
    made = plan(programme, reader, on=NEVER, persons=persons, stages=stages)
    return {name: getattr(made, name) for name in _DERIVED.values()}


def _staged(record: type[Record]) -> str:
    return f"_night_{record.about.code}"


def _mark(scene: Scene, tx: Write, snapshot: int) -> None:
    tx.watermark("night.day", scene.day.toordinal())
    tx.watermark("night.snapshot", snapshot)
    tx.watermark("night.definition", _definition(scene))


def _touched(scene: Scene, tx: Write, snapshot: int) -> int | None:
    """Fill the table of touched people; None when everyone has to be planned anew."""
    marks = tx.watermarks("night.")
    if scene.full or marks.get("night.definition") != _definition(scene):
        return None
    since = scene.day.fromordinal(marks["night.day"])
    feed = feed_since(tx.con, since=marks["night.snapshot"], upto=snapshot)
    if feed is None or since > scene.day or since.year != scene.day.year:
        return None
    records = used(scene.catalog.records, scene.catalog.records)
    return find_touched(tx.con, _History(feed), records, since=since, day=scene.day).people


def arrivals(scene: Scene) -> Done:
    """What came from whom, and how long after the one before: a row a delivery, for figures of sources."""
    from xinglin.gather.arrivals import stage_arrivals

    lake = open_lake(scene.home)
    lake.ensure(scene.catalog.records.values())

    def work(tx: Write) -> Done:
        return asdict(tx.replace_derived(Arrival, stage_arrivals(tx.con, scene.catalog.records), persons=None))

    return lake.run(work)


@dataclass(frozen=True)
class _History:
    """The change feed of history alone: what a night derived is no reason to derive it again."""

    feed: LakeFeed

    def people(self, record: type[Record]) -> str:
        return NOBODY if is_derived(record) else self.feed.people(record)

    def changed(self, record: type[Record], period: Period) -> bool:
        return self.feed.changed(record, period)


def _definition(scene: Scene) -> int:
    """A number that changes with any programme or Record."""
    text = fingerprint(tuple(scene.catalog.programmes.values()))
    return int(text, 16) >> 1


def figures(scene: Scene) -> Done:
    """Contributions of the touched, then sums."""
    done = run_figures(open_lake(scene.home), scene.catalog.indicators, scene.catalog.records,
                       day=scene.day, full=scene.full, code=program())
    how = [d.how for d in done]
    return {kind: how.count(kind) for kind in ("full", "increment", "unchanged", "refused")}


def look_for(scene: Scene) -> Done:
    """Findings over the lake: reasons to open a file, never verdicts."""
    from xinglin.gather.findings import find_all

    return find_all(scene.home, day=scene.day, programmes=scene.catalog.programmes.values())


def project(scene: Scene) -> Done:
    """What is open and due soon, into the application's tables, by difference."""
    from xinglin.act.programmes.project import project as fill

    done = fill(scene.home, scene.catalog, day=scene.day, program=program())
    return {name: asdict(difference) for name, difference in done.items()}


def tidy(scene: Scene) -> Done:
    """Fewer files, old snapshots expired by list."""
    from xinglin.lake.maintenance import tidy as tidy_lake
    from xinglin.show.reports.annual.actions import let_go_unused

    lake = open_lake(scene.home)
    let_go_unused(lake)
    done = tidy_lake(lake)
    return {"files_before": done.files_before, "files_after": done.files_after, "expired": done.expired}


def seal(scene: Scene) -> Done:
    """Close the journal's batches."""
    from xinglin.journal.actions import seal_closed

    return {"sealed": seal_closed()}


STEPS: tuple[tuple[str, str, Callable[[Scene], Done]], ...] = (
    ("gather", "接收等待中的数据", gather),
    ("journal", "收入今日的操作记录", take_journal),
    ("people", "查找疑似重复档案", compare_people),
    ("derive", "推算专案、任务与闭环", derive),
    ("arrivals", "登记数据的到达", arrivals),
    ("figures", "计算指标", figures),
    ("findings", "核查数据疑点", look_for),
    ("project", "更新工作清单", project),
    ("tidy", "整理存储", tidy),
    ("seal", "封存日志", seal),
)


