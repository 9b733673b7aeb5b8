"""A county on PostgreSQL against the same county on SQLite: application tables and the lake's catalog, in one run.

    python -m bench.catalog [--people 2000] [--rounds 2] [--home DEMO_COUNTY]

The same work on both, one after the other, in turns: opening, deliveries, a night with 2 % changed, an idle
night, what pages remember, people's pages, a figure. Printed is the best round of each and the ratio; the
aim is 1.5 over all. Starts its own server on loopback, and needs one (apt-get install postgresql); --home is a
finished demo county of so many people on SQLite, of which a copy is used.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta

AIM = 1.5
ROWS, DELIVERIES, PAGES, ASKED = 5_000, 3, 100, 30
FIGURE = "htn.bp_controlled"


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=2_000)
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument("--home", default="")
    asked.add_argument("--work", type=int, default=-1, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work >= 0:
        print(json.dumps(work(given.work)))
        return
    from tests.lib.postgresql import server

    with tempfile.TemporaryDirectory(prefix="xinglin-bench-") as folder, server() as address:
        plain = {k: v for k, v in os.environ.items() if k != "XINGLIN_DATABASE_URL"}
        homes = {"SQLite": plain | {"XINGLIN_HOME": f"{folder}/sqlite"},
                 "PostgreSQL": plain | {"XINGLIN_HOME": f"{folder}/postgresql", "XINGLIN_DATABASE_URL": address}}
        for name, variables in homes.items():
            settle(name, variables, given)
        compare(homes, given.rounds)


def settle(name, variables, given):
    if given.home and name == "SQLite":
        shutil.copytree(given.home, variables["XINGLIN_HOME"])
        return
    begun = time.perf_counter()
    words = [sys.executable, "-m", "xinglin", "demo", "--people", str(given.people), "--json"]
    subprocess.run(words, env=variables, check=True, stdout=subprocess.DEVNULL)
    print(f"{name}: a county of {given.people} built in {time.perf_counter() - begun:.0f} s", flush=True)


def compare(homes, rounds):
    best = {name: {} for name in homes}
    for n in range(rounds):
        for name, variables in homes.items():
            done = subprocess.run([sys.executable, "-m", "bench.catalog", "--work", str(n)], env=variables,
                                  stdout=subprocess.PIPE, text=True, check=True)
            for step, seconds in json.loads(done.stdout.splitlines()[-1]).items():
                best[name][step] = min(seconds, best[name].get(step, seconds))
    one, other = best.values()
    print(f"{'':34}{'SQLite':>10}{'PostgreSQL':>12}{'ratio':>8}")
    for step in one:
        print(f"{step:34}{one[step]:9.3f}s{other[step]:11.3f}s{other[step] / one[step]:8.2f}")
    whole = sum(other.values()) / sum(one.values())
    print(f"{'everything':34}{sum(one.values()):9.3f}s{sum(other.values()):11.3f}s{whole:8.2f}   (aim {AIM}); "
          f"load {os.getloadavg()[0]:.1f}")


# -- the work, in a process of its own ---------------------------------------------------------------

def work(turn):
    """Step → wall seconds, in the home and the database that the variables name."""
    from xinglin.site.commands import databases_ready

    databases_ready()
    from xinglin.kernel.home import home
    from xinglin.lake.store import open_lake

    told = {}
    told["open"] = timed(lambda: open_lake(home()).snapshot())
    told |= deliveries(turn)
    told |= whole_nights()
    told |= reads(open_lake(home()))
    return told


def timed(do):
    begun = time.perf_counter()
    do()
    return round(time.perf_counter() - begun, 4)


def deliveries(turn):
    from xinglin.gather.receive import receive
    from xinglin.kernel.home import home
    from xinglin.registry.models import Organisation

    org, found = Organisation.objects.values_list("code", flat=True).first(), []
    for n in range(DELIVERIES + 1):
        file = home().tmp / f"bp_screening__{turn}_{n}.csv"
        day = date(2025, 1, 1) + timedelta(days=turn * DELIVERIES + n)
        file.write_text("patient_id,day,org,sbp,dbp\n" + "".join(
            f"B{k},{day},{org},{110 + k % 60},{70 + k % 30}\n" for k in range(50 if n == 0 else ROWS)), "utf-8")
        found.append(timed(lambda file=file: receive(home(), file, source="bench", record="bp_screening")))
    return {f"{DELIVERIES} deliveries of {ROWS} rows": sum(found[1:])}


def whole_nights():
    """The whole night without its memory of earlier ones, and one in which nothing came."""
    from bench.night import change
    from xinglin.kernel.home import home
    from xinglin.lake.store import open_lake
    from xinglin.site.load import catalog
    from xinglin.site.night import nights
    from xinglin.site.night_steps import STEPS
    from xinglin.site.scene import Scene

    last, lake = date.fromisoformat(nights(home())[0].day), open_lake(home())
    changing = timed(lambda: change(lake, last))
    told = {"upsert of 2 % of two tables": changing}
    for title, n in (("night after it", 1), ("idle night", 2)):
        scene = Scene(home(), catalog(), last + timedelta(days=n))
        told[title] = timed(lambda scene=scene: [step(scene) for _, _, step in STEPS])
    return told


def reads(lake):
    from xinglin.kernel.dates import Period
    from xinglin.know.indicators import queries
    from xinglin.know.indicators.readers import opener
    from xinglin.lake import timeline
    from xinglin.site.load import catalog

    con = lake.cursor()
    people = [p for (p,) in con.execute(f"SELECT DISTINCT person FROM person_event ORDER BY hash(person) LIMIT {PAGES}").fetchall()]
    day = queries.last_day(con)

    def figure():
        with lake.cursor() as own:
            asked = queries.ask(own, catalog().indicator(FIGURE), Period.parse(str(day.year)), open_=opener(own, day),
                                day=day, snapshot=lake.snapshot())
            return queries.figure(asked), queries.parts(asked, "township")

    figure()
    timeline.events(con, people[0])
    return {f"{PAGES} remembered answers": timed(lambda: [lake.remembered("bench", lambda _: 1) for _ in range(PAGES)]),
            f"{PAGES} people's pages": timed(lambda: [timeline.events(con, p) for p in people]),
            f"a figure by township, {ASKED} times": timed(lambda: [figure() for _ in range(ASKED)])}


if __name__ == "__main__":
    main()
