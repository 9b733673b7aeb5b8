"""The night's figures on a real lake of files: its change feed, its snapshots, publications."""

import json
from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from tests.lib.random_nights import RandomTown
from xinglin.declare.refuse import DeclarationError
from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.know.indicators import changes, members, publish, queries
from xinglin.know.indicators.readers import opener, run_figures
from xinglin.lake.store import forget_lake, open_lake
from xinglin.lake.tables import at_lake, names, newest_columns, newest_table
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.site.commands import figure as command
from xinglin.site.load import catalog

CODES = ("htn.bp_controlled", "ntf.cases")
EDITIONS = {c: catalog().indicators[c] for c in CODES}
YEAR = Period.parse("2026")


@pytest.fixture
def lake(tmp_path, monkeypatch):
    monkeypatch.setenv("XINGLIN_LAKE_BUCKETS", "2")
    monkeypatch.setenv("XINGLIN_HOME", str(tmp_path))
    home = Home(tmp_path)
    opened = open_lake(home)
    opened.ensure(catalog().records.values())
    yield opened
    forget_lake(home)


def bring(lake, town):
    """Make the lake's tables equal to the town's, writing only what differs."""
    with lake.write() as tx:
        for record in (r for r in town.records if r.about.code in ("person", "case", "htn_visit", "case_report")):
            columns = list(newest_columns(record))
            table = town.con.execute(f"SELECT {names(columns)} FROM {at_lake(newest_table(record))}").to_arrow_table()
            tx.con.register("now", table)
            here = at_lake(newest_table(record))
            tx.con.execute(f"CREATE OR REPLACE TEMP TABLE keys AS SELECT DISTINCT person FROM (FROM {here} EXCEPT ALL FROM now)")
            tx.con.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS FROM now EXCEPT ALL FROM {here}")
            tx.con.execute(f"DELETE FROM {here} t WHERE EXISTS (SELECT 1 FROM keys k WHERE k.person IS NOT DISTINCT FROM t.person)")
            tx.con.execute(f"INSERT INTO {here} FROM now EXCEPT ALL FROM {here}")
            tx.con.unregister("now")


def value(lake, town, code):
    con = lake.cursor()
    asked = queries.ask(con, EDITIONS[code], YEAR, open_=opener(con, town.day), day=town.day, snapshot=0)
    return asked, queries.figure(asked).amount


def test_nights_on_the_lake_equal_full_and_publications_stay(lake):
    town = RandomTown(7, people=10)
    bring(lake, town)
    first = run_figures(lake, EDITIONS, catalog().records, day=town.day)
    assert {d.how for d in first} == {"full"}
    asked, then = value(lake, town, "htn.bp_controlled")
    published = publish.publish(lake, asked, place="330182", by="统计员", norms="")
    for _ in range(3):
        town.next_day(days=1, events=8)
        bring(lake, town)
        done = run_figures(lake, EDITIONS, catalog().records, day=town.day)
        assert {d.how for d in done if not d.figure.startswith("ntf")} <= {"increment", "unchanged"}
        stored = contents(lake)
        run_figures(lake, EDITIONS, catalog().records, day=town.day, full=True)
        assert contents(lake) == stored
    again = publish.newest(lake.cursor(), "htn.bp_controlled", "2026", "330182")
    assert (again.numerator, again.denominator) == (then.numerator, then.denominator) == (published.numerator, published.denominator)
    at_publication = changes.contributions_at(asked, published.snapshot)
    assert lake.cursor().execute(f"SELECT sum(num), sum(den) FROM {at_publication}").fetchone() == (then.numerator, then.denominator)


def contents(lake):
    return lake.cursor().execute(f"SELECT * FROM {at_lake('contribution')} ORDER BY ALL").fetchall()


def test_a_second_publication_needs_a_reason(lake):
    town = RandomTown(3, people=8)
    bring(lake, town)
    run_figures(lake, EDITIONS, catalog().records, day=town.day)
    asked, _ = value(lake, town, "ntf.cases")
    first = publish.publish(lake, asked, place="330182", by="统计员", norms="")
    with pytest.raises(XinglinError, match="更正须写明理由"):
        publish.publish(lake, asked, place="330182", by="统计员", norms="")
    second = publish.publish(lake, asked, place="330182", by="统计员", norms="", reason="迟到的数据")
    kept = publish.publications(lake.cursor(), "ntf.cases", "2026", "330182")
    assert [p.id for p in kept] == [first.id, second.id] and second.supersedes == first.id


def test_why_it_changed_sums_to_the_difference(lake):
    town = RandomTown(5, people=12)
    bring(lake, town)
    run_figures(lake, EDITIONS, catalog().records, day=town.day)
    asked, before = value(lake, town, "htn.bp_controlled")
    snapshot = lake.snapshot()
    town.next_day(days=1, events=10)
    for case in town.cases.values():
        case.update(state="在管", paused_on=None)
    town.put(HtnVisit, [{"person": p, "day": town.day, "sbp": 128, "dbp": 80} for p in town.cases])
    town.derive()
    bring(lake, town)
    run_figures(lake, EDITIONS, catalog().records, day=town.day)
    asked, after = value(lake, town, "htn.bp_controlled")
    found = changes.changes(asked.con, before=changes.contributions_at(asked, snapshot), after=asked.contributions)
    assert found
    assert sum(c.numerator for c in found) == after.numerator - before.numerator
    assert sum(c.denominator for c in found) == after.denominator - before.denominator


def test_the_command_prints_the_fraction_and_its_rows(lake, django_db_setup, django_db_blocker, monkeypatch):
    town = RandomTown(9, people=12)
    bring(lake, town)
    run_figures(lake, EDITIONS, catalog().records, day=town.day)
    noted = []
    monkeypatch.setattr(command, "_note_access", lambda *of: noted.append(of))
    answer = CliRunner().invoke(command.app, ["htn.bp_controlled", "--period", "2026", "--place", "330182",
                                              "--by", "township", "--rows", "--json"])
    told = json.loads(answer.stdout)
    assert told["numerator"] == sum(r["counted"] for r in told["rows"])
    assert told["denominator"] == len(told["rows"]) == sum(p["denominator"] for p in told["by"])
    assert told["day"] == town.day.isoformat() and told["edition"] == "2017-02-28" and len(noted) == 1


def test_a_month_of_events_and_groups(lake):
    town = RandomTown(11, people=6)
    bring(lake, town)
    run_figures(lake, EDITIONS, catalog().records, day=town.day)
    con = lake.cursor()
    whole, total = value(lake, town, "ntf.cases")
    months = queries.parts(whole, "month")
    assert sum(p.amount.numerator for p in months) == total.numerator
    for month in months:
        asked = queries.ask(con, EDITIONS["ntf.cases"], Period.parse(month.key), open_=opener(con, town.day), day=town.day, snapshot=0)
        assert queries.figure(asked).amount.numerator == month.amount.numerator
    dengue = queries.figure(whole, where={"disease": "dengue"}).amount.numerator
    assert dengue == len(members.members(whole, where={"disease": "dengue"}))
    assert dengue == sum((p.amount.numerator for p in queries.parts(whole, "district", where={"disease": "dengue"})), Decimal(0))


def test_a_rate_by_year_is_not_asked_by_month(lake):
    with pytest.raises(DeclarationError, match="按 年统计"):
        con = lake.cursor()
        queries.ask(con, EDITIONS["htn.bp_controlled"], Period.parse("2026-03"),
                    open_=opener(con, date(2026, 6, 1)), day=date(2026, 6, 1), snapshot=0)
