from datetime import date

import pytest

from xinglin.kernel.identity import credit_code
from xinglin.registry import actions
from xinglin.registry.actions import By, NewOrganisation, NewPost, NewStaff
from xinglin.registry.places import PlaceRow

COUNTY, TOWN, VILLAGE_A, VILLAGE_B = "330182000000", "330182106000", "330182106200", "330182106201"


def code(n):
    return credit_code(f"1233018200000000{n}"[:8] + f"{n:09d}")


class Org:
    BUREAU, CENTRE, CLINIC_A, CLINIC_B, HOSPITAL = (code(n) for n in range(1, 6))


@pytest.fixture
def county(db):
    """A bureau; under it a hospital and a township centre with two clinics; a staff of three."""
    actions.add_places(
        rows=[
            PlaceRow(COUNTY, "建德市", 3, None),
            PlaceRow(TOWN, "下涯镇", 4, COUNTY),
            PlaceRow(VILLAGE_A, "东坞村", 5, TOWN),
            PlaceRow(VILLAGE_B, "西坞村", 5, TOWN),
        ],
        valid_from=date(2000, 1, 1),
        by=By("places"),
    )
    rows = [
        (Org.BUREAU, "卫生健康局", "bureau", 3, COUNTY, None),
        (Org.CENTRE, "下涯镇卫生院", "township_centre", 4, TOWN, Org.BUREAU),
        (Org.CLINIC_A, "东坞村卫生室", "village_clinic", 5, VILLAGE_A, Org.CENTRE),
        (Org.CLINIC_B, "西坞村卫生室", "village_clinic", 5, VILLAGE_B, Org.CENTRE),
        (Org.HOSPITAL, "第一人民医院", "county_hospital", 3, COUNTY, Org.BUREAU),
    ]
    actions.add_organisations(
        rows=[
            NewOrganisation(code=c, name=n, kind=k, level=lv, place=p, parent=up)
            for c, n, k, lv, p, up in rows
        ],
        by=By("organisations"),
    )
    actions.add_staff(
        rows=[NewStaff(code=f"S{n}", name=f"医生{n}", phone="138 0013 8000") for n in (1, 2, 3)],
        by=By("staff"),
    )
    return Org


@pytest.fixture
def post(county):
    """Give a post and an account; returns the user."""

    def give(staff, org, role, from_day=date(2024, 1, 1), to_day=None):
        from django.contrib.auth import get_user_model

        from xinglin.registry.models import Staff

        row = NewPost(staff=staff, organisation=org, role=role, from_day=from_day, to_day=to_day)
        actions.appoint(rows=[row], by=By(f"post:{staff}:{org}:{role}:{from_day}"))
        member = Staff.objects.get(pk=staff)
        if member.user is None:
            member.user = get_user_model().objects.create(username=staff)
            member.save()
        return member.user

    return give
