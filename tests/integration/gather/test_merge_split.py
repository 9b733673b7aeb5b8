"""Two entries put together and taken apart again: rows, figures, timeline and cases as if nothing had been."""

import hashlib
from datetime import date
from types import SimpleNamespace
from unittest import mock

import pytest

from tests.integration.gather.conftest import ORG, id_number
from xinglin.gather.duplicates import decide
from xinglin.gather.duplicates.finish import finish
from xinglin.gather.merged import settle_merges
from xinglin.gather.models import DuplicatePair, MergedSubject
from xinglin.journal.queries import acts_after
from xinglin.kernel.errors import XinglinError
from xinglin.know.indicators.readers import run_figures
from xinglin.lake.store import open_lake
from xinglin.registry.by import By
from xinglin.registry.merging import MERGED, SPLIT, merge_people, roots, split_people, standing_for
from xinglin.registry.models import Person, PersonMerge
from xinglin.registry.queries import find_person
from xinglin.site import night_steps as steps
from xinglin.site.load import catalog
from xinglin.site.scene import Scene

pytestmark = pytest.mark.django_db
CODES = ("htn.bp_controlled", "htn.recheck_on_time")
DAY = date(2026, 6, 30)
PLACE = "330182101201"
MORE = "danger_sign,pregnant,other_emergency,new_complication,adverse_reaction,adr_hard"
QUIET = ",".join(["否"] * 6)


def night(county):
    """Steps of a night that merging touches, of one programme and two figures."""
    known = catalog()
    some = SimpleNamespace(records=known.records, programmes={"htn": known.programmes["htn"]}, indicators={})
    scene = Scene(county, some, DAY, full=True)
    for step in (steps.compare_people, steps.derive, steps.project):
        step(scene)
    run_figures(open_lake(county), {c: known.indicators[c] for c in CODES}, known.records, day=DAY, full=True, code="one program")


@pytest.fixture
def two_entries(county, deliver):
    """王桂兰, known to the register by her number and to a clinic without one, under a homophone."""
    from xinglin.registry.models import Place

    Place.objects.create(code="330182101000", name="镇", level=4, parent_id="330182000000")
    Place.objects.create(code=PLACE, name="村", level=5, parent_id="330182101000")
    number = id_number(2, birth="19540501", male=False)
    who = "patient_id,name,id_number,birth_date,sex,phone,address"
    deliver("person", [f"{who},record_id,updated_on,usual_resident,place,org",
                       f"R1,王桂兰,{number},1954-05-01,女,15400001111,东山村3号,P1,2026-01-01,是,{PLACE},{ORG}",
                       f"R2,李国强,{id_number(7)},1954-05-01,男,15400002222,东山村9号,P2,2026-01-01,是,{PLACE},{ORG}"],
            name="p.csv", source="register")
    deliver("case_change", [f"{who},record_id,programme,day,change,org,confirmed",
                            f"R1,王桂兰,{number},1954-05-01,女,15400001111,东山村3号,C1,htn,2025-09-01,纳入,{ORG},是",
                            f"R2,李国强,{id_number(7)},1954-05-01,男,15400002222,东山村9号,C2,htn,2025-09-01,纳入,{ORG},是"],
            name="c.csv", source="register")
    deliver("htn_visit", [f"{who},record_id,day,sbp,dbp,org,{MORE}",
                          f"K9,王贵兰,,1954-05-01,女,15400001111,东山村3号,V1,2026-02-10,150,88,{ORG},{QUIET}",
                          f"K9,王贵兰,,1954-05-01,女,15400001111,东山村3号,V2,2026-05-20,132,80,{ORG},{QUIET}",
                          f"K8,李国强,{id_number(7)},1954-05-01,男,15400002222,东山村9号,V3,2026-04-20,128,80,{ORG},{QUIET}"],
            name="v.csv", source="clinic")
    keep, absorbed = (people_of(county, s)[0] for s in ("person", "htn_visit"))
    assert keep != absorbed
    return keep, absorbed


def people_of(county, table):
    return [p for (p,) in open_lake(county).cursor().execute(f"SELECT person FROM {table} ORDER BY record_id").fetchall()]


