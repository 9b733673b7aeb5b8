"""Every worked example of every pack holds; the sentence says which does not."""

import pytest

from xinglin.act.programmes.assure import assure
from xinglin.site.load import found_packs

STORIES = [(pack, example) for pack in found_packs() for example in pack.examples]


@pytest.mark.parametrize(("pack", "example"), STORIES, ids=[f"{p.code}: {e.story}" for p, e in STORIES])
def test_example_holds(pack, example):
    assert assure(pack.programme(example.programme), example) == []


def test_every_programme_has_examples():
    for pack in found_packs():
        told = {pack.programme(e.programme).code for e in pack.examples}
        assert told == {p.code for p in pack.programmes}
