"""Deliveries as rows: who sent what, and how many days after the one before of the same sender and Record."""

from datetime import datetime

import pytest

from tests.lib.town import Town
from xinglin.datasets.arrivals import Arrival
from xinglin.gather.arrivals import stage_arrivals
from xinglin.gather.models import Source
from xinglin.lake.tables import at_lake, newest_columns
from xinglin.site.load import catalog

SENT = [(1, "h", "lab_result", 1), (2, "h", "lab_result", 3), (3, "h", "encounter", 3), (4, "own", "lab_result", 4), (5, "h", "lab_result", 9)]


@pytest.fixture
def con(db):
    Source.objects.create(code="h", title="医院", kind="hospital", org="12330182A")
    con = Town().con
    for number, source, record, day in SENT:
        con.execute(f"INSERT INTO {at_lake('delivery')} (id, source, record, received_at, received, accepted, rejected, queried) "
                    "VALUES (?, ?, ?, ?, 10, 9, 1, 0)", [number, source, record, datetime(2026, 3, day, 6)])
    return con


def test_a_row_a_delivery_with_the_days_since_the_one_before(con):
    staged = stage_arrivals(con, catalog().records)
    rows = con.execute(f"SELECT number, sender, dataset, every, day(day), org, accepted, gap FROM {staged} ORDER BY 1").fetchall()
    assert rows == [(1, "h", "lab_result", "每日", 1, "12330182A", 9, None), (2, "h", "lab_result", "每日", 3, "12330182A", 9, 2),
                    (3, "h", "encounter", "每日", 3, "12330182A", 9, None), (4, "own", "lab_result", "每日", 4, None, 9, None),
                    (5, "h", "lab_result", "每日", 9, "12330182A", 9, 6)]


def test_it_has_every_column_of_the_record(con):
    staged = stage_arrivals(con, catalog().records)
    have = {r[0] for r in con.execute(f"DESCRIBE {staged}").fetchall()}
    assert have == set(newest_columns(Arrival))
