"""Every figure and every plan: DuckDB and a Spark cluster of one master and two workers say the same.

At most 10,000 rows. The definitions are the same objects; only Ibis and `lake/backends` lie between.
"""

import json
import random
from datetime import date, datetime, time
from itertools import cycle, product

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lib import engine_answers as asked
from tests.lib.memory_lake import MemoryLake
from tests.lib.random_nights import ORGS, PLACES, RandomTown
from tests.lib.spark import WORKERS, cluster
from tests.oracle.test_fold_plan import fill, make_county
from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.people import Person
from xinglin.datasets.work import Case, CaseChange, LoopCase, Task
from xinglin.declare.expr import classify, holds
from xinglin.kernel import dates
from xinglin.lake.extract import extract
from xinglin.packs.disease_control.diabetes import DmVisit
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.site.load import catalog

pytestmark = [pytest.mark.needs("java", "spark"), pytest.mark.timeout(1200)]
MOST, PEOPLE = 10_000, 90
SEEDS = {"wide": 21}        # with which every rule has its turns; the tests say when it no longer is so


# -- what both engines read -----------------------------------------------------------------------

@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Table → Parquet files: the town of the figures, a county a programme, days, visits, doors."""
    folder = tmp_path_factory.mktemp("extract")
    town = made_town()
    found = dict(extract(town.con, [*town.records], folder / "town"))
    for programme in asked.programmes():
        for code, table in made_county(programme):
            found[asked.table_name(programme.code, code)] = [written(folder, f"{programme.code}__{code}", table)]
    for name, table in (("days", made_days()), ("visits", made_visits()), ("doors", made_doors())):
        found[name] = [written(folder, name, table)]
    return found


def written(folder, name, table):
    pq.write_table(table, folder / f"{name}.parquet")
    return str(folder / f"{name}.parquet")


EDGES = (date(2025, 1, 31), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 29))
BIRTHS = (date(1956, 2, 29), date(1991, 2, 28), date(1991, 3, 1), date(1961, 3, 1), None, date(2008, 2, 29))
EDGE_PEOPLE = tuple(range(1001, 1001 + len(EDGES)))


def made_town():
    """A random town, and people to whom everything happens on month ends and 29 February."""
    town = RandomTown(4, people=48, start=asked.TOWN_DAY)
    town.derive()
    town.put(Person, [{"person": n, "updated_on": date(2024, 2, 29), "birth_date": born, "sex": "女", "usual_resident": True,
                       "place": PLACES[n % 4], "org": ORGS[n % 2], "record_opened_on": date(2024, 2, 29)}
                      for n, born in zip(EDGE_PEOPLE, BIRTHS, strict=True)])
    common = {"way": "门诊", "adherence": "规律", "danger_sign": False, "new_complication": False}
    every = [{"person": n, "day": on, "org": ORGS[n % 2]} for n, on in product(EDGE_PEOPLE, EDGES)]
    town.put(HtnVisit, [{**r, **common, "sbp": sbp, "dbp": 89} for r, sbp in zip(every, cycle((139, 140, None)), strict=False)])
    town.put(DmVisit, [{**r, **common, "sbp": 130, "dbp": 80, "fbg": fbg, "foot_pulse": "触及正常"}
                       for r, fbg in zip(every, cycle((6.9, 7.0, None)), strict=False)])
    town.put(Diagnosis, [{**r, "kind": kind, "icd10": "I10"} for r, kind in product(every, ("门诊", "出院"))])
    town.put(AnnualExam, [{**r, "sbp": 130, "fbg": 6.1} for r in every])
    town.put(LabResult, [{"person": r["person"], "item": "GLU", "value": 6.6, "unit": "mmol/L",
                          "reported_at": datetime.combine(r["day"], time(23, 59, 59))} for r in every])
    for programme in catalog().programmes.values():
        _put_work(town, programme)
    return town


def _put_work(town, programme):
    """Cases of one programme; each of its tasks and loops done in time, late, and not yet."""
    ends = [(on, done) for on in EDGES for done in (on, dates.plus_days(on, 20), None)]
    common = [{"person": n, "programme": programme.code, "place": PLACES[n % 4], "org": ORGS[n % 2]} for n in EDGE_PEOPLE]
    town.put(Case, [{**c, "state": state, "enrolled": on, "paused_on": None if state == "在管" else date(2026, 1, 31)}
                    for c, on, state in zip(common, EDGES, cycle(("在管", "在管", "失访")), strict=False)])
    town.put(Task, [{**c, "task": t.code, "cycle": f"{on}", "due_from": on, "due_by": dates.plus_days(on, 14), "done_on": done,
                     "state": "已了" if done else "逾期"} for c, t, (on, done) in product(common, programme.tasks, ends)])
    town.put(LoopCase, [{**c, "loop": x.code, "opened": on, "follow_by": dates.plus_days(on, 14), "closed": done}
                        for c, x, (on, done) in product(common, programme.loops, ends)])


def made_county(programme):
    """(record, rows) of people of one programme: nulls, ties, days at the edges of months and years."""
    rng, lake = random.Random(SEEDS.get(programme.code, 29)), MemoryLake()
    persons, rows = make_county(rng, programme, PEOPLE)
    ends = [date(2020, 2, 29), date(2021, 1, 31), date(2021, 12, 31), date(2022, 1, 1), date(2022, 2, 28), date(2022, 10, 31)]
    for row in (r for listed in rows.values() for r in listed if rng.random() < 0.3):
        end = rng.choice(ends)
        name = "reported_at" if "reported_at" in row else "day"
        row[name] = datetime.combine(end, time(23, 59, 59)) if name == "reported_at" else end
    # Half were never taken on by hand: the suspects come from them.
    rows[CaseChange] = [r for r in rows[CaseChange] if r["person"] % 2]
    fill(lake, persons, rows, programme)
    return [(code, lake.con.table(code).to_pyarrow()) for code in sorted(lake.made)]


def made_days():
    """The days around every month's end of 2000 to 2040."""
    every = [dates.plus_days(date(2000, 1, 1), n) for n in range(14976)]
    near = [d for d in every if d.day == 1 or dates.plus_days(d, 2).day <= 2]
    births = [date(1956, 2, 29), date(1987, 3, 1), date(2000, 2, 28), None]
    return pa.table({"day": near, "moment": [datetime.combine(d, time(23, 59, 59)) for d in near],
                     "n": pa.array([[-1, 30, None][d.day % 3] for d in near], pa.int64()),
                     "born": pa.array([births[d.day % 4] for d in near])})


