"""Every figure has a worked example, and every example counts as it says."""

from decimal import Decimal

import pytest

from tests.lib.town import Town
from xinglin.kernel.dates import Period
from xinglin.know.indicators import queries
from xinglin.site.load import catalog, found_packs

COUNTED = [e for p in found_packs() for e in p.counted]


@pytest.fixture(scope="module")
def town():
    return Town([r for p in found_packs() for r in p.records])


@pytest.mark.parametrize("example", COUNTED, ids=[f"{e.figure}: {e.story}" for e in COUNTED])
def test_an_example_counts_as_it_says(town, example):
    for record in town.records:
        town.clear(record)
    for row in example.rows:
        town.put(row.record, [{"place": "330182101001", **row.values} if "place" in row.record.columns() else dict(row.values)])
    asked = queries.ask(town.con, catalog().indicators[example.figure], Period.parse(example.year), day=example.day, snapshot=0,
                        open_=lambda **how: town.lake(day=example.day, **how))
    amount = queries.figure(asked).amount
    assert float(amount.numerator) == pytest.approx(example.numerator)
    if example.denominator is None:
        assert amount.denominator is None
    else:
        assert float(amount.denominator or Decimal(0)) == pytest.approx(example.denominator)


def test_every_figure_has_one():
    assert {e.figure for e in COUNTED} == {i.code for p in found_packs() for i in p.indicators}
