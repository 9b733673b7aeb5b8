"""How people work: every programme's follow-up form is looked into, found by its columns and never by name."""

from datetime import date, timedelta

import duckdb
import pytest

from tests.lib.spec import RULE
from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.codelists import VISIT_WAY
from xinglin.declare.norm import norm, since
from xinglin.declare.programme import Enrol, Programme, Task
from xinglin.declare.record import (
    About,
    Coded,
    Day,
    Integer,
    Number,
    PersonRef,
    Record,
    StaffRef,
    Text,
)
from xinglin.declare.refuse import DeclarationError
from xinglin.declare.rules import PerYear
from xinglin.gather.finding_queries import QUERIES
from xinglin.gather.findings import FINDINGS
from xinglin.gather.follow_up import forms_of, visits_sql
from xinglin.lake.tables import LAKE

DAY = date(2024, 3, 5)


class FootVisit(Record):
    """足病随访：没有一列与别的表同名。"""

    about = About(code="foot_visit", title="足病随访", grain="一次", dated_by="seen_on")
    who = PersonRef("居民", required=True)
    seen_on = Day("日期", required=True)
    nurse = StaffRef("护士")
    how = Coded("方式", codes=VISIT_WAY)
    length = Number("长", unit="cm")
    width = Number("宽", unit="cm")
    pulse = Integer("脉搏", unit="次/分")
    measured = (length, width)


class EarVisit(Record):
    """耳病随访：没有测量。"""

    about = About(code="ear_visit", title="耳病随访", grain="一次", dated_by="day")
    person = PersonRef("居民", required=True)
    day = Day("日期", required=True)
    doctor = StaffRef("医生")
    way = Coded("方式", codes=VISIT_WAY)


def programme(code, *closed_by):
    task = Task(code="visit", title="随访", due=PerYear(norm("次", "次", since("2020-01-01", 4, RULE))), closed_by=closed_by,
                doer="护士", cites=RULE)
    return Programme(code=code, title=code, enrol=Enrol(who=AnnualExam.sbp.is_null()), tasks=(task,))


PROGRAMMES = (programme("foot", FootVisit, AnnualExam), programme("ear", EarVisit), programme("foot2", FootVisit))


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute(f"ATTACH ':memory:' AS {LAKE}")
        con.execute(f"USE {LAKE}")
        con.execute("CREATE TABLE foot_visit (source VARCHAR, record_id VARCHAR, person BIGINT, seen_on DATE, nurse VARCHAR, "
                    "how VARCHAR, length DOUBLE, width DOUBLE, pulse BIGINT)")
        con.execute("CREATE TABLE ear_visit (source VARCHAR, record_id VARCHAR, person BIGINT, day DATE, doctor VARCHAR, way VARCHAR)")
        con.execute("CREATE TABLE annual_exam (person BIGINT, day DATE)")
        con.execute("CREATE TABLE encounter (person BIGINT, day DATE, discharged_on DATE)")
        con.execute("CREATE TABLE death (person BIGINT, died_on DATE)")
        con.execute("CREATE TEMP TABLE left_staff (code VARCHAR, ended DATE)")
        con.execute(f"CREATE TEMP VIEW follow_up AS {visits_sql(forms_of(PROGRAMMES), {'foot_visit', 'ear_visit'})}")
        yield con


def feet(con, people, day=DAY, nurse="n", how="家庭", length=24.0, width=9.0):
    for person in people:
        con.execute("INSERT INTO foot_visit VALUES ('s', ?, ?, ?, ?, ?, ?, ?, ?)",
                    [f"f{person}-{day}", person, day, nurse, how, length, width, person])


def ears(con, people, day=DAY, doctor="n", way="门诊"):
    for person in people:
        con.execute("INSERT INTO ear_visit VALUES ('s', ?, ?, ?, ?, ?)", [f"e{person}-{day}", person, day, doctor, way])


def found(con, code):
    return sorted(key for (key,) in con.execute(QUERIES[code]).fetchall())


