"""A save writes what the night will write: projections after saves = plan of the lake with those acts."""

import random
from datetime import date, timedelta

import pytest

from tests.lib.memory_lake import MemoryLake
from tests.lib.planned_lake import plan_all, reader_of
from tests.oracle.test_fold_plan import fill as put_county
from tests.oracle.test_fold_plan import make_county
from xinglin.act.programmes import actions, project, queries
from xinglin.act.programmes.actions import By
from xinglin.act.programmes.history import catalog, own_rk
from xinglin.act.programmes.models import (
    DONE,
    NOT_NEEDED,
    WITHDRAWN,
    CaseRow,
    Mark,
    OpenLoop,
    OpenTask,
    SuspectRow,
)
from xinglin.act.programmes.rebuild import rebuild
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.work import CaseChange
from xinglin.declare.record import Record
from xinglin.journal.models import Act
from xinglin.journal.queries import last_seq
from xinglin.kernel.errors import XinglinError
from xinglin.packs.disease_control import hypertension as htn

ON = date(2023, 3, 31)
BY = By(staff="d1", org="o1")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def county():
    """A lake, its rows by Record (kept to be added to) and the programmes."""
    lake, programmes = MemoryLake(), list(catalog().programmes.values())
    persons, rows = make_county(random.Random(11), htn.PROGRAMME, 150)
    for person in persons:
        person |= {"house_no": f"{person['person'] % 20:03}", "household": f"h{person['person'] % 40}"}
    rows[htn.HtnVisit] += [
        visit(ON - timedelta(days=1 + n % 29), sbp=[125, 150, 182][n % 3]) | {
            "person": n, "rk": n, "version": 1} for n in range(1, 151, 2)]
    for n in range(151, 159):                               # never enrolled, discharged with I10
        persons.append(persons[0] | {"person": n, "rk": n, "birth_date": date(1960, 1, 1), "died_on": None,
                                     "moved_out_on": None, "usual_resident": True})
        rows[Diagnosis].append({"person": n, "rk": n, "version": 1, "day": date(2022, 1, n - 150),
                                "kind": "出院", "org": "o1", "icd10": "I10", "words": "高血压"})
    put_county(lake, persons, rows, htn.PROGRAMME)
    plan_all(lake, programmes, on=ON)
    return lake, persons, rows, programmes


@pytest.fixture
def filled(county, db):
    lake, _, _, programmes = county
    project.fill(lake, programmes, on=ON, journal=last_seq())
    return county


def visit(day: date = ON, **values) -> dict:
    return {"day": day, "org": "o1", "sbp": 150, "dbp": 95, "danger_sign": False, "pregnant": False,
            "other_emergency": False, "new_complication": False, "adverse_reaction": False,
            "adr_hard": False} | values


def managed(n: int) -> list[int]:
    rows = CaseRow.objects.filter(programme="htn", state="在管", ended=None).order_by("person")
    return list(rows.values_list("person", flat=True)[:n])


def after_the_night(county) -> dict[str, list[int]]:
    """What differs between the projections and a lake that has read every act."""
    _, persons, rows, programmes = county
    newest: dict[tuple[type[Record], str], Act] = {}
    for act in Act.objects.select_related("body").order_by("seq"):
        record = catalog().records[act.payload["record"]]
        newest[record, act.corrects or act.uid] = act
    grown = {r: list(listed) for r, listed in rows.items()}
    for (record, uid), act in newest.items():
        if act.kind == "record.saved":
            values = {n: date.fromisoformat(v) if record.columns()[n].kind == "day" else v
                      for n, v in act.payload["values"].items()}
            grown.setdefault(record, []).append(values | {
                "person": act.payload["person"], "rk": own_rk(record.about.code, uid),
                "version": act.payload["version"]})
    night = MemoryLake()
    put_county(night, persons, grown, htn.PROGRAMME)
    plan_all(night, programmes, on=ON)
    return project.differs(night, programmes, on=ON)


@pytest.mark.both_databases
def test_fill_is_what_the_lake_says_and_a_second_fill_writes_nothing(filled):
    lake, _, _, programmes = filled
    assert not any(project.differs(lake, programmes, on=ON).values())
    assert OpenTask.objects.filter(closed_on=None).exists()
    assert OpenTask.objects.filter(closed_as=DONE).exists()
    assert OpenLoop.objects.exists() and SuspectRow.objects.exists()
    again = project.fill(lake, programmes, on=ON, journal=last_seq())
    assert {(d.written, d.removed) for d in again.values()} == {(0, 0)}


