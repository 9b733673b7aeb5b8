"""Filling the projections from the lake's derived tables by difference, a few rows a transaction.

What pages show is only what is open and due within 60 days or overdue, and what was closed in the
last weeks. A save never waits for a fill: each transaction holds at most `AT_ONCE` rows.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
from django.db import models, transaction

from xinglin.act.programmes.door import door_column
from xinglin.act.programmes.models import (
    DONE,
    NOT_NEEDED,
    WITHDRAWN,
    Carry,
    CaseRow,
    Mark,
    OpenLoop,
    OpenTask,
    SuspectRow,
)
from xinglin.act.programmes.plan_rows import Source, Stages, order
from xinglin.act.programmes.recipe import NEVER, Recipe, kept
from xinglin.act.programmes.recipe import record as record_recipe
from xinglin.datasets.people import Person
from xinglin.datasets.work import Case, LoopCase, Suspect, Task
from xinglin.declare.catalog import Catalog
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.journal.actions import hold_order
from xinglin.journal.queries import acts_after
from xinglin.kernel.dates import plus_days
from xinglin.kernel.home import Home
from xinglin.lake.reader import LakeReader
from xinglin.lake.store import open_lake

AT_ONCE = 1_000
GAP = 0.1                           # seconds; who waits for SQLite's lock looks again so often
AHEAD, BEHIND = 60, 31              # days: due ahead, closed behind
KEYS: Mapping[type[models.Model], tuple[str, ...]] = {
    CaseRow: ("person", "programme"), OpenTask: ("person", "programme", "task", "cycle"),
    OpenLoop: ("person", "programme", "loop", "opened"), SuspectRow: ("person", "programme"),
}
JOURNAL = "journal"                 # the lake's watermark of the journal
EVER = date(9999, 12, 31)
SEPARATOR, NOTHING = "\x1f", "\x1e"
_TEXT = (models.CharField, models.TextField)


@dataclass(frozen=True)
class Difference:
    """Rows of one projection written (new or changed) and taken out."""

    written: int
    removed: int


def project(home: Home, catalog: Catalog, *, day: date, program: str) -> dict[str, Difference]:
    """The night's step: fill from the lake on disk. `program`: see `recipe.kept`."""
    lake, programmes = open_lake(home), list(catalog.programmes.values())
    with lake.cursor() as con:
        reader = LakeReader(con, EVER, keep=True)   # derived rows are dated ahead too

        def build() -> Mapping[str, Recipe]:
            def tables(stages: Stages) -> Mapping[str, Any]:
                staged = _staged(reader, programmes, NEVER, stages)
                return {m.__name__: t for m, t in staged.items()}
            return {"projections": record_recipe(reader.backend, "projections", tables)}

        recipe = kept(home.root / "night" / "projections.json", program, build)["projections"]
        with recipe.made(con, on=day) as made:
            staged = {m: reader.backend.sql(made[m.__name__]) for m in KEYS}
            return _filled(Stages(reader.backend), staged, on=day, journal=lake.watermark(JOURNAL))


def fill(lake: Any, programmes: Iterable[Programme], *, on: date, journal: int) -> dict[str, Difference]:
    """Make the projections what the lake says; `journal` is the act up to which the lake has read.

    People with acts after `journal` are left as their saves made them. `lake` needs `rows(record)`
    for Case, Task, LoopCase, Suspect, Person and the ladders' Records; nothing of it is changed.
    """
    stages = Stages(lake.rows(Person).get_backend())
    try:
        return _filled(stages, _staged(lake, list(programmes), on, stages), on=on, journal=journal)
    finally:
        stages.close()


def _filled(stages: Stages, staged: Mapping[type[models.Model], Any], *, on: date,
            journal: int) -> dict[str, Difference]:
    later = _Later(journal)
    try:
        found = {m.__name__: _fill(stages, m, table, later) for m, table in staged.items()}
    finally:
        stages.close()
    for model in (OpenTask, OpenLoop):
        model.objects.filter(closed_as__in=(WITHDRAWN, NOT_NEEDED),
                             closed_on__lt=plus_days(on, -BEHIND)).delete()
    with transaction.atomic():
        hold_order()        # a save reads both marks: never one from before and one from after
        Mark.objects.update_or_create(pk="journal", defaults={"value": journal})
        Mark.objects.get_or_create(pk="filled", defaults={"value": 0})
        Mark.objects.filter(pk="filled").update(value=models.F("value") + 1)
    _empty(Carry)
    return found


def empty(model: type[models.Model]) -> None:
    """Drop the rows of a projection that follow from history."""
    _empty(model, _follows(model))


