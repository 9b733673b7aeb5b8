"""Any order, any repetition, a kill each: lake, cases, tasks, loops, figures and lists are equal."""

import os
import random
import subprocess
import sys
import time

import pytest

from tests.lib import twelve
from tests.lib.demo import script
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
    env = {**os.environ, "XINGLIN_HOME": str(root), "XINGLIN_LAKE_BUCKETS": "2", "XINGLIN_THREADS": "1",
           "DJANGO_SETTINGS_MODULE": "xinglin.site.settings"}
    Keys.create(root / "keys")
    for last in (3, 9, 15):
        _until_killed(env, last)
    done = subprocess.run([sys.executable, "-m", "tests.lib.twelve"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return root


def _until_killed(env, village):
    """Killed a random moment after a random delivery of the village."""
    after = f"gathered {village} {CHOSEN.randint(0, 8)}\n"
    with subprocess.Popen([sys.executable, "-m", "tests.lib.twelve"], env=env, stdout=subprocess.PIPE, text=True) as dying:
        for line in dying.stdout:
            if line == after:
                break
        else:
            raise AssertionError("the program ended before it was killed")
        time.sleep(CHOSEN.uniform(0, 0.6))
        dying.kill()


@pytest.fixture(scope="module")
def villages(home):
    return compared(home)


def test_twenty_orders_with_repeats_and_kills_end_as_the_plain_one(home, villages):
    assert len(list(home.glob("broken-*"))) == twelve.ORDERS
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
