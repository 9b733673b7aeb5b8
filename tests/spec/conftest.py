"""`spec` checks a paragraph of the manual (tests/lib/spec.py)."""

import pytest

from tests.lib.spec import spec as check


@pytest.fixture
def spec():
    return check
