"""Lists follow from the lake on PostgreSQL as on SQLite, whoever else is writing."""

import pytest

from tests.lib.postgresql import failures_again


@pytest.mark.needs("postgresql")
@pytest.mark.timeout(900)       # a server, its tables, and a machine that may be busy
def test_projections():
    assert failures_again("tests/integration/programmes", "tests/integration/on_postgresql/writers_of_lists.py") == []
