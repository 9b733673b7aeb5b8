"""Registering, finding and changing people; nothing readable at rest."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from xinglin.journal import queries as journal
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import with_check_digit
from xinglin.registry import actions, keys, people, queries
from xinglin.registry.actions import NewPerson, PersonChange
from xinglin.registry.models import Person, PersonKey

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
ID = with_check_digit("33018219540501002")
LI = NewPerson(
    name="李玉兰",
    id_number=ID,
    phone="138 0013 8000",
    address="东坞12号",
    birth_date=date(1954, 5, 1),
    sex="2",
)


def register(*rows, key="r"):
    return actions.register_people(people=rows, actor="S1", org="", idempotency_key=key)


def change(*rows, key="c"):
    actions.update_people(changes=rows, actor="S1", org="", idempotency_key=key)


def found(text, **restricted):
    return [hit.person.number for hit in queries.find_person(text, **restricted)]


def test_a_person_comes_back_as_registered():
    (number,) = register(LI)
    person = queries.person(number)
    assert (person.name, person.id_number, person.phone) == ("李玉兰", ID, "13800138000")
    assert (person.address, person.birth_date, person.sex) == ("东坞12号", date(1954, 5, 1), "2")
    assert queries.person(number + 1) is None
    masked = person.masked()
    assert (masked.name, masked.phone, masked.address) == ("李**", "138****8000", "")
    assert "李玉兰" not in repr(person) + repr(LI) + repr(masked)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ID, "证件号相同"),
        (f" {ID[:6]} {ID[6:]}", "证件号相同"),
        (ID[:6] + ID[8:17], "证件号相同"),
        ("13800138000", "电话相同"),
        ("+86 138-0013-8000", "电话相同"),
        ("李玉兰", "姓名相同"),
        (" 李 玉兰", "姓名相同"),
        ("lyl", "姓名拼音首字母相同"),
        ("LYL", "姓名拼音首字母相同"),
    ],
)
def test_a_person_is_found_and_it_is_said_why(text, why):
    (number,) = register(LI)
    (hit,) = queries.find_person(text)
    assert (hit.person.number, hit.why) == (number, why)


@pytest.mark.parametrize("text", ["", "李玉", "13800138001", ID[:-1], "ly", "李玉兰兰", "?"])
def test_others_are_not_found(text):
    register(LI)
    assert found(text) == []


def test_the_county_number_finds_too():
    (number,) = register(LI)
    assert found(str(number)) == [number]


def test_search_stays_within_organisations():
    (number,) = register(LI)
    assert found("李玉兰", organisations=["X"]) == [] and found("李玉兰") == [number]


def test_names_are_found_by_any_spelling():
    numbers = register(
        NewPerson(name="买买提•艾力"), NewPerson(name="单田芳"), NewPerson(name="𠮷永")
    )
    assert [found(t) for t in ("买买提·艾力", "stf", "𠮷永")] == [[n] for n in numbers]


def test_lookup_is_set_wise_and_shared_values_show():
    a, b, c = register(LI, NewPerson(name="王", phone="13800138000"), NewPerson(name="空"))
    hits = queries.people_by("phone", ["13800138000", "138-0013-8000", "13900000000", ""])
    assert hits == {"13800138000": (a, b), "138-0013-8000": (a, b)}
    assert queries.people_by("name", ["空"]) == {"空": (c,)}


def test_nothing_readable_is_stored():
    register(LI)
    with connection.cursor() as cursor:
        for table in ("registry_person", "registry_personkey", "journal_actbody", "journal_act"):
            cursor.execute(f"SELECT * FROM {table}")
            rows = repr([[bytes(v) if isinstance(v, memoryview) else v for v in r] for r in cursor])
            for word in ("李玉兰", "lyl", ID, "13800138000", "东坞", repr("李玉兰".encode())[2:-1]):
                assert word not in rows


def test_numbers_go_on_over_chunks_and_calls(monkeypatch):
    monkeypatch.setattr(people, "CHUNK", 3)
    rows = [NewPerson(name=f"甲{n}") for n in range(7)]
    first = register(*rows)
    assert first == list(range(people.FIRST_NUMBER, people.FIRST_NUMBER + 7))
    assert register(LI, key="s") == [first[-1] + 1]
    assert [a.payload for a in journal.acts_after(0)][:3] == [
        {"first": first[0], "count": 3},
        {"first": first[3], "count": 3},
        {"first": first[6], "count": 1},
    ]


def test_a_killed_registration_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(people, "CHUNK", 3)
    rows = [NewPerson(name=f"甲{n}") for n in range(8)]
    original, calls = people._insert, []

    def dies(first, chunk):
        calls.append(first)
        if len(calls) == 2:
            raise KeyboardInterrupt
        original(first, chunk)

    monkeypatch.setattr(people, "_insert", dies)
    with pytest.raises(KeyboardInterrupt):
        register(*rows)
    assert Person.objects.count() == 3
    numbers = register(*rows)
    assert Person.objects.count() == 8 and register(*rows) == numbers
    opened = queries.people(numbers)
    assert [opened[n].name for n in numbers] == [row.name for row in rows]


def test_a_key_used_for_another_batch_is_refused():
    register(LI)
    with pytest.raises(XinglinError, match="另一批人"):
        register(LI, LI)


def test_a_change_replaces_what_it_names_and_keeps_the_rest():
    number, other = register(LI, NewPerson(name="王五", phone="13900000000"))
    change(PersonChange(number=number, phone="13700000000", name="李玉蓝"))
    assert (found("13800138000"), found("李玉兰"), found("lyl")) == ([], [], [number])
    assert found("13700000000") == found("李玉蓝") == found(ID) == [number]
    assert queries.person(number).address == "东坞12号"
    assert found("13900000000") == [other]
    act = journal.acts_about(number)[-1]
    assert act.payload == {"people": [number], "fields": ["name", "phone"], "why": ""}


def test_a_value_can_be_taken_away():
    (number,) = register(LI)
    change(PersonChange(number=number, phone=""))
    assert queries.person(number).phone == "" and found("13800138000") == []


def test_the_old_card_still_finds():
    (number,) = register(LI)
    new = with_check_digit("33018219540501004")
    change(PersonChange(number=number, id_number=new))
    assert found(ID) == found(new) == [number]
    assert queries.person(number).id_number == new


def test_the_same_change_twice_is_one():
    (number,) = register(LI)
    change(PersonChange(number=number, phone="13700000000"))
    change(PersonChange(number=number, phone="13700000000"))
    assert len(journal.acts_after(0)) == 2
    assert PersonKey.objects.filter(person=number, kind="phone").count() == 1


@given(st.text(max_size=12))
def test_plain_forms_are_stable(text):
    for plain in keys.PLAIN.values():
        assert plain(plain(text)) == plain(text)


def test_phones_lose_their_country_code():
    assert (
        keys.plain_phone("+86 138 0013 8000")
        == keys.plain_phone("１３８００１３８０００")
        == "13800138000"
    )
    assert keys.plain_phone("0571-64712345") == "057164712345"
