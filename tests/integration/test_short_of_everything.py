"""A database held by another program, too little memory: a sentence, the state before it, and the next run is whole.

The same of a whole night stands in test_killed_night; of a full disk in test_small_disk.
"""

import json
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.lib.demo import ask, environment, script

pytestmark = pytest.mark.timeout(600)
ROWS = 30_000
FILE = "record_id,patient_id,day,kind,department,org\n" + "".join(
    f"E{i},p{i % 500},2026-10-{1 + i % 28:02d},门诊,内科{i},12330182470320019X\n" for i in range(ROWS))
HELD, SHORT = "数据库正被另一个程序占用", "内存不够"


@contextmanager
def held(file):
    """Another program writes to it."""
    con = sqlite3.connect(file, isolation_level=None)
    con.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        con.close()


def poorly(county, *words, **more):
    """What the command says on a machine that has little; it must be one sentence."""
    done = subprocess.run([sys.executable, "-m", "tests.lib.poor_machine", *words], env=environment(county) | more,
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.stderr


def totals(county):
    done = subprocess.run([sys.executable, "-m", "xinglin", "doctor", "--totals", "--json"], env=environment(county),
                          capture_output=True, text=True, timeout=120, check=False)
    return json.loads(done.stdout)["totals"]


def test_a_delivery_waits_for_what_is_held_or_short_and_is_then_taken_once(county, tmp_path):
    before, file = totals(county), tmp_path / "encounter__20261121.csv"
    file.write_text(FILE, encoding="utf-8")
    words = ("gather", str(file), "--source", "his", "--record", "encounter")
    with held(county / "app.sqlite3"):
        assert HELD in poorly(county, *words)
    with held(county / "lake" / "catalog.sqlite"):
        assert HELD in poorly(county, *words)
    assert SHORT in poorly(county, *words, XINGLIN_MEMORY="24MB")
    receipt = ask(county, *words)
    receipt = receipt[0] if isinstance(receipt, list) else receipt
    assert receipt["received"] == ROWS == receipt["accepted"] + receipt["queried"] + receipt["rejected"]
    assert totals(county)["lines"] == before["lines"] + receipt["accepted"] + receipt["queried"]
    assert receipt["new"] == receipt["accepted"] + receipt["queried"]        # nothing of what broke off was there already
    assert not list((county / "tmp").glob("spill/*"))


SAVE = """
import re, sqlite3
from datetime import date
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from xinglin.act.programmes.models import CaseRow
from xinglin.journal.models import Act
from xinglin.journal.queries import verify
from xinglin.kernel.home import home
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.show.common.forms import typed_values
row = CaseRow.objects.filter(programme="htn", state="在管").exclude(doctor="").order_by("person").first()
user = get_user_model().objects.get(username="yisheng")
row = CaseRow.objects.filter(programme="htn", state="在管", doctor=user.staff.code).order_by("person").first() or row
client = Client(headers={"host": "localhost"})
client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
address = f"/person/{row.person}/visit/htn/"
page = client.get(address).content.decode()
told = {n: re.search(f'name="{n}" value="([^"]*)"', page)[1] for n in ("_key", "_seen", "_day")}
told |= {"_by": user.staff.code, "_place": "村口大树下"} | typed_values(HtnVisit, dict(
    way="门诊", sbp=126, dbp=84, danger_sign=False, pregnant=False, other_emergency=False, new_complication=False,
    adverse_reaction=False, adr_hard=False, adherence="规律"))
def hold(file):
    con = sqlite3.connect(file, isolation_level=None)
    con.execute("BEGIN IMMEDIATE")
    return con
for alias in connections:
    connections[alias].ensure_connection()
    connections[alias].connection.execute("PRAGMA busy_timeout=200")
saved = lambda: Act.objects.filter(kind="record.saved").count()
answer = {"before": saved()}
con = hold(home().app_db)
page = client.post(address, told)
body = page.content.decode()
answer["held"] = [page.status_code, saved(), "正被另一个程序占用" in body and "都还在下面" in body, "村口大树下" in body, 'value="126"' in body,
                  told["_key"] in body]
answer["read"] = client.get(f"/person/{row.person}/").status_code
answer["other form"] = [(a := client.post("/sign-out/")).status_code, "没有存一半" in a.content.decode()]
con.close()
con = hold(home().access_db)
page = client.get(f"/person/{row.person}/")
answer["not written who read"] = [page.status_code, "正被另一个程序占用" in page.content.decode()]
con.close()
answer["then"] = [client.post(address, told).status_code, saved(), client.post(address, told).status_code, saved()]
answer["verified"] = verify().ok
"""


def test_a_visit_that_cannot_be_saved_stands_on_the_page_and_is_saved_once_later(county):
    told = script(county, SAVE)
    before = told["before"]
    assert told["held"] == [503, before, True, True, True, True]
    assert told["read"] == 200 and told["other form"] == [503, True]
    assert told["not written who read"] == [503, True]
    assert told["then"] == [302, before + 1, 302, before + 1]
    assert told["verified"]
