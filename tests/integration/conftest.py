"""A demo county, built once a run."""

import pytest

from tests.lib.demo import built_once, copy_of


@pytest.fixture(scope="session")
def demo_county(tmp_path_factory):
    """A copy for this worker, of which no other copy is made: read it; never change it."""
    return copy_of(built_once(), tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A copy of the demo county for one module."""
    return copy_of(built_once(), tmp_path_factory.mktemp("home"))
