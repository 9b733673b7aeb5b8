"""Households of the population register count as evidence; what a family shares makes nobody one."""

import pytest

from tests.integration.gather.conftest import ORG
from xinglin.gather.duplicates.compare import compare_new
from xinglin.gather.duplicates.decide import merge_certain
from xinglin.gather.linkage.words import sentence
from xinglin.gather.models import DuplicatePair
from xinglin.registry.merging import roots
from xinglin.registry.models import Place

pytestmark = pytest.mark.django_db
HEAD = "patient_id,name,birth_date,sex,phone,address,record_id,updated_on,usual_resident,place,household,org"
VILLAGE, OTHER = "330182101201", "330182101202"
TWINS = [("F1", "周志强", "1950-02-11", "男"), ("F2", "周志强", "1978-06-05", "男"),        # father and son of one name
         ("F3", "周伟", "1978-06-05", "男"), ("F4", "周玮", "2005-09-09", "男"), ("F5", "周薇", "2005-09-09", "女")]


@pytest.fixture
def register(county, deliver):
    Place.objects.create(code="330182101000", name="镇", level=4, parent_id="330182000000")
    for village in (VILLAGE, OTHER):
        Place.objects.create(code=village, name="村", level=5, parent_id="330182101000")

    def send(*rows, name):
        deliver("person", [HEAD, *(f"{who},{spelt},{born},{sex},{phone},{address},R{who},2026-01-01,是,{place},{household},{ORG}"
                                   for who, spelt, born, sex, phone, address, place, household in rows)], name=name, source="register")
    return send


def pairs():
    """Sentence → weight."""
    return {sentence(p.levels): p.weight for p in DuplicatePair.objects.all()}


def test_one_house_and_one_phone_make_no_two_people_one(county, register):
    """Father and son, brothers, twins of one sound: nothing certain among them, nobody merged."""
    register(*((*someone, "15400005555", "东山村3号", VILLAGE, "12") for someone in TWINS), name="p.csv")
    compare_new(county)
    (county.county_file).write_text('[linkage]\nautomatic = "sure"\n', encoding="utf-8")
    try:
        merge_certain(county)
    finally:
        county.county_file.unlink()
    assert not DuplicatePair.objects.filter(strong=True).exists()
    assert roots() == {}


def test_a_household_is_evidence_where_phone_and_address_are_not(county, register):
    register(("K1", "钱小芳", "1960-02-03", "女", "15400001111", "东山村3号", VILLAGE, "7"),
             ("K3", "钱小方", "1960-02-03", "女", "", "", OTHER, "7"), name="p1.csv")
    compare_new(county)
    assert list(pairs()) == ["姓名同音；性别相同；出生日期相同；不同户"]       # number 7 of another village
    register(("K2", "钱小方", "1960-02-03", "女", "15400002222", "", VILLAGE, "7"), name="p2.csv")
    compare_new(county)
    found = pairs()
    assert found["姓名同音；性别相同；出生日期相同；电话不同；同户"] > found["姓名同音；性别相同；出生日期相同；不同户"]
