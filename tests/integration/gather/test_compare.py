"""The registry compared with itself: by increments what everything anew would find, and nothing opened twice."""

from datetime import date
from unittest import mock

import pytest
from django.db.models import Max

from tests.lib.linkage_set import make_set
from xinglin.gather.duplicates import candidates
from xinglin.gather.duplicates.compare import Compared, compare_new
from xinglin.gather.duplicates.policy import automatic, chosen
from xinglin.gather.linkage.declared import NAME, NUMBER
from xinglin.gather.models import ComparedUpTo, DuplicatePair
from xinglin.journal.queries import last_seq
from xinglin.kernel.errors import XinglinError
from xinglin.registry.models import Person
from xinglin.registry.people import NewPerson, PersonChange, register_people, update_people

pytestmark = pytest.mark.django_db


def register(rows, key):
    return register_people(actor="s", org="", idempotency_key=key, people=[
        NewPerson(name=r["name"], id_number=r["id_number"], phone=r["phone"], address=r["address"],
                  birth_date=date.fromisoformat(r["birth_date"]), sex="1" if r["sex"] == "男" else "2") for r in rows])


def pairs_of(numbers):
    return {(p.left_id, p.right_id): (p.strong, round(p.weight, 6), p.levels) for p in DuplicatePair.objects.all() if {p.left_id, p.right_id} & numbers}


def test_increments_find_what_everything_anew_finds(county):
    rows, truth = make_set(people=900, seed=6)
    held, new = rows[:1100], rows[1100:1260]
    register(held, "held")
    for name, value in (("person", Person.objects.aggregate(top=Max("number"))["top"]), ("act", last_seq())):
        ComparedUpTo.objects.create(name=name, value=value)
    fresh = set(register(new, "new"))
    opened = []
    real = candidates._opened
    with mock.patch.object(candidates, "_opened", lambda numbers: opened.extend(numbers) or real(numbers)):
        done = compare_new(county)
    some = pairs_of(fresh)
    assert done == Compared(len(fresh), len(some), len(some))
    assert len(fresh) < len(opened) < 700               # far from everybody
    assert compare_new(county) == Compared()

    DuplicatePair.objects.all().delete()
    ComparedUpTo.objects.all().delete()
    compare_new(county)
    assert pairs_of(fresh) == some
    whose = {n: truth[r["row"]] for n, r in zip(sorted(fresh), new, strict=True)}
    assert len(some) > len(whose) // 4


def test_who_changed_is_compared_again_and_what_was_decided_stays(county):
    a, b = register([{"name": "张伟", "sex": "男", "birth_date": "1962-03-05", "id_number": "", "phone": "15400000001", "address": "东山村1号"},
                     {"name": "张卫", "sex": "男", "birth_date": "1962-05-03", "id_number": "", "phone": "15487654321", "address": "大洋镇下湖社区288号"}], "k")
    compare_new(county)
    assert not DuplicatePair.objects.filter(strong=True).exists()
    update_people(changes=[PersonChange(number=b, phone="15400000001")], actor="s", org="", idempotency_key="u")
    assert compare_new(county).fresh == 1
    pair = DuplicatePair.objects.get()
    assert (pair.left_id, pair.right_id) == (a, b)
    assert pair.levels["birth"] == "出生日期日月颠倒"
    assert pair.levels["sex"] == "性别相同"
    DuplicatePair.objects.update(state="apart")
    update_people(changes=[PersonChange(number=b, address="东山村1号")], actor="s", org="", idempotency_key="u2")
    compare_new(county)
    assert DuplicatePair.objects.get().state == "apart"


@pytest.mark.parametrize(("choice", "levels", "merged"), [
    ("never", {"number": NUMBER.levels[0].words, "name": NAME.levels[0].words}, False),
    ("number", {"number": NUMBER.levels[0].words, "name": NAME.levels[0].words}, True),
    ("number", {"number": NUMBER.levels[0].words, "name": NAME.levels[-1].words}, False),
    ("number", {"name": NAME.levels[0].words}, False),
    ("sure", {"name": NAME.levels[0].words}, True),
])
def test_the_county_chooses_what_is_merged_without_asking(county, choice, levels, merged):
    county.county_file.write_text(f'[linkage]\nautomatic = "{choice}"\n', encoding="utf-8")
    try:
        assert automatic(county, levels) is merged
    finally:
        county.county_file.unlink()


def test_a_word_that_is_no_choice(county):
    assert chosen(county) == "number"
    county.county_file.write_text('[linkage]\nautomatic = "always"\n', encoding="utf-8")
    try:
        with pytest.raises(XinglinError, match="不能是“always”"):
            chosen(county)
    finally:
        county.county_file.unlink()