def made_visits():
    """Rows of the made-up visit around every number, with nulls."""
    rng = random.Random(2)
    pick = {
        "day": [date(2021, 12, 31), date(2022, 1, 1), date(2023, 2, 28), date(2023, 6, 30), date(2023, 7, 1), date(2024, 2, 29)],
        "score": [None, 49, 50, 89, 90, 99, 100, 150], "other": [None, 50, 90, 100], "weight": [None, 2.4, 2.5, 2.6],
        "grave": [None, True, False], "upset": [None, True, False], "colour": [None, "红", "绿", "蓝"],
        "code": [None, "I20", "I20.0", "I21.9", "I21.90", "J18", "J18.0", "", "i20"],
        "words": [None, "高血压", "高血压待查", "%", "_", "", "史"], "next_day": [None, date(2022, 1, 1), date(2024, 3, 1)],
        "person__birth_date": [None, date(1964, 2, 29), date(1959, 2, 28), date(1963, 7, 1)]}
    rows = [{"rk": n, **{c: rng.choice(values) for c, values in pick.items()}} for n in range(400)]
    return pa.Table.from_pylist(rows)


def made_doors():
    numbers = ["12号", "107号", "", None, "甲3幢2单元", "00123456号", "号", "A座"]
    return pa.table({"house_no": numbers, "household": ["1", None, "2", None, "", "3", "4", "5"]})


# -- the two engines ------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def both(files, tmp_path_factory):
    """(answers of DuckDB, what Spark's run wrote). Spark works while DuckDB answers."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "files.json").write_text(json.dumps(files), encoding="utf-8")
    with cluster() as spark:
        run = spark.start("tests.engines.on_spark", str(folder / "files.json"), str(folder / "answers.json"))
        plain = on_duckdb(files)
        said, _ = run.communicate()
        assert run.returncode == 0, "\n".join(line[:200] for line in said.splitlines()[:80])
        worked = [list(w.glob("app-*/*/stderr")) for w in spark.workers]
    found = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return plain, found | {"worked": [len(w) for w in worked]}


def on_duckdb(files):
    """The answers over the same files, as the lake's own tables."""
    con = duckdb.connect()
    con.execute("ATTACH ':memory:' AS lk")
    con.execute("USE lk")
    for name, (path,) in files.items():
        con.execute(f"CREATE TABLE \"{name}\" AS FROM '{path}'")
    backend = ibis.duckdb.from_connection(con)
    return asked.answers(backend, lambda table: con.execute(ibis.to_sql(table, dialect="duckdb")).fetchall())


