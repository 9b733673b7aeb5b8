"""What a restored county must tell to be taken for the one that was backed up."""

import pytest

from xinglin.site.backup import _proved

KEPT = {"people": 10, "acts": 7, "accesses": 3, "snapshot": 5, "lines": 40, "figures": "abc"}


@pytest.mark.parametrize(("change", "proved"), [
    ({}, True),
    ({"acts": 8, "accesses": 9}, True),         # somebody saved while the backup was written
    ({"acts": 6}, False), ({"people": 9}, False),
    ({"lines": 41}, False), ({"figures": "abd"}, False), ({"snapshot": 6}, False),
])  # fmt: skip
def test_data_are_equal_and_the_journal_is_no_shorter(change, proved):
    assert _proved(KEPT | change, KEPT) is proved


def test_a_county_without_figures_is_not_one_with_them():
    assert not _proved({k: v for k, v in KEPT.items() if k != "figures"}, KEPT)