def differs(lake: Any, programmes: Iterable[Programme], *, on: date,
            journal: int | None = None) -> dict[str, list[int]]:
    """Model → `rk` of rows that are not what the lake says, column by column; empty when all are.

    With `journal` people with acts after it, whose rows are rightly ahead of the lake, are left out.
    """
    later = _Later(journal).now() if journal is not None else set()
    stages = Stages(lake.rows(Person).get_backend())
    try:
        staged = _staged(lake, list(programmes), on, stages)
        return {m.__name__: _different(m, table, later) for m, table in staged.items()}
    finally:
        stages.close()


def _different(model: type[models.Model], table: Any, later: set[int]) -> list[int]:
    names = [n for n in fields_of(model) if n != "digest"]
    at = names.index("person")
    there = set(map(tuple, zip(*(c.to_pylist() for c in table.select(names).to_pyarrow().columns), strict=True)))
    here = set(_follows(model).values_list(*names))
    return sorted({row[0] for row in there ^ here if row[at] not in later})


# -- what the lake says ----------------------------------------------------------------------------

def _tables(lake: Any, programmes: list[Programme], on: date) -> dict[type[models.Model], Any]:
    cases, tasks = lake.rows(Case), lake.rows(Task)
    loops, suspects = lake.rows(LoopCase), lake.rows(Suspect)
    codes = [p.code for p in programmes]
    quiet = [(p.code, t.code) for p in programmes for t in p.tasks if t.opportunistic]
    edge, since = ibis.literal(plus_days(on, AHEAD)), ibis.literal(plus_days(on, -BEHIND))
    for code, task in quiet:
        tasks = tasks.filter((tasks.programme != code) | (tasks.task != task))
    wanted = (tasks.done_on.isnull() & (tasks.due_by <= edge) & (tasks.state != "错过")) | (tasks.done_on >= since)
    told = _told(lake, programmes, on)
    cases = cases.left_join(told, ["person", "programme"]).drop("person_right", "programme_right")
    tasks = tasks.filter(wanted).left_join(
        cases.select("person", "programme", "house", "line", "last_class"), ["person", "programme"])
    tasks = tasks.mutate(paused=tasks.state == "暂停", closed_on=tasks.done_on,
                         closed_as=ibis.ifelse(tasks.done_on.notnull(), DONE, ""))
    loops = loops.filter(loops.closed.isnull() | (loops.closed >= since))
    loops = loops.mutate(closed_on=loops.closed,
                         closed_as=ibis.ifelse(loops.closed.notnull(), DONE, ""))
    every = {CaseRow: cases, OpenTask: tasks, OpenLoop: loops, SuspectRow: suspects}
    return {m: t.filter(t.programme.isin(codes)) for m, t in every.items()}


def _told(lake: Any, programmes: list[Programme], on: date) -> Any:
    """person, programme, house (the door), line (last values of the ladder's Record, `150/95`)."""
    source = Source(lake, on, Stages(None))
    people = source.people(["house_no", "household"])
    people = people.select("person", house=door_column(people.person__house_no, people.person__household))
    found = []
    for programme in programmes:
        line = _line(source, programme)
        told = people.left_join(line, "person").drop("person_right") if line is not None else (
            people.mutate(line=ibis.literal("")))
        found.append(told.mutate(programme=ibis.literal(programme.code)))
    return ibis.union(*found) if len(found) > 1 else found[0]


def _line(source: Source, programme: Programme) -> Any:
    record = programme.ladder_of
    if record is None or not record.about.line:
        return None
    rows = source.read(record)
    last = rows.mutate(n__=ibis.row_number().over(
        group_by=rows.person, order_by=[k.desc() for k in order(record, rows)]))
    last = last.filter(last.n__ == 0)
    return last.select("person", line=_joined(last, record))


def _joined(last: Any, record: type[Record]) -> Any:
    """138/80; what need not be measured and was not is left out, what must be stands as a dash."""
    columns = record.columns()
    parts = [(ibis.literal("/") + last[n].cast("string")).fill_null("/—" if columns[n].required else "")
             for n in record.about.line]
    text = parts[0]
    for part in parts[1:]:
        text = text + part
    return text.substr(1)


# -- the difference --------------------------------------------------------------------------------

def fields_of(model: type[models.Model]) -> list[str]:
    """A projection's columns, `rk` first."""
    return [f.name for f in model._meta.concrete_fields]


def _rows(model: type[models.Model]) -> Any:
    return model.objects.all()                                          # type: ignore[attr-defined]


def _staged(lake: Any, programmes: list[Programme], on: date,
            stages: Stages) -> dict[type[models.Model], Any]:
    """The rows that each projection should have, with `rk` and `digest`, kept for this run."""
    found = {}
    for model, table in _tables(lake, programmes, on).items():
        names = [n for n in fields_of(model) if n not in ("rk", "digest")]
        text = {f.name for f in model._meta.concrete_fields if isinstance(f, _TEXT)}
        table = table.select(**{n: table[n].fill_null("") if n in text else table[n] for n in names})
        keyed = table.mutate(rk=_bits(table, KEYS[model]), digest=_bits(table, names))
        found[model] = stages.keep(keyed.select(fields_of(model)))
    return found


