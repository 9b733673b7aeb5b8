"""Rights are organisation subtree × role × purpose; the table is pinned here, cell by cell."""

import pytest

from xinglin.registry.permissions import (
    ADMINS,
    IMPERSONAL,
    PURPOSES,
    ROLES,
    Decision,
    Reach,
    best,
    decides,
    personal_purpose,
    posts_clash,
    role_title,
)

ROOT, TOWN, VILLAGE, OTHER = "ROOT", "TOWN", "VILLAGE", "OTHER"
CHAINS = {
    "own": (TOWN, ROOT),
    "below": (VILLAGE, TOWN, ROOT),
    "beside": (OTHER, ROOT),
    "above": (ROOT,),
    "nowhere": (),
}
REACHED = {
    Reach.OWN: {"own"},
    Reach.SUBTREE: {"own", "below"},
    Reach.COUNTY: set(CHAINS),
}
EXPECTED = {
    "village_doctor": {"care": Reach.SUBTREE, "figures": Reach.SUBTREE},
    "township_public_health": {
        "care": Reach.SUBTREE,
        "management": Reach.SUBTREE,
        "quality": Reach.SUBTREE,
        "delivery": Reach.OWN,
        "figures": Reach.SUBTREE,
    },
    "township_manager": {
        "management": Reach.SUBTREE,
        "quality": Reach.SUBTREE,
        "figures": Reach.SUBTREE,
    },
    "hospital_it": {"delivery": Reach.OWN, "figures": Reach.OWN},
    "cdc": {
        "disease_control": Reach.COUNTY,
        "quality": Reach.COUNTY,
        "delivery": Reach.OWN,
        "figures": Reach.COUNTY,
    },
    "bureau_chief": {"management": Reach.COUNTY, "figures": Reach.COUNTY},
    "statistician": {"quality": Reach.COUNTY, "delivery": Reach.COUNTY, "figures": Reach.COUNTY},
    "system_admin": {"operation": Reach.COUNTY},
    "security_admin": {"accounts": Reach.COUNTY},
    "audit_admin": {"audit": Reach.COUNTY},
}


def test_every_role_and_purpose_is_in_the_table():
    assert set(ROLES) == set(EXPECTED)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_cell(role):
    for purpose in PURPOSES:
        reach = EXPECTED[role].get(purpose)
        for place, chain in CHAINS.items():
            decision = decides(role=role, own_org=TOWN, org_of_thing=chain, purpose=purpose)
            wanted = reach is not None and place in REACHED[reach]
            assert decision.allowed is wanted, (role, purpose, place)
            assert decision.why and (wanted or not decision.masked)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_says_in_chinese_what_it_is(role):
    kind = ROLES[role]
    assert kind.code == role and role_title(role) == kind.title
    assert kind.about().endswith("。") and not kind.about().isascii()
    assert kind.masked <= set(kind.reach) <= set(PURPOSES)


def test_admins_reach_no_records():
    for role in ADMINS:
        assert set(ROLES[role].reach) <= IMPERSONAL


def test_how_a_role_opens_a_figure_to_people():
    assert {role: personal_purpose(role) for role in ROLES} == {
        "village_doctor": "care",
        "township_public_health": "care",
        "township_manager": "management",
        "hospital_it": None,  # files only: nobody is opened under a delivery
        "cdc": "quality",
        "bureau_chief": "management",
        "statistician": "quality",
        "system_admin": None,
        "security_admin": None,
        "audit_admin": None,
    }
    assert personal_purpose("emperor") is None


@pytest.mark.parametrize(("role", "purpose"), [("emperor", "care"), ("cdc", "curiosity")])
def test_unknown_words_give_no_right(role, purpose):
    assert not decides(role=role, own_org=ROOT, org_of_thing=(ROOT,), purpose=purpose)


def test_the_best_of_several_posts_counts():
    masked, plain, no = Decision(True, "b", masked=True), Decision(True, "a"), Decision(False, "c")
    assert best([no, masked, plain]) is plain and best([no, masked]) is masked
    assert best([no]) is no and not best([]) and best([]).why == "没有在任的岗位"


@pytest.mark.parametrize(
    ("roles", "clash"),
    [
        (["system_admin", "security_admin"], True),
        (["audit_admin", "village_doctor"], True),
        (["audit_admin", "audit_admin"], False),
        (["cdc", "statistician"], False),
        ([], False),
    ],
)
def test_three_duties_in_three_hands(roles, clash):
    assert posts_clash(roles) is clash
