"""Charts of a person's readings with the goal that the programme's ladder gives this person."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from xinglin.declare.catalog import Catalog
from xinglin.declare.expr import Compare, Ladder, classify, holds, parts_of
from xinglin.declare.norm import Norm
from xinglin.declare.programme import Programme
from xinglin.declare.record import Column
from xinglin.declare.words import norm_value
from xinglin.show.common.charts import Chart, Series
from xinglin.show.doctor.timeline import Entry, Timeline

MOST = 24  # readings of one chart: what a phone can still tell apart


def charts_of(
    timeline: Timeline, catalog: Catalog, *, person: Mapping[str, Any], on: date
) -> list[Chart]:
    """A chart for each programme whose form measures something of which there are two readings."""
    found = [_chart(p, timeline, catalog, person, on) for p in catalog.programmes.values()]
    return [c for c in found if c]


def _chart(
    programme: Programme, timeline: Timeline, catalog: Catalog, person: Mapping[str, Any], on: date
) -> Chart | None:
    record = programme.ladder_of
    if record is None or programme.ladder is None:
        return None
    line = [record.columns()[n] for n in record.about.line if record.columns()[n].unit]
    rows = _readings(timeline, catalog, tuple(c.name for c in line))
    if not line or len(rows) < 2:
        return None
    series = [
        Series(name=column.title, values=[row.numbers[i] for row in rows])
        for i, column in enumerate(line)
        if any(row.numbers[i] is not None for row in rows)
    ]
    goals = [
        Series(name=f"目标 {norm_value(goal)}", values=[goal] * len(rows), past=True)
        for column in line
        if (goal := goal_of(programme, column, person=person, on=on)) is not None
    ]
    titles = "、".join(c.title for c in line)
    return Chart(title=f"{titles}（最近 {len(rows)} 次）", kind="line", unit=f" {line[0].unit}",
                 labels=_labels(rows), series=[*series, *goals],
                 days=[e.day.isoformat() for e in rows if e.day])  # fmt: skip


def _readings(timeline: Timeline, catalog: Catalog, line: tuple[str, ...]) -> list[Entry]:
    """Rows of every Record that measures the same things, oldest first."""
    same = {c for c, r in catalog.records.items() if r.about.line == line}
    rows = [e for e in timeline.entries if e.record in same and e.day and not e.void]
    return list(reversed([e for e in rows if e.numbers[0] is not None][:MOST]))


def _labels(rows: Sequence[Entry]) -> list[str]:
    return [f"{e.day:%y}/{e.day.month}/{e.day.day}" for e in rows if e.day]


def goal_of(
    programme: Programme, column: Column, *, person: Mapping[str, Any], on: date
) -> float | None:
    """The least value of a column that already classes this person off the lowest rung.

    None where that value is an emergency: a limit of danger is nobody's goal.
    """
    ladder = programme.ladder
    if ladder is None:
        return None
    columns = column.record.columns() if column.record else {}
    blank = {n: False if c.kind == "yesno" else None for n, c in columns.items()}
    for value in sorted(_bounds(ladder, column, on)):
        row = {**blank, column.name: value}
        if classify(ladder, row, on=on, person=person) not in (None, ladder.otherwise):
            urgent = programme.emergency is not None and holds(programme.emergency, row, on=on, person=person)
            return None if urgent else value
    return None


def _bounds(ladder: Ladder, column: Column, on: date) -> Iterator[float]:
    for _name, condition in ladder.rungs:
        for part in parts_of(condition):
            if (isinstance(part, Compare) and part.left is column and part.op == ">="
                    and isinstance(part.right, Norm)):  # fmt: skip
                value = part.right.value_or_none(on)
                if isinstance(value, int | float):
                    yield float(value)
