"""Why a record was corrected stands in the act that corrects it; acts of before, with an act beside, are read too."""

from datetime import date

import pytest
from django.db import transaction

from tests.lib.small_county import credit_code
from xinglin.act.programmes import actions
from xinglin.act.programmes.actions import By
from xinglin.act.programmes.history import catalog, history_of
from xinglin.journal.actions import record_act
from xinglin.journal.models import Act
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.show.doctor.queries import act_detail

ON, WHO = date(2026, 11, 20), 100_001
BY = By(staff="d1", org=credit_code("52330182470000002C"))
pytestmark = pytest.mark.django_db


def nothing_in_the_lake(person, records):
    return {r.about.code: [] for r in records}


def save(key, sbp, **more):
    values = {"day": ON, "org": BY.org, "sbp": sbp, "dbp": 80}
    return actions.save_record(HtnVisit, values, person=WHO, by=BY, key=key, version=len(Act.objects.filter(kind="record.saved")),
                               today=ON, read=nothing_in_the_lake, **more)


def reasons(uid):
    return [v.reason for v in act_detail(catalog(), person=WHO, uid=uid).versions]


@pytest.mark.both_databases
def test_a_correction_and_its_reason_are_one_act():
    first = save("a", 150).act.uid
    for _ in range(2):                                      # sent twice, written once
        save("b", 135, corrects=first, reason="误把高压写成低压")
    assert [a.kind for a in Act.objects.order_by("seq")] == ["record.saved"] * 2
    assert reasons(first) == ["误把高压写成低压", ""]


def test_what_fails_with_the_correction_leaves_no_reason(monkeypatch):
    first = save("a", 150).act.uid
    with monkeypatch.context() as broken, pytest.raises(OSError, match="断电"):
        broken.setattr(actions, "refold", lambda *_, **__: (_ for _ in ()).throw(OSError("断电")))
        save("b", 135, corrects=first, reason="误写")
    assert Act.objects.count() == 1
    save("b", 135, corrects=first, reason="误写")
    assert reasons(first) == ["误写", ""]


def test_a_correction_of_before_has_its_reason_in_an_act_beside():
    first = save("a", 150).act.uid
    with transaction.atomic():
        second = save("b", 135, corrects=first).act.uid
        record_act(kind="record.correction_reason", actor="d1", org=BY.org, subject_person=WHO,
                   payload={"of": second, "reason": "从前的写法"}, idempotency_key="b:reason")
    save("c", 136, corrects=first, reason="现在的写法")
    assert reasons(first) == ["现在的写法", "从前的写法", ""]
    [row] = history_of(WHO, [], read=nothing_in_the_lake).rows
    assert (row.record, row.values["sbp"], row.values["version"]) == (HtnVisit, 136, 3)
