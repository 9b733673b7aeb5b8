"""A county on PostgreSQL: deliveries in any order, kills, nights and the loop, by processes of their own."""

import pytest

from tests.lib.postgresql import failures_again


@pytest.mark.needs("postgresql")
@pytest.mark.timeout(900)       # a server, its tables, and a machine that may be busy
def test_county():
    assert failures_again("tests/integration/gather/test_any_order.py") == []
