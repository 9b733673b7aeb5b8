"""Reading by Record: what is shown on a day, who is there, what is last, narrowed to some people."""

from datetime import date, datetime

import pytest

from tests.lib.lake import day, put, stage
from xinglin.datasets import BpScreening, Case, Death, LabResult, Person, PopulationFigure
from xinglin.declare.expr import Age
from xinglin.declare.norm import Source, norm, since
from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.lake import pins
from xinglin.lake.reader import LakeReader

YEAR = Period.parse("2024")
OLD = norm("老年", "岁", since("2009-01-01", 65, Source("规范", issued=date(2009, 1, 1)).clause("一")))


def person(number, **more):
    return {"record_id": str(number), "person": number, "updated_on": day("2024-01-01"),
            "birth_date": day("1950-01-01"), "usual_resident": True, "place": "330182101201",
            **more}  # fmt: skip


def reading(record_id, when, sbp, *, who=1, **more):
    return {"record_id": record_id, "person": who, "day": day(when), "sbp": sbp, "dbp": 80, **more}


def lab(record_id, reported, value, *, sampled=None, who=1, **more):
    return {"record_id": record_id, "person": who, "report_no": record_id, "item": "GLU",
            "value": value, "reported_at": datetime.fromisoformat(reported),
            "sampled_at": sampled, **more}  # fmt: skip


def read(lake, on="2024-12-31", **more):
    return LakeReader(lake.cursor(), day(on), **more)


def rows(table, *columns):
    found = table.select(*columns).to_pyarrow().to_pylist()
    return sorted((tuple(r[c] for c in columns) for r in found), key=repr)


def test_nothing_after_the_day_is_shown(lake):
    put(lake, BpScreening, [reading("a", "2024-03-01", 140), reading("b", "2024-07-01", 150)])
    shown = read(lake, "2024-06-30").rows(BpScreening)
    assert rows(shown, "sbp") == [(140,)]


def test_a_moment_late_on_the_last_day_belongs_to_the_period(lake):
    put(lake, LabResult, [lab("a", "2024-12-31 23:59:59", 1.0), lab("b", "2025-01-01 00:00", 2.0)])
    assert rows(read(lake, "2025-06-30").within(LabResult, YEAR), "value") == [(1.0,)]


def test_the_last_row_of_a_day_is_the_one_with_the_later_version_then_key(lake):
    put(lake, BpScreening, [reading("a", "2024-03-01", 140, version=1),
                            reading("b", "2024-03-01", 150, version=2),
                            reading("c", "2024-02-01", 160, version=9)])  # fmt: skip
    assert rows(read(lake).latest(BpScreening, YEAR), "person", "sbp") == [(1, 150)]


def test_last_by_key_when_all_else_ties(lake):
    put(lake, BpScreening, [reading(k, "2024-03-01", n) for n, k in enumerate("abcd", 140)])
    greatest = lake.cursor().execute("SELECT arg_max(sbp, rk) FROM bp_screening").fetchone()
    assert rows(read(lake).latest(BpScreening, YEAR), "sbp") == [greatest]


def test_last_under_a_condition_may_ask_the_persons_age(lake):
    put(lake, Person, [person(1), person(2, birth_date=day("1990-01-01"))])
    put(lake, BpScreening, [reading("a", "2024-03-01", 140), reading("b", "2024-03-01", 150, who=2)])
    last = read(lake).latest(BpScreening, YEAR, where=Age(Person.birth_date) >= OLD)
    assert rows(last, "person", "sbp") == [(1, 140)]