def _bits(table: Any, names: Iterable[str]) -> Any:
    """64 bits of MD5 over columns, as `key_of` gives them in Python."""
    parts = [table[n].cast("string").fill_null(NOTHING) for n in names]
    text = parts[0]
    for part in parts[1:]:
        text = text + SEPARATOR + part
    return _signed(_md5_number(text))


@ibis.udf.scalar.builtin(name="md5_number_lower", signature=((dt.string,), dt.Decimal(38, 0)))
def _md5_number(text):                                      # noqa: ANN202 - Ibis reads the signature
    ...


def _signed(number: Any) -> Any:
    return (number.cast("decimal(38, 0)") - ibis.literal(2**63, "decimal(38, 0)")).cast("int64")


class _Later:
    """Who has acts that the lake has not read. Their rows are as their saves made them, and stay."""

    def __init__(self, journal: int) -> None:
        self._seen = journal
        self._people: set[int] = set()
        self._looks = 0
        self._busy = False          # somebody has saved since this fill began

    def now(self) -> set[int]:
        """Asked in each writing transaction: nobody saves between this look and its commit."""
        hold_order()
        self._looks += 1
        for act in acts_after(self._seen):
            self._busy = self._busy or self._looks > 1
            self._seen = act.seq
            if act.subject_person is not None:
                self._people.add(act.subject_person)
        return self._people

    def let_in(self) -> None:
        """While people save, leave the lock free long enough for whoever waits to find it so."""
        if self._busy:
            time.sleep(GAP)


def _fill(stages: Stages, model: type[models.Model], table: Any, later: _Later) -> Difference:
    kept = stages.keep(ibis.memtable(_numbers(model)))
    changed = table.anti_join(kept, ["rk", "digest"])
    gone = kept.anti_join(table, "rk").select("rk", "person").to_pyarrow().to_pylist()
    written = removed = 0
    for batch in changed.to_pyarrow_batches(chunk_size=AT_ONCE):
        later.let_in()
        written += _write(model, list(zip(*(c.to_pylist() for c in batch.columns), strict=True)), later)
    for start in range(0, len(gone), AT_ONCE):
        later.let_in()
        removed += _remove(model, gone[start:start + AT_ONCE], later)
    return Difference(written, removed)


def _numbers(model: type[models.Model]) -> pa.Table:
    """rk, digest and person of the rows that a fill may change."""
    rows = list(_follows(model).values_list("rk", "digest", "person").iterator(AT_ONCE))
    return pa.table({name: pa.array([row[i] for row in rows], pa.int64())
                     for i, name in enumerate(("rk", "digest", "person"))})


def _follows(model: type[models.Model]) -> Any:
    """Rows that follow from history; what a correction withdrew is kept beside them for a while."""
    if "closed_as" not in {f.name for f in model._meta.concrete_fields}:
        return _rows(model)
    return _rows(model).exclude(closed_as__in=(WITHDRAWN, NOT_NEEDED))


def _write(model: type[models.Model], rows: list[tuple[Any, ...]], later: _Later) -> int:
    names, written = fields_of(model), 0
    person = names.index("person")
    for start in range(0, len(rows), AT_ONCE):
        made: dict[int, list[Any]] = {row[person]: [] for row in rows[start:start + AT_ONCE]}
        for row in rows[start:start + AT_ONCE]:
            made[row[person]].append(model(**dict(zip(names, row, strict=True))))
        with transaction.atomic():
            skip = later.now()
            chosen = [item for who, items in made.items() if who not in skip for item in items]
            model.objects.bulk_create(                                  # type: ignore[attr-defined]
                chosen, update_conflicts=True, unique_fields=["rk"], update_fields=names[1:])
        written += len(chosen)
    return written


def _remove(model: type[models.Model], gone: list[dict[str, int]], later: _Later) -> int:
    with transaction.atomic():
        skip = later.now()
        keys = [row["rk"] for row in gone if row["person"] not in skip]
        _rows(model).filter(rk__in=keys).delete()
    return len(keys)


def _empty(model: type[models.Model], rows: Any = None) -> None:
    rows = _rows(model) if rows is None else rows
    while True:
        with transaction.atomic():
            some = list(rows.values_list("pk", flat=True)[:AT_ONCE])
            _rows(model).filter(pk__in=some).delete()
        if len(some) < AT_ONCE:
            return


def key_of(model: type[models.Model], values: Mapping[str, Any]) -> int:
    """`rk` of a row: 64 bits of MD5 over its natural key."""
    text = SEPARATOR.join(NOTHING if values[n] is None else str(values[n]) for n in KEYS[model])
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") - 2**63
