"""A delivery killed before each of its lasting moments and gathered again: nothing lost, nothing doubled."""

import pytest

from tests.lib.dying import differing, told_by

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    return told_by("tests.lib.killed_stories", "delivery", home=tmp_path_factory.mktemp("delivery"))["delivery"]


def test_killed_before_every_moment_it_ends_as_the_unbroken_one(delivery):
    assert differing(delivery) == {}


def test_every_step_of_a_delivery_was_a_moment(delivery):
    """The file that is taken and the one that is refused: noted, checked, in the lake, done; moved, noted, taken away."""
    moments = delivery["moments"]
    assert moments.count("lake commit") == 1 and moments.count("os.rename") == 1
    before, after = moments[:moments.index("lake commit")], moments[moments.index("lake commit"):]
    assert before.count("default commit") >= 5 and after.count("os.remove") == 2 and after.count("default commit") >= 3
