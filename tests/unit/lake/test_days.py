"""Days and months in a column equal kernel/dates.py over all days 2000 to 2040."""

from datetime import date

import duckdb
import ibis
import pyarrow as pa
import pytest

from xinglin.declare.days import plus_days, plus_months
from xinglin.kernel import dates
from xinglin.lake.days import plus_days_sql, plus_months_sql

ALL = [dates.plus_days(date(2000, 1, 1), n) for n in range(14976)]
STEPS = (-365, -30, -1, 0, 1, 14, 30, 366)
MONTHS = (-13, -12, -1, 0, 1, 3, 12, 600)


@pytest.fixture(scope="module")
def con():
    con = duckdb.connect()
    con.register("arriving", pa.table({"day": pa.array(ALL)}))
    con.execute("CREATE TABLE days AS SELECT day, day::TIMESTAMP + INTERVAL 9 HOUR AS moment, "
                "CASE WHEN day_of_month % 2 = 0 THEN 30 ELSE -1 END AS n FROM "
                "(SELECT day, day(day) AS day_of_month FROM arriving)")  # fmt: skip
    return con


def test_all_days_to_2040_are_there():
    assert ALL[-1] == date(2040, 12, 31)


def test_steps_of_days_and_months_in_one_query(con):
    """Together, since DuckDB 1.5.5 confuses 30 days and 1 month that meet in one query."""
    table = ibis.duckdb.from_connection(con).table("days")
    wide = table.select("day", **{f"d{i}": plus_days(table.day, n) for i, n in enumerate(STEPS)},
                        **{f"m{i}": plus_months(table.day, n) for i, n in enumerate(MONTHS)})  # fmt: skip
    found = wide.order_by("day").to_pyarrow().to_pydict()
    assert found["day"] == ALL
    for i, n in enumerate(STEPS):
        assert found[f"d{i}"] == [dates.plus_days(d, n) for d in ALL]
    for i, n in enumerate(MONTHS):
        assert found[f"m{i}"] == [dates.plus_months(d, n) for d in ALL]


def test_a_column_of_steps_and_a_moment(con):
    table = ibis.duckdb.from_connection(con).table("days").filter(lambda t: t.day < date(2001, 1, 1))
    both = table.select("day", "n", d=plus_days(table.moment, table.n),
                        m=plus_months(table.moment, table.n))  # fmt: skip
    for row in both.to_pyarrow().to_pylist():
        assert row["d"] == dates.plus_days(row["day"], row["n"])
        assert row["m"] == dates.plus_months(row["day"], row["n"])


def test_a_written_day_and_an_unknown_one(con):
    table = ibis.duckdb.from_connection(con).table("days").limit(1)
    row = table.select(a=plus_months(date(2024, 1, 31), table.n * 0 + 1),
                       b=plus_days(ibis.null("date"), 1)).to_pyarrow().to_pylist()  # fmt: skip
    assert row == [{"a": date(2024, 2, 29), "b": None}]


def test_sql_by_hand_agrees(con):
    found = con.execute(f"SELECT {plus_days_sql('day', 30)}, {plus_months_sql('day', 1)} FROM days "
                        "ORDER BY day").fetchall()  # fmt: skip
    assert found == [(dates.plus_days(d, 30), dates.plus_months(d, 1)) for d in ALL]
    assert con.execute(f"SELECT {plus_months_sql('day', 'n')} FROM days ORDER BY day LIMIT 1"
                       ).fetchone() == (dates.plus_months(ALL[0], -1),)  # fmt: skip
