"""Reading for `plan`: each Record once, its rows of the cases windowed once, conditions as flags.

A Scan holds one row a record of a case up to the case's last day: `person`, `day`, `rk`, `n` (place
in the person's order), `inside` (on or after enrolment), `prev` (day of the row before, if inside),
`nxt` (day of the row after), a boolean for each condition that a rule asks, `booked_<column>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import ibis

from xinglin.datasets.people import HOME, Person
from xinglin.declare.days import plus_days, plus_months
from xinglin.declare.expr import Condition, parts_of
from xinglin.declare.norm import Norm
from xinglin.declare.programme import Closer, First, Programme, Showing, Twice, record_of
from xinglin.declare.record import Column, Record
from xinglin.declare.rules import After, Confirm, OnDay, Rule
from xinglin.declare.table import PERSON_PREFIX, ladder_at, to_ibis
from xinglin.lake.backends import backend_of
from xinglin.lake.tables import order_columns

DAWN = datetime(1, 1, 1)             # noqa: DTZ001 - the lake's moments carry no zone
ALWAYS = ("birth_date", "died_on", "moved_out_on", "place", "org", "doctor")


class Stages:
    """Tables kept by the engine for one run, dropped together."""

    def __init__(self, con: Any) -> None:
        self.con = con
        self.kept: list[Any] = []

    def keep(self, expr: Any) -> Any:
        """The expression's rows, computed now."""
        self.kept.append(backend_of(self.con).keep(f"plan_{uuid4().hex}", expr))
        return self.kept[-1]

    def close(self) -> None:
        """Drop what was kept."""
        for table in self.kept:
            backend_of(self.con).drop(table.op().name)
        self.kept.clear()


@dataclass(frozen=True)
class Source:
    """Where rows come from: a lake, a last day, perhaps only some people."""

    lake: Any
    on: date
    stages: Stages
    persons: Any = None         # a table with `person`, or None for everyone

    def read(self, record: type[Record]) -> Any:
        """All rows of a Record up to the day, with their `day__` and narrowed to the people asked."""
        table = self.lake.rows(record)
        if self.persons is not None:
            table = table.semi_join(self.persons, "person")
        table = table.mutate(day__=table[record.about.dated_by].cast("date"))
        return table.filter(table.day__ <= ibis.literal(self.on))

    def people(self, columns: Iterable[str]) -> Any:
        """One row a person: the last Person row, its columns as `person__<column>`; of HOME the last that is filled."""
        table = self.read(Person)
        table = table.mutate(n__=ibis.row_number().over(group_by=table.person, order_by=order(Person, table)))
        homes = table.group_by("person").aggregate(last__=table.n__.max(), **{
            f"{c.name}__": table[c.name].argmax(table.n__, where=table[c.name].notnull()) for c in HOME})
        last = table.inner_join(homes, [table.person == homes.person, table.n__ == homes.last__])
        held = {c.name: last[f"{c.name}__"] for c in HOME}
        return last.select("person", **{PERSON_PREFIX + c: held.get(c, last[c]) for c in dict.fromkeys(columns)})


def order(record: type[Record], table: Any) -> list[Any]:
    """The dated order of one person's rows (DESIGN 4.5): day, the row's own time, version, key."""
    keys, columns = [table.day__], record.columns()
    for name in (n for n in order_columns(record) if n in table.columns):
        kind = columns[name].kind if name in columns else ""
        if kind == "moment":
            keys.append(table[name].fill_null(ibis.literal(DAWN)))
        elif kind != "day":
            keys.append(table[name])
    return keys


def span_at(day: Any, norm: Norm) -> Any:
    """`cycles.span` as a column: null where the Norm is not in force."""
    n = norm.at(day)
    n = (n.floor() if n.type().is_floating() else n).cast("int32")
    return plus_months(day, n) if norm.unit == "月" else plus_days(day, n * 7 if norm.unit == "周" else n)


def earlier(a: Any, b: Any) -> Any:
    """The earlier of two days of which either may be absent."""
    return ibis.least(a.fill_null(b), b.fill_null(a))


def union_all(tables: Sequence[Any]) -> Any:
    """All rows of tables of one shape; None when there is none."""
    if not tables:
        return None
    return tables[0] if len(tables) == 1 else ibis.union(*tables, distinct=False)


# -- what a programme asks of each Record --------------------------------------------------------

@dataclass
class Wanted:
    """The flags, columns and windows that a programme's rules ask of one Record."""

    flags: dict[tuple[Condition, int], str] = field(default_factory=dict)
    booked: dict[str, Column] = field(default_factory=dict)

    def flag(self, rule: After | Confirm) -> str:
        """The name of the column that says whether a rule's condition held, in a row."""
        times = rule.in_a_row if isinstance(rule, After) else 1
        return self.flags.setdefault((rule.when, times), f"f{len(self.flags)}")


def wanted(programme: Programme) -> dict[Closer, Wanted]:
    """What the rules ask of each Record they need row by row."""
    found: dict[Closer, Wanted] = {}
    for rule, closed_by in rules_of(programme):
        if isinstance(rule, After | Confirm):
            found.setdefault(rule.record, Wanted()).flag(rule)
        if isinstance(rule, OnDay):
            found.setdefault(rule.records[0], Wanted()).booked[rule.column.name] = rule.column
        if type(rule).__name__ in ("PerYear", "Once") and len(closed_by) == 1:
            found.setdefault(closed_by[0], Wanted())
    if programme.ladder_of is not None:
        found.setdefault(programme.ladder_of, Wanted())
    return found


