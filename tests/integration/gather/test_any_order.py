"""Any order, any repetition, a kill each: lake, cases, tasks, loops, figures and lists are equal.

Then in the same county the loop with exact numbers, each step of its nights done twice.
"""

import random
import subprocess
import sys
import time

import pytest

from tests.lib import twelve
from tests.lib.demo import ask, environment, script
from xinglin.kernel.crypto import Keys

CHOSEN = random.Random(2)
pytestmark = pytest.mark.timeout(1200)       # 250 deliveries, one after another
COMPARE = """
from tests.lib.content import digests
from tests.lib.twelve import ORDERS, PEOPLE, town
from xinglin.kernel.home import home
from xinglin.lake.store import open_lake
from xinglin.registry.keys import county_keys
from xinglin.site.load import catalog
con, keys = open_lake(home(), read_only=True).cursor(), county_keys()
told = [(keys.hash64("subject", f"{sender}_{k}", f"P{n}"), town(k), f"{n} {sender if n == 11 else ''}")
        for k in range(ORDERS + 1) for n in range(PEOPLE) for sender in ("register", "town", "cdc", "his")]
con.execute("CREATE TEMP TABLE known (subject BIGINT, grp VARCHAR, who VARCHAR)")
con.executemany("INSERT INTO known VALUES (?, ?, ?)", told)
con.execute("CREATE TEMP TABLE who AS SELECT person, min(who) AS who, min(grp) AS grp FROM known "
            "JOIN lk.main.person_link USING (subject) WHERE to_at IS NULL GROUP BY person")
answer = [[g, t, n, d] for (g, t), (n, d) in digests(con, catalog(), placed="left(place, 9)", told=TOLD).items()]
"""


# A village's own code, its senders' numbers, and ids made of a person's hash are not compared.
SAME = r"regexp_replace(regexp_replace({}, '^330182[0-9]{3}', 'T'), '^([a-z]+_)[0-9]+$|^[0-9a-f]{32}$', '\1')"


def compared(home, told=SAME):
    """town → table → [rows, digest]."""
    found = {}
    for town, table, rows, digest in script(home, f"TOLD = {told!r}\n{COMPARE}"):
        found.setdefault(town, {})[table] = [rows, digest]
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Twenty-one villages taken in by a program that is killed at random moments until it ends."""
    root = tmp_path_factory.mktemp("orders")
    env = {**environment(root), "XINGLIN_LAKE_BUCKETS": "1", "XINGLIN_THREADS": "1"}
    Keys.create(root / "keys")
    for last in (3, 9, 15) if twelve.ORDERS == 20 else (0,):
        _until_killed(root, env, last)
    done = subprocess.run([sys.executable, "-m", "tests.lib.twelve"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return root


def _until_killed(root, env, village):
    """Killed a random moment after a random delivery of the village; which one it broke off is noted.

    Broken off here before its own step, a village is not broken off there again: what waits goes on.
    """
    after = f"gathered {village} {CHOSEN.randint(0, 8)}\n"
    with subprocess.Popen([sys.executable, "-m", "tests.lib.twelve"], env=env, stdout=subprocess.PIPE, text=True) as dying:
        for line in dying.stdout:
            if line == after:
                break
        else:
            raise AssertionError("the program ended before it was killed")
        time.sleep(CHOSEN.uniform(0, 0.6))
        dying.kill()
    unfinished = min(k for k in range(twelve.ORDERS + 1) if not (root / f"village-{k}").exists())
    (root / f"broken-{unfinished}").touch()


@pytest.fixture(scope="module")
def villages(home):
    return compared(home)


@pytest.mark.both_databases
def test_twenty_orders_with_repeats_and_kills_end_as_the_plain_one(home, villages):
    assert [k for k in range(1, twelve.ORDERS + 1) if not (home / f"broken-{k}").exists()] == []
    plain = villages[twelve.town(0)]
    for k in range(1, twelve.ORDERS + 1):
        other = villages[twelve.town(k)]
        assert {t for t in plain.keys() | other.keys() if plain.get(t) != other.get(t)} == set(), f"order {twelve.order(k)}"


def test_the_village_has_something_to_compare(villages):
    plain = {table: rows for table, (rows, _) in villages[twelve.town(0)].items()}
    assert plain["htn_visit"] == 12
    assert plain["htn_visit_versions"] == 17
    assert plain["death_versions"] == 3
    assert min(plain[t] for t in ("case", "task", "loop", "contribution", "figure_total", "app CaseRow", "app OpenLoop")) > 0


def test_a_digest_sees_one_changed_number(home, villages):
    changed = compared(home, f"replace({SAME}, '120', '121')")[twelve.town(0)]
    assert {t for t, found in villages[twelve.town(0)].items() if changed[t] != found} >= {"htn_visit", "htn_visit_versions"}


# -- the loop ----------------------------------------------------------------------------------------

LOOP = """
from datetime import date
from tests.lib.twelve import ORG, night, town
from xinglin.act.programmes.actions import By, form_version, save_record
from xinglin.act.programmes.models import CaseRow
from xinglin.journal.queries import verify
from xinglin.kernel.dates import Period
from xinglin.kernel.home import home
from xinglin.know.indicators import queries
from xinglin.know.indicators.readers import opener
from xinglin.lake.store import open_lake
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.site.load import catalog

