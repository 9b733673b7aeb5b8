"""The annual report of a small county: filled numbers, matters, --as-of, and editions that the lake cannot move."""

import json
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from tests.lib.random_nights import RandomTown
from tests.unit.know.test_on_the_lake import bring
from xinglin.datasets.people import Person
from xinglin.declare.report import (
    Change,
    Filled,
    Fraction,
    Given,
    Report,
    Table,
    Value,
    paragraph,
    section,
    sentence,
)
from xinglin.journal.queries import acts_after
from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.know.indicators import members, queries
from xinglin.know.indicators.readers import opener, run_figures
from xinglin.lake.maintenance import tidy
from xinglin.lake.store import forget_lake, open_lake
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.packs.disease_control.hypertension import indicators as htn
from xinglin.show.reports.annual import actions
from xinglin.show.reports.annual import queries as done
from xinglin.show.reports.annual.stored import as_json, from_json
from xinglin.show.reports.annual.write import Asked, figures, write_files, written
from xinglin.show.reports.writer.told import Hand
from xinglin.site.load import catalog

FIGURES = (htn.managed_count, htn.bp_controlled)
EDITIONS = {i.code: catalog().indicators[i.code] for i in FIGURES}
PEOPLE = Given(code="population", title="常住人口", unit="万人", office="统计局", decimals=1)
REPORT = Report(code="annual", title="{year}年报告", office="卫生健康局", chapters=(section("甲", paragraph(
    sentence("人口{p}，在管{n}，控制率{r}（{f}），{c}。", p=Filled(PEOPLE), n=Value(htn.managed_count), r=Value(htn.bp_controlled),
             f=Fraction(htn.bp_controlled), c=Change(htn.bp_controlled))), Table(title="表", columns=FIGURES)),))
YEAR = Period.parse("2026")


@pytest.fixture
def lake(own_home, monkeypatch):
    monkeypatch.setenv("XINGLIN_LAKE_BUCKETS", "2")
    opened = open_lake(home())
    opened.ensure(catalog().records.values())
    yield opened
    forget_lake(home())


@pytest.fixture
def town(lake):
    made = RandomTown(7, people=8)
    bring(lake, made)
    run_figures(lake, EDITIONS, catalog().records, day=made.day)
    return made


def draft(lake, as_of=None):
    return written(lake, catalog(), Asked(report=REPORT, year=2026, as_of=as_of))


def change(lake, town, days=20, events=20):
    """Time passes, rows change, a night is computed."""
    town.next_day(days=days, events=events)
    town.put(HtnVisit, [{"person": p, "day": town.day, "sbp": 182, "dbp": 80} for p in town.cases])
    town.put(Person, [{"person": 900, "updated_on": date(2024, 1, 1), "usual_resident": True, "place": "330182102001"}])
    town.cases[900] = {"enrolled": town.day, "state": "在管", "paused_on": None}
    town.derive()
    bring(lake, town)
    run_figures(lake, EDITIONS, catalog().records, day=town.day)


def rows_of(lake, edition, code):
    asked = Asked(report=REPORT, year=edition.year, as_of=edition.as_of)
    with figures(lake, catalog(), asked, snapshot=edition.snapshot) as told:
        return sorted((m.unit, m.counted, m.unknown) for m in members.members(told.rows(code)))


def test_numbers_are_those_of_the_night_and_name_their_origin(lake, town):
    told = draft(lake)
    con = lake.cursor()
    asked = queries.ask(con, EDITIONS["htn.bp_controlled"], YEAR, open_=opener(con, town.day), day=town.day, snapshot=0)
    amount = queries.figure(asked).amount
    line = next(t for t in told.trace if t.code == "htn.bp_controlled")
    assert line.fraction == f"{amount.numerator:.0f}/{amount.denominator:.0f}"
    assert (line.snapshot, line.day, line.fingerprint) == (lake.snapshot(), town.day, asked.fingerprint)
    assert [o.key for o in told.owed] == ["population"]


@pytest.mark.parametrize("back", [None, 9])
def test_a_frozen_edition_gives_the_same_words_numbers_and_rows_after_the_lake_moved(lake, town, back, tmp_path):
    as_of = town.day - timedelta(days=back) if back and (town.day - timedelta(days=back)).year == 2026 else None
    if back:
        change(lake, town)
        as_of = town.day - timedelta(days=back)
    first = draft(lake, as_of)
    frozen = actions.freeze(lake, first, as_of=as_of, actor="system", org="")
    before = {i.code: rows_of(lake, frozen, i.code) for i in FIGURES}
    change(lake, town, days=3)
    tidy(lake, keep_days=0, keep_files_hours=0)
    again = done.edition("annual", frozen.number)
    assert again.written.text == first.text != draft(lake).text
    assert again.written.trace == first.trace
    assert {i.code: rows_of(lake, again, i.code) for i in FIGURES} == before
    counted = sum(c for _, c, _ in before["htn.bp_controlled"])
    assert next(t for t in again.written.trace if t.code == "htn.bp_controlled").fraction == f"{counted}/{len(before['htn.bp_controlled'])}"
    recomputed = written(lake, catalog(), Asked(report=REPORT, year=2026, as_of=as_of), snapshot=frozen.snapshot)
    assert recomputed.text == first.text
    assert [p.suffix for p in write_files(again.written, tmp_path)] == [".docx", ".pdf"]


