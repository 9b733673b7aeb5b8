"""`plan` over a lake gives, for every person, exactly what `fold` gives: cases, turns, loops.

Small by default; `XINGLIN_ORACLE=100` multiplies the examples for the night.
"""

import os
import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lib.memory_lake import MemoryLake
from tests.oracle.made_programmes import (
    AUTOMATIC,
    BARE,
    HIGH,
    SHOWING,
    SOON,
    TIMES,
    WIDE,
    Other,
    Visit,
)
from xinglin.act.programmes.fold import CaseState, History, fold, records_of
from xinglin.act.programmes.plan import ALL_TURNS, plan
from xinglin.datasets.codelists import CASE_CHANGE
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.people import Person
from xinglin.datasets.work import CaseChange, ContactAttempt, LoopStep
from xinglin.declare.norm import Norm, adjusted, since
from xinglin.declare.record import Row
from xinglin.packs.disease_control import diabetes as dm
from xinglin.packs.disease_control import hypertension as htn
from xinglin.packs.disease_control.diabetes import norms as dm_norms
from xinglin.packs.disease_control.hypertension import norms

EFFORT = int(os.environ.get("XINGLIN_ORACLE", "1"))
START, ON = date(2020, 1, 1), date(2023, 3, 31)
SPAN = (ON - START).days
PROGRAMMES = [htn.PROGRAMME, htn.WATCH, dm.PROGRAMME, dm.WATCH, WIDE, AUTOMATIC, BARE, SHOWING]
CHANGES = [c.code for c in CASE_CHANGE.codes]


def make_row(rng: random.Random, record, day: date, programme) -> dict:
    """One row with nulls here and there; values near the thresholds."""
    def yes(p=0.25):
        return rng.choices([True, False, None], [p, 0.85 - p, 0.15])[0]

    base = {"day": day}
    if record is CaseChange:
        code = rng.choice([programme.code] * 4 + list(programme.enrol.unless) + ["elsewhere"])
        return base | {"programme": code, "change": rng.choice([*CHANGES, "纳入"]),
                       "confirmed": yes(0.6), "org": rng.choice([None, "o1", "o2"]),
                       "doctor": rng.choice([None, "d1", "d2"])}
    if record is ContactAttempt:
        return base | {"programme": rng.choice([programme.code, "elsewhere"]), "means": "电话",
                       "outcome": "外出"}
    if record is LoopStep:
        loops = [(x.code, s) for x in programme.loops for s in x.steps] or [("none", "无")]
        loop, step = rng.choice(loops)
        return base | {"programme": rng.choice([programme.code] * 3 + ["elsewhere"]), "loop": loop,
                       "step": step}
    if record is Visit:
        later = day + timedelta(rng.randint(0, 120))
        return base | {"score": rng.choice([None, 3, 5, 6, 7, 8]), "bad": yes(), "worse": yes(0.1),
                       "next_day": rng.choice([None, later]), "dose": rng.choice([None, "1", "2", "3"])}
    if record is Other:
        return base | {"score": rng.choice([None, 3, 5, 6, 7, 8]),
                       "lmp": rng.choice([None, day - timedelta(rng.randint(0, 200))])}
    if record is Diagnosis:
        return base | {"kind": rng.choice(["门诊", "出院"]), "org": "o1",
                       "icd10": rng.choice(["I10", "I11.9", "I15", "E11.9", "E10", "J00", None]),
                       "words": rng.choice([None, "高血压", "高血压？"]),
                       "org_level": rng.choice([1, 2, 3, None])}
    if record is LabResult:
        return {"reported_at": datetime(day.year, day.month, day.day, 9), "item": rng.choice(["GLU", "GLU2H", "HBA1C", "TC"]),
                "value": rng.choice([None, 6.4, 6.5, 6.9, 7.0, 11.1]), "unit": rng.choice(["mmol/L", "mmol/L", "%", None])}
    sugar = {"fbg": rng.choice([None, 3.9, 5.0, 6.0, 6.1, 6.9, 7.0, 16.7]), "glucose": rng.choice([None, None, 6.5, 7.0, 16.7]),
             "glucose_kind": rng.choice([None, "空腹", "餐后2小时", "随机"]), "pulse": rng.choice([None, 80, 101])}
    base |= {n: v for n, v in sugar.items() if n in record.columns()}
    numbers = {"sbp": rng.choice([None, 120, 139, 140, 149, 150, 180]),
               "dbp": rng.choice([None, 80, 89, 90, 110])}
    flags = {n: yes(0.12) for n, c in record.columns().items() if c.kind == "yesno"}
    return base | numbers | flags


