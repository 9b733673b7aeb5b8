"""The two hypertension rates against the sentences of the norm in plain Python, on small towns."""

from datetime import date, timedelta
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lib.town import Town
from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.people import Person
from xinglin.datasets.work import Case, LoopCase, Task
from xinglin.kernel.dates import Period, age_on
from xinglin.know.indicators.contribute import compile_figure
from xinglin.packs.disease_control.hypertension import PROGRAMME, HtnVisit, indicators

YEAR = Period.parse("2025")
TOWN = Town([HtnVisit])
DAYS = st.dates(date(2024, 11, 1), date(2026, 1, 31))
ENDS = st.sampled_from([date(2025, 2, 10), date(2025, 6, 30), date(2025, 12, 31), date(2026, 2, 1)])

VISIT = st.fixed_dictionaries({
    "day": DAYS, "sbp": st.sampled_from([None, 139, 140, 149, 150]), "dbp": st.sampled_from([89, 90]),
    "way": st.sampled_from(["门诊", "家庭", "门诊", "电话", None]), "adherence": st.sampled_from(["规律", "规律", None])})
STEADY = st.builds(   # one good visit a quarter, else a random list would never be managed to the norm
    lambda n: [{"day": date(2025, 3 * q + 1 + n % 3, 1 + n), "sbp": 139, "dbp": 89, "way": "门诊", "adherence": "规律"}
               for q in range(4)], st.integers(0, 25))
WORK = st.fixed_dictionaries({"by": DAYS, "done": st.one_of(st.none(), st.integers(-14, 10)),
                              "withdrawn": st.booleans()})
PATIENT = st.fixed_dictionaries({
    "born": st.dates(date(1940, 1, 1), date(1980, 1, 1)) | st.sampled_from([date(1960, 6, 1), date(1960, 2, 29)]),
    "enrolled": st.one_of(st.just(date(2023, 5, 5)), DAYS), "ended": st.one_of(st.none(), st.none(), DAYS),
    "state": st.sampled_from(["在管", "在管", "在管", "失访", "拒绝"]), "paused_on": st.one_of(st.none(), DAYS),
    "visits": st.one_of(st.lists(VISIT, max_size=5), STEADY), "exams": st.lists(DAYS, max_size=2),
    "rechecks": st.lists(WORK, max_size=1), "referrals": st.lists(WORK, max_size=1)})


def put(patients):
    for record in (Person, HtnVisit, AnnualExam, Case, Task, LoopCase):
        TOWN.clear(record)
    who = list(enumerate(patients))
    common = {"programme": PROGRAMME.code, "place": "330182101001"}
    TOWN.put(Person, [{"person": i, "updated_on": date(2020, 1, 1), "birth_date": p["born"], "usual_resident": True} for i, p in who])
    TOWN.put(HtnVisit, [{"person": i, **v} for i, p in who for v in p["visits"]])
    TOWN.put(AnnualExam, [{"person": i, "day": d} for i, p in who for d in p["exams"]])
    TOWN.put(Case, [{**common, "person": i, **{n: p[n] for n in ("enrolled", "ended", "state", "paused_on")}} for i, p in who])
    TOWN.put(Task, [{**common, "person": i, "task": "recheck", "cycle": str(n), "due_by": w["by"], "done_on": done(w),
                     "state": "因更正撤销" if w["withdrawn"] else "到期"} for i, p in who for n, w in enumerate(p["rechecks"])])
    TOWN.put(LoopCase, [{**common, "person": i, "loop": "referral", "opened": w["by"], "follow_by": w["by"] + timedelta(14),
                         "closed": w["by"] + timedelta(14 + w["done"]) if w["done"] is not None else None}
                        for i, p in who for w in p["referrals"]])


def done(work):
    return None if work["done"] is None else work["by"] + timedelta(work["done"])


@cache
def sql_of(code, day):
    """Built once: the town's rows change, its tables do not."""
    indicator = next(i for i in indicators.INDICATORS if i.code == code)
    return compile_figure(indicator, TOWN.lake(day=day), YEAR).sql


def answer(indicator, day):
    rows = TOWN.con.execute(f"SELECT person, num > 0 FROM ({sql_of(indicator.code, day)})").fetchall()
    assert len(rows) == len({r[0] for r in rows})
    return {r[0] for r in rows}, {r[0] for r in rows if r[1]}


def until(day):
    return min(day, YEAR.last)


def managed(patients, day):
    """年内已管理的：纳入了，期末还没有结束。"""
    end = until(day)
    return {i: p for i, p in enumerate(patients)
            if p["enrolled"] <= end and (p["ended"] is None or p["ended"] > end)}


def in_year(visits, day):
    return [v for v in visits if YEAR.first <= v["day"] <= until(day)]


