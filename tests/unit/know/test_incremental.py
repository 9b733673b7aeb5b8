"""An increment gives exactly what a full computation gives, night after night."""

import random

import pytest

from tests.lib.random_nights import RandomTown, TownFeed
from xinglin.know.indicators.contribute import compile_figure, edition_for
from xinglin.know.indicators.night import Night, compute_figures, kept_periods
from xinglin.know.indicators.tables import CONTRIBUTION
from xinglin.know.indicators.total import cells_sql
from xinglin.lake.tables import at_lake
from xinglin.site.load import catalog


def night_of(town, editions, snapshot):
    return Night(con=town.con, open=lambda **how: town.lake(day=town.day, keep=True, **how), editions=editions,
                 records={r.about.code: r for r in town.records}, day=town.day, snapshot=snapshot, code="one program")


def differences(con, one, other):
    return con.execute(f"SELECT count(*) FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one}))").fetchone()[0]


def assert_equals_full(town, editions):
    columns = ", ".join(CONTRIBUTION)
    lake = town.lake(day=town.day, keep=True)
    for code, every in editions.items():
        for period in kept_periods(every[-1].every, town.day):
            full = compile_figure(edition_for(every, period), lake, period).sql
            named = f"WHERE figure = '{code}' AND period = '{period}'"
            stored = f"SELECT {columns} FROM {at_lake('contribution')} {named}"
            assert differences(town.con, stored, f"SELECT {columns} FROM ({full})") == 0, (code, period, town.day)
            as_of = min(town.day, period.last)
            totals = f"SELECT * FROM {at_lake('figure_total')} {named} AND as_of = DATE '{as_of}'"
            assert differences(town.con, totals, cells_sql(f"({full})", as_of)) == 0, (code, period, town.day)


CODES = sorted(catalog().indicators)
TOWNS, NIGHTS = 5, 6
PER_TOWN = -(-len(CODES) // TOWNS)      # building a figure costs more than computing it on so small a town
COMPARED = (2, 5)                       # a wrong increment stays wrong until its people are touched again


@pytest.mark.parametrize("seed", range(1, TOWNS + 1))
def test_thirty_random_nights(seed):
    """Five towns of six nights; together they cover every figure."""
    editions = {c: catalog().indicators[c] for c in CODES[(seed - 1) * PER_TOWN:seed * PER_TOWN]}
    town, chance = RandomTown(seed), random.Random(seed)
    how = {d.how for d in compute_figures(night_of(town, editions, 0))}
    for night in range(NIGHTS):
        town.next_day(days=chance.choice([1, 1, 1, 2, 9, 30]), events=chance.choice([0, 1, 4, 12]))
        done = compute_figures(night_of(town, editions, night + 1), TownFeed(town.con))
        how |= {d.how for d in done}
        if night in COMPARED:
            assert_equals_full(town, editions)
    assert how == {"full", "increment", "unchanged"}
