"""疑似重复档案: who sees which pair, how masked, what deciding does, and that it is undone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.lib.rights_county import NAME
from xinglin.gather.linkage.declared import COMPARISONS
from xinglin.gather.models import ComparedUpTo, DuplicatePair
from xinglin.journal.models import Access, AccessMember
from xinglin.kernel.identity import mask_name
from xinglin.registry.merging import roots
from xinglin.registry.models import Person

pytestmark = pytest.mark.django_db(databases=["default", "access"])
LEVELS = {"name": "姓名同音（两字）", "sex": "性别相同", "birth": "出生日期日月颠倒", "phone": "电话不同", "address": "住址相同"}


@pytest.fixture
def started(monkeypatch):
    calls = []
    monkeypatch.setattr("xinglin.show.people.actions.start_settling", lambda: calls.append(1))
    return calls


@pytest.fixture
def pairs(people):
    """Two of one township, two of different ones."""
    def pair(a, b, weight, strong):
        left, right = sorted((people.people[a], people.people[b]))
        return DuplicatePair.objects.create(left_id=left, right_id=right, weight=weight, strong=strong, levels=LEVELS,
                                            found_at=timezone.now())
    return pair("clinic_a", "clinic_a2", 12.0, True), pair("clinic_a", "clinic_b", 2.0, False)


def page(people, role, **asks):
    return people.client(role).get(reverse("duplicates"), asks)


def decide(people, role, **sends):
    return people.client(role).post(reverse("decide_duplicates"), {"_key": f"k{len(sends)}{sends}"[:60], **sends})


def test_levels_of_the_test_are_levels_of_the_declaration():
    known = {c.name: [level.words for level in c.levels] for c in COMPARISONS}
    assert all(words in known[name] for name, words in LEVELS.items())


def test_side_by_side_in_words_with_an_access_event(people, pairs):
    text = page(people, "township_public_health").content.decode()
    assert "姓名同音（两字）；性别相同；出生日期日月颠倒；电话不同；住址相同" in text
    assert text.count(NAME) == 3                        # the other township's entry is starred
    assert mask_name(NAME) in text
    seen = Access.objects.filter(what="people.duplicates").latest("seq")
    assert set(AccessMember.objects.filter(access=seen).values_list("person", flat=True)) == {
        n for p in pairs for n in (p.left_id, p.right_id)}


@pytest.mark.parametrize("role", ["cdc", "statistician", "township_manager"])
def test_masked_roles_see_stars(people, pairs, role):
    text = page(people, role).content.decode()
    assert NAME not in text
    assert mask_name(NAME) in text


@pytest.mark.parametrize("role", ["village_doctor", "hospital_it", "bureau_chief", "system_admin", "idle"])
def test_others_have_no_such_page(people, pairs, role):
    assert page(people, role).status_code == 403
    assert decide(people, role, one=f"same:{pairs[0].pk}").status_code == 403
    assert roots() == {}


def test_merged_kept_as_chosen_and_taken_back(people, pairs, started):
    pair = pairs[0]
    answer = decide(people, "township_public_health", one=f"same:{pair.pk}", **{f"keep-{pair.pk}": str(pair.right_id)})
    assert answer.status_code == 302
    assert roots() == {pair.left_id: pair.right_id}
    assert started == [1]
    assert "撤销判断" in page(people, "township_public_health", state="same").content.decode()
    decide(people, "township_public_health", one=f"undo:{pair.pk}", state="same")
    assert roots() == {}
    pair.refresh_from_db()
    assert pair.state == "open"


def test_a_pair_across_townships_is_decided_by_the_county(people, pairs, started):
    cross = pairs[1]
    assert decide(people, "township_public_health", one=f"same:{cross.pk}").status_code == 403
    assert decide(people, "township_public_health", pick=[pairs[0].pk, cross.pk], verdict="same").status_code == 403
    assert roots() == {}
    assert decide(people, "statistician", one=f"apart:{cross.pk}").status_code == 302
    cross.refresh_from_db()
    assert (cross.state, cross.decided_by) == ("apart", "statistician")
    assert started == []


def test_an_entry_that_nobody_keeps_is_judged_with_ones_own(people, pairs, started):
    """A clinic's patient without a number has no home yet: not another's, so nothing is starred."""
    cross = pairs[1]
    Person.objects.filter(pk=people.people["clinic_b"]).update(organisation_id=None)
    text = page(people, "township_public_health").content.decode()
    assert mask_name(NAME) not in text
    assert f"same:{cross.pk}" in text
    assert text.count(f'href="/person/{people.people["clinic_b"]}/"') == 0
    assert text.count(f'href="/person/{people.people["clinic_a"]}/"') == 2
    assert decide(people, "township_public_health", one=f"same:{cross.pk}").status_code == 302
    assert len(roots()) == 1


def test_two_entries_that_nobody_keeps_are_the_countys(people, pairs):
    Person.objects.filter(pk__in=[people.people[k] for k in ("clinic_a", "clinic_b")]).update(organisation_id=None)
    assert "same:" + str(pairs[1].pk) not in page(people, "township_public_health").content.decode()
    assert decide(people, "township_public_health", one=f"same:{pairs[1].pk}").status_code == 403
    assert "same:" + str(pairs[1].pk) in page(people, "cdc").content.decode()


def test_who_is_being_compared_is_said(people, pairs):
    text = page(people, "cdc").content.decode()
    assert f"另有 {Person.objects.count()} 份新来的档案正在与全县比对" in text
    ComparedUpTo.objects.create(name="person", value=max(people.people.values()))
    assert "正在与全县比对" not in page(people, "cdc").content.decode()


def test_how_much_each_finding_tells(people, pairs):
    DuplicatePair.objects.filter(pk=pairs[0].pk).update(levels=LEVELS | {"household": "同户"})
    text = page(people, "cdc").content.decode()
    assert text.count("p-force-1") == 2                 # sex, of both pairs
    assert text.count("有户号") == 2
    assert text.count("依据充分") == 1 + 1              # and the button's words
    assert "有出入，请核实" in text


def test_many_at_a_time_where_the_evidence_is_strong(people, pairs, started):
    assert page(people, "township_public_health").content.decode().count('name="pick"') == 1
    decide(people, "cdc", verdict="same", pick=[p.pk for p in pairs])
    assert len(roots()) == 2


def test_later_comes_back(people, pairs):
    decide(people, "cdc", one=f"later:{pairs[0].pk}")
    assert page(people, "cdc").content.decode().count("data-pair") == 1
    DuplicatePair.objects.filter(pk=pairs[0].pk).update(later_until=timezone.localdate())
    assert page(people, "cdc").content.decode().count("data-pair") == 2


def test_nothing_chosen_is_told(people, pairs):
    answer = decide(people, "cdc", verdict="same")
    assert answer.status_code in (400, 422)
    assert "没有选任何一对" in answer.content.decode()


def test_pairs_that_became_one_through_a_third_leave_the_queue(people, pairs, started):
    third = DuplicatePair.objects.create(left_id=pairs[0].right_id, right_id=pairs[1].right_id, weight=1, levels=LEVELS,
                                         found_at=timezone.now())
    decide(people, "cdc", verdict="same", pick=[p.pk for p in pairs])
    text = page(people, "cdc").content.decode()
    assert f"same:{third.pk}" not in text
