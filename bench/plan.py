"""Re-plan everyone in the hypertension programme; beside it a hand-written SQL floor, same run.

    python -m bench.plan --people 100000 --records 20 --threads 2

The floor computes, for the same rows, the next visit, the recheck and the referrals (two bad running
or an emergency, closed by the next visit) in plain SQL with the numbers written in. It knows no
pauses, ends, steps, reasons or unknowns: the ratio is the price of the language.
"""

import argparse
import time
from datetime import date

import ibis

from tests.lib.memory_lake import MemoryLake
from xinglin.act.programmes.fold import records_of
from xinglin.act.programmes.plan import plan
from xinglin.datasets.people import Person
from xinglin.packs.disease_control import hypertension as htn

ON = date(2024, 12, 31)

PEOPLE = """CREATE OR REPLACE TABLE person AS SELECT i AS rk, 1 AS version, i AS person,
    DATE '2024-01-01' AS updated_on, DATE '1940-01-01' + (i * 37 % 18000)::INT AS birth_date,
    CASE WHEN i % 2 = 0 THEN '男' ELSE '女' END AS sex, true AS usual_resident,
    '33010000' || lpad((i % 400)::VARCHAR, 4, '0') AS place, NULL::VARCHAR AS household,
    NULL::VARCHAR AS house_no, 'org' || i % 400 AS org, 'd' || i % 800 AS doctor,
    CASE WHEN i % 50 = 0 THEN DATE '2024-01-01' + (i % 300)::INT END AS died_on,
    NULL::DATE AS moved_out_on, DATE '2015-01-01' AS record_opened_on
    FROM range(1, {people} + 1) r(i)"""
CHANGES = """CREATE OR REPLACE TABLE case_change AS SELECT i AS rk, 1 AS version, i AS person,
    'htn' AS programme, DATE '2019-01-01' + (i % 200)::INT AS day, '纳入' AS change,
    'org' || i % 400 AS org, 'd' || i % 800 AS doctor, NULL::BOOLEAN AS confirmed,
    NULL::VARCHAR AS reason FROM range(1, {people} + 1) r(i)"""
VISITS = """CREATE OR REPLACE TABLE htn_visit AS SELECT p * 1000 + k AS rk, 1 AS version, p AS person,
    DATE '2019-08-01' + (k * 1900 // {records} + hash(p, k) % 30)::INT AS day, 'org' || p % 400 AS org,
    'd' || p % 800 AS doctor, '门诊' AS way, (120 + hash(p, k, 1) % 45)::BIGINT AS sbp,
    (70 + hash(p, k, 2) % 25)::BIGINT AS dbp, hash(p, k, 3) % 200 = 0 AS danger_sign,
    false AS pregnant, false AS other_emergency, hash(p, k, 4) % 300 = 0 AS new_complication,
    hash(p, k, 5) % 100 = 0 AS adverse_reaction, false AS adr_hard, '规律' AS adherence,
    NULL::VARCHAR AS medicine, NULL::VARCHAR AS advice, NULL::DATE AS next_day
    FROM range(1, {people} + 1) a(p), range({records}) b(k)"""
EXAMS = """CREATE OR REPLACE TABLE annual_exam AS SELECT p * 100 + k AS rk, 1 AS version, p AS person,
    DATE '2019-05-01' + (k * 365 + p % 90)::INT AS day FROM range(1, {people} + 1) a(p), range(5) b(k)
    WHERE hash(p, k, 9) % 3 > 0"""

FLOOR = """CREATE OR REPLACE TABLE floor AS
    WITH v AS (SELECT x.person, x.day, x.rk, x.dbp >= 90 OR x.sbp >= CASE WHEN
            date_sub('year', p.birth_date, x.day) >= 65 THEN 150 ELSE 140 END AS bad,
            x.sbp >= 180 OR x.dbp >= 110 OR x.danger_sign OR x.other_emergency OR x.new_complication
            AS grave, x.adverse_reaction AS adr
        FROM htn_visit x JOIN person p USING (person) WHERE x.day <= DATE '{on}'),
    w AS (SELECT person, day, bad, grave, adr, lead(day) OVER q AS nxt,
            lag(bad) OVER q AS bad_before, lag(adr) OVER q AS adr_before
        FROM v WINDOW q AS (PARTITION BY person ORDER BY day, rk))
    SELECT person, 'visit' AS what, day, (day + to_months(3))::DATE AS by, nxt AS done FROM w
        WHERE nxt IS NULL OR nxt >= DATE '2023-01-01'
    UNION ALL SELECT person, 'recheck', day, day + 14, nxt FROM w
        WHERE (bad OR adr) AND NOT grave AND (nxt IS NULL OR day >= DATE '2023-01-01')
    UNION ALL SELECT person, 'referral', day, day + 14, nxt FROM w
        WHERE (grave OR (bad AND bad_before) OR (adr AND adr_before))
          AND (nxt IS NULL OR nxt >= DATE '2023-01-01')"""


def county(people: int, records: int, threads: int) -> MemoryLake:
    lake = MemoryLake()
    lake.con.raw_sql(f"SET threads = {threads}")
    for record in (Person, *records_of(htn.PROGRAMME)):
        lake.rows(record)
    for sql in (PEOPLE, CHANGES, VISITS, EXAMS):
        lake.con.con.execute(sql.format(people=people, records=records))
    return lake


def spent() -> tuple[float, float]:
    """Wall and CPU seconds so far; the CPU counts every thread."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> str:
    wall, cpu = (end - begin for end, begin in zip(spent(), start, strict=True))
    return f"{wall:.2f} s (CPU {cpu:.2f})"


def timed(lake: MemoryLake, persons=None) -> tuple[str, dict[str, int]]:
    start = spent()
    with plan(htn.PROGRAMME, lake, on=ON, persons=persons) as made:
        took = since(start)
        counts = {n: getattr(made, n).count().execute() for n in ("cases", "tasks", "loops", "suspects")}
    return took, counts


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--records", type=int, default=20)
    asked.add_argument("--threads", type=int, default=2)
    given = asked.parse_args()
    lake = county(given.people, given.records, given.threads)
    start = spent()
    lake.con.con.execute(FLOOR.format(on=ON))
    floor = since(start)
    full, counts = timed(lake)
    some = ibis.memtable({"person": list(range(1, given.people + 1, 50))})
    part, few = timed(lake, some)
    print(f"{given.people} people, {given.records} visits each: floor {floor}, plan {full}, {counts}; "
          f"2 % of people {part}, {few}; building the SQL is part of both, a night builds it once")


if __name__ == "__main__":
    main()