@pytest.mark.both_databases
def test_rebuild_drops_and_refills(filled):
    lake, _, _, programmes = filled
    OpenTask.objects.filter(closed_on=None).update(org="wrong")
    CaseRow.objects.all()[:1].get().delete()
    assert project.differs(lake, programmes, on=ON)["OpenTask"]
    rebuild(lake, programmes, on=ON, journal=last_seq())
    assert not any(project.differs(lake, programmes, on=ON).values())


def test_only_what_is_near_is_projected(filled):
    far = ON + timedelta(project.AHEAD)
    assert not OpenTask.objects.filter(closed_on=None, due_by__gt=far).exists()
    assert not OpenTask.objects.filter(task__in=["risk", "yearly"]).exists()


@pytest.mark.both_databases
def test_saves_give_what_the_night_gives(filled):
    lake, people = filled[0], managed(12)
    for i, person in enumerate(people):
        day = ON - timedelta(days=[0, 0, 30, 400][i % 4])       # today, and backfilled
        actions.save_record(htn.HtnVisit, visit(day, sbp=[120, 150, 185][i % 3], adr_hard=i % 5 == 0),
                            person=person, by=BY, key=f"k{i}", version=actions.form_version(
                                person, htn.HtnVisit), today=ON, read=reader_of(lake))
    assert not any(after_the_night(filled).values())


def test_a_correction_withdraws_what_followed(filled):
    lake, person = filled[0], managed(1)[0]
    read = reader_of(lake)
    first = actions.save_record(htn.HtnVisit, visit(sbp=190), person=person, by=BY, key="a",
                                version=actions.form_version(person, htn.HtnVisit), today=ON, read=read)
    assert OpenLoop.objects.filter(person=person, loop="referral", opened=ON, closed_on=None).exists()
    actions.save_record(htn.HtnVisit, visit(sbp=119, dbp=80), person=person, by=BY, key="b", version=1,
                        corrects=first.act.uid, today=ON, read=read)
    loop = OpenLoop.objects.get(person=person, loop="referral", opened=ON)
    assert (loop.closed_on, loop.closed_as) == (ON, WITHDRAWN)
    assert not any(after_the_night(filled).values())
    actions.void_record(htn.HtnVisit, person=person, by=BY, key="c", version=2, uid=first.act.uid,
                        reason="录错人", today=ON, read=read)
    assert not any(after_the_night(filled).values())
    with pytest.raises(XinglinError, match="已撤销"):
        actions.save_record(htn.HtnVisit, visit(), person=person, by=BY, key="d", version=3,
                            corrects=first.act.uid, today=ON, read=read)


def test_the_same_form_twice_is_saved_once(filled):
    read, person = reader_of(filled[0]), managed(1)[0]
    saves = [actions.save_record(htn.HtnVisit, visit(), person=person, by=BY, key="same", version=0,
                                 today=ON, read=read) for _ in range(2)]
    assert [s.again for s in saves] == [False, True]
    assert saves[0].act.uid == saves[1].act.uid
    assert Act.objects.count() == 1


def test_a_form_opened_before_another_save_is_refused(filled):
    read, person = reader_of(filled[0]), managed(1)[0]
    version = actions.form_version(person, htn.HtnVisit)
    actions.save_record(htn.HtnVisit, visit(), person=person, by=BY, key="one", version=version,
                        today=ON, read=read)
    with pytest.raises(XinglinError, match="刚才已有人保存"):
        actions.save_record(htn.HtnVisit, visit(sbp=120), person=person, by=BY, key="two",
                            version=version, today=ON, read=read)
    assert Act.objects.count() == 1


def test_a_save_that_fails_leaves_no_act_and_no_row(filled, monkeypatch):
    read, person = reader_of(filled[0]), managed(1)[0]
    before = list(OpenTask.objects.order_by("rk").values_list())

    def broken(*_, **__):
        raise RuntimeError("disk")
    monkeypatch.setattr(actions, "refold", broken)
    with pytest.raises(RuntimeError):
        actions.save_record(htn.HtnVisit, visit(), person=person, by=BY, key="x", version=0, today=ON,
                            read=read)
    assert not Act.objects.exists()
    assert list(OpenTask.objects.order_by("rk").values_list()) == before


