"""Organisations, staff, posts, and what a user reaches by them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from xinglin.journal import queries as journal
from xinglin.kernel.errors import XinglinError
from xinglin.registry import actions, queries
from xinglin.registry.actions import By, NewOrganisation, NewPerson, NewPost
from xinglin.registry.models import Organisation, Post, Staff
from xinglin.registry.permissions import PURPOSES, ROLES

DAY = date(2024, 6, 1)
pytestmark = pytest.mark.both_databases


def test_the_tree_is_walked_both_ways(county):
    assert queries.chain_of(county.CLINIC_A) == (county.CLINIC_A, county.CENTRE, county.BUREAU)
    assert queries.chain_of(None) == queries.chain_of("nobody") == ()
    assert queries.subtree_of(county.CENTRE) == {county.CENTRE, county.CLINIC_A, county.CLINIC_B}
    assert queries.subtree_of(county.CLINIC_B) == {county.CLINIC_B}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_set_and_the_single_question_agree(post, county, role):
    user = post("S1", county.CENTRE, role)
    every = set(Organisation.objects.values_list("code", flat=True))
    for purpose in PURPOSES:
        reached = queries.organisations_under(user, purpose=purpose, on=DAY)
        asked = {o for o in every if queries.may_see(user, purpose=purpose, org=o, on=DAY)}
        assert reached == asked


def test_rights_begin_and_end_with_the_post(post, county):
    first, end = date(2024, 3, 1), date(2024, 9, 1)
    user = post("S1", county.CENTRE, "township_public_health", first, end)
    for day, sees in (
        (first - timedelta(days=1), False),
        (first, True),
        (end - timedelta(days=1), True),
        (end, False),
    ):
        assert queries.may_see(user, purpose="care", org=county.CLINIC_A, on=day).allowed is sees
        assert bool(queries.posts_of(user, day)) is sees


def test_ending_a_post_ends_its_rights_that_day(post, county):
    user = post("S1", county.CLINIC_A, "village_doctor")
    actions.end_post(post=Post.objects.get().pk, day=DAY, why="调离", by=By("end"))
    assert not queries.posts_of(user, DAY)
    assert queries.posts_of(user, DAY - timedelta(days=1))


def test_a_clinic_sees_its_own_people_only(post, county):
    user = post("S1", county.CLINIC_A, "village_doctor")
    mine, other, nobodys = actions.register_people(
        people=[
            NewPerson(name="甲", organisation_id=county.CLINIC_A),
            NewPerson(name="乙", organisation_id=county.CLINIC_B),
            NewPerson(name="丙"),
        ],
        actor="S1",
        org=county.CLINIC_A,
        idempotency_key="p",
    )
    seen = [
        queries.may_see(user, purpose="care", person=n, on=DAY).allowed
        for n in (mine, other, nobodys)
    ]
    assert seen == [True, False, False]
    assert not queries.may_see(user, purpose="care", person=1, on=DAY)
    assert not queries.may_see(user, purpose="audit", person=mine, on=DAY)


def test_several_posts_add_up(post, county):
    post("S1", county.CLINIC_A, "village_doctor")
    user = post("S1", county.CLINIC_B, "village_doctor", date(2024, 2, 1))
    assert queries.organisations_under(user, purpose="care", on=DAY) == {
        county.CLINIC_A,
        county.CLINIC_B,
    }
    assert queries.organisations_under(user, purpose="care", on=date(2024, 1, 15)) == {
        county.CLINIC_A
    }


def test_masked_is_said(post, county):
    chief = post("S1", county.BUREAU, "bureau_chief")
    assert queries.may_see(chief, purpose="management", org=county.CLINIC_A, on=DAY).masked


def test_strangers_and_the_dismissed_see_nothing(post, county):
    user = post("S1", county.BUREAU, "cdc")
    user.is_active = False
    stranger = get_user_model().objects.create(username="x")
    for who in (user, stranger, AnonymousUser(), None):
        assert queries.posts_of(who, DAY) == []
        assert (
            queries.may_see(who, purpose="figures", org=county.CENTRE, on=DAY).why
            == "没有在任的岗位"
        )


def test_three_duties_are_kept_in_three_hands(post, county):
    post("S1", county.BUREAU, "system_admin", to_day=date(2025, 1, 1))
    for role in ("security_admin", "village_doctor"):
        with pytest.raises(XinglinError, match="三员"):
            post("S1", county.BUREAU, role, date(2024, 12, 31))
    post("S1", county.BUREAU, "security_admin", date(2025, 1, 1))
    together = [
        NewPost(staff="S2", organisation=county.BUREAU, role=role, from_day=DAY)
        for role in ("audit_admin", "cdc")
    ]
    with pytest.raises(XinglinError, match="三员"):
        actions.appoint(rows=together, by=By("both"))
    assert Post.objects.filter(staff="S2").count() == 0


def test_wrong_posts_and_organisations_are_refused(post, county):
    with pytest.raises(XinglinError, match="没有“king”这个角色"):
        post("S1", county.BUREAU, "king")
    with pytest.raises(XinglinError, match="结束日"):
        post("S1", county.BUREAU, "cdc", DAY, DAY)
    wrong = {"name": "x", "kind": "other", "level": 3, "place": "330182000000"}
    with pytest.raises(XinglinError, match="统一社会信用代码不对"):
        actions.add_organisations(
            rows=[NewOrganisation(code="123301820000000010", **wrong)], by=By("bad code")
        )
    good = county.BUREAU
    with pytest.raises(XinglinError, match="这类机构"):
        actions.add_organisations(
            rows=[NewOrganisation(code=good, **{**wrong, "kind": "inn"})], by=By("k")
        )


def test_a_closed_clinic_keeps_its_name_and_loses_its_posts(post, county):
    user = post("S1", county.CLINIC_A, "village_doctor")
    actions.close_organisation(code=county.CLINIC_A, day=DAY, why="撤并", by=By("close"))
    assert queries.posts_of(user, DAY) == []
    assert Organisation.objects.get(pk=county.CLINIC_A).valid_to == DAY


def test_every_change_is_an_act_and_a_failed_one_is_none(post, county):
    post("S1", county.BUREAU, "cdc")
    kinds = [a.kind for a in journal.acts_after(0)]
    assert kinds == ["places.added", "organisations.added", "staff.added", "staff.appointed"]
    with pytest.raises(XinglinError):
        actions.end_post(post=0, day=DAY, why="x", by=By("none"))
    assert len(journal.acts_after(0)) == 4


def test_an_account_belongs_to_a_staff_member(county):
    user = actions.open_account(staff="S2", username="wang", password="Xinglin-2024", by=By("a"))
    assert user.check_password("Xinglin-2024") and user.staff.code == "S2"
    with pytest.raises(XinglinError, match="工号"):
        actions.open_account(staff="S9", username="li", password="Xinglin-2024", by=By("b"))
    assert "Xinglin-2024" not in str([a.payload for a in journal.acts_after(0)])


def test_phones_of_staff_are_sealed(county):
    sealed = bytes(Staff.objects.get(pk="S1").phone_sealed)
    assert b"13800138000" not in sealed and len(sealed) == 11 + 29
