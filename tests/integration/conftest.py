"""A demo county, built once a run."""

import pytest

from tests.lib.demo import built_once, copy_of


@pytest.fixture(scope="session")
def demo_county(tmp_path_factory):
    """Read it; never change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return built_once(shared / "demo")


@pytest.fixture(scope="module")
def county(demo_county, tmp_path_factory):
    """A copy of the demo county for one module."""
    return copy_of(demo_county, tmp_path_factory.mktemp("home"))