def test_a_second_edition_needs_a_reason(lake, town):
    first = actions.freeze(lake, draft(lake), as_of=None, actor="system", org="")
    with pytest.raises(XinglinError, match="须写明理由"):
        actions.freeze(lake, draft(lake), as_of=None, actor="system", org="")
    second = actions.freeze(lake, draft(lake), as_of=None, actor="system", org="", reason="迟到的数据")
    assert (first.number, second.number, second.reason) == (1, 2, "迟到的数据")


def test_an_edition_survives_being_written_down(lake, town):
    told = draft(lake)
    assert from_json(json.loads(json.dumps(as_json(told))), edition=0) == told


def test_a_day_in_the_past_is_counted_for_that_day(lake, town):
    change(lake, town)
    told = draft(lake, town.day - timedelta(days=1))
    assert told.day == town.day - timedelta(days=1)
    managed = int(next(t.text for t in told.trace if t.code == "htn.managed_count").removesuffix("人"))
    now = int(next(t.text for t in draft(lake).trace if t.code == "htn.managed_count").removesuffix("人"))
    assert managed == now - 1           # the one who was enrolled on the last day
    for wrong in (town.day + timedelta(days=1), date(2025, 12, 31)):
        with pytest.raises(XinglinError, match="截至日"):
            draft(lake, wrong)


def test_a_number_from_outside_has_document_day_and_signer(lake, town):
    hand = Hand(value="42.6", source="统计公报", day=date(2026, 3, 1), signer="童统计", announced=True)
    actions.fill_given(PEOPLE, hand, report="annual", year=2026, actor="s1", org="o")
    told = draft(lake)
    assert "人口42.6万人" in told.text and told.owed == ()
    assert (told.trace[0].kind, told.trace[0].source, told.trace[0].signer) == ("上级公布", "统计公报", "童统计")
    assert written(lake, catalog(), Asked(report=REPORT, year=2025)).owed[0].key == "population"
    for wrong in (Hand(**{**vars(hand), "value": "约四十"}), Hand(**{**vars(hand), "source": " "}), Hand(**{**vars(hand), "signer": ""})):
        with pytest.raises(XinglinError):
            actions.fill_given(PEOPLE, wrong, report="annual", year=2026, actor="s1", org="o")


def test_a_gap_is_handed_to_the_office_that_owes_it(lake, town):
    owed = draft(lake).owed
    for _ in range(2):                  # the same again is the same matter
        actions.raise_owed(owed, report="annual", year=2026, until=date(2026, 12, 20), actor="s1", org="o")
    acts = acts_after(0, [done.RAISED])
    assert len(acts) == 1 and acts[0].payload["office"] == "统计局"
    assert done.raised("annual", 2026)["population"].until == date(2026, 12, 20)


def test_before_the_first_night_and_for_a_year_to_come_the_sentence_says_what_to_do(lake):
    with pytest.raises(XinglinError, match="过一夜"):
        draft(lake)
    town = RandomTown(7, people=6)
    bring(lake, town)
    run_figures(lake, EDITIONS, catalog().records, day=town.day)
    with pytest.raises(XinglinError, match="还没有开始"):
        written(lake, catalog(), Asked(report=REPORT, year=2027))


def test_the_command_writes_freezes_and_opens_again(lake, town, tmp_path, monkeypatch):
    from xinglin.site.commands.report import app

    forget_lake(home())
    monkeypatch.setattr("xinglin.site.commands.databases_ready", lambda: None)
    words = ["write", "--year", "2026", "--out", str(tmp_path / "out"), "--json"]
    told = json.loads(CliRunner().invoke(app, [*words, "--freeze"], catch_exceptions=False).stdout)
    assert told["edition"] == 1 and told["figures"] >= 25
    assert [p.suffix for p in sorted((tmp_path / "out").iterdir())] == [".docx", ".pdf"]
    again = json.loads(CliRunner().invoke(app, [*words, "--edition", "1"], catch_exceptions=False).stdout)
    assert again["trace"] == told["trace"]
    with pytest.raises(XinglinError, match="没有第 9 稿"):
        CliRunner().invoke(app, [*words, "--edition", "9"], catch_exceptions=False)