def make_person(rng: random.Random, number: int) -> dict:
    some = [None, None, None, START + timedelta(rng.randint(0, SPAN + 60))]
    born = rng.choice([None, *[date(y, m, d) for y, m, d in [
        (1955, 3, 1), (1956, 2, 29), (1987, 6, 30), (1992, 1, 31), (2020, 10, 31), (2021, 2, 28)]]])
    return {"person": number, "rk": number, "updated_on": START, "birth_date": born,
            "sex": rng.choice(["男", "女", None]), "usual_resident": rng.choice([True, True, False, None]),
            "died_on": rng.choice(some), "moved_out_on": rng.choice(some), "place": "330000000001",
            "org": rng.choice([None, "o9"]), "doctor": rng.choice([None, "d9"])}


def make_county(rng: random.Random, programme, people: int) -> tuple[list[dict], dict]:
    """People, and Record → rows; days fall on few different ones so that ties happen."""
    persons, rows = [make_person(rng, n) for n in range(1, people + 1)], {}
    records = records_of(programme)
    for person in persons:
        days = [START + timedelta(rng.randint(0, SPAN + 20)) for _ in range(rng.randint(1, 14))]
        if rng.random() < 0.7:
            first = {"day": rng.choice(days), "programme": programme.code, "change": "纳入"}
            rows.setdefault(CaseChange, []).append(first | {"person": person["person"]})
        for _ in range(rng.randint(0, 18)):
            weights = [1 if r in (CaseChange, ContactAttempt, LoopStep) else 4 for r in records]
            record = rng.choices(records, weights)[0]
            made = make_row(rng, record, rng.choice(days), programme)
            rows.setdefault(record, []).append(made | {"person": person["person"]})
    for record, listed in rows.items():
        keys = rng.sample(range(10 * len(listed) + 10), len(listed))
        for row, key in zip(listed, keys, strict=True):
            row |= {"rk": key + 1_000_000 * (records.index(record) + 1), "version": rng.choice([1, 1, 2])}
    return persons, rows


def fill(lake: MemoryLake, persons: list[dict], rows: dict, programme) -> None:
    lake.put(Person, persons)
    for record in {*records_of(programme), *rows}:
        lake.put(record, rows.get(record, []))


def histories(persons: list[dict], rows: dict) -> dict[int, History]:
    """Each person's rows in the dated order, keeping each row's key to name evidence by."""
    found = {}
    for person in persons:
        own = [(Row(record, r).day, r["version"], r["rk"], record, r) for record, listed in rows.items()
               for r in listed if r["person"] == person["person"]]
        own.sort(key=lambda x: x[:3])
        found[person["person"]] = History(person, [Row(x[3], x[4]) for x in own])
    return found


# -- what fold says, in the shape of plan's tables ------------------------------------------------

def folded(programme, history: History, on: date):
    state = fold(programme, history, on=on)
    number = history.person["person"]
    tasks, loops = _tasks(state, number, on), _loops(state, number)
    return _case(programme, state, number, on), tasks, loops


def _case(programme, state: CaseState, number: int, on: date):
    if not state.state:
        return None
    listed = [c for code, c in state.due(on).items() if not programme.task(code).opportunistic]
    return {"person": number, "state": state.state, "enrolled": state.enrolled, "ended": state.ended,
            "end_reason": state.end_reason or None, "paused_on": state.paused_on,
            "last_day": state.last_day, "last_class": state.last_class,
            "next_due": min((c.due_by for c in listed), default=None), "open_tasks": len(listed),
            "open_loops": len(state.open_loops),
            "evidence": _key(state.evidence)}


def _key(row):
    return (row.record.about.code, row.values["rk"], row.day) if row else None


def _tasks(state: CaseState, number: int, on: date):
    return sorted((number, code, c.cycle, c.due_from, c.due_by, state.task_state(c, on), c.done_on,
                   *(_key(c.why) or (None, None))[:2])
                  for code, turns in state.cycles.items() for c in turns)


def _loops(state: CaseState, number: int):
    return sorted((number, x.loop, x.opened, x.follow_by, x.closed, x.step, "；".join(x.reasons),
                   *_key(x.why)[:2]) for x in state.loops)


# -- what plan says -------------------------------------------------------------------------------

def planned(programme, lake: MemoryLake, on: date, persons=None, since_=ALL_TURNS):
    with plan(programme, lake, on=on, persons=persons, since=since_) as made:
        suspects = {r["person"]: (r["why_record"], r["why_rk"], r["day"])
                    for r in made.suspects.to_pyarrow().to_pylist()}
        cases = {r["person"]: r for r in made.cases.to_pyarrow().to_pylist()}
        tasks = sorted(tuple(r[c] for c in ("person", "task", "cycle", "due_from", "due_by", "state",
                                            "done_on", "why_record", "why_rk"))
                       for r in made.tasks.to_pyarrow().to_pylist())
        loops = sorted(tuple(r[c] for c in ("person", "loop", "opened", "follow_by", "closed", "step",
                                            "reasons", "why_record", "why_rk"))
                       for r in made.loops.to_pyarrow().to_pylist())
    return cases, tasks, loops, suspects


