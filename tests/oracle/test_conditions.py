"""A condition says the same of one row (Python) and of a table (DuckDB), unknowns included."""

from datetime import date, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lib.small_world import (
    AGE,
    COLOUR,
    EXACT,
    GONE,
    HEART,
    HIGH,
    LIGHT,
    OLD,
    VERY_HIGH,
    Visit,
)
from xinglin.datasets.people import Person
from xinglin.declare.expr import Ladder, classify, holds
from xinglin.declare.table import ladder_at, to_ibis

CON = ibis.duckdb.connect()
EDGES = [
    date(2023, 6, 30),
    date(2023, 7, 1),
    date(2021, 12, 31),
    date(2022, 1, 1),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2023, 2, 28),
    date(2023, 3, 1),
    date(2023, 12, 31),
]
BIRTHS = [
    date(1964, 2, 29),
    date(1964, 3, 1),
    date(1958, 2, 28),
    date(1959, 2, 28),
    date(1959, 3, 1),
    date(1963, 6, 30),
    date(1963, 7, 1),
    date(1960, 2, 29),
]
CODES = ["I20", "I20.0", "I21", "I21.9", "I21.90", "I2", "J18", "J18.0", "", "i20"]
WORDS = ["高血压", "高血压待查", "胸痛？", "%", "_", "", "史"]


def maybe(strategy):
    return st.none() | strategy


DAYS = st.sampled_from(EDGES) | st.dates(date(2020, 1, 1), date(2025, 12, 31))
ROW = st.fixed_dictionaries(
    {
        "day": DAYS,
        "score": maybe(st.sampled_from([0, 49, 50, 89, 90, 99, 100, 149, 150, 151])),
        "other": maybe(st.sampled_from([0, 1, 50, 90, 100])),
        "weight": maybe(st.sampled_from([0.0, 2.4, 2.5, 2.6])),
        "grave": maybe(st.booleans()),
        "upset": maybe(st.booleans()),
        "colour": maybe(st.sampled_from(["红", "黄", "绿", "蓝"])),
        "code": maybe(st.sampled_from(CODES)),
        "words": maybe(st.sampled_from(WORDS)),
        "next_day": maybe(DAYS),
        "person__birth_date": maybe(
            st.sampled_from(BIRTHS) | st.dates(date(1950, 1, 1), date(2026, 1, 1))
        ),
        "person__usual_resident": maybe(st.booleans()),
        "person__sex": maybe(st.sampled_from(["男", "女"])),
    }
)
SCHEMA = pa.schema(
    [
        ("day", pa.date32()),
        ("score", pa.int64()),
        ("other", pa.int64()),
        ("weight", pa.float64()),
        ("grave", pa.bool_()),
        ("upset", pa.bool_()),
        ("colour", pa.string()),
        ("code", pa.string()),
        ("words", pa.string()),
        ("next_day", pa.date32()),
        ("person__birth_date", pa.date32()),
        ("person__usual_resident", pa.bool_()),
        ("person__sex", pa.string()),
    ]
)
COMPARE = [
    lambda a, b: a >= b,
    lambda a, b: a <= b,
    lambda a, b: a > b,
    lambda a, b: a < b,
    lambda a, b: a.equals(b),
]


def _ladder(rungs):
    return Ladder("级", {f"{i}级": c for i, c in enumerate(rungs)}, otherwise="其余")


def _on_ladder(made):
    rungs, chosen, null = made
    ladder = _ladder(rungs)
    return (
        ladder.is_null() if null else ladder.is_any(ladder.names[min(chosen, len(rungs))], "其余")
    )


def compared(left, right):
    return st.builds(lambda f, a, b: f(a, b), st.sampled_from(COMPARE), left, right)


SCORES = st.sampled_from([Visit.score, Visit.other])
LEAVES = st.one_of(
    compared(SCORES, st.sampled_from([HIGH, VERY_HIGH, GONE, 0, 1]) | SCORES),
    compared(st.just(Visit.weight), st.sampled_from([LIGHT, 0])),
    compared(st.just(AGE), st.sampled_from([OLD, 0, 1])),
    compared(st.just(Visit.next_day), st.just(Visit.day)),
    st.sampled_from(
        [
            Visit.grave.is_true(),
            Visit.upset.is_true(),
            Person.usual_resident.is_true(),
            Visit.score.is_null(),
            Visit.grave.is_null(),
            AGE.is_null(),
            Person.sex.is_null(),
            Visit.colour.is_any("红"),
            Visit.colour.is_any("红", "绿"),
            Person.sex.is_any("女"),
            Visit.colour.equals("黄"),
            Visit.colour.is_in(COLOUR),
            Visit.code.is_in(HEART),
            Visit.code.is_in(EXACT),
            Visit.words.mentions("待查", "？"),
            Visit.words.mentions("%"),
            Visit.words.mentions("_", "史"),
        ]
    ),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.builds(lambda a, b: a & b, below, below),
        st.builds(lambda a, b: a | b, below, below),
        below.map(lambda c: ~c),
        st.tuples(st.lists(below, min_size=1, max_size=3), st.integers(0, 3), st.booleans()).map(
            _on_ladder
        ),
    ),
    max_leaves=8,
)


def table(rows):
    return ibis.memtable(
        pa.Table.from_pylist(
            [{"i": i, **r} for i, r in enumerate(rows)],
            schema=SCHEMA.insert(0, pa.field("i", pa.int64())),
        )
    )


def answers(made, column):
    """The column's values in the order of the rows."""
    got = CON.to_pyarrow(made.select("i", said=column(made)).order_by("i"))
    return got["said"].to_pylist()


def split(row):
    """A flat row as `holds` takes it: the record's own values, the person's."""
    own = {k: v for k, v in row.items() if not k.startswith("person__")}
    return own, {k.removeprefix("person__"): v for k, v in row.items() if k.startswith("person__")}


SMALL = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SMALL
@given(CONDITIONS, st.lists(ROW, min_size=1, max_size=25))
def test_one_row_and_a_table_agree(condition, rows):
    made = table(rows)
    assert answers(made, lambda t: to_ibis(condition, t, on=t.day)) == [
        holds(condition, own, on=row["day"], person=person)
        for row in rows
        for own, person in [split(row)]
    ]


@SMALL
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(ROW, min_size=1, max_size=25))
def test_classes_agree(rungs, rows):
    ladder, made = _ladder(rungs), table(rows)
    assert answers(made, lambda t: ladder_at(ladder, t, on=t.day)) == [
        classify(ladder, own, on=row["day"], person=person)
        for row in rows
        for own, person in [split(row)]
    ]


@pytest.mark.parametrize("born", BIRTHS)
def test_ages_agree_on_every_day_of_nine_years(born):
    days = [date(2018, 1, 1) + timedelta(days=n) for n in range(9 * 365 + 3)]
    rows = [{"day": d, "person__birth_date": born} for d in days]
    made = table(rows)
    assert answers(made, lambda t: to_ibis(AGE >= OLD, t, on=t.day)) == [
        holds(AGE >= OLD, {}, on=d, person={"birth_date": born}) for d in days
    ]