case = CaseRow.objects.filter(programme="htn", state="在管", last_class="控制不满意", place__startswith=town(0)).order_by("person")[0]

def shares(day):
    "Numerator and denominator of the village, the township and the county."
    lake = open_lake(home())
    with lake.cursor() as con:
        asked = queries.ask(con, catalog().indicator("htn.bp_controlled"), Period.parse("2026"), open_=opener(con, day),
                            day=day, snapshot=lake.snapshot())
        found = [queries.figure(asked, place=p).amount for p in (case.place, case.place[:9], case.place[:6])]
        return [[int(a.numerator), int(a.denominator)] for a in found]

def save(sbp, key, day, corrects=""):
    values = dict(day=date(2026, 7, 1), org=ORG, doctor="d1", way="门诊", sbp=sbp, dbp=84, danger_sign=False, pregnant=False,
                  other_emergency=False, new_complication=False, adverse_reaction=False, adr_hard=False, adherence="规律")
    version = form_version(case.person, HtnVisit, corrects=corrects)
    saved = save_record(HtnVisit, values, person=case.person, by=By(staff="d1", org=ORG), key=key, version=version, today=day,
                        corrects=corrects)
    return [saved.act.uid, saved.again, CaseRow.objects.get(pk=case.pk).last_class]

FIGURES = ("htn.bp_controlled", "htn.recheck_on_time")
answer = {"before": shares(date(2026, 6, 30)), "saved": [save(132, "a", date(2026, 7, 1)) for _ in range(2)]}
night(home(), date(2026, 7, 2), figures=FIGURES, times=2)
answer["after"] = shares(date(2026, 7, 2))
answer["corrected"] = save(156, "b", date(2026, 7, 2), answer["saved"][0][0])
night(home(), date(2026, 7, 3), figures=FIGURES, times=2)
answer["again"] = shares(date(2026, 7, 3))
answer["verified"] = [verify().ok, verify().checked > 2]
answer["versions"] = open_lake(home()).cursor().execute("SELECT version, sbp FROM htn_visit_versions WHERE record_id = ? "
    "ORDER BY 1", [answer["saved"][0][0]]).fetchall()
"""


@pytest.mark.both_databases
def test_the_loop_with_exact_numbers(home, villages):
    told = script(home, LOOP)
    uid = told["saved"][0][0]
    assert told["saved"] == [[uid, False, "控制满意"], [uid, True, "控制满意"]]
    assert told["after"] == [[n + 1, d] for n, d in told["before"]]
    assert told["corrected"][1:] == [False, "控制不满意"]
    assert told["again"] == told["before"]
    assert told["versions"] == [[1, 132], [2, 156]]
    assert told["verified"] == [True, True]


@pytest.mark.only_postgresql
def test_a_backup_of_it_comes_back_equal(home, villages, tmp_path):
    kept = ask(home, "backup", str(tmp_path / "county.xlb"), "--key", str(tmp_path / "apart" / "key"))
    back = ask(tmp_path / "restored", "restore", str(tmp_path / "county.xlb"), "--key", str(tmp_path / "apart" / "key"))
    assert back["totals"] == kept["totals"]
    assert kept["totals"]["lines"] > 0 and kept["totals"]["figures"]
