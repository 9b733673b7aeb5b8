"""Figures over many rows: the whole suite, a night's increment, and each figure against SQL by hand.

    python -m bench.figures --rows 20000000

The lake is made in place in a private folder and removed. Ratios are of CPU seconds in the same run
on the same files: engine (the figure's own SQL, summed to its cells) ÷ hand (the same cells, tuned). Both
read one table of residents that is made once before: it is no part of either.
"""

import argparse
import os
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from xinglin.kernel.dates import Period
from xinglin.kernel.home import Home
from xinglin.know.indicators.contribute import compile_figure
from xinglin.know.indicators.readers import opener, run_figures
from xinglin.know.indicators.total import cells_sql
from xinglin.lake.store import forget_lake, open_lake
from xinglin.site.load import catalog

DAY = date(2026, 6, 30)
YEAR = Period.parse("2026")
SPAN = "BETWEEN DATE '2026-01-01' AND DATE '2026-06-30'"
PERSON = """(SELECT person, place, org, birth_date, usual_resident, record_opened_on, died_on, moved_out_on FROM lk.main.person
    QUALIFY row_number() OVER (PARTITION BY person ORDER BY updated_on DESC, version DESC, rk DESC) = 1)"""
RESIDENTS = "temp.hand_residents"
LIVING = (f"usual_resident AND (birth_date IS NULL OR birth_date <= DATE '{DAY}') AND (died_on IS NULL OR died_on > DATE '{DAY}') "
          f"AND (moved_out_on IS NULL OR moved_out_on > DATE '{DAY}')")
ACTIVE = ("programme = 'htn' AND enrolled <= DATE '2026-06-30' AND (ended IS NULL OR ended > DATE '2026-06-30') "
          "AND state NOT IN ('待核实', '已排除')")
DYNAMIC = ("encounter", "dispense", "lab_result", "vaccination", "annual_exam", "bp_screening", "htn_visit")


def dated(table):
    if table == "lab_result":
        return "reported_at >= TIMESTAMP '2026-01-01' AND reported_at < TIMESTAMP '2026-07-01'"
    return f"day {SPAN}"


