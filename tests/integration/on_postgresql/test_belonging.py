"""A county folder and its PostgreSQL database know each other: forgotten, copied, moved, mistaken, restored."""

import json
import os
import shutil
import subprocess
import sys

import psycopg
import pytest

from tests.lib.postgresql import server
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.kernel.postgresql import parse_address
from xinglin.lake import belonging

pytestmark = [pytest.mark.needs("postgresql"), pytest.mark.timeout(300)]
VARIABLE = "XINGLIN_DATABASE_URL"
MAKE = """
from tests.lib.lake import put
from tests.lib.lake_writer import reading
from xinglin.datasets import BpScreening
from xinglin.kernel.crypto import Keys
from xinglin.kernel.home import home
from xinglin.lake.store import open_lake
from xinglin.site.commands import databases_ready
Keys.create(home().ensure().keys)
databases_ready()
open_lake(home()).ensure([BpScreening])
put(open_lake(home()), BpScreening, [reading(n, 1) for n in range(9)])
"""


def program(home, address, *words):
    variables = {k: v for k, v in os.environ.items() if k != VARIABLE} | {"XINGLIN_HOME": str(home), "XINGLIN_LAKE_BUCKETS": "1"}
    return subprocess.run([sys.executable, *words], env=variables | ({VARIABLE: address} if address else {}), capture_output=True, text=True,
                          timeout=120, check=False)


def xinglin(home, address, *words):
    done = program(home, address, "-m", "xinglin", *words)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-2000:]
    return done.stdout


def refused(home, address, *words):
    """The sentence; and not one file has come or gone."""
    before = files(home)
    done = program(home, address, "-m", "xinglin", *words)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stdout + done.stderr[-2000:]
    assert files(home) == before
    return done.stderr


def files(home):
    return sorted(str(p) for p in home.rglob("*") if p.parent.name != "tmp")


def tables(address):
    with psycopg.connect(address) as con:
        return con.execute("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace IN (SELECT oid FROM pg_namespace "
                           "WHERE nspname IN ('public', 'lake'))").fetchone()[0]


def database(address, name):
    with psycopg.connect(address, autocommit=True) as con:
        con.execute(f"CREATE DATABASE {name}")
    return address.rpartition("/")[0] + f"/{name}"


def belongs_not(words):
    return pytest.raises(XinglinError, match=words)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """(its folder, its database)"""
    home = tmp_path_factory.mktemp("county") / "home"
    with server() as address:
        made = program(home, address, "-c", MAKE)
        assert made.returncode == 0, made.stderr[-3000:]
        yield home, address


@pytest.mark.parametrize("words", ["doctor", "figure htn.bp_controlled --period 2026", "journal verify"])
def test_without_the_address_a_sentence_and_no_file(county, words):
    said = refused(county[0], "", *words.split())
    assert "在 PostgreSQL 里，却没有给出它的地址" in said and VARIABLE in said


def test_a_copy_is_refused(county, tmp_path):
    home, address = county
    copy = shutil.copytree(home, tmp_path / "copy")
    said = refused(copy, address, "gather")
    assert f"属于县目录 {home}" in said and "xinglin adopt" in said
    (copy / "lake" / belonging.FILE).unlink()               # as a copy from before folders had numbers
    with belongs_not(f"{home}，不属于这里"):
        belonging.claim(Home(copy), parse_address(address))
    belonging.claim(Home(home), parse_address(address))


def test_an_empty_or_mistaken_database_is_not_begun_anew(county, tmp_path):
    home, address = county
    other = database(address, "other")
    for work in (belonging.claim, belonging.adopt):
        with belongs_not("没有这个县"):
            work(Home(home), parse_address(other))
    (tmp_path / "sqlite" / "lake").mkdir(parents=True)
    (tmp_path / "sqlite" / "lake" / belonging.SQLITE).touch()
    with belongs_not("在 SQLite 文件里"):
        belonging.claim(Home(tmp_path / "sqlite"), parse_address(other))
    belonging.claim(Home(tmp_path / "new"), parse_address(other), make=False)       # only looking makes nothing, there or here
    assert tables(other) == 0 and not (tmp_path / "new").exists()


def test_a_first_use_killed_before_the_folder_knew_is_ended_by_the_next(county, tmp_path):
    own = parse_address(database(county[1], "killed"))
    belonging.claim(Home(tmp_path), own)
    number = (tmp_path / "lake" / belonging.FILE).read_text()
    (tmp_path / "lake" / belonging.FILE).unlink()
    belonging.claim(Home(tmp_path), own)
    assert (tmp_path / "lake" / belonging.FILE).read_text() == number


def test_a_restored_county_is_another_one_with_a_database_of_its_own(county, tmp_path):
    home, address = county
    (tmp_path / "key").mkdir()
    there = ("--key", str(tmp_path / "key" / "k"), "--json")
    kept = json.loads(xinglin(home, address, "backup", str(tmp_path / "b.xlb"), *there))
    mine, restored = database(address, "restored"), tmp_path / "restored"
    back = json.loads(xinglin(restored, mine, "restore", str(tmp_path / "b.xlb"), *there))
    assert back["totals"] == kept["totals"] and kept["totals"]["lines"] == 9
    belonging.claim(Home(restored), parse_address(mine))
    for folder, foreign in ((restored, address), (home, mine)):
        with belongs_not("是另一个县的"):
            belonging.claim(Home(folder), parse_address(foreign))


def test_a_moved_folder_is_adopted_and_the_old_place_is_refused(county, tmp_path):
    home, address = county
    moved = shutil.copytree(home, tmp_path / "moved")
    assert json.loads(xinglin(moved, address, "adopt", "--json")) == {"before": str(home), "now": str(moved)}
    belonging.claim(Home(moved), parse_address(address))
    with belongs_not(f"属于县目录 {moved}"):
        belonging.claim(Home(home), parse_address(address))
    belonging.adopt(Home(home), parse_address(address))
