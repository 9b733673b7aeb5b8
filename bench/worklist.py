"""The doctor's list at a million open tasks and 400 organisations: each read's time, in milliseconds.

    python -m bench.worklist --tasks 1000000

Fills an application database in a private home (SQLite), not through the lake.
"""

import argparse
import os
import shutil
import tempfile
import time
from datetime import date

HOME = tempfile.mkdtemp(prefix="xinglin-bench-")
os.environ["XINGLIN_HOME"] = HOME
os.environ["DJANGO_SETTINGS_MODULE"] = "xinglin.site.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from xinglin.act.programmes import queries  # noqa: E402

ON = date(2024, 12, 31)
FILL = """WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {tasks})
INSERT INTO programmes_opentask (rk, digest, person, programme, org, doctor, place, task, cycle, due_from,
    due_by, paused, house, line, last_class, closed_on, closed_as)
SELECT i, 0, i / 2, 'htn', printf('org%04d', i / 2 % 400), printf('d%04d', i / 2 % 800), '330000000001',
    CASE i % 2 WHEN 0 THEN 'visit' ELSE 'recheck' END, '2024-10-01', '2024-10-01',
    date('{on}', (i * 7919 % 120 - 60) || ' days'), 0, printf('%05d', i / 2 * 31 % 99991), '150/95',
    '控制不满意', CASE WHEN i % 20 = 19 THEN date('{on}', (-(i / 20 % 30)) || ' days') END,
    CASE WHEN i % 20 = 19 THEN '已了' ELSE '' END FROM n"""


def timed(name: str, call, times: int = 7) -> None:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    spent.sort()
    print(f"{name:<44} median {spent[times // 2]:7.1f} ms, worst {spent[-1]:7.1f} ms")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tasks", type=int, default=1_000_000)
    given = asked.parse_args()
    call_command("migrate", verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(tasks=given.tasks, on=ON))
        cursor.execute("ANALYZE")
    doctor = queries.Scope(doctor="d0007")
    township = queries.Scope(orgs=frozenset(f"org{n:04}" for n in range(40, 60)))
    county = queries.Scope(orgs=frozenset(f"org{n:04}" for n in range(400)))
    for title, scope in (("doctor", doctor), ("township of 20 organisations", township),
                         ("county of 400 organisations", county)):
        timed(f"{title}: counts", lambda s=scope: queries.counts(s, today=ON))
        timed(f"{title}: first page", lambda s=scope: queries.worklist(s, today=ON))
        after = queries.worklist(scope, today=ON, size=300).after
        timed(f"{title}: page after 300 people", lambda s=scope, a=after: queries.worklist(s, today=ON, after=a))
        timed(f"{title}: today's page", lambda s=scope: queries.worklist(s, today=ON, when=queries.TODAY))
    timed("one person's items", lambda: queries.items_of(4242))


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
