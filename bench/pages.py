"""A person's page after three days of upserts without maintenance: 200 random people, warm process.

    python -m bench.pages --home HOME --people 200

HOME is a synthetic county (`xinglin demo`) on SQLite; it is copied, and the copy changed. Prints milliseconds, and
the ratio to the floor of the same run: the one lake read that the page cannot do without.
"""

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--home", type=Path, required=True)
    args.add_argument("--people", type=int, default=200)
    args.add_argument("--days", type=int, default=3)
    given = args.parse_args()
    copy = Path(tempfile.mkdtemp(prefix="xinglin-bench-")) / "home"
    shutil.copytree(given.home, copy)
    os.environ |= {"XINGLIN_HOME": str(copy), "DJANGO_SETTINGS_MODULE": "xinglin.site.settings",
                   "XINGLIN_DEBUG": "1"}
    try:
        measure(given.people, given.days)
    finally:
        shutil.rmtree(copy.parent, ignore_errors=True)


def measure(people: int, days: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from xinglin.kernel.home import home
    from xinglin.lake.store import forget_lake, open_lake
    from xinglin.lake.timeline import events
    from xinglin.registry.models import Staff

    settings.ALLOWED_HOSTS = ["testserver"]
    for day in range(days):
        upsert(open_lake(home()), day)
    forget_lake(home())
    lake = open_lake(home(), read_only=True)
    chosen = busiest(lake, people)
    client = Client()
    client.force_login(Staff.objects.get(posts__role="cdc").user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    addresses = {n: f"/person/{n}/" for n in chosen}
    for number in chosen:       # disease control serves nobody: it says why before a record opens
        client.post(f"{addresses[number]}reason/", {"reason": "测量页面用时"})
    client.get(addresses[chosen[0]])
    pages = [timed(lambda n=n: ok(client.get(addresses[n]))) for n in chosen]
    floor = [timed(lambda n=n: events(lake.cursor(), n)) for n in chosen]
    counts = [len(events(lake.cursor(), n)) for n in chosen]
    print(f"people {len(chosen)}, events a person: median {statistics.median(counts):.0f}, most {max(counts)}")
    for name, spent in (("page", pages), ("floor: one lake read", floor)):
        print(f"{name:<24} p50 {p(spent, 50):7.1f} ms   p95 {p(spent, 95):7.1f} ms")
    print(f"ratio page / floor (p50) {p(pages, 50) / p(floor, 50):.2f}")


def upsert(lake: Any, day: int) -> None:
    """A day's corrections and news of 2 % of the people, in the tables of four Records."""
    from xinglin.datasets import Diagnosis, Dispense, Encounter, LabResult
    from xinglin.lake.tables import at_lake, names, newest_table, staged_columns

    for record in (Encounter, Diagnosis, LabResult, Dispense):
        def work(tx: Any, record: Any = record) -> None:
            columns = staged_columns(record)
            have = ", ".join("false AS void" if c == "void" else f'version + 1 AS "{c}"' if c == "version"
                             else f'"{c}"' for c in columns)
            tx.con.execute(f"CREATE TEMP TABLE staged AS SELECT {have} FROM "
                           f"{at_lake(newest_table(record))} WHERE abs(person + {day}) % 50 = 0")
            assert names(columns)
            tx.upsert(record, "staged")
            tx.con.execute("DROP TABLE temp.staged")
        lake.run(work)


def busiest(lake: Any, people: int) -> list[int]:
    """Random people among those with the longest pages."""
    found = [n for (n,) in lake.cursor().execute(
        "SELECT person FROM person_event WHERE person IS NOT NULL GROUP BY person "
        "ORDER BY count(*) DESC LIMIT ?", [people * 5]).fetchall()]
    return random.Random(1).sample(found, min(people, len(found)))


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def ok(answer: Any) -> None:
    assert answer.status_code == 200, answer.status_code


def p(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


if __name__ == "__main__":
    main()