def different(ours, theirs):
    """Question → rows that only one engine gave."""
    found = {}
    for name in sorted({*ours, *theirs}):
        mine, other = ours.get(name, []), theirs.get(name, [])
        if mine != other:
            found[name] = {"duckdb": [r for r in mine if r not in other][:5], "spark": [r for r in other if r not in mine][:5]}
    return found


# -- the tests ------------------------------------------------------------------------------------

def test_every_figure_and_plan_is_the_same(both):
    plain, spark = both
    assert different(plain, spark["answers"]) == {}


def test_both_workers_worked(both):
    _, spark = both
    assert len(spark["executors"]) == WORKERS, spark["executors"]
    assert min(spark["executors"].values()) > 100, spark["executors"]
    assert spark["worked"] == [1] * WORKERS, "one executor in the folder of each worker"


def test_nothing_was_asked_in_vain(both):
    """Each figure of the catalog counted somebody, each programme has turns, and all kinds of rules spoke."""
    plain, _ = both
    assert {f"figure {code}" for code in catalog().indicators} <= {*plain}
    for programme in asked.programmes():
        assert all(plain[f"plan {programme.code} {what}"] for what in ("cases", "tasks")), programme.code
        assert {row[1] for row in plain[f"plan {programme.code} tasks"]} == {t.code for t in programme.tasks}
        assert {row[1] for row in plain[f"plan {programme.code} loops"]} == {x.code for x in programme.loops}
    counted = {name for name, rows in plain.items() if name.startswith("figure ") and any(float(r[12]) for r in rows)}
    assert {f"figure {code}" for code in catalog().indicators} - counted == set()


def test_at_most_ten_thousand_rows(files):
    rows = {name: pq.read_metadata(path).num_rows for name, (path,) in files.items()}
    assert 3_000 < sum(rows.values()) <= MOST, sum(rows.values())


def test_a_number_moved_on_one_engine_is_seen(both):
    """Spark with another goal against DuckDB with the county's own: another set of people."""
    plain, spark = both
    moved = f"perturbed {asked.CONTROL}"
    ours = {"it": [r for r in plain[f"figure {asked.CONTROL}"] if r[2] == asked.PERIOD]}
    assert different(ours, {"it": spark["answers"][moved]})["it"]["spark"]
    assert different(ours, {"it": [r for r in spark["answers"][f"figure {asked.CONTROL}"] if r[2] == asked.PERIOD]}) == {}


def test_days_are_those_of_the_calendar(both, files):
    """Spark's days, months and ages are kernel/dates.py, not only DuckDB's."""
    _, spark = both
    rows = {row[0]: row for row in spark["answers"]["days"]}
    for day, n, born in zip(*pq.read_table(files["days"][0]).select(["day", "n", "born"]).to_pydict().values(), strict=True):
        steps = [dates.plus_days(day, k) for k in asked.STEPS] + [dates.plus_months(day, k) for k in asked.MONTHS]
        own = [None if n is None else f(day, n) for f in (dates.plus_days, dates.plus_months)]
        age = None if born is None else dates.age_on(born, day)
        assert rows[day.isoformat()] == [None if v is None else str(v) for v in (day, *steps, *own, age)]


def test_conditions_are_those_of_plain_python(both, files):
    """What a saved form says, row by row, is what Spark says of the table."""
    _, spark = both
    rows = {int(row[0]): row for row in spark["answers"]["conditions"]}
    for row in pq.read_table(files["visits"][0]).to_pylist():
        person = {"birth_date": row["person__birth_date"]}
        held = [holds(c, row, on=row["day"], person=person) for c in asked.CONDITIONS.values()]
        rung = classify(asked.LADDER, row, on=row["day"], person=person)
        told = [*held, rung, *[h is None for h in held]]
        assert rows[row["rk"]][1:] == [None if v is None else str(v) for v in told], row
