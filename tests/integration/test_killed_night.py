"""A night killed after each of its steps, short of memory, kept from its data, each time run again, knows what an unbroken one knows."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

from tests.integration.test_short_of_everything import HELD, SHORT, held, poorly
from tests.lib import shared
from tests.lib.demo import A_DAYS_WORK, ask, copy_of, environment, script
from xinglin.kernel.home import Home

pytestmark = pytest.mark.timeout(1200)       # whole nights, on a machine that may be busy
STEPS = ("gather", "journal", "people", "derive", "arrivals", "figures", "findings", "project", "tidy", "seal")
NEXT = "2026-11-22"
SAMPLE = """
from xinglin.gather.models import Question
from tests.lib.content import digests, who_by_subject
from xinglin.kernel.home import home
from xinglin.lake.store import open_lake
from xinglin.site.load import catalog
con = open_lake(home(), read_only=True).cursor()
who_by_subject(con)
answer = {t: [n, d] for (_, t), (n, d) in digests(con, catalog()).items()}
answer["questions"] = sorted(Question.objects.values_list("row_no", "words"))
"""


AGAIN = """
from datetime import date
from xinglin.site import night
before = answer
night.run(home(), day=date(2026, 11, 22))
"""
NIGHT_AFTER = """
from xinglin.site.night_steps import derive
day = date(2026, 11, 23)
done, anew = derive(night.Scene(home(), catalog(), day)), derive(night.Scene(home(), catalog(), day, full=True))
answer = [before, answer, done["people"], [anew[n] for n in ("cases", "tasks", "loops", "suspects")]]
"""


def with_a_days_work(home, to):
    """A copy of the county with visits saved and a delivery waiting."""
    county = copy_of(home, to)
    shared.lend_plans(county)
    script(county, A_DAYS_WORK)
    folder = Home(county).inbox / "cdc"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case_report__20261121.csv").write_text(
        "record_id,disease,onset_on,village,case_class\nK1,dengue,2026-11-18,某村,确诊\nK2,dengue,2026-11-20,,确诊\n", encoding="utf-8")
    return county


@pytest.fixture(scope="module")
def unbroken(demo_county, tmp_path_factory):
    """(a county whose night ran whole, under a clock that leapt; its copy before that night; what the night said)"""
    county = with_a_days_work(demo_county, tmp_path_factory.mktemp("unbroken"))
    copy = copy_of(county, tmp_path_factory.mktemp("broken"))
    done = subprocess.run([sys.executable, "-m", "tests.lib.leaping_night", NEXT], env=environment(county), capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    shared.keep_plans(county)
    shared.lend_plans(copy)
    return county, copy, json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def broken(unbroken):
    """One night that dies after every step; before that its data are held by another program, and then its memory is too small."""
    county = unbroken[1]
    with held(county / "lake" / "catalog.sqlite"):
        assert HELD in poorly(county, "night", "--day", NEXT)
    assert SHORT in poorly(county, "night", "--day", NEXT, XINGLIN_MEMORY="64MB")
    for step in STEPS:
        done = subprocess.run([sys.executable, "-m", "tests.lib.dying_night", NEXT, step, "after"],
                              env=environment(county), capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    report = ask(county, "night", "--day", NEXT)
    assert report["finished"] and list(report["steps"]) == list(STEPS)
    return county


def test_killed_at_every_step_it_ends_as_an_unbroken_one(unbroken, broken):
    """The one ran under a right clock and died at every step, the other ran on while its clock leapt: both ended alike."""
    whole, other = script(unbroken[0], SAMPLE), script(broken, SAMPLE)
    assert {t for t in whole.keys() | other.keys() if whole.get(t) != other.get(t)} == set()
    assert whole["htn_visit"][0] > 100 and whole["app OpenTask"][0] > 100 and whole["case_report"][0] >= 2


def test_a_clock_that_leaps_within_a_night_is_for_the_next_one(unbroken):
    county, _, told = unbroken
    assert told["leaps"] == ["ahead", "back", "before midnight", "over midnight", "right"] and told["moments"] > 30
    assert (told["day"], told["finished"], len(told["seconds"])) == (NEXT, True, len(STEPS)) and min(told["seconds"]) >= 0
    assert [p.name for p in sorted((county / "night").glob("2026-*.json"))][-1] == f"{NEXT}.json"
    assert told["after"] == {"received in time to come": 0, "received long ago": 0, "held": 0, "journal": True, "lock": "正常"}


def test_the_projections_follow_from_the_lake(broken):
    script(broken, "from xinglin.act.programmes.models import OpenTask, CaseRow\n"
           "answer = [OpenTask.objects.filter(pk__in=list(OpenTask.objects.values_list('pk', flat=True)[:7])).delete()[0],"
           "CaseRow.objects.filter(pk=CaseRow.objects.first().pk).update(last_class='错')]")
    found = ask(broken, "rebuild", "--projections")
    assert (found["differed"]["OpenTask"], found["differed"]["CaseRow"]) == (7, 1)
    assert not any(found["differs"].values())


def test_a_rebuild_keeps_what_was_saved_since_the_night(broken):
    before = script(broken, A_DAYS_WORK.replace("work-", "later-").replace("126, 152", "119, 161").replace("date(2026, 11, 21)", "date(2026, 11, 22)")
                    + "\nanswer = [CaseRow.objects.get(person=p, programme='htn').line for p in answer]")
    assert ask(broken, "rebuild", "--projections")["refolded"] == len(before) == 8
    after = script(broken, "from xinglin.act.programmes.models import CaseRow\nanswer = "
                   "[CaseRow.objects.get(person=r, programme='htn').line for r in CaseRow.objects.filter(programme='htn', "
                   "state='在管').order_by('person').values_list('person', flat=True)[:8]]")
    assert after == before and "119/84" in after


def test_a_finished_night_is_run_again_and_changes_nothing(unbroken, tmp_path):
    county = copy_of(unbroken[0], tmp_path)
    before, after, people, anew = script(county, SAMPLE + AGAIN + SAMPLE + NIGHT_AFTER)
    assert after == before
    # and what the next one counts from it is what it would count from everything
    assert people != "全部" and anew == [{"removed": 0, "added": 0}] * 4
    shutil.rmtree(county)