def rules_of(programme: Programme) -> list[tuple[Rule, tuple[Closer, ...]]]:
    """Every due and opening rule with the Records that close it."""
    return [(t.due, t.closed_by) for t in programme.tasks] + [
        (rule, loop.closed_by) for loop in programme.loops for rule in loop.opens]


def person_columns(programme: Programme) -> list[str]:
    """Columns of Person that the programme's conditions read, and those that always matter."""
    enrol = programme.enrol
    nodes: list[object] = [enrol.who, *([programme.ladder] if programme.ladder else [])]
    nodes += [r.when for r, _ in rules_of(programme) if isinstance(r, After | Confirm)]
    nodes += [c.where for c in programme.closers if isinstance(c, Showing)]
    for kind in (*enrol.suspects, *enrol.automatic, *programme.ends_by):
        nodes.append(kind.where if isinstance(kind, First | Twice) else kind.when)
    named = [p.name for node in nodes for p in parts_of(node)
             if isinstance(p, Column) and p.belongs_to_person]
    return list(dict.fromkeys([*ALWAYS, *named]))


# -- scans ---------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Scan:
    """One Record's rows of the cases (see the module's docstring)."""

    table: Any
    asked: Wanted

    def holds(self, rule: After | Confirm) -> Any:
        """Whether a rule's condition held on the row (in a row, where the rule says so)."""
        return self.table[self.asked.flag(rule)]


def scan(source: Source, closer: Closer, cases: Any, asked: Wanted,
         programme: Programme) -> Scan:
    """Read a Record for these cases and keep it, with its flags and windows."""
    rows, record = in_cases(source, closer, cases), record_of(closer)
    inside = (rows.day__ >= rows.case__enrolled).fill_null(False)
    flags = {_plain(name): to_ibis(c, rows, on=rows.day__).fill_null(False) & inside
             for (c, _), name in _firsts(asked)}
    classes = _class(programme, closer, rows)
    keys = {f"o{i}__": key for i, key in enumerate(order(record, rows))}
    flat = rows.select("person", "rk", day=rows.day__, inside=inside, **keys, **flags, **classes,
                       **{f"booked_{c}": rows[c] for c in asked.booked})
    return Scan(source.stages.keep(_windowed(flat, asked, list(keys), [*classes])), asked)


def in_cases(source: Source, closer: Closer, cases: Any) -> Any:
    """A Record's rows of these cases, none later than the case's last day; with the person's columns."""
    enrolled = ibis.ifelse(cases.is_case, cases.enrolled, ibis.null("date"))
    people = cases.select("person", case__enrolled=enrolled, case__until=cases.until,
                          **{c: cases[c] for c in cases.columns if c.startswith(PERSON_PREFIX)})
    rows = source.read(record_of(closer)).inner_join(people, "person")
    rows = rows.filter(rows.day__ <= rows.case__until)
    if isinstance(closer, Showing):
        rows = rows.filter(to_ibis(closer.where, rows, on=rows.day__).fill_null(False))
    return rows


def _windowed(flat: Any, asked: Wanted, keys: list[str], extra: list[str]) -> Any:
    window = ibis.window(group_by="person", order_by=keys)
    runs = {name: _running(flat[_plain_of(asked, condition)], times, window)
            for (condition, times), name in asked.flags.items()}
    own_day = ibis.ifelse(flat.inside, flat.day, ibis.null("date"))
    return flat.select("person", "rk", "day", "inside", *extra,
                       *[f"booked_{c}" for c in asked.booked],
                       n=ibis.row_number().over(window).cast("int32"),
                       prev=own_day.lag().over(window), nxt=flat.day.lead().over(window), **runs)


def _firsts(asked: Wanted) -> list[tuple[tuple[Condition, int], str]]:
    """One entry a condition: several rules may ask it for different runs."""
    seen: dict[Condition, tuple[tuple[Condition, int], str]] = {}
    for key, name in asked.flags.items():
        seen.setdefault(key[0], (key, name))
    return list(seen.values())


def _plain(name: str) -> str:
    return f"held_{name}"


def _plain_of(asked: Wanted, condition: Condition) -> str:
    return _plain(next(name for (c, _), name in asked.flags.items() if c == condition))


def _running(held: Any, times: int, window: Any) -> Any:
    """Held on this row and on the `times - 1` before it."""
    before = [held.lag(back).over(window).fill_null(False) for back in range(1, times)]
    return ibis.and_(held, *before)


def _class(programme: Programme, record: Closer, rows: Any) -> dict[str, Any]:
    """The row's class as the place of its name on the ladder: narrow, since every row carries it."""
    if programme.ladder is None or record is not programme.ladder_of:
        return {}
    text = ladder_at(programme.ladder, rows, on=rows.day__)
    branches = [(text == name, ibis.literal(i, "int8")) for i, name in enumerate(programme.ladder.names)]
    return {"class_no": ibis.cases(*branches, else_=ibis.null("int8"))}