LAKE = ("person", "person_versions", "case_change", "case_change_versions", "htn_visit", "htn_visit_versions", "person_event", "case",
        "task", "loop", "suspect")


def state(county):
    """Digest of everything that is not history of the decision itself."""
    with open_lake(county).cursor() as con:
        tables = {t for (t,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lk'").fetchall()}
        found = {t: con.execute(f'FROM "{t}"').fetchall() for t in sorted(tables & set(LAKE))}
        found["figures"] = [r for t in sorted({"contribution", "figure_total"} & tables) for r in con.execute(f"FROM {t}").fetchall()]
        found["links"] = con.execute("SELECT subject, person FROM person_link WHERE to_at IS NULL").fetchall()
    from xinglin.act.programmes.models import CaseRow, OpenLoop, OpenTask, SuspectRow

    for model in (CaseRow, OpenTask, OpenLoop, SuspectRow):
        names = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "digest")]
        still = model.objects.filter(closed_as="") if "closed_as" in names else model.objects.all()
        found[model.__name__] = list(still.values_list(*names))
    found["registry"] = list(Person.objects.values_list("pk", "place_id", "organisation_id", "doctor_id", "birth_date", "sex"))
    found["merged"] = sorted(roots().items())
    return {name: hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest() for name, rows in found.items()}


def test_found_merged_split(county, two_entries):
    """A homophone without a number is found, told in words, merged; lists follow at once; undone, all is as it was."""
    from xinglin.act.programmes.rehomed import refold_again
    from xinglin.gather.linkage.words import sentence

    night(county)
    before = state(county)
    keep, absorbed = two_entries
    pair = DuplicatePair.objects.get()
    assert {pair.left_id, pair.right_id} == {keep, absorbed}
    assert pair.state == "open"
    assert "姓名同音" in sentence(pair.levels)
    assert "电话相同" in sentence(pair.levels)

    decide.decide_same([pair], by=By("m1", staff="s"))
    done = finish(county)
    assert done.people == (keep, absorbed)
    assert done.rows == 2
    refold_again(done.people, on=DAY)
    seen = open_rows()
    assert seen != []
    night(county)
    together = state(county)
    assert open_rows() == seen
    assert people_of(county, "htn_visit")[:2] == [keep, keep]
    assert together["case"] != before["case"]
    assert together["figures"] != before["figures"]
    assert DuplicatePair.objects.count() == 1

    assert [f.person.number for f in find_person("王贵兰")] == [keep]

    pair.refresh_from_db()
    decide.take_back([pair], by=By("s1", staff="s"))
    refold_again(finish(county).people, on=DAY)
    night(county)
    assert state(county) == before
    assert MergedSubject.objects.count() == 0
    assert [a.kind for a in acts_after(0, (MERGED, SPLIT))] == [MERGED, SPLIT]


def open_rows():
    from xinglin.act.programmes.models import CaseRow, OpenTask

    return [sorted(map(repr, model.objects.filter(**({"closed_as": ""} if model is OpenTask else {})).values_list(*fields)))
            for model, fields in ((CaseRow, ("person", "programme", "state", "last_class")),
                                  (OpenTask, ("person", "task", "cycle", "due_by")))]


def test_rows_that_come_while_merged_go_back_too(county, two_entries, deliver):
    keep, absorbed = two_entries
    merge_people(keep=keep, absorbed=absorbed, why="同一人", actor="s", org="", idempotency_key="m")
    settle_merges(county)
    who = "patient_id,name,birth_date,sex,phone"
    deliver("htn_visit", [f"{who},record_id,day,sbp,dbp,org,{MORE}", f"K9,王贵兰,1954-05-01,女,15400001111,V4,2026-06-20,141,86,{ORG},{QUIET}"],
            name="v2.csv", source="clinic")
    assert people_of(county, "htn_visit") == [keep, keep, people_of(county, "htn_visit")[2], keep]
    split_people(absorbed=absorbed, why="弄错了", actor="s", org="", idempotency_key="u")
    settle_merges(county)
    assert [p for n, p in enumerate(people_of(county, "htn_visit")) if n != 2] == [absorbed] * 3


class KilledError(BaseException):
    """As if the process ended here."""


