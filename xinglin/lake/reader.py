"""Reading the lake by Record: implements `declare.indicator.Lake` with Ibis.

Nothing after `day` is shown. With `persons` every table that knows a person is narrowed to them:
a figure recomputed for the people whom the night touched reads the same functions as the full one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
from ibis.common.exceptions import IbisError

from xinglin.datasets import Case, Death, LoopCase, Person, PopulationFigure, Task
from xinglin.datasets.people import HOME
from xinglin.declare.expr import Condition, Operand, parts_of
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.declare.table import PERSON_PREFIX, to_ibis
from xinglin.kernel.dates import Period, plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.lake.backends import backend_of
from xinglin.lake.tables import newest_table, order_columns

if TYPE_CHECKING:
    import ibis.expr.types as ir

NOT_IN_CARE = ("待核实", "已排除")       # states of a case that nobody is followed under
_PERSON_OWN = ("place", "org", "doctor")


class LakeReader:
    """The lake as known on `day`, optionally of some people, optionally at a pinned snapshot.

    `con` is DuckDB with the lake attached, or an Ibis connection of an engine of `backends`.
    `keep`: what many figures read again is worked out once and kept by the engine (the residents,
    cases; with `persons` every table that was narrowed). For one run over unchanged tables.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection | Any, day: date, *,
                 persons: ir.Table | Sequence[int] | None = None,
                 snapshot: int | None = None, keep: bool = False) -> None:
        self.backend = (ibis.duckdb.from_connection(con)
                        if isinstance(con, duckdb.DuckDBPyConnection) else con)
        self._engine = backend_of(self.backend)
        self.day = day
        self.snapshot = snapshot
        self._persons = _as_table(persons)
        self._keep = keep
        self._kept: dict[str, ir.Table] = {}
        self._seen: dict[str, tuple[str, ...]] = {}

    # -- tables of Records -----------------------------------------------------------------------

    def rows(self, record: type[Record]) -> ir.Table:
        """All rows up to `day`, undated ones too."""
        table = self._table(record)
        dated = table[record.about.dated_by]
        return table.filter(dated.isnull() | _until(dated, self.day))

    def within(self, record: type[Record], period: Period) -> ir.Table:
        """Rows dated in the period, not after `day`."""
        table = self._table(record)
        return table.filter(self._in(table[record.about.dated_by], period))

    def latest(self, record: type[Record], period: Period,
               where: Condition | None = None) -> ir.Table:
        """One row a person: the last of the period in the order of `tables.order_columns`."""
        _must_know_person(record)
        rows = self.within(record, period)
        if where is not None:
            rows = self._where(record, rows, where)
        # Two narrow steps: as fast as arg_max by hand, where a window sorts every column asked for.
        order = ibis.struct({c: _known(rows[c]) for c in order_columns(record)})
        last = rows.filter(rows.person.notnull()).group_by("person").agg(
            rk=rows.rk.argmax(order)).select("rk")
        return rows.semi_join(last, "rk")

    # -- derived tables --------------------------------------------------------------------------

    def cases(self, programme: Programme, *, active_in: Period) -> ir.Table:
        """One row a case enrolled by, and not ended on, the period's last day (or `day`)."""
        last = min(active_in.last, self.day)
        return self._once(f"cases_{programme.code}_{last:%Y%m%d}", lambda: self._cases(programme, last),
                          store=True)

    def _cases(self, programme: Programme, last: date) -> ir.Table:
        table = self._table(Case).filter(lambda t: t.programme == programme.code)
        active = table.filter(
            table.enrolled <= last, table.ended.isnull() | (table.ended > last),
            table.state.isnull() | table.state.notin(NOT_IN_CARE))
        return self.with_person(active)

    def tasks(self, programme: Programme, period: Period) -> ir.Table:
        """Tasks of the night's plan whose last day lies in the period, not after `day`."""
        return self._of_programme(Task, programme, period)

    def loops(self, programme: Programme, period: Period) -> ir.Table:
        """Loops opened in the period, not after `day`."""
        return self._of_programme(LoopCase, programme, period)

    def _of_programme(self, record: type[Record], programme: Programme,
                      period: Period) -> ir.Table:
        table = self._table(record)
        return table.filter(table.programme == programme.code,
                            self._in(table[record.about.dated_by], period))

    # -- people ----------------------------------------------------------------------------------

    def people(self, *, on: date) -> ir.Table:
        """One row a living usual resident on a day: person, place, org, doctor, `person__*`.

        Who is not known to be a usual resident is not among them.
        """
        known = self._residents()
        at = {c: known[PERSON_PREFIX + c] for c in ("birth_date", "died_on", "moved_out_on")}
        living = known.filter(
            known[f"{PERSON_PREFIX}usual_resident"],
            at["birth_date"].isnull() | (at["birth_date"] <= on),
            at["died_on"].isnull() | (at["died_on"] > on),
            at["moved_out_on"].isnull() | (at["moved_out_on"] > on))
        return living.mutate({c: living[PERSON_PREFIX + c] for c in _PERSON_OWN})

    def everyone(self) -> ir.Table:
        """One row for each known person, living or not: person and `person__*`."""
        return self._residents()

    def population(self, year: int) -> ir.Table:
        """Published population figures of a year: place, kind, people, published_by, as_of."""
        table = self._table(PopulationFigure)
        return table.filter(table.as_of.year() == year).select(
            "place", "kind", "people", "published_by", "as_of")

    def _residents(self) -> ir.Table:
        return self._once("residents", self._work_out_residents, store=True)

    def _work_out_residents(self) -> ir.Table:
        """One row a person, from the newest row of any source that was known by `day`.

        Rows updated later are used only for people who have no other. The day of death is the
        earliest that any source gives.
        """
        rows = self._table(Person)
        rows = rows.filter(rows.person.notnull())
        known = ibis.cases((rows.updated_on <= self.day, 2), (rows.updated_on > self.day, 1), else_=0)
        order = ibis.struct({"known": known, "day": rows.updated_on.fill_null(date.min),
                             "version": rows.version, "rk": rows.rk})
        # Two narrow steps, as in `latest`: a window would carry every column.
        newest = rows.group_by("person").agg(rk=rows.rk.argmax(order), **{
            f"{c.name}__": rows[c.name].argmax(order, where=rows[c.name].notnull()) for c in HOME})
        one = rows.inner_join(newest.drop("person"), "rk")
        one = one.mutate(**{c.name: one[f"{c.name}__"] for c in HOME})
        deaths = self._table(Death)
        dead = deaths.filter(deaths.died_on <= self.day, deaths.person.notnull()).group_by(
            "person").agg(_died=deaths.died_on.min())
        both = one.left_join(dead, "person")
        own = [c for c in Person.columns() if c not in ("person", "died_on")]
        return both.select("person", **{PERSON_PREFIX + c: both[c] for c in own},
                           **{f"{PERSON_PREFIX}died_on": ibis.least(both.died_on, both["_died"])})

    def with_person(self, table: ir.Table) -> ir.Table:
        """The table with the `person__*` columns beside its own."""
        return table.left_join(self._residents(), "person").drop("person_right")

    # -- the plain parts -------------------------------------------------------------------------

    def _table(self, record: type[Record]) -> ir.Table:
        """Table x of the Record as of the snapshot, of the persons asked for."""
        name = newest_table(record)
        table = self._once(f"all_{name}", lambda: self._engine.table(name, self.snapshot), store=False)
        self._seen[record.about.code] = tuple(table.columns)
        persons = self._persons
        if persons is None or "person" not in table.columns:
            return table
        return self._once(name, lambda: table.semi_join(persons, "person"), store=True)

    def _once(self, name: str, make: Callable[[], ir.Table], *, store: bool) -> ir.Table:
        """The table, worked out once and stored where this reader keeps things."""
        if not self._keep:
            return make()
        if name not in self._kept:
            table = make()
            if store:
                table = self._engine.keep(f"kept_{'all' if self._persons is None else 'some'}_{name}", table)
            self._kept[name] = table
        return self._kept[name]

    def _where(self, record: type[Record], rows: ir.Table, where: Condition) -> ir.Table:
        """Filter by a condition, bringing the person's columns beside when it asks for them."""
        columns = rows.columns
        if any(isinstance(p, Operand) and p.belongs_to_person for p in parts_of(where)):
            rows = self.with_person(rows)
        on = rows[record.about.dated_by].cast("date")
        return rows.filter(to_ibis(where, rows, on=on)).select(columns)

    def _in(self, dated: ir.Value, period: Period) -> ir.Value:
        return (dated >= _start(dated, period.first)) & _until(dated, min(period.last, self.day))

    @contextmanager
    def explaining(self, where: str) -> Iterator[None]:
        """Turn an unknown column inside into a sentence that lists what exists."""
        try:
            yield
        except (AttributeError, IbisError) as error:
            have = "；".join(f"{t}：{sorted(c)}" for t, c in self._seen.items())
            raise XinglinError(f"表达式读不通：{error}", where, f"已读的表有列 {have}") from error


def _until(dated: ir.Value, day: date) -> ir.Value:
    """Dated on `day` or before; a moment within `day` counts."""
    if dated.type().is_timestamp():
        return dated < _start(dated, plus_days(day, 1))
    return dated <= day


def _start(dated: ir.Value, day: date) -> ir.Value | date:
    """The first instant of a day, in the column's own type so that files are pruned by it."""
    moment = dated.type().is_timestamp()
    return ibis.literal(datetime.combine(day, time.min)) if moment else day


def _known(value: ir.Value) -> ir.Value:
    """The value for ordering, where a moment that is not given comes before all that are."""
    if value.type().is_timestamp():
        return value.fill_null(ibis.literal(datetime.min))  # noqa: DTZ901 (no zone in the lake)
    return value


def _must_know_person(record: type[Record]) -> None:
    if record.person_column() is None:
        raise XinglinError(f"{record.about.title}不记到人，没有“最近一次”", record.about.code,
                           "用 rows 或 within")


def _as_table(persons: ir.Table | Sequence[int] | None) -> ir.Table | None:
    if persons is None or isinstance(persons, ibis.expr.types.Table):
        return persons
    return ibis.memtable({"person": list(persons)}, schema={"person": "int64"})
