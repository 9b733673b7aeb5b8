"""A night's steps: first, with one person in fifty changed, and idle; CPU and wall seconds and shares.

    python -m bench.night --people 50000
    python -m bench.night --home FOLDER      (a demo county; its lake is changed)

The floor is hand-written SQL in the same run on the same files: every table that nights read is
read once, and visits, rechecks and referrals are worked out with the numbers written in.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from bench.figures import PERSON
from bench.plan import FLOOR

SHARE = 50          # one person in so many is changed


@contextmanager
def county(people, home):
    """The home of a demo county with its first night behind it."""
    if home:
        yield Path(home)
        return
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "XINGLIN_HOME": folder}
        subprocess.run([sys.executable, "-m", "xinglin", "demo", "--people", str(people)], env=env, check=True,
                       stdout=subprocess.DEVNULL)
        yield Path(folder)


@contextmanager
def clock(told):
    """Adds (wall, CPU) seconds of what happens inside to `told`; the CPU counts every thread."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    told.append((time.perf_counter() - wall, time.process_time() - cpu))


def run(scene, title):
    from xinglin.site.night_steps import STEPS

    took = {}
    for name, _, step in STEPS:
        told = []
        with clock(told):
            step(scene)
        took[name] = told[0]
    cpu = sum(c for _, c in took.values())
    print(f"\n{title} {scene.day}: CPU {cpu:.2f} s, wall {sum(w for w, _ in took.values()):.2f} s")
    for name, (wall, spent) in took.items():
        print(f"    {name:10} CPU {spent:7.2f} s  {spent / cpu:6.1%}   wall {wall:7.2f} s")


def change(lake, day):
    """A visit for one patient in fifty and an encounter for one person in fifty, through the upsert."""
    from xinglin.datasets.encounters import Encounter
    from xinglin.lake.tables import at_lake, names, newest_table, staged_columns
    from xinglin.packs.disease_control.hypertension import HtnVisit

    with lake.write() as tx:
        for record in (HtnVisit, Encounter):
            table = at_lake(newest_table(record))
            tx.con.execute(
                f"CREATE OR REPLACE TEMP TABLE changed AS SELECT {names(staged_columns(record))} FROM (SELECT * REPLACE ("
                f"'bench-{day}-' || record_id AS record_id, DATE '{day}' AS day), false AS void FROM {table} "
                f"WHERE hash(person) % {SHARE} = 0 QUALIFY row_number() OVER (PARTITION BY person ORDER BY rk) = 1)")
            print(f"    {record.about.code}: {tx.upsert(record, 'changed')}")


def floor(lake, records, day):
    from xinglin.lake.tables import at_lake, newest_table

    told, con = [], lake.cursor()
    with clock(told):
        for record in records:
            con.execute(f"CREATE OR REPLACE TEMP TABLE _read AS FROM {at_lake(newest_table(record))}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE person AS FROM {PERSON}")
        sql = FLOOR.replace("TABLE floor", "TEMP TABLE floor").replace("htn_visit x JOIN person", "lk.main.htn_visit x JOIN temp.person")
        con.execute(sql.format(on=day))
    print(f"floor: CPU {told[0][1]:.2f} s, wall {told[0][0]:.2f} s")


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=2_000)
    asked.add_argument("--home", default="")
    given = asked.parse_args()
    with county(given.people, given.home) as folder:
        os.environ.update(XINGLIN_HOME=str(folder), DJANGO_SETTINGS_MODULE="xinglin.site.settings")
        measure(folder)


def measure(folder):
    from xinglin.site.commands import databases_ready

    databases_ready()
    from xinglin.kernel.home import Home
    from xinglin.lake.store import forget_lake, open_lake
    from xinglin.site.load import catalog
    from xinglin.site.night import nights
    from xinglin.site.scene import Scene

    home, known = Home(folder), catalog()
    lake = open_lake(home)
    last = date.fromisoformat(nights(home)[0].day)
    floor(lake, known.records.values(), last)
    for file in (folder / "night").glob("*.json"):
        if not file.stem[:4].isdigit():
            file.unlink()                   # what earlier nights built: a first night builds it itself
    run(Scene(home, known, last, full=True), "first night, everything in full,")
    change(lake, last)
    run(Scene(home, known, last + timedelta(days=1)), "first night with people changed")
    change(lake, last + timedelta(days=1))
    run(Scene(home, known, last + timedelta(days=2)), "a night with 2 % changed")
    run(Scene(home, known, last + timedelta(days=3)), "an idle night")
    forget_lake(home)


if __name__ == "__main__":
    main()