def test_people_are_living_usual_residents_each_once_from_the_newest_row(lake):
    put(lake, Person, [
        person(1), {**person(1, place="330182102202", updated_on=day("2024-05-01")), "source": "b"},
        person(2, died_on=day("2024-03-01")), person(3, usual_resident=False),
        person(4, moved_out_on=day("2024-07-01")), person(5, usual_resident=None),
        person(6, birth_date=day("2024-08-01")), person(7)])  # fmt: skip
    put(lake, Death, [{"record_id": "7", "person": 7, "died_on": day("2024-02-01")}])
    people = read(lake).people(on=day("2024-06-30"))
    assert rows(people, "person", "place") == [(1, "330182102202"), (4, "330182101201")]
    everyone = read(lake).everyone()
    assert (7, day("2024-02-01")) in rows(everyone, "person", "person__died_on")


def test_a_register_updated_after_the_day_still_tells_who_was_there(lake):
    put(lake, Person, [person(1, updated_on=day("2025-03-01"))])
    assert rows(read(lake).people(on=day("2024-06-30")), "person") == [(1,)]


def test_narrowed_to_some_people_equals_filtering_the_whole(lake):
    put(lake, Person, [person(n) for n in range(1, 9)])
    put(lake, BpScreening, [reading(f"{n}-{k}", f"2024-0{k}-01", 130 + n, who=n)
                            for n in range(1, 9) for k in (1, 2)])  # fmt: skip
    some = [2, 3, 7]
    for ask in (lambda r: r.rows(BpScreening), lambda r: r.within(BpScreening, YEAR),
                lambda r: r.latest(BpScreening, YEAR), lambda r: r.people(on=day("2024-06-30")),
                lambda r: r.everyone()):  # fmt: skip
        whole, narrow = ask(read(lake)), ask(read(lake, persons=some))
        columns = whole.columns
        assert rows(narrow, *columns) == rows(whole.filter(whole.person.isin(some)), *columns)
        assert len(rows(narrow, "person")) >= len(some)


class Programme:
    code = "htn"


def case(number, **more):
    return {"person": number, "programme": "htn", "state": "在管", "enrolled": day("2024-02-01"),
            "place": "330182101201", **more}  # fmt: skip


def test_cases_are_those_enrolled_and_not_ended_on_the_last_day(lake):
    put(lake, Person, [person(n) for n in range(1, 7)])
    with lake.write() as tx:
        stage(tx.con, Case, [case(1), case(2, enrolled=day("2024-09-01")),
                             case(3, ended=day("2024-06-30")), case(4, ended=day("2024-07-01")),
                             case(5, programme="dm"), case(6, state="待核实")])  # fmt: skip
        tx.replace_derived(Case, "staged")
    half = Period.parse("2024H1")
    assert rows(read(lake).cases(Programme, active_in=half), "person", "person__birth_date") == [
        (1, day("1950-01-01")), (4, day("1950-01-01"))]  # fmt: skip


def test_population_figures_of_a_year(lake):
    put(lake, PopulationFigure, [
        {"record_id": "1", "place": "330182", "as_of": day("2023-12-31"), "people": 5, "kind": "常住"},
        {"record_id": "2", "place": "330182", "as_of": day("2024-12-31"), "people": 6, "kind": "常住"}])  # fmt: skip
    assert rows(read(lake).population(2024), "place", "people") == [("330182", 6)]


def test_a_pinned_snapshot_reads_as_it_was(lake):
    put(lake, BpScreening, [reading("a", "2024-03-01", 140)])
    then = pins.pin(lake, "htn 2024", why="公布")
    put(lake, BpScreening, [reading("a", "2024-03-01", 155, version=2, delivery=2)])
    assert rows(read(lake, snapshot=then).rows(BpScreening), "sbp") == [(140,)]
    assert rows(read(lake).rows(BpScreening), "sbp") == [(155,)]


def test_an_unknown_column_lists_what_there_is(lake):
    reader = read(lake)
    with pytest.raises(XinglinError, match=r"spb.*htn.x.*'sbp'"), reader.explaining("htn.x"):
        reader.rows(BpScreening).spb  # noqa: B018


def test_a_record_that_knows_no_person_has_no_last_one(lake):
    with pytest.raises(XinglinError, match="不记到人"):
        read(lake).latest(PopulationFigure, YEAR)
