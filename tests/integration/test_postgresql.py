"""The journal and the registry behave on PostgreSQL as on SQLite."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib import postgresql

ROOT = Path(__file__).parents[2]
SUITES = ["tests/unit/journal", "tests/unit/registry", "tests/integration/on_postgresql.py"]


@pytest.mark.needs("postgresql")
def test_journal_and_registry_on_postgresql():
    with postgresql.server() as address:
        # With the settings named outside, pytest-django reads them before our conftest.
        inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        variables = {**inherited, "XINGLIN_TEST_DATABASE_URL": address}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *SUITES]
        run = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stdout[-5000:]
