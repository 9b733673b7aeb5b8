"""A definition on a period → its contributions: one row a unit of count, as one table expression."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from xinglin.declare.expr import Condition
from xinglin.declare.fingerprint import fingerprint
from xinglin.declare.indicator import Count, Coverage, Indicator, Lake, Mean, PerUnit, Result, Share
from xinglin.declare.norm import Norm, noting
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.declare.refuse import DeclarationError
from xinglin.declare.table import PERSON_PREFIX
from xinglin.kernel.dates import Period
from xinglin.know.indicators.tables import CONTRIBUTION
from xinglin.lake.compile import duckdb_sql

Open = Callable[..., Lake]
"""open(day=…, persons=…) → Lake; both may be left out: the newest day, everyone."""

AGE = "age"             # among the records read: the figure depends on how old someone is
PLACES = ("county", "township", "village", "org", "month")
_EVENTS = ("事件", "服务")
_AMOUNT = "decimal(18, 6)"


def edition_for(editions: Sequence[Indicator], period: Period) -> Indicator:
    """The edition in force on the whole period.

    Raises DeclarationError before the first edition, and where a new one begins inside the period.
    """
    inside = [e for e in editions if period.first < e.since <= period.last]
    held = [e for e in editions if e.since <= period.first]
    if not held:
        first = min(e.since for e in editions)
        raise DeclarationError(f"“{editions[0].title}”不能算 {period}：口径自 {first} 起", editions[0].code,
                               "改查之后的时期")
    if inside:
        raise DeclarationError(f"“{editions[0].title}”的口径自 {inside[0].since} 起变更，{period} 跨了新旧口径",
                               editions[0].code, "分段查询，新旧口径不能合算")
    return max(held, key=lambda e: e.since)


@dataclass(frozen=True)
class Compiled:
    """A definition made ready for one period on the county's own lake: `sql` is DuckDB's."""

    indicator: Indicator
    period: Period
    sql: str
    norms: tuple[Norm, ...]
    records: tuple[str, ...]
    by_person: bool
    fingerprint: str


def contributions(indicator: Indicator, lake: Lake, period: Period) -> ir.Table:
    """The contributions on whatever engine the lake stands: the columns of `contribution`."""
    return _contributions(indicator, indicator.compute(lake, period), period, lake)


def compile_figure(indicator: Indicator, lake: Lake, period: Period, *, laid_out: bool = False) -> Compiled:
    """Build the SQL, noting which Norms and Records the definition looked up.

    Raises DeclarationError for a period that begins before the edition or a Norm it uses.
    """
    watched = _Watched(lake)
    with noting() as norms:
        result = indicator.compute(watched, period)
        table = _contributions(indicator, result, period, lake)
    _refuse_early(indicator, norms, period)
    ordered = tuple(sorted(norms, key=lambda n: (n.title, n.where)))
    if _reads_age(table, {lake.day, period.last}):
        watched.records.add(AGE)
    return Compiled(indicator, period, duckdb_sql(table, laid_out=laid_out), ordered,
                    tuple(sorted(watched.records)), _by_person(indicator, result),
                    fingerprint(indicator, upto=period.last, norms=ordered))


def _reads_age(table: ir.Table, days: Collection[date]) -> bool:
    """Does a value follow from a birth date otherwise than by whether it lies before one of `days`?"""
    return any(_is_birth(arg) and not _only_before(node, days)
               for node in table.op().find(ops.Value) if not isinstance(node, ops.Field | ops.Alias)
               for arg in node.args)


def _is_birth(arg: object) -> bool:
    return isinstance(arg, ops.Field) and arg.name in ("birth_date", f"{PERSON_PREFIX}birth_date")


def _only_before(node: ops.Value, days: Collection[date]) -> bool:
    other = [a for a in node.args if not _is_birth(a)]
    plain = all(isinstance(a, ops.Literal) and a.value in days for a in other)
    return isinstance(node, ops.IsNull | ops.NotNull | ops.Comparison) and plain


def _refuse_early(indicator: Indicator, norms: set[Norm], period: Period) -> None:
    for norm in sorted(norms, key=lambda n: n.first_day, reverse=True):
        if norm.picked_by in ("event", "period") and norm.first_day > period.first:
            raise DeclarationError(
                f"“{indicator.title}”不能算 {period}：口径自 {norm.first_day} 起（“{norm.title}”）",
                indicator.code, "改查之后的时期，或补上更早的依据")


def _by_person(indicator: Indicator, result: Result) -> bool:
    """Can contributions be computed again for some people only?"""
    return indicator.population != "事件" and all("person" in t.columns for t in _sets(result))


def _sets(result: Result) -> tuple[ir.Table, ...]:
    match result:
        case Coverage(reached, expected):
            return (reached, expected)
        case PerUnit(events, exposure):
            return (events, exposure)
    return (result.of,)


def _contributions(indicator: Indicator, result: Result, period: Period, lake: Lake) -> ir.Table:
    shape = _Shape(indicator, period, lake)
    match result:
        case Share(of, having):
            # In parentheses: `x IS NOT NULL IS NULL` is no SQL for Spark, `NOT x IS NULL` is another question.
            held = ibis.coalesce(having)
            return shape.rows(of, den=1, num=held.fill_null(False).cast("int8"), unknown=held.isnull())
        case Mean(of, value):
            known = value.notnull()
            return shape.rows(of, den=known.cast("int8"), num=value.fill_null(0), unknown=~known)
        case Count(of):
            return shape.rows(of, den=0, num=1)
        case Coverage(reached, expected, weight):
            return shape.rows(reached, den=0, num=1, part="num").union(
                shape.rows(expected, den=expected[weight] if weight else 1, num=0, part="den"))
        case PerUnit(events, exposure, weight):
            return shape.rows(events, den=0, num=1, part="num").union(
                shape.rows(exposure, den=exposure[weight] if weight else 1, num=0, part="den"))


@dataclass(frozen=True)
class _Shape:
    """Gives every set the columns of `contribution`."""

    indicator: Indicator
    period: Period
    lake: Lake

    def rows(self, of: ir.Table, *, den: Any, num: Any, unknown: Any = False, part: str = "") -> ir.Table:
        counted = of.select(**self._columns(of, den=den, num=num, unknown=unknown, part=part))
        if "place" in of.columns or "person" not in of.columns:
            return counted
        # Where a row says no place it counts at its person's home: joined last, to what is counted only.
        home = self.lake.everyone().select("person", home=f"{PERSON_PREFIX}place")
        beside = counted.left_join(home, "person")
        return beside.select(**{c: beside["home" if c == "place" else c] for c in CONTRIBUTION})

    def _columns(self, of: ir.Table, *, den: Any, num: Any, unknown: Any, part: str) -> dict[str, ir.Value]:
        groups = [g for g in self.indicator.by if g not in PLACES]
        by_row = self.indicator.population in _EVENTS and "rk" in of.columns
        columns = {
            "figure": self.indicator.code, "edition": self.indicator.since, "period": self.period.text,
            "part": part, "unit": _column(of, "rk" if by_row else "person", "int64"),
            "person": _column(of, "person", "int64"), "place": _column(of, "place", "string"),
            "org": _column(of, "org", "string"),
            "g1": self._group(of, groups[:1]), "g2": self._group(of, groups[1:2]),
            "month": self._month(of), "den": _amount(den), "num": _amount(num), "unknown": unknown,
        }
        assert list(columns) == list(CONTRIBUTION)
        return {n: _value(v) for n, v in columns.items()}

    def _group(self, of: ir.Table, names: list[str]) -> ir.Value:
        if names and names[0] not in of.columns:
            raise DeclarationError(f"“{self.indicator.title}”按 {names[0]} 分组，表里没有这一列",
                                   self.indicator.code, f"有：{sorted(of.columns)}")
        return of[names[0]].cast("string") if names else ibis.null("string")

    def _month(self, of: ir.Table) -> ir.Value:
        if "month" not in self.indicator.by:
            return ibis.null("string")
        if "day" not in of.columns:
            raise DeclarationError(f"“{self.indicator.title}”按月分组，表里没有 day 列",
                                   self.indicator.code, "在函数里写 rows.mutate(day=…)，指明按哪一天")
        return of["day"].strftime("%Y-%m")


def _column(of: ir.Table, name: str, kind: str) -> ir.Value:
    return of[name].cast(kind) if name in of.columns else ibis.null(kind)


def _amount(value: Any) -> ir.Value:
    return _value(value).cast(_AMOUNT)


def _value(value: Any) -> ir.Value:
    return value if isinstance(value, ir.Value) else ibis.literal(value)


@dataclass
class _Watched:
    """The lake, noting which Records a definition reads: nobody lists them by hand."""

    lake: Lake
    records: set[str] = field(default_factory=set)
    day: date = field(init=False)

    def __post_init__(self) -> None:
        self.day = self.lake.day

    def _noted(self, *codes: str) -> None:
        self.records.update(codes, ("person", "death"))    # place, and who is still living

    def rows(self, record: type[Record]) -> ir.Table:
        self._noted(record.about.code)
        return self.lake.rows(record)

    def within(self, record: type[Record], period: Period) -> ir.Table:
        self._noted(record.about.code)
        return self.lake.within(record, period)

    def latest(self, record: type[Record], period: Period, where: Condition | None = None) -> ir.Table:
        self._noted(record.about.code)
        return self.lake.latest(record, period, where)

    def cases(self, programme: Programme, *, active_in: Period) -> ir.Table:
        self._noted("case")
        return self.lake.cases(programme, active_in=active_in)

    def people(self, *, on: date) -> ir.Table:
        self._noted()
        return self.lake.people(on=on)

    def everyone(self) -> ir.Table:
        self._noted()
        return self.lake.everyone()

    def tasks(self, programme: Programme, period: Period) -> ir.Table:
        self._noted("task")
        return self.lake.tasks(programme, period)

    def loops(self, programme: Programme, period: Period) -> ir.Table:
        self._noted("loop")
        return self.lake.loops(programme, period)

    def population(self, year: int) -> ir.Table:
        self._noted("population")
        return self.lake.population(year)
