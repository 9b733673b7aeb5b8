"""A day filter finds its rows although one insert wrote a file whose days are all null."""

from datetime import date

import pytest

from xinglin.datasets.infectious import CaseReport
from xinglin.kernel.home import Home
from xinglin.lake.store import forget_lake, open_lake
from xinglin.lake.tables import at_lake


@pytest.fixture
def lake(tmp_path):
    home = Home(tmp_path)
    opened = open_lake(home)
    opened.ensure([CaseReport])
    yield opened
    forget_lake(home)


def put(lake, *rows):
    values = ", ".join(f"({rk}, {person or 'NULL'}, {repr(day) if day else 'NULL'}::DATE)" for rk, person, day in rows)
    with lake.write() as tx:
        tx.con.execute(f"INSERT INTO {at_lake('case_report')} (rk, person, onset_on) SELECT * FROM (VALUES {values})")


def test_days_are_found_after_files_of_nulls(lake):
    put(lake, (1, 7, None), (2, None, "2025-10-01"))        # two buckets, the first all null
    put(lake, (3, None, None))
    put(lake, (4, 3, "2026-01-08"))
    found = lake.cursor().execute(f"SELECT rk FROM {at_lake('case_report')} WHERE onset_on BETWEEN ? AND ?",
                                  [date(2025, 1, 1), date(2025, 12, 31)]).fetchall()
    assert found == [(2,)]
