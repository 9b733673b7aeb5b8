"""After a demo, a night, a few saves and visits of pages: no name, number, phone or address in the open."""

from datetime import date

import pytest

from tests.lib import personal
from tests.lib.demo import A_DAYS_WORK, PEOPLE, UNTIL, built_once, run, script
from xinglin.kernel.home import Home

PAGES = """
import tomllib
from django.test import Client
from xinglin.act.programmes.models import CaseRow
from xinglin.kernel.home import home
from xinglin.registry.queries import organisations_under
from django.contrib.auth import get_user_model
account = tomllib.loads(home().county_file.read_text("utf-8"))["accounts"][0]
user = get_user_model().objects.get(username=account["username"])
person = CaseRow.objects.filter(org__in=organisations_under(user, purpose="care"), programme="htn").first().person
browser = Client(HTTP_HOST="localhost")
told = [browser.post("/sign-in/", {n: account[n] for n in ("username", "password")}).status_code]
told += [browser.get(path).status_code for path in ("/today/", f"/person/{person}/", f"/person/{person}/visit/htn/", "/figures/", "/nowhere/")]
answer = {"told": told, "person": person}
"""

pytestmark = pytest.mark.timeout(1200)       # whole nights, on a machine that may be busy


@pytest.fixture(scope="module")
def values(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    found = personal.planted(folder / "county", people=int(PEOPLE), until=date.fromisoformat(UNTIL))
    assert len(found) > 2 * int(PEOPLE)
    return found, personal.patterns(found, folder / "patterns"), folder / "county"


@pytest.fixture(scope="module")
def used(county, values):
    """The county after work, and everything that its commands said."""
    found, _, _ = values
    script(county, A_DAYS_WORK)
    number = next(v for v in found if len(v) == 18 and v.isdigit())
    name = next(v for v in found if len(v) == 3 and not v.isascii())
    folder = Home(county).inbox / "his"
    folder.mkdir(exist_ok=True)
    (folder / "bp_screening__20261121.csv").write_text(
        f"patient_id,id_number,姓名,测量日期,收缩压,舒张压\nQ1,{number},{name},2026-11-20,150,95\n"
        f"Q2,{number[:-1]}Q,{name},2023-02-30,150,95\n", encoding="gb18030")
    pages = script(county, PAGES)
    assert pages["told"] == [302, 200, 200, 200, 200, 404]
    run(county, "night", "--day", "2026-11-22")
    run(county, "figure", "htn.managed_count", "--period", "2026", "--rows")
    run(county, "person", "export", str(pages["person"]))
    run(county, "rebuild", "--projections")
    run(county, "journal", "verify")
    return county


def test_the_search_finds_what_stands_open(values, tmp_path):
    _, asked, made = values
    assert len(personal.standing_open(made, asked=asked)) >= 2      # the CSV deliveries, before they are gathered
    copy = tmp_path / "leak.db"
    copy.write_bytes(b"\0\1" + next(v for v in values[0] if not v.isascii()).encode("gb18030") + b"\0")
    assert list(personal.standing_open(tmp_path, asked=asked)) == [str(copy)]


def test_no_file_of_the_home_holds_one(used, values):
    assert personal.standing_open(used, asked=values[1]) == {}
    kinds = {p.suffix for p in used.rglob("*") if p.is_file()}
    assert {".sqlite3", ".sqlite", ".parquet", ".sm4", ".json"} <= kinds


def test_no_table_of_the_lake_holds_one(used, values, tmp_path):
    text = personal.lake_as_text(Home(used), tmp_path / "lake")
    assert personal.standing_open(text, asked=values[1]) == {}


def test_no_command_says_one(used, values):
    said = [built_once().parent / "said.txt", used.parent / "said.txt"]
    assert all(file.stat().st_size for file in said)
    assert personal.standing_open(*said, asked=values[1]) == {}