HAND = {
    "htn.managed_count": f"SELECT place, org, count(*) FROM lk.main.case WHERE {ACTIVE} GROUP BY ALL",
    "htn.bp_controlled": f"""WITH v AS (SELECT person, max_by({{'d': day, 's': sbp, 'b': dbp}}, (day, version, rk)) AS l
            FROM lk.main.htn_visit WHERE day {SPAN} GROUP BY person)
        SELECT c.place, c.org, count(*), count(*) FILTER (c.state NOT IN ('失访', '拒绝') AND l.b < 90 AND (l.s < 140
            OR (l.s < 150 AND date_sub('year', p.birth_date, l.d) >= 65)))
        FROM lk.main.case c LEFT JOIN v USING (person) LEFT JOIN {RESIDENTS} p USING (person) WHERE {ACTIVE} GROUP BY ALL""",
    "htn.new_cases": f"""SELECT place, org, strftime(enrolled, '%Y-%m') AS m, count(*) FROM lk.main.case
        WHERE programme = 'htn' AND enrolled {SPAN} GROUP BY ALL""",
    "htn.visits": f"""SELECT p.place, v.org, strftime(v.day, '%Y-%m') AS m, count(*) FROM lk.main.htn_visit v
        LEFT JOIN {RESIDENTS} p USING (person) WHERE v.day {SPAN} GROUP BY ALL""",
    "htn.lost_share": f"SELECT place, org, count(*), count(*) FILTER (state = '失访') FROM lk.main.case WHERE {ACTIVE} GROUP BY ALL",
    "htn.screened_35": f"""WITH m AS (SELECT person FROM lk.main.htn_visit WHERE day {SPAN} UNION SELECT person
            FROM lk.main.bp_screening WHERE day {SPAN} UNION SELECT person FROM lk.main.annual_exam WHERE day {SPAN})
        SELECT p.place, p.org, count(*), count(m.person) FROM {RESIDENTS} p LEFT JOIN m USING (person)
        WHERE {LIVING} AND date_sub('year', birth_date, DATE '{DAY}') >= 35 GROUP BY ALL""",
    "rec.coverage": f"SELECT place, org, count(*), count(*) FILTER (record_opened_on <= DATE '{DAY}') FROM {RESIDENTS} p WHERE {LIVING} GROUP BY ALL",
    "htn.managed_share": f"""SELECT place, sum(n), sum(d) FROM (
        SELECT place, count(*) AS n, 0.0 AS d FROM lk.main.case WHERE {ACTIVE} GROUP BY 1 UNION ALL
        SELECT place, 0, 0.279 * count(*) FROM {RESIDENTS} p WHERE {LIVING}
            AND date_sub('year', birth_date, DATE '{DAY}') >= 18 GROUP BY 1) GROUP BY 1""",
    "htn.standard_managed": f"""WITH v AS (SELECT person, bool_or(day < DATE '2026-04-01') AS q1, bool_or(day >= DATE '2026-04-01') AS q2
            FROM lk.main.htn_visit WHERE day {SPAN} AND way IN ('门诊', '家庭') AND sbp IS NOT NULL AND dbp IS NOT NULL
            AND adherence IS NOT NULL GROUP BY person),
        e AS (SELECT DISTINCT person FROM lk.main.annual_exam WHERE day {SPAN}),
        r AS (SELECT DISTINCT person FROM lk.main.task WHERE programme = 'htn' AND task = 'recheck' AND due_by {SPAN} AND state <> '因更正撤销'
            AND (done_on > due_by OR (done_on IS NULL AND due_by < DATE '{DAY}'))),
        l AS (SELECT DISTINCT person FROM lk.main.loop WHERE programme = 'htn' AND loop = 'referral' AND opened {SPAN}
            AND (closed > follow_by OR (closed IS NULL AND follow_by < DATE '{DAY}')))
        SELECT place, org, count(*), count(*) FILTER ((enrolled > DATE '2026-01-01' OR coalesce(q1, false))
            AND (enrolled > DATE '2026-04-01' OR coalesce(q2, false)) AND r.person IS NULL AND l.person IS NULL)
        FROM lk.main.case c LEFT JOIN v USING (person) LEFT JOIN e USING (person) LEFT JOIN r USING (person) LEFT JOIN l USING (person)
        WHERE {ACTIVE} GROUP BY ALL""",
    "htn.recheck_on_time": f"""SELECT place, org, count(*), count(*) FILTER (done_on <= due_by) FROM lk.main.task
        WHERE programme = 'htn' AND task = 'recheck' AND due_by {SPAN} AND state <> '因更正撤销'
        AND (done_on IS NOT NULL OR due_by < DATE '{DAY}') GROUP BY ALL""",
    "htn.referral_closed": f"""SELECT place, org, count(*), count(*) FILTER (closed <= follow_by) FROM lk.main.loop
        WHERE programme = 'htn' AND loop = 'referral' AND opened {SPAN}
        AND (closed IS NOT NULL OR follow_by < DATE '{DAY}') GROUP BY ALL""",
    "ntf.cases": f"""SELECT place, org, disease, district, strftime(onset_on, '%Y-%m') AS m, count(*) FROM lk.main.case_report
        WHERE onset_on {SPAN} AND (case_class IS NULL OR case_class NOT IN ('疑似', '携带')) GROUP BY ALL""",
    "rec.use": f"""WITH m AS ({' UNION '.join(f'SELECT person FROM lk.main.{t} WHERE {dated(t)}' for t in DYNAMIC)})
        SELECT p.place, p.org, count(*), count(m.person) FROM {RESIDENTS} p LEFT JOIN m USING (person)
        WHERE {LIVING} AND record_opened_on <= DATE '{DAY}' GROUP BY ALL""",
}


