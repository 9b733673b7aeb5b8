"""A work that goes by the clock of its beginning."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from xinglin.kernel.clock import moment, steady

BEGAN = datetime(2026, 7, 1, 15, 59, 59, tzinfo=UTC)
LITTLE = timedelta(seconds=5)


@pytest.mark.parametrize("leap", [timedelta(days=3), timedelta(days=-3), timedelta(seconds=2), timedelta(0)])
def test_the_clock_may_be_set_meanwhile(leap):
    with steady(BEGAN):
        first, second = moment(BEGAN + leap), moment(BEGAN - leap)
    assert BEGAN <= first <= second < BEGAN + LITTLE


def test_outside_of_it_the_clock_is_believed():
    with steady(BEGAN), steady(BEGAN + timedelta(days=1)):
        assert moment(BEGAN) >= BEGAN + timedelta(days=1)
    assert moment(BEGAN - timedelta(days=9)) == BEGAN - timedelta(days=9)
    with pytest.raises(KeyError), steady(BEGAN):
        raise KeyError
    assert moment(BEGAN - timedelta(days=9)) == BEGAN - timedelta(days=9)


def test_the_zone_is_that_of_who_asks():
    china = timezone(timedelta(hours=8))
    with steady(BEGAN):
        assert moment(datetime.now(china)).tzinfo is china and moment(datetime.now(china)).day == 1
