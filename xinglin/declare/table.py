"""Reader 2 of a condition: a table of any size, as Ibis expressions on whatever engine holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xinglin.declare.codelist import Codelist
from xinglin.declare.expr import (
    OPS,
    Age,
    All,
    Any_,
    Compare,
    Condition,
    InList,
    IsAny,
    IsNull,
    IsTrue,
    Ladder,
    Literal,
    Mentions,
    Not,
    Operand,
)
from xinglin.declare.norm import Norm
from xinglin.declare.refuse import refuse

if TYPE_CHECKING:
    import ibis.expr.types as ir

PERSON_PREFIX = "person__"          # how columns of Person are named beside a record's own


def to_ibis(c: Condition, table: ir.Table, *, on: ir.Value) -> ir.Value:
    """The condition as a boolean column over `table`; `on` is the day column that picks norms.

    Columns of Person are expected in `table` as `person__<column>`.
    """
    import ibis

    match c:
        case All(parts):
            return ibis.and_(*[to_ibis(p, table, on=on) for p in parts])
        case Any_(parts):
            return ibis.or_(*[to_ibis(p, table, on=on) for p in parts])
        case Not(of):
            # Not `~`: Ibis 12 writes (~x).isnull() as NOT x IS NULL, which SQL reads as x IS NOT NULL.
            return to_ibis(of, table, on=on) == ibis.literal(False)
        case IsNull(of):
            return operand_to_ibis(of, table, on).isnull()
        case IsTrue(of):
            return operand_to_ibis(of, table, on)
        case IsAny(of, codes):
            return operand_to_ibis(of, table, on).isin(codes)
        case InList(of, codes):
            return _in_list(operand_to_ibis(of, table, on), codes)
        case Mentions(of, words):
            text = operand_to_ibis(of, table, on)
            return ibis.or_(*[text.contains(w) for w in words])
        case Compare(op, left, right):
            return OPS[op](operand_to_ibis(left, table, on), operand_to_ibis(right, table, on))
    raise TypeError(type(c).__name__)


def _in_list(value: ir.Value, codes: Codelist) -> ir.Value:
    import ibis

    names = [c.code for c in codes.codes]
    member = (ibis.or_(*[value.startswith(n) for n in names]) if codes.match == "prefix"
              else value.isin(names))
    for prefix in codes.excludes:
        member = member & ~value.startswith(prefix)
    return member


def operand_to_ibis(of: Operand | Norm | Literal, table: ir.Table, on: ir.Value) -> ir.Value:
    """An operand as a column of `table`."""
    import ibis

    match of:
        case Literal(value):
            return ibis.literal(value)
        case Norm():
            return of.at(on)
        case Age(birth):
            return age_at(operand_to_ibis(birth, table, on), on)
        case Ladder():
            return ladder_at(of, table, on=on)
    name = (PERSON_PREFIX if of.belongs_to_person else "") + of.name
    if name not in table.columns:
        refuse(f"表里没有列 {name}；有：{sorted(table.columns)}")
    return table[name]


def ladder_at(ladder: Ladder, table: ir.Table, *, on: ir.Value) -> ir.Value:
    """The class of every row on a Ladder; null where a rung cannot be decided."""
    import ibis

    branches: list[tuple[Any, Any]] = []
    for name, condition in ladder.rungs:
        held = to_ibis(condition, table, on=on)
        branches += [(held.isnull(), ibis.null("string")), (held, ibis.literal(name))]
    return ibis.cases(*branches, else_=ibis.literal(ladder.otherwise))


def age_at(born: ir.Value, on: ir.Value) -> ir.Value:
    """Full years between two day columns; a 29 February birthday counts on 1 March."""
    before = (on.month() * 100 + on.day()) < (born.month() * 100 + born.day())
    return on.year() - born.year() - before.cast("int32")
