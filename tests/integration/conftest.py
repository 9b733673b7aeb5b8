"""A demo county, built once a run."""

import pytest

from tests.lib.demo import built_once, copy_of


@pytest.fixture(scope="session")
def demo_county():
    """Read it; never change it."""
    return built_once()


@pytest.fixture(scope="module")
def county(demo_county, tmp_path_factory):
    """A copy of the demo county for one module."""
    return copy_of(demo_county, tmp_path_factory.mktemp("home"))
