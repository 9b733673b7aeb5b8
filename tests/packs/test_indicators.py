"""What every indicator of every pack promises by its kind; found, not listed."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.lib.random_nights import RandomTown
from tests.lib.town import Town
from xinglin.datasets.people import Person
from xinglin.declare.indicator import PER
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period
from xinglin.know.indicators import members, queries
from xinglin.know.indicators.contribute import compile_figure, edition_for
from xinglin.site.load import found_packs

INDICATORS = [i for p in found_packs() for i in p.indicators]
EMPTY = Town([r for p in found_packs() for r in p.records])
YEAR = Period.parse("2026")


@pytest.fixture(scope="module")
def town():
    made = RandomTown(4, people=24)
    for _ in range(6):
        made.next_day(days=20, events=30)
    return made


def every(indicators=INDICATORS):
    return pytest.mark.parametrize("indicator", indicators, ids=[i.code for i in indicators])


def asked(town, indicator):
    return queries.ask(town.con, [indicator], period_of(indicator), open_=lambda **k: town.lake(day=town.day, **k),
                       day=town.day, snapshot=0)


def period_of(indicator):
    return Period.of(date(2026, 3, 1), indicator.every)


@every()
def test_builds_and_runs_on_empty_tables(indicator):
    sheet = asked_of_empty(indicator)
    amount = queries.figure(sheet).amount
    assert amount.numerator == 0
    assert queries.figure(sheet).text == (f"0 {indicator.unit}" if indicator.kind == "count" else "—（分母为 0）")


def asked_of_empty(indicator):
    return queries.ask(EMPTY.con, [indicator], period_of(indicator), day=date(2026, 6, 30), snapshot=0,
                       open_=lambda **k: EMPTY.lake(day=date(2026, 6, 30), **k))


@every([i for i in INDICATORS if i.kind == "proportion"])
def test_a_proportion_lies_between_0_and_1_and_its_unknown_are_counted(town, indicator):
    sheet = asked(town, indicator)
    amount = queries.figure(sheet).amount
    rows = members.members(sheet)
    assert 0 <= amount.numerator <= amount.denominator == len(rows)
    assert amount.unknown == sum(m.unknown for m in rows)
    assert not any(m.unknown and m.counted for m in rows)


@every()
def test_parts_add_up_and_the_list_is_the_numerator(town, indicator):
    sheet = asked(town, indicator)
    whole = queries.figure(sheet).amount
    for by in ("township", "village", "org"):
        parts = [p.amount for p in queries.parts(sheet, by)]
        assert sum((p.numerator for p in parts), Decimal(0)) == whole.numerator
        if whole.denominator is not None:
            assert sum((p.denominator for p in parts), Decimal(0)) == whole.denominator
    counted = len(members.members(sheet, counted=True))
    assert counted == (whole.denominator if indicator.kind == "mean" else whole.numerator)
    for part in queries.parts(sheet, "township"):
        if part.key:
            assert queries.figure(sheet, place=part.key).amount == part.amount


@every()
def test_a_period_before_the_definition_is_refused(indicator):
    early = Period.of(date(indicator.since.year - 1, 6, 1), indicator.every)
    with pytest.raises(DeclarationError, match=f"口径自 {indicator.since} 起"):
        edition_for([indicator], early)


@every()
def test_it_says_what_it_is(indicator):
    assert indicator.unit in PER or indicator.kind in ("count", "mean")
    assert indicator.words and str(indicator.cites) and len(indicator.code.split(".")) == 2


@every([i for i in INDICATORS if i.kind == "proportion"])
def test_a_newcomer_without_any_record_never_raises_the_numerator(indicator):
    town = RandomTown(6, people=12)
    before = queries.figure(asked(town, indicator)).amount
    town.put(Person, [{"person": 999, "updated_on": date(2024, 1, 1), "birth_date": date(1950, 1, 1),
                       "usual_resident": True, "place": "330182101001"}])
    assert queries.figure(asked(town, indicator)).amount.numerator <= before.numerator


def test_a_norm_that_began_inside_the_period_refuses_it(town):
    from xinglin.declare.norm import Norm, adjusted
    from xinglin.packs.disease_control.hypertension import indicators, norms

    later = tuple(replace(s, day=date(2026, 2, 1)) for s in norms.DBP_GOAL.values)
    with adjusted({norms.DBP_GOAL: Norm("舒张压目标", "mmHg", later)}), \
            pytest.raises(DeclarationError, match="口径自 2026-02-01 起"):
        compile_figure(indicators.bp_controlled, town.lake(day=town.day), YEAR)


def test_a_period_across_two_editions_is_refused():
    first = random.Random(0).choice(INDICATORS)
    second = first.edition(since="2026-04-01")(first.body)
    with pytest.raises(DeclarationError, match="跨了新旧口径"):
        edition_for([first, second], YEAR)
    assert edition_for([first, second], Period.parse("2027")) is second