def test_the_second_save_reads_no_lake_and_a_new_fill_reads_it_again(filled):
    lake, _, _, programmes = filled
    asked: list[int] = []
    read, person = reader_of(lake, asked), managed(1)[0]
    for i in range(3):
        actions.save_record(htn.HtnVisit, visit(), person=person, by=BY, key=f"n{i}", version=i,
                            today=ON, read=read)
    assert asked == [person]
    project.fill(lake, programmes, on=ON, journal=0)
    actions.save_record(htn.HtnVisit, visit(), person=person, by=BY, key="n9", version=3, today=ON,
                        read=read)
    assert asked == [person, person]


def test_many_suspects_at_once(filled):
    read = reader_of(filled[0])
    people = list(SuspectRow.objects.filter(programme="htn").values_list("person", flat=True)[:6])
    assert len(people) == 6
    actions.verify_suspects(htn.PROGRAMME, people[:4], "纳入", by=BY, key="in", today=ON, read=read)
    actions.verify_suspects(htn.PROGRAMME, people[4:], "排除", by=BY, key="out", today=ON,
                            reason="继发性", read=read)
    assert not SuspectRow.objects.filter(programme="htn", person__in=people).exists()
    assert set(CaseRow.objects.filter(programme="htn", person__in=people[:4]).values_list(
        "state", flat=True)) == {"在管"}
    assert not any(after_the_night(filled).values())


def test_a_step_and_an_attempt(filled):
    read = reader_of(filled[0])
    loop = OpenLoop.objects.filter(programme="htn", closed_on=None).first()
    actions.walk_step(htn.PROGRAMME, "referral", "接诊", person=loop.person, by=BY, key="s", today=ON,
                      read=read)
    assert OpenLoop.objects.get(rk=loop.rk).step == "接诊"
    actions.note_contact(htn.PROGRAMME, person=loop.person, by=BY, key="c", today=ON, means="电话",
                         outcome="外出", read=read)
    assert not any(after_the_night(filled).values())
    with pytest.raises(XinglinError, match="没有“不存在”这一步"):
        actions.walk_step(htn.PROGRAMME, "referral", "不存在", person=loop.person, by=BY, key="t",
                          today=ON, read=read)


def test_a_fill_leaves_people_with_newer_acts_alone(filled):
    lake, _, _, programmes = filled
    person = managed(1)[0]
    actions.save_record(htn.HtnVisit, visit(), person=person, by=BY, key="late", version=0, today=ON,
                        read=reader_of(lake))
    mine = list(OpenTask.objects.filter(person=person).order_by("rk").values_list())
    project.fill(lake, programmes, on=ON, journal=0)
    assert list(OpenTask.objects.filter(person=person).order_by("rk").values_list()) == mine
    assert Mark.objects.get(pk="filled").value == 2


def test_ending_a_case_closes_its_tasks_as_not_needed(filled):
    person = OpenTask.objects.filter(programme="htn", closed_on=None, paused=False).first().person
    actions.change_case(htn.PROGRAMME, "结案", person=person, by=BY, key="end", today=ON,
                        read=reader_of(filled[0]))
    rows = OpenTask.objects.filter(person=person, programme="htn")
    assert set(rows.exclude(closed_as=DONE).values_list("closed_as", flat=True)) == {NOT_NEEDED}
    assert CaseChange.about.code == Act.objects.get().payload["record"]


def test_worklist_pages_show_each_person_once_and_counts_agree(filled):
    everyone = queries.Scope()
    orgs = frozenset(OpenTask.objects.values_list("org", flat=True))
    for scope in (everyone, queries.Scope(orgs=orgs), queries.Scope(doctor="d9")):
        seen, after = [], None
        while True:
            page = queries.worklist(scope, today=ON, after=after, size=7)
            seen += [(h.org, h.house, v.person) for h in page.houses for v in h.visits]
            after = page.after
            if after is None:
                break
        assert len(seen) == len({p for *_, p in seen})
        wanted = scope.of(OpenTask.objects.filter(closed_on=None, paused=False))
        assert {p for *_, p in seen} == set(wanted.values_list("person", flat=True))
        if not scope.doctor:
            assert seen == sorted(seen)
        counted = queries.counts(scope, today=ON)
        assert counted.overdue == wanted.filter(due_by__lt=ON).count() > 0
        overdue = queries.worklist(scope, today=ON, when=queries.OVERDUE, size=1000)
        assert sum(len(v.items) for h in overdue.houses for v in h.visits) == counted.overdue
