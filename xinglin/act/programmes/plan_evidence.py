"""Evidence for everyone: the earliest row that completes a kind of evidence (`fold._evidence`)."""

from __future__ import annotations

from typing import Any

import ibis

from xinglin.act.programmes.plan_rows import Source, order, union_all
from xinglin.declare.days import plus_days
from xinglin.declare.programme import Evidence, First, Twice
from xinglin.declare.rules import Confirm
from xinglin.declare.table import to_ibis


def evidence(source: Source, kinds: tuple[Evidence, ...], people: Any) -> Any:
    """One row a person who has any: person, day, kind, why_record, why_rk.

    `people` are those who may come in: person, `cleared_on` (evidence up to it is answered) and
    `person__*`.
    """
    found = [_complete(source, i, kind, people) for i, kind in enumerate(kinds)]
    every = union_all(found)
    place = ibis.row_number().over(group_by=every.person, order_by=[every.day, every.kind])
    first = every.mutate(n__=place)
    return first.filter(first.n__ == 0).drop("n__")


def _complete(source: Source, i: int, kind: Evidence, people: Any) -> Any:
    rows = source.read(kind.record).inner_join(people.drop("place", "org", "doctor"), "person")
    rows = rows.filter(rows.cleared_on.isnull() | (rows.day__ > rows.cleared_on))
    keys = {f"o{j}__": key for j, key in enumerate(order(kind.record, rows))}
    if isinstance(kind, Confirm):
        held = to_ibis(kind.when, rows, on=rows.day__).fill_null(False)
        complete = _third(rows.select("person", "rk", day=rows.day__, held=held, **keys), kind, [*keys])
    else:
        hits = rows.filter(to_ibis(kind.where, rows, on=rows.day__))
        hits = hits.select("person", "rk", day=hits.day__,
                           **{f"o{j}__": key for j, key in enumerate(order(kind.record, hits))})
        complete = _first(hits, [*keys]) if isinstance(kind, First) else _second(hits, kind, [*keys])
    return complete.select("person", "day", kind=ibis.literal(i, "int8"),
                           why_record=ibis.literal(kind.record.about.code), why_rk=complete.rk)


def _first(rows: Any, keys: list[str]) -> Any:
    placed = rows.mutate(n__=ibis.row_number().over(ibis.window(group_by="person", order_by=keys)))
    return placed.filter(placed.n__ == 0)


def _second(rows: Any, kind: Twice, keys: list[str]) -> Any:
    window = ibis.window(group_by="person", order_by=keys)
    placed = rows.mutate(n__=ibis.row_number().over(window),
                         start__=rows.day.min().over(group_by=rows.person))
    apart = placed.filter((placed.n__ > 0) & (
        placed.day >= plus_days(placed.start__, kind.apart.at(placed.day))))
    return _first(apart.drop("n__"), keys)


def _third(rows: Any, kind: Confirm, keys: list[str]) -> Any:
    window = ibis.window(group_by="person", order_by=keys)
    days = rows.mutate(nxt=rows.day.lead().over(window))
    days = days.filter(days.nxt.isnull() | (days.nxt != days.day))
    run = runs(days, days.held)
    return _first(run.filter((run.run > 0) & (run.run == kind.times.at(run.day))), keys)


def runs(days: Any, held: Any) -> Any:
    """`run`: how many days running, this one included, the flag held. One row a person and day."""
    window = ibis.window(group_by="person", order_by="day")
    placed = days.mutate(held__=held, place__=ibis.row_number().over(window) + 1)
    broken = ibis.ifelse(placed.held__, ibis.null("int64"), placed.place__)
    upto = ibis.cumulative_window(group_by="person", order_by="day")
    cut = placed.mutate(cut__=broken.max().over(upto))
    return cut.mutate(run=cut.place__ - cut.cut__.fill_null(0)).drop("held__", "place__", "cut__")
