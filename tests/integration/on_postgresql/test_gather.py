"""Deliveries behave on PostgreSQL as on SQLite: received, sent again, killed, merged and split."""

import pytest

from tests.lib.postgresql import failures_again


@pytest.mark.needs("postgresql")
@pytest.mark.timeout(900)       # a server, its tables, and a machine that may be busy
def test_gather():
    assert failures_again(*(f"tests/integration/gather/test_{name}.py" for name in ("receive", "inbox", "merge_split"))) == []
