"""The journal and the registry behave on PostgreSQL as on SQLite, and with several writers at once."""

import pytest

from tests.lib.postgresql import failures_again


@pytest.mark.needs("postgresql")
@pytest.mark.timeout(900)       # a server, its tables, and a machine that may be busy
def test_journal_and_registry():
    assert failures_again("tests/unit/journal", "tests/unit/registry", "tests/integration/on_postgresql/writers_of_acts.py") == []
