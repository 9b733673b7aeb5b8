"""Appending acts and accesses: together with the effect, once a key, never changed."""

from datetime import date

import pytest
from django.db import DatabaseError, connections, transaction

from xinglin.journal import queries
from xinglin.journal.actions import record_access, record_act
from xinglin.journal.models import Access, AccessMember, Act, ActBody
from xinglin.kernel.errors import XinglinError

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(databases=["default", "access"])]


def act(key="k1", **changes):
    given = {
        "kind": "record.saved",
        "actor": "S1",
        "org": "",
        "payload": {"record": "htn_visit", "values": {"sbp": 135, "dbp": 85}},
        "idempotency_key": key,
        "subject_person": 100001,
    }
    return record_act(**{**given, **changes})


@pytest.mark.django_db(transaction=True, databases=["default", "access"])
def test_an_act_outside_a_transaction_is_refused():
    with pytest.raises(XinglinError, match="没有事务"):
        act()
    assert Act.objects.count() == 0


@pytest.mark.django_db(transaction=True, databases=["default", "access"])
def test_an_act_goes_with_its_effect():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act()
        _ = 1 / 0
    assert Act.objects.count() == ActBody.objects.count() == 0


def test_an_act_is_read_back_as_written():
    service = {"by": "S2", "day": date(2024, 3, 15), "place": "330182106200"}
    first = act(service=service, on_behalf_of="S2", channel="backfill")
    (read,) = queries.acts_after(0)
    assert (read.uid, read.payload) == (first.uid, first.payload)
    assert read.payload["values"] == {"sbp": 135, "dbp": 85}
    assert (read.subject_person, read.channel, read.on_behalf_of) == (100001, "backfill", "S2")
    assert (read.body.service_by, read.body.service_day) == ("S2", date(2024, 3, 15))


def test_the_same_key_gives_the_first_act_back():
    first = act()
    again = act(payload={"record": "htn_visit", "values": {}})
    assert again.uid == first.uid and again.payload == first.payload
    assert Act.objects.count() == 1


@pytest.mark.parametrize(
    "other", [{"kind": "record.voided"}, {"actor": "S9"}, {"subject_person": 7}]
)
def test_the_same_key_for_another_thing_is_refused(other):
    act()
    with pytest.raises(XinglinError, match="另一件事"):
        act(**other)


@pytest.mark.parametrize("wrong", [{"channel": "telepathy"}, {"idempotency_key": ""}])
def test_nonsense_is_refused(wrong):
    with pytest.raises(XinglinError):
        act(**wrong)
    assert Act.objects.count() == 0


def test_watermark_kinds_and_versions():
    first, other = act("a"), act("b", kind="people.changed", subject_person=2)
    second = act("c", corrects=first.uid, payload={"values": {"sbp": 155}})
    assert [a.seq for a in queries.acts_after(first.seq)] == [other.seq, second.seq]
    assert [a.seq for a in queries.acts_after(0, kinds=["people.changed"])] == [other.seq]
    assert [a.seq for a in queries.acts_after(0, limit=2)] == [first.seq, other.seq]
    assert [a.uid for a in queries.versions_of(first.uid)] == [first.uid, second.uid]
    assert [a.uid for a in queries.acts_about(100001, after=first.seq)] == [second.uid]
    assert queries.last_seq() == second.seq
    assert queries.act_by_uid(second.uid).payload == {"values": {"sbp": 155}}


def test_models_refuse_changes():
    saved = act()
    for change in (
        saved.save,
        saved.delete,
        saved.body.delete,
        lambda: Act.objects.update(actor="x"),
        lambda: Act.objects.filter(seq=saved.seq).delete(),
        lambda: ActBody.objects.bulk_update([saved.body], ["text"]),
    ):
        with pytest.raises(XinglinError, match="只能追加"):
            change()
    assert queries.act_by_uid(saved.uid).actor == "S1"


@pytest.mark.parametrize(
    ("database", "statement"),
    [
        ("default", "UPDATE journal_act SET actor = 'x'"),
        ("default", "DELETE FROM journal_actbody"),
        ("default", "DELETE FROM journal_act"),
        ("default", "UPDATE journal_actbody SET text = '{}'"),
        ("default", "UPDATE journal_actbody SET erased_at = '2024-01-01'"),
        ("access", "UPDATE journal_access SET actor = 'x'"),
        ("access", "UPDATE journal_accessmember SET person = 2"),
        ("access", "DELETE FROM journal_accessmember"),
    ],
)
def test_the_database_refuses_changes_too(database, statement):
    act()
    record_access(actor="S1", purpose="care", what="person", persons=[1])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(using=database),
        connections[database].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_list_is_one_access_with_its_members():
    seen = record_access(actor="S1", purpose="care", what="list", persons=[3, 1, 3], page="/today/")
    other = record_access(actor="S2", purpose="quality", what="person", persons=[1])
    assert Access.objects.count() == 2
    assert sorted(m.person for m in AccessMember.objects.filter(access=seen)) == [1, 3]
    assert [a.seq for a in queries.accesses_of(1)] == [other.seq, seen.seq]
    assert [a.body.page for a in queries.accesses_of(3)] == ["/today/"]


def test_each_stream_has_its_own_database():
    act()
    record_access(actor="S1", purpose="care", what="person", persons=[1])
    tables = {
        name: set(connections[name].introspection.table_names()) for name in ("default", "access")
    }
    assert "journal_act" in tables["default"] and "journal_act" not in tables["access"]
    assert "journal_access" in tables["access"] and "journal_access" not in tables["default"]
    assert "registry_person" not in tables["access"]