def test_forms_are_found_once_by_how_the_person_was_met():
    assert forms_of(PROGRAMMES) == (FootVisit, EarVisit)      # an examination says nothing of the way: no follow-up form


def test_a_county_without_a_forms_table_has_nothing_to_look_at(con):
    con.execute(f"CREATE OR REPLACE TEMP VIEW follow_up AS {visits_sql(forms_of(PROGRAMMES), set())}")
    feet(con, range(40))
    assert found(con, "copied_measurements") == found(con, "crowded_day") == []


def test_only_numbers_are_measured():
    with pytest.raises(DeclarationError, match="measured"):
        type("Bad", (Record,), {"about": About(code="bad", title="坏", grain="一", dated_by="day"), "day": Day("日期"),
                                "measured": (Text("话"),)})


@pytest.mark.parametrize(("people", "told"), [(5, []), (6, ["n|2024-03-05"])])
def test_six_people_with_the_same_measurements_on_a_day(con, people, told):
    feet(con, range(people))
    feet(con, range(100, 120), length=23.0 + 1 / 3, width=None)     # one number alone is often the same
    feet(con, range(200, 220), nurse=None)
    feet(con, range(300, 305), length=None, width=None)
    assert found(con, "copied_measurements") == told


def test_a_form_without_measurements_cannot_be_copied(con):
    ears(con, range(20))
    assert found(con, "copied_measurements") == []


def test_a_doctors_day_counts_the_people_of_every_form(con):
    feet(con, range(17))
    ears(con, range(17, 29))
    assert found(con, "crowded_day") == []                    # 29 people
    ears(con, range(29, 30))
    assert found(con, "crowded_day") == ["n|2024-03-05"]
    con.execute("INSERT INTO annual_exam SELECT range, DATE '2024-03-05' FROM range(15)")
    assert found(con, "crowded_day") == []                    # half came for the examination


def test_two_forms_for_one_person_are_one_visit_and_a_call_is_none(con):
    feet(con, range(20))
    ears(con, range(20))
    ears(con, range(20, 60), way="电话")
    assert found(con, "crowded_day") == []


def test_a_visit_to_somebody_in_hospital(con):
    con.execute("INSERT INTO encounter VALUES (1, DATE '2024-03-01', DATE '2024-03-09')")
    for day in (1, 2, 8, 9):
        feet(con, [1], day=date(2024, 3, day))
    ears(con, [1], day=date(2024, 3, 4), way="视频")
    ears(con, [1], day=date(2024, 3, 5))
    assert found(con, "visit_in_hospital") == [
        "s/ear_visit/e1-2024-03-05", "s/foot_visit/f1-2024-03-02", "s/foot_visit/f1-2024-03-08"]


def test_a_visit_to_the_dead_unless_they_were_seen_alive_since(con):
    con.execute("INSERT INTO death VALUES (1, DATE '2024-03-05'), (2, DATE '2024-03-05')")
    con.execute("INSERT INTO encounter VALUES (2, DATE '2024-06-01', NULL)")
    feet(con, [1, 2])
    ears(con, [1, 2], day=DAY + timedelta(1))
    assert found(con, "visit_after_death") == ["s/ear_visit/e1-2024-03-06"]


@pytest.mark.parametrize(("days", "told"), [((1, 4, 8, 11), 4), ((1, 4, 8, 12), 0), ((1, 4, 11), 0)])
def test_a_years_visits_in_ten_days_are_counted_form_by_form(con, days, told):
    for day in days:
        feet(con, [1], day=date(2024, 12, day))
    ears(con, [1], day=date(2024, 12, 2))                     # another business has its own four
    assert len(found(con, "year_in_one_go")) == told


def test_a_doctor_who_has_left(con):
    con.execute("INSERT INTO left_staff VALUES ('n', DATE '2024-03-05')")
    feet(con, [1], day=DAY - timedelta(1))
    ears(con, [2])
    assert found(con, "doctor_left") == ["s/ear_visit/e2-2024-03-05"]


def test_every_finding_has_its_query():
    assert {f.code for f in FINDINGS} == set(QUERIES)