def make(lake, rows):
    """Rows of six years: 30 % visits of patients, the rest care of everyone."""
    people = max(rows // 40, 200)
    patients = max(people // 8, 50)
    place = "'3301821' || lpad((p % 20)::VARCHAR, 2, '0') || lpad((p % 300)::VARCHAR, 3, '0')"
    tail = "1, 1, TIMESTAMP '2026-07-01'"
    head = "'s', i::VARCHAR, 1, p, p"
    day = "DATE '2021-01-01' + (hash(i, 5) % 2007)::INT"
    org = "'ORG' || (p % 60)"
    fills = {
        "person": (people, "rk, source, record_id, version, subject, person, updated_on, birth_date, sex, usual_resident, "
                   "place, org, record_opened_on, delivery, row_no, received_at",
                   f"i, {head}, DATE '2021-01-01', DATE '1935-01-01' + (hash(p, 1) % 25000)::INT, '男', p % 10 < 9, "
                   f"{place}, {org}, CASE WHEN p % 5 < 4 THEN DATE '2020-01-01' END, {tail}"),
        "htn_visit": (rows * 3 // 10, "rk, source, record_id, version, subject, person, day, org, way, sbp, dbp, adherence, "
                      "delivery, row_no, received_at",
                      f"i, {head}, {day}, {org}, '门诊', 110 + (hash(i, 2) % 70), 60 + (hash(i, 3) % 50), '规律', {tail}"),
        "encounter": (rows * 3 // 10, "rk, source, record_id, version, subject, person, day, org, kind, delivery, row_no, received_at",
                      f"i, {head}, {day}, {org}, '门诊', {tail}"),
        "lab_result": (rows * 3 // 10, "rk, source, record_id, version, subject, person, report_no, org, item, value, unit, reported_at, "
                       "delivery, row_no, received_at",
                       f"i, {head}, i::VARCHAR, {org}, 'GLU', 5.5, 'mmol/L', ({day})::TIMESTAMP, {tail}"),
        "bp_screening": (rows // 10, "rk, source, record_id, version, subject, person, day, org, sbp, dbp, delivery, row_no, received_at",
                         f"i, {head}, {day}, {org}, 130, 80, {tail}"),
    }
    with lake.write() as tx:
        for table, (count, columns, values) in fills.items():
            among = patients if table == "htn_visit" else people
            who = "i" if table == "person" else f"(hash(i, 9) % {among})::BIGINT + 1"
            tx.con.execute(f"INSERT INTO lk.main.{table} ({columns}) SELECT {values} FROM "
                           f"(SELECT range + 1 AS i FROM range({count})), LATERAL (SELECT {who} AS p)")
        tx.con.execute('INSERT INTO lk.main."case" (person, programme, state, enrolled, org, place) '
                       f"SELECT p, 'htn', CASE WHEN p % 30 = 0 THEN '失访' ELSE '在管' END, "
                       f"DATE '2021-02-01' + (hash(p, 4) % 1900)::INT, {org}, {place} FROM (SELECT range + 1 AS p FROM range({patients}))")
        work(tx.con, patients, place, org)
    return people, patients


def work(con, patients, place, org):
    """Six rechecks and one referral a patient, over six years."""
    due = "DATE '2021-02-01' + (hash(i, 6) % 1975)::INT"
    con.execute("INSERT INTO lk.main.task (person, programme, task, cycle, due_from, due_by, done_on, state, org, place) "
                f"SELECT p, 'htn', 'recheck', i::VARCHAR, {due} - 14, {due}, CASE WHEN i % 5 > 0 THEN {due} - 20 + (i % 23)::INT END, "
                f"'已了', {org}, {place} FROM (SELECT range + 1 AS i, range // 6 + 1 AS p FROM range({patients * 6}))")
    con.execute("INSERT INTO lk.main.case_report (rk, source, record_id, version, person, disease, case_class, onset_on, district, org, place) "
                f"SELECT i, 's', i::VARCHAR, 1, p, 'dengue', CASE WHEN i % 7 = 0 THEN '疑似' ELSE '确诊' END, {due}, "
                f"'区' || i % 9, {org}, {place} FROM (SELECT range + 1 AS i, range + 1 AS p FROM range({patients}))")
    con.execute("INSERT INTO lk.main.loop (person, programme, loop, opened, follow_by, closed, org, place) "
                f"SELECT p, 'htn', 'referral', {due}, {due} + 14, CASE WHEN i % 5 > 0 THEN {due} + (i % 23)::INT END, "
                f"{org}, {place} FROM (SELECT range + 1 AS i, range + 1 AS p FROM range({patients}))")


def change(lake, people):
    """A day of the county: one person in fifty, a new reading for patients and a changed place for some."""
    with lake.write() as tx:
        tx.con.execute("INSERT INTO lk.main.htn_visit (rk, source, record_id, version, subject, person, day, org, way, sbp, dbp, "
                       f"adherence) SELECT -p, 'n', p::VARCHAR, 1, p, p, DATE '{DAY}', 'ORG1', '门诊', 128, 80, '规律' "
                       f"FROM (SELECT range * 50 + 1 AS p FROM range({people // 400 + 1}))")
        tx.con.execute(f"UPDATE lk.main.person SET place = '330182101001' WHERE person % 50 = 7 AND person < {people // 4}")


def took(con, sql, times):
    """Median CPU seconds of a query, every thread counted, result thrown away."""
    found = []
    for _ in range(times):
        began = time.process_time()
        con.execute(f"CREATE OR REPLACE TEMP TABLE _thrown AS {sql}")
        found.append(time.process_time() - began)
    return statistics.median(found)


def wholes(con, engine, hand, kind):
    """Do both count the same? The last one or two columns of the hand's rows are [den,] num."""
    den, num = con.execute(f"SELECT sum(den), sum(num) FROM ({engine})").fetchone()
    rows = con.execute(hand).fetchall()
    if kind == "count":
        return float(num or 0) == float(sum(r[-1] for r in rows))
    one, other = (-1, -2) if kind == "proportion" else (-2, -1)
    return (abs(float(num or 0) - float(sum(r[one] for r in rows))) < 0.01
            and abs(float(den or 0) - float(sum(r[other] for r in rows))) < 0.01)


def ratios(lake, times):
    con = lake.cursor()
    open_ = opener(con, DAY, keep=True)      # as the night reads
    took_once = time.process_time()
    reader = open_()
    reader.people(on=DAY)
    print(f"residents worked out once: CPU {time.process_time() - took_once:.2f} s", end="; ")
    took_once = time.process_time()
    con.execute(f"CREATE TEMP TABLE hand_residents AS FROM {PERSON}")
    print(f"by hand CPU {time.process_time() - took_once:.2f} s")
    for code, hand in HAND.items():
        ready = compile_figure(catalog().indicators[code][-1], reader, YEAR)
        engine = took(con, cells_sql(f"({ready.sql})", DAY), times)
        by_hand = took(con, hand, times)
        assert wholes(con, cells_sql(f"({ready.sql})", DAY), hand, ready.indicator.kind), code
        print(f"{code:22} engine {engine:7.3f} s   hand {by_hand:7.3f} s   ratio {engine / by_hand:5.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XINGLIN_HOME"] = folder
        home = Home(Path(folder))
        lake = open_lake(home)
        lake.ensure(catalog().records.values())
        began = time.perf_counter()
        people, patients = make(lake, asked.rows)
        print(f"made {asked.rows} rows, {people} people, {patients} patients: {time.perf_counter() - began:.1f} s")
        for step, full in (("whole suite", True), ("increment", False)):
            if not full:
                change(lake, people)
            began, spent = time.perf_counter(), time.process_time()
            done = run_figures(lake, catalog().indicators, catalog().records, day=DAY, full=full, code="bench")      # as the night
            how = {h: sum(d.how == h for d in done) for h in sorted({d.how for d in done})}
            print(f"{step}: {time.perf_counter() - began:.1f} s, CPU {time.process_time() - spent:.1f} s {how}")
            for slow in sorted(done, key=lambda d: -d.seconds)[:4]:
                print(f"    {slow.figure} {slow.period} {slow.seconds:.1f} s")
        ratios(lake, asked.times)
        forget_lake(home)


if __name__ == "__main__":
    main()