@pytest.mark.both_databases
def test_killed_in_the_middle_the_next_one_ends_it(county, two_entries):
    keep, absorbed = two_entries
    before = state(county)
    for n, at in enumerate(("_note_own", "_move", "insert_rows")):
        merge_people(keep=keep, absorbed=absorbed, why="同一人", actor="s", org="", idempotency_key=f"m{n}")
        settled_at_the_second_go(county, at)
        split_people(absorbed=absorbed, why="弄错了", actor="s", org="", idempotency_key=f"u{n}")
        settled_at_the_second_go(county, "_move")
    assert state(county) == before


def settled_at_the_second_go(county, at):
    with mock.patch(f"xinglin.gather.merged.{at}", side_effect=KilledError), pytest.raises(KilledError):
        settle_merges(county)
    assert settle_merges(county).subjects == 1
    assert settle_merges(county).subjects == 0


def test_a_chain_of_three_in_any_order_of_undoing(county, two_entries, deliver):
    keep, absorbed = two_entries
    third = people_of(county, "htn_visit")[2]
    with pytest.raises(XinglinError, match="各有一个正确的身份证号"):
        merge_people(keep=keep, absorbed=third, why="x", actor="s", org="", idempotency_key="0")
    assert not PersonMerge.objects.exists()
    number = Person.objects.get(pk=third)
    number.id_number_sealed = None
    number.save()
    before = state(county)
    merge_people(keep=absorbed, absorbed=third, why="x", actor="s", org="", idempotency_key="1")
    merge_people(keep=keep, absorbed=absorbed, why="x", actor="s", org="", idempotency_key="2")
    settle_merges(county)
    assert roots() == {third: keep, absorbed: keep}
    assert standing_for(keep) == [keep, *sorted([absorbed, third])]
    assert set(people_of(county, "htn_visit")) == {keep}
    split_people(absorbed=absorbed, why="x", actor="s", org="", idempotency_key="3")
    settle_merges(county)
    assert roots() == {third: absorbed}
    assert set(people_of(county, "htn_visit")) == {absorbed}
    split_people(absorbed=third, why="x", actor="s", org="", idempotency_key="4")
    settle_merges(county)
    assert state(county) == before


HEAD = "patient_id,name,id_number,birth_date,sex,phone,record_id,day,sbp,dbp,org"


def seen(patient, number, record, name="钱小芳"):
    return f"{patient},{name},{number},1960-02-03,女,15400003333,{record},2026-03-0{record[-1]},120,80,{ORG}"


@pytest.mark.parametrize("order", ["ABC", "CBA", "BCA", "ACB"])
def test_a_number_that_comes_late_ends_the_same_in_any_order(county, deliver, order):
    """K1 without a number, K1 with it, K2 of another sender with it: one person, whichever came first."""
    number = id_number(4, birth="19600203", male=False)
    files = {"A": ("clinic", seen("K1", "", "B1")), "B": ("clinic", seen("K1", number, "B2")), "C": ("his", seen("K2", number, "B3"))}
    for letter in order:
        source, line = files[letter]
        receipt = deliver("bp_screening", [HEAD, line], name=f"{letter}.csv", source=source)
        assert receipt.as_dict()["queried"] == 0, receipt.words()
    steps.compare_people(Scene(county, SimpleNamespace(), DAY, False))
    assert len(set(people_of(county, "bp_screening"))) == 1
    with open_lake(county).cursor() as con:
        assert con.execute("SELECT count(DISTINCT person) FROM person_link WHERE to_at IS NULL").fetchone() == (1,)


def test_one_number_two_names_is_for_a_person(county, deliver):
    number = id_number(4, birth="19600203", male=False)
    deliver("bp_screening", [HEAD, seen("K1", "", "B1", name="赵春花")], name="a.csv", source="clinic")
    deliver("bp_screening", [HEAD, seen("K2", number, "B3")], name="c.csv", source="his")
    deliver("bp_screening", [HEAD, seen("K1", number, "B2", name="赵春花")], name="b.csv", source="clinic")
    steps.compare_people(Scene(county, SimpleNamespace(), DAY, False))
    assert DuplicatePair.objects.get().state == "open"
    assert roots() == {}
