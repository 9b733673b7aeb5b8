"""What both engines are asked: every plan, every figure, days, conditions. No word here names an engine.

Read by pytest (DuckDB) and by `tests.engines.on_spark` in Spark's own environment: only what both
have is imported. An answer is a sorted list of rows as text, so that engines can be compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.lib import small_world as small
from tests.oracle.made_programmes import AUTOMATIC, WIDE
from xinglin.act.programmes.door import door_column
from xinglin.act.programmes.plan import ALL_TURNS, plan
from xinglin.act.programmes.plan_rows import union_all
from xinglin.datasets.people import Person
from xinglin.declare.days import plus_days, plus_months
from xinglin.declare.expr import Age, Ladder
from xinglin.declare.norm import adjusted, since
from xinglin.declare.table import age_at, ladder_at, to_ibis
from xinglin.kernel.dates import Period
from xinglin.know.indicators.contribute import contributions, edition_for
from xinglin.lake.backends import backend_of
from xinglin.lake.reader import LakeReader
from xinglin.packs.disease_control.hypertension import norms
from xinglin.site.load import catalog

ON = date(2023, 3, 31)                  # the day of the plans
TOWN_DAY = date(2026, 3, 1)             # the day of the figures, the day after February's last
PERIOD = "2026"
PERIODS = {"dm.high_risk_tested": "2025"}     # of whom nobody is counted by the first of March
CONTROL = "htn.bp_controlled"
STEPS, MONTHS = (-365, -30, -1, 0, 30, 366), (-13, -12, -1, 0, 1, 12, 600)
CASES = ("person", "state", "enrolled", "ended", "end_reason", "paused_on", "last_day", "last_class", "next_due",
         "open_tasks", "open_loops", "org", "doctor", "place")
TASKS = ("person", "task", "cycle", "due_from", "due_by", "state", "done_on", "why_record", "why_rk")
LOOPS = ("person", "loop", "opened", "follow_by", "closed", "step", "reasons", "why_record", "why_rk")
SUSPECTS = ("person", "why_record", "why_rk", "day")

Rows = list[list[str | None]]
Fetch = Callable[[Any], list[tuple]]


def programmes():
    """The county's own, and two made-up ones that use every rule type between them."""
    return [*catalog().programmes.values(), WIDE, AUTOMATIC]


CONDITIONS = {
    "high": small.Visit.score >= small.HIGH,
    "not_high": ~(small.Visit.score >= small.HIGH),
    "gone": (small.Visit.score >= small.GONE) | small.Visit.grave.is_true(),
    "light_or_unknown": (small.Visit.weight < small.LIGHT) | small.Visit.weight.is_null(),
    "old_and_high": (Age(Person.birth_date) >= small.OLD) & (small.Visit.score > small.Visit.other),
    "colour": small.Visit.colour.is_any("红", "黄") & ~small.Visit.upset.is_true(),
    "heart": small.Visit.code.is_in(small.HEART),
    "not_heart": ~small.Visit.code.is_in(small.HEART),
    "exact": small.Visit.code.is_in(small.EXACT),
    "words": small.Visit.words.mentions("高血压", "%", "_"),
    "booked": small.Visit.next_day > small.Visit.day,
}
LADDER = Ladder("级", {"重": CONDITIONS["old_and_high"], "中": CONDITIONS["gone"], "低": CONDITIONS["heart"]}, otherwise="无")


# -- the plans ------------------------------------------------------------------------------------

@dataclass(frozen=True)
class PlanLake:
    """`rows(record)` over the tables of one programme's people, named `<programme>__<record>`."""

    con: Any
    code: str

    def rows(self, record):
        return self.con.table(table_name(self.code, record.about.code))


def table_name(programme: str, record: str) -> str:
    return f"{programme}__{record}"


