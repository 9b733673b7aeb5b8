"""What a test county needs: a key, no anchors of earlier tests, a journal that can be emptied."""

import pytest

from xinglin.kernel.crypto import KEY_FILE, Keys
from xinglin.kernel.home import home


@pytest.fixture(autouse=True, scope="session")
def _flush_allowed():
    """Transactional tests empty the tables afterwards: the journal's triggers step aside."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from xinglin.journal import guards

    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        guards.remove(self.connection)
        try:
            return original(self, sql_list)
        finally:
            guards.install(self.connection)

    BaseDatabaseOperations.execute_sql_flush = flush
    yield
    BaseDatabaseOperations.execute_sql_flush = original


@pytest.fixture(autouse=True)
def _county_key():
    """A key in the home of the run; anchors of a database that is gone would be found missing."""
    keys = home().keys
    if not (keys / KEY_FILE).exists():
        Keys.create(keys)
    for anchor in keys.glob("journal-*.anchor"):
        anchor.unlink()
