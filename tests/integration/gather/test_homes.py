"""Who looks after somebody is one answer: the registry (who may open the page) and the night's lists agree."""

from datetime import date

import pytest
from django.db import transaction

from tests.integration.gather.conftest import ORG, id_number
from xinglin.act.programmes.history import history_of
from xinglin.act.programmes.models import Carry, CaseRow
from xinglin.act.programmes.plan import plan
from xinglin.act.programmes.refold import refold
from xinglin.datasets import DELIVERED, DERIVED
from xinglin.gather.sources.own_journal import gather_own
from xinglin.journal.actions import record_act
from xinglin.lake.reader import LakeReader
from xinglin.lake.store import open_lake
from xinglin.packs.disease_control import diabetes as dm
from xinglin.packs.disease_control import hypertension as htn

CLINIC, PROGRAMMES = "12330182MB0000002X", (htn.PROGRAMME, dm.PROGRAMME)
REGISTER = "身份证号,姓名,更新日期,出生日期,性别,居住村（社区）,签约机构"
ENROLLED = "身份证号,姓名,方案,日期,变化,管理机构"
ON = date(2024, 12, 1)


@pytest.fixture
def two(county):
    from xinglin.registry.models import Organisation, Place

    Organisation.objects.create(code=CLINIC, name="卫生院", kind="township_centre", level=4,
                                place=Place.objects.get(code="330182000000"))
    open_lake(county).ensure((*DELIVERED, *DERIVED, htn.HtnVisit, dm.DmVisit))
    return county


def registry(n=100_001):
    from xinglin.registry.models import Person

    return Person.objects.get(pk=n).organisation_id


def by_the_night(county, programmes):
    """The organisations of everybody's cases, as the night works them out."""
    with open_lake(county).cursor() as con:
        found = set()
        for programme in programmes:
            with plan(programme, LakeReader(con, ON), on=ON) as made:
                found |= {(r["person"], r["org"]) for r in made.cases.to_pyarrow().to_pylist()}
    return dict(found)


def by_a_save(n=100_001):
    Carry.objects.all().delete()                        # as every fill does
    with transaction.atomic():
        refold(history_of(n, PROGRAMMES), PROGRAMMES, on=ON, gone_as="")
    return set(CaseRow.objects.filter(person=n).values_list("org", flat=True))


def told(n=1, *, day, org, number=None):
    return f"{number or id_number(n)},李玉兰,{day},1954-05-01,男,330182000000,{org}"


def enrolled(day, org, programme="htn", n=1):
    return f"{id_number(n)},李玉兰,{programme},{day},纳入,{org}"


def agree(county, org, programmes=PROGRAMMES[:1]):
    assert registry() == org
    assert by_the_night(county, programmes) == {100_001: org}
    assert by_a_save() == {org}


def test_another_register_that_leaves_the_organisation_out_does_not_clear_it(two, deliver):
    deliver("person", [REGISTER, told(day="2024-01-01", org=ORG)])
    deliver("case_change", [ENROLLED, enrolled("2024-02-01", CLINIC)])
    deliver("person", [REGISTER, told(day="2024-06-01", org="")], source="police")
    agree(two, ORG)
    deliver("person", [REGISTER, told(day="2024-07-01", org=CLINIC)], source="insurance")
    agree(two, CLINIC)


@pytest.mark.both_databases
def test_whom_the_register_does_not_know_the_last_enrolment_looks_after(two, deliver):
    deliver("case_change", [ENROLLED, enrolled("2024-02-01", ORG)])
    assert registry() == ORG
    deliver("case_change", [ENROLLED, enrolled("2024-03-01", CLINIC, "dm")], source="other")
    agree(two, CLINIC, PROGRAMMES)                      # one person, one organisation, in every programme
    deliver("person", [REGISTER, told(day="2024-01-01", org=ORG)])
    agree(two, ORG)                                     # the register goes before, whatever its day


def test_an_enrolment_typed_here_settles_the_registry_in_the_night(two, deliver):
    deliver("bp_screening", ["身份证号,姓名,测量日期,收缩压,舒张压", f"{id_number(1)},李玉兰,2024-01-01,150,95"])
    assert registry() is None
    with transaction.atomic():
        record_act(kind="record.saved", actor="d1", org=CLINIC, subject_person=100_001, idempotency_key="k",
                   payload={"record": "case_change", "person": 100_001, "version": 1, "values": {
                       "programme": "htn", "day": "2024-02-01", "change": "纳入", "org": CLINIC}})
    gather_own(two)
    agree(two, CLINIC)


def test_an_organisation_that_nobody_registered_is_not_taken_over(two, deliver):
    from xinglin.registry.models import Organisation

    deliver("case_change", [ENROLLED, enrolled("2024-02-01", ORG)])
    Organisation.objects.filter(pk=CLINIC).delete()
    with transaction.atomic():
        record_act(kind="record.saved", actor="d1", org=ORG, subject_person=100_001, idempotency_key="k",
                   payload={"record": "case_change", "person": 100_001, "version": 1, "values": {
                       "programme": "dm", "day": "2024-03-01", "change": "纳入", "org": CLINIC}})
    gather_own(two)
    assert registry() == ORG