def plans(con: Any, fetch: Fetch) -> Iterator[tuple[str, Rows]]:
    """Every programme's cases, tasks, loops and suspects."""
    for programme in programmes():
        with plan(programme, PlanLake(con, programme.code), on=ON, since=ALL_TURNS) as made:
            for name, columns in (("cases", CASES), ("tasks", TASKS), ("loops", LOOPS), ("suspects", SUSPECTS)):
                yield f"plan {programme.code} {name}", rows_of(fetch, getattr(made, name).select(*columns))


# -- the figures ----------------------------------------------------------------------------------

def figures(con: Any, fetch: Fetch) -> Iterator[tuple[str, Rows]]:
    """Every figure in every period: one row a unit of count, and the sums by place."""
    lake = LakeReader(con, TOWN_DAY, keep=True)
    periods = {code: Period.parse(PERIODS.get(code, PERIOD)) for code in catalog().indicators}
    asked = [contributions(edition_for(catalog().indicators[code], period), lake, period) for code, period in periods.items()]
    kept = backend_of(con).keep("every_contribution", union_all(asked))
    every = rows_of(fetch, kept)
    for figure in sorted({row[0] for row in every}):
        yield f"figure {figure}", [row for row in every if row[0] == figure]
    by = ["figure", "period", "part", "place", "month"]
    sums = kept.group_by(by).agg(den=kept.den.sum(), num=kept.num.sum(), unknown=kept.unknown.sum(), units=kept.count())
    yield "sums", rows_of(fetch, sums)


def perturbed(con: Any, fetch: Fetch) -> Iterator[tuple[str, Rows]]:
    """The control rate with another goal: what a comparison must notice."""
    goal = norms.SBP_GOAL
    other = type(goal)(goal.title, goal.unit, (since("2017-02-28", 130, goal.values[0].clause),))
    lake = LakeReader(con, TOWN_DAY)
    figure, year = catalog().indicator(CONTROL)[-1], Period.parse(PERIOD)
    with adjusted({goal: other}):
        yield f"perturbed {CONTROL}", rows_of(fetch, contributions(figure, lake, year))


# -- days, conditions, doors ----------------------------------------------------------------------

def days(con: Any, fetch: Fetch) -> Iterator[tuple[str, Rows]]:
    """Days and months added, ages: around every month's end of 2000 to 2040."""
    t = con.table("days")
    yield "days", rows_of(fetch, t.select(
        "day", *[plus_days(t.day, n).name(f"d{i}") for i, n in enumerate(STEPS)],
        *[plus_months(t.day, n).name(f"m{i}") for i, n in enumerate(MONTHS)],
        c=plus_days(t.moment, t.n), e=plus_months(t.moment, t.n), age=age_at(t.born, t.day)))


def conditions(con: Any, fetch: Fetch) -> Iterator[tuple[str, Rows]]:
    """Conditions and a ladder on rows with nulls, and whether the answer is unknown."""
    t = con.table("visits")
    held = {n: to_ibis(c, t, on=t.day) for n, c in CONDITIONS.items()}
    t = t.select("rk", **held, rung=ladder_at(LADDER, t, on=t.day))
    yield "conditions", rows_of(fetch, t.mutate(**{f"{n}_unknown": t[n].isnull() for n in CONDITIONS}))


def doors(con: Any, fetch: Fetch) -> Iterator[tuple[str, Rows]]:
    """Doors as keys."""
    t = con.table("doors")
    yield "doors", rows_of(fetch, t.select("house_no", "household", key=door_column(t.house_no, t.household)))


EVERYTHING = (days, conditions, doors, figures, perturbed, plans)


def answers(con: Any, fetch: Fetch) -> dict[str, Rows]:
    """Every question's name and its rows."""
    return {name: rows for ask in EVERYTHING for name, rows in ask(con, fetch)}


def rows_of(fetch: Fetch, table: Any) -> Rows:
    """The table's rows as text, sorted: order is no part of an answer."""
    rows = [[_text(v) for v in row] for row in fetch(table)]
    return sorted(rows, key=lambda row: [(v is None, v or "") for v in row])


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, float | Decimal):
        return f"{value:.6f}"
    return value.isoformat() if isinstance(value, date) else str(value)
