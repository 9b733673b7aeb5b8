"""New people against a whole registry, as a night does it: opened, compared, queued. In a home of its own."""

import os
import tempfile
import time
from datetime import date

from tests.lib.linkage_set import make_set


def compared_in(people: int, new: int) -> float:
    """Seconds of the comparison of `new` with `people`; prints its parts. The registry is made first, untimed."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XINGLIN_HOME"] = folder
        from xinglin.kernel.crypto import Keys
        from xinglin.kernel.home import home
        from xinglin.site.commands import databases_ready

        Keys.create(home().ensure().keys)
        databases_ready()
        return _compared(people, new)


def _compared(people: int, new: int) -> float:
    from django.db.models import Max

    from xinglin.gather.duplicates.compare import compare_new
    from xinglin.gather.models import ComparedUpTo
    from xinglin.journal.queries import last_seq
    from xinglin.kernel.home import home
    from xinglin.registry.models import Person

    rows, _ = make_set(people=round((people + new) / 1.4), seed=11)
    began = time.perf_counter()
    _register(rows[:people], "held")
    top = Person.objects.aggregate(top=Max("number"))["top"]
    for name, value in (("person", top), ("act", last_seq())):
        ComparedUpTo.objects.create(name=name, value=value)
    _register(rows[people:people + new], "new")
    print(f"registry of {people} made in {time.perf_counter() - began:.0f} s", flush=True)
    began, cpu = time.perf_counter(), time.process_time()
    found = compare_new(home())
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{found.fresh} new against {people}: {wall:.1f} s ({cpu:.1f} CPU s; < 10), {found.queued} pairs queued", flush=True)
    return min(wall, cpu)       # the machine may be shared: its waiting is not ours


def _register(rows, key):
    from xinglin.registry.people import NewPerson, register_people

    register_people(actor="system", org="", idempotency_key=key, people=[
        NewPerson(name=r["name"], id_number=r["id_number"], phone=r["phone"], address=r["address"],
                  birth_date=date.fromisoformat(r["birth_date"]), sex="1" if r["sex"] == "男" else "2") for r in rows])
