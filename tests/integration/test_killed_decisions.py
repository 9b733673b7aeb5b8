"""A merge, its undoing, a publication, an edition: killed before each lasting moment and done again, as if never killed."""

import pytest

from tests.lib.dying import differing, told_by

pytestmark = pytest.mark.timeout(600)
LEAST = {"merge": ("default commit", "lake commit", "default commit", "default commit"), "publish": ("lake commit",),
         "freeze": ("lake commit", "default commit", "os.rename", "os.rename"),
         "split": ("default commit", "lake commit", "default commit", "default commit", "default commit")}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return told_by("tests.lib.killed_stories", *LEAST, home=tmp_path_factory.mktemp("decisions"))


@pytest.mark.parametrize("story", LEAST)
def test_killed_before_every_moment_it_ends_as_the_unbroken_one(told, story):
    assert differing(told[story]) == {}


@pytest.mark.parametrize("story", LEAST)
def test_what_must_be_a_moment_was_one(told, story):
    left = iter(told[story]["moments"])
    assert all(wanted in left for wanted in LEAST[story]), told[story]["moments"]


def test_each_work_changed_something(told):
    """A merge moved rows and lists, a split brought them back; the others left one thing each."""
    after = {story: told[story]["unbroken"] for story in LEAST}
    assert {"htn_visit", "CaseRow", "roots", "MergedSubject"} <= {n for n in after["split"] if after["split"][n] != after["merge"].get(n)}
    assert after["split"]["htn_visit"] == after["publish"]["htn_visit"] and after["split"]["roots"] == after["publish"]["roots"]
    assert "publication" in after["publish"] and "publication" not in after["freeze"]
    assert after["freeze"]["editions"] != after["publish"]["editions"] and after["freeze"]["files"] != after["publish"]["files"]