def controlled(patients, day):
    """年内最近一次随访血压达标：65 岁及以上 <150/90，其余 <140/90；失访、拒绝不算。"""
    found = set()
    for i, p in managed(patients, day).items():
        visits = sorted(in_year(p["visits"], day), key=lambda v: v["day"])
        away = p["state"] != "在管" and (p["paused_on"] is None or p["paused_on"] <= until(day))
        if visits and not away:
            last = visits[-1]
            goal = 150 if age_on(p["born"], last["day"]) >= 65 else 140
            if last["sbp"] is not None and last["sbp"] < goal and last["dbp"] < 90:
                found.add(i)
    return found


def standard(patients, day):
    """每个完整季度一次面对面且填全的随访，年末有体检，复查与转诊追踪都按期。"""
    return {i for i, p in managed(patients, day).items() if quarters_kept(p, day) and examined(p, day) and on_time(p, day)}


def quarters_kept(p, day):
    for quarter in (Period.parse(f"2025Q{n}") for n in (1, 2, 3, 4)):
        bound = quarter.last <= day and p["enrolled"] <= quarter.first
        good = [v for v in in_year(p["visits"], day) if v["day"] in quarter and v["way"] in ("门诊", "家庭")
                and v["sbp"] is not None and v["adherence"] is not None]
        if bound and not good:
            return False
    return True


def examined(p, day):
    return day < YEAR.last or any(YEAR.first <= d <= YEAR.last for d in p["exams"])


def on_time(p, day):
    for work in p["rechecks"]:
        counts = work["by"] in YEAR and work["by"] <= day and not work["withdrawn"]
        if counts and not kept(done(work), work["by"], day):
            return False
    for work in p["referrals"]:
        closed = work["by"] + timedelta(14 + work["done"]) if work["done"] is not None else None
        if work["by"] in YEAR and work["by"] <= day and not kept(closed, work["by"] + timedelta(14), day):
            return False
    return True


def kept(day_done, last_day, day):
    if day_done is not None:
        return day_done <= last_day
    return last_day >= day          # the last day itself is not over


def distinct_days(patients):
    """Two visits on one day are ordered by their keys; the sentence says nothing of it."""
    return all(len({v["day"] for v in p["visits"]}) == len(p["visits"]) for p in patients)


SMALL = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@SMALL
@given(st.lists(PATIENT, min_size=6, max_size=14).filter(distinct_days), ENDS)
def test_control_rate_is_the_sentence(patients, day):
    put(patients)
    den, num = answer(indicators.bp_controlled, day)
    assert den == set(managed(patients, day))
    assert num == controlled(patients, day)


@SMALL
@given(st.lists(PATIENT, min_size=6, max_size=14).filter(distinct_days), ENDS)
def test_standard_management_is_the_sentence(patients, day):
    put(patients)
    den, num = answer(indicators.standard_managed, day)
    assert den == set(managed(patients, day))
    assert num == standard(patients, day)


def patient(**given):
    return {"born": date(1960, 1, 1), "enrolled": date(2024, 1, 5), "ended": None, "state": "在管", "paused_on": None,
            "visits": [], "exams": [date(2025, 5, 1)], "rechecks": [], "referrals": [], **given}


def visit(day):
    return {"day": day, "sbp": 130, "dbp": 80, "way": "门诊", "adherence": "规律"}


def test_four_visits_in_december_are_not_standard_management():
    four = [visit(date(2025, 12, d)) for d in (1, 8, 15, 22)]
    each = [visit(date(2025, m, 1)) for m in (2, 5, 8, 11)]
    put([patient(visits=four), patient(visits=each)])
    assert answer(indicators.standard_managed, date(2026, 1, 31)) == ({0, 1}, {1})


def test_the_running_quarter_does_not_count_against():
    put([patient(visits=[visit(date(2025, 2, 1))], exams=[])])
    assert answer(indicators.standard_managed, date(2025, 6, 29)) == ({0}, {0})
    assert answer(indicators.standard_managed, date(2025, 6, 30)) == ({0}, set())


@SMALL
@given(st.lists(PATIENT, min_size=6, max_size=14).filter(distinct_days), ENDS)
def test_marking_the_uncontrolled_lost_never_raises_the_rates(patients, day):
    put(patients)
    den, num = answer(indicators.bp_controlled, day)
    _, good = answer(indicators.standard_managed, day)
    put([p if i in num else {**p, "state": "失访", "paused_on": until(day)} for i, p in enumerate(patients)])
    den_after, num_after = answer(indicators.bp_controlled, day)
    assert den_after == den and num_after <= num
    assert answer(indicators.standard_managed, day)[1] <= good
