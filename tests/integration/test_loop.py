"""The loop with exact numbers: a saved visit moves one numerator by one, a correction moves it back."""

import pytest

from tests.lib.demo import TODAY, ask, run, script

pytestmark = pytest.mark.timeout(1200)       # whole nights, on a machine that may be busy
YEAR, CODE = "2026", "htn.bp_controlled"
NEXT = ("2026-11-22", "2026-11-23")

FIND = """
from xinglin.act.programmes.models import CaseRow
import collections
rows = CaseRow.objects.filter(programme="htn", state="在管", last_class="控制不满意").order_by("person")
busy = collections.Counter(CaseRow.objects.filter(programme="htn", state="在管").values_list("place", flat=True))
one = max(rows, key=lambda r: (busy[r.place], -r.person))
answer = {"person": one.person, "place": one.place, "org": one.org, "doctor": one.doctor, "cases": busy[one.place]}
"""

SAVE = """
from datetime import date
from xinglin.act.programmes.actions import By, form_version, save_record
from xinglin.packs.disease_control.hypertension import HtnVisit
saved = save_record(HtnVisit, dict(day=date(2026, 11, 21), org={org!r}, doctor={doctor!r}, way="门诊", sbp={sbp},
    dbp={dbp}, danger_sign=False, pregnant=False, other_emergency=False, new_complication=False,
    adverse_reaction=False, adr_hard=False, adherence="规律"), person={person}, by=By(staff={doctor!r}, org={org!r}),
    key={key!r}, version=form_version({person}, HtnVisit, corrects={corrects!r}), today=date(2026, 11, {today}),
    corrects={corrects!r})
state = saved.states["htn"]
answer = {{"uid": saved.act.uid, "class": state.classes[-1][1], "again": saved.again,
           "due": sorted(state.due(date(2026, 11, {today})))}}
"""


def share(home, place=""):
    found = ask(home, "figure", CODE, "--period", YEAR, *(["--place", place] if place else []))
    return found["numerator"], found["denominator"]


def everywhere(home, village):
    return [share(home, village), share(home, village[:9]), share(home, village[:6])]


@pytest.fixture(scope="module")
def story(county):
    """One uncontrolled patient: figures before, after a good visit, after its correction."""
    run(county, "night", "--day", TODAY)
    one = script(county, FIND)
    told = {"one": one, "before": everywhere(county, one["place"])}
    given = {k: one[k] for k in ("person", "org", "doctor")}
    told["saved"] = script(county, SAVE.format(**given, sbp=135, dbp=85, key="a", corrects="", today=21))
    told["repeated"] = script(county, SAVE.format(**given, sbp=135, dbp=85, key="a", corrects="", today=21))
    told["at once"] = script(county, f"""
from xinglin.act.programmes.models import CaseRow
answer = CaseRow.objects.get(person={one["person"]}, programme="htn").last_class""")
    run(county, "night", "--day", NEXT[0])
    told["after"] = everywhere(county, one["place"])
    told["corrected"] = script(county, SAVE.format(
        **given, sbp=155, dbp=95, key="b", corrects=told["saved"]["uid"], today=22))
    run(county, "night", "--day", NEXT[1])
    told["again"] = everywhere(county, one["place"])
    return told


def test_a_good_visit_shows_at_once(story):
    assert story["saved"]["class"] == story["at once"] == "控制满意"
    assert "recheck" not in story["saved"]["due"]


def test_the_same_form_twice_is_one_visit(story):
    assert story["repeated"]["again"]
    assert story["repeated"]["uid"] == story["saved"]["uid"]


def test_the_night_moves_the_numerator_by_exactly_one_at_every_level(story):
    assert story["after"] == [(n + 1, d) for n, d in story["before"]]


def test_a_correction_moves_it_back_and_opens_the_recheck(story):
    assert story["corrected"]["class"] == "控制不满意"
    assert "recheck" in story["corrected"]["due"]
    assert story["again"] == story["before"]


def test_both_versions_stay_visible(county, story):
    found = script(county, f"""
from xinglin.kernel.home import home
from xinglin.lake.store import open_lake
con = open_lake(home(), read_only=True).cursor()
answer = con.execute("SELECT version, sbp, dbp FROM htn_visit_versions WHERE record_id = '{story["saved"]["uid"]}' "
                     "ORDER BY version").fetchall()""")
    assert found == [[1, 135, 85], [2, 155, 95]]


def test_the_journal_verifies(county, story):
    assert ask(county, "journal", "verify")["ok"]


def test_past_month_ends_are_filled_once_and_leave_what_nights_counted(county, story):
    before = share(county)
    first = ask(county, "months", "--back", "2")["filled"]
    assert first > 0
    assert ask(county, "months", "--back", "2")["filled"] == 0
    assert share(county) == before