def compare(programme, lake, persons, rows, on) -> None:
    fill(lake, persons, rows, programme)
    cases, tasks, loops, suspects = planned(programme, lake, on)
    for number, history in histories(persons, rows).items():
        case, turns, turned = folded(programme, history, on)
        mine = cases.get(number)
        assert (mine is None) == (case is None), (number, case, mine)
        if case is not None:
            assert suspects.get(number) == case.pop("evidence"), number
            assert {k: mine[k] for k in case} == case, number
        assert [t for t in tasks if t[0] == number] == turns, number
        assert [x for x in loops if x[0] == number] == turned, number


# -- the tests ------------------------------------------------------------------------------------

def changed(norm: Norm, day: str, value) -> Norm:
    kept = tuple(s for s in norm.values if s.day < date.fromisoformat(day))
    return Norm(norm.title, norm.unit, (*kept, since(day, value, norm.values[0].clause)))


def norm_changes(programme) -> dict[Norm, Norm]:
    """Numbers that change in the middle of the history."""
    if programme.code.startswith("htn"):
        return {norms.VISITS: changed(norms.VISITS, "2021-07-01", 6), norms.SOON: changed(norms.SOON, "2021-09-01", 7),
                norms.SBP_GOAL: changed(norms.SBP_GOAL, "2022-01-01", 130),
                norms.READINGS: changed(norms.READINGS, "2022-01-01", 2)}
    if programme.code == "dm_watch":
        return {dm_norms.FBG_IMPAIRED: changed(dm_norms.FBG_IMPAIRED, "2022-01-01", 5.6)}
    if programme.code == "dm":
        return {dm_norms.FBG_GOAL: changed(dm_norms.FBG_GOAL, "2022-01-01", 6.5), dm_norms.SOON: changed(dm_norms.SOON, "2021-09-01", 7)}
    return {HIGH: changed(HIGH, "2021-01-01", 6), TIMES: changed(TIMES, "2021-01-01", 3),
            SOON: changed(SOON, "2021-01-01", None)}


@pytest.fixture(scope="module")
def lake() -> MemoryLake:
    return MemoryLake()


@pytest.mark.parametrize("code", [p.code for p in PROGRAMMES])
@settings(max_examples=2 * EFFORT, deadline=None, derandomize=EFFORT == 1,
          suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), back=st.integers(0, 500), adjust=st.booleans())
def test_plan_is_fold_for_everyone(lake, code, seed, back, adjust):
    programme = next(p for p in PROGRAMMES if p.code == code)
    persons, rows = make_county(random.Random(seed), programme, 120)
    with adjusted(norm_changes(programme) if adjust else {}):
        compare(programme, lake, persons, rows, ON - timedelta(back))


@pytest.mark.parametrize("code", ["htn", "dm"])
def test_a_correction_and_a_void_give_what_a_clean_history_gives(lake, code):
    """The lake shows a row's newest version: after it, plan is what fold says of the corrected rows."""
    programme = next(p for p in PROGRAMMES if p.code == code)
    rng = random.Random(7)
    persons, rows = make_county(rng, programme, 60)
    compare(programme, lake, persons, rows, ON)
    record = programme.ladder_of
    for row in rng.sample(rows[record], 20):
        row |= make_row(rng, record, row["day"], programme) | {"version": row["version"] + 1}
    for row in rng.sample(rows[record], 10):
        rows[record].remove(row)
    compare(programme, lake, persons, rows, ON)


@pytest.mark.parametrize("code", ["htn", "auto"])
def test_some_people_are_planned_as_all_are(lake, code):
    """`persons=` gives exactly those people's part of the whole, and nothing of others."""
    programme = next(p for p in PROGRAMMES if p.code == code)
    persons, rows = make_county(random.Random(3), programme, 120)
    fill(lake, persons, rows, programme)
    some = set(range(1, 121, 7))
    whole, part = planned(programme, lake, ON), planned(programme, lake, ON, persons=sorted(some))
    for all_, few in zip(whole, part, strict=True):
        if isinstance(all_, dict):
            assert few == {n: x for n, x in all_.items() if n in some}
        else:
            assert few == [x for x in all_ if x[0] in some]
    assert part[1]


def test_old_turns_are_left_out_and_open_ones_kept(lake):
    """By default: what is open whatever its age, the rest from 1 January of the year before."""
    persons, rows = make_county(random.Random(5), WIDE, 120)
    fill(lake, persons, rows, WIDE)
    edge = date(ON.year - 1, 1, 1)
    all_, kept = planned(WIDE, lake, ON), planned(WIDE, lake, ON, since_=None)
    task = [t for t in all_[1] if t[4] >= edge or (
        t[6] >= edge if t[6] else t[5] != "错过")]
    assert kept[1] == task
    assert len(task) < len(all_[1])
    assert kept[2] == [x for x in all_[2] if x[4] is None or x[4] >= edge]
    assert kept[0] == all_[0]
