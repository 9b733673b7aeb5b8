"""Twenty doctors save while a projection of 300,000 tasks is filled: how long saves take, and wait.

    python -m bench.save_while_projecting --tasks 300000 --doctors 20 [--json]

As in a county: the night is one process, the site another with a thread for each doctor, on one
application database (SQLite, WAL) in a private home. Printed for each save: the whole time, and of
it the wait for the write lock, which is the time inside BEGIN IMMEDIATE. A slow machine makes the
first longer, another writer only the second. And how long the fill held the lock, in its own CPU
seconds, which do not depend on what else the machine does.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

ON, ORGS, TASKS_EACH = date(2026, 11, 21), 400, 3
FIRST = 100_001


def values(sbp: int) -> dict[str, Any]:
    quiet = ("danger_sign", "pregnant", "other_emergency", "new_complication", "adverse_reaction", "adr_hard")
    return {"day": ON, "org": "o1", "doctor": "d1", "way": "门诊", "sbp": sbp, "dbp": 85, **dict.fromkeys(quiet, False)}


class Lake:
    """Cases and tasks of so many people, as the night would have derived them; made set-wise."""

    def __init__(self, tasks: int) -> None:
        import ibis

        self.con, self.people = ibis.duckdb.connect(threads=1), tasks // TASKS_EACH
        self.made: dict[str, Any] = {}

    def rows(self, record: Any) -> Any:
        code = record.about.code
        if code not in self.made:
            self.con.raw_sql(f'CREATE TABLE "{code}" AS {self._sql(record)}')
            self.made[code] = self.con.table(code)
        return self.made[code]

    def _sql(self, record: Any) -> str:
        given = _GIVEN.get(record.about.code, {})
        kinds = {"rk": "BIGINT", "version": "BIGINT", "person": "BIGINT", **{
            n: _SQL[c.kind] for n, c in record.columns().items() if c.kind != "person"}}
        common = {"rk": "i", "version": "1", "person": f"i // {TASKS_EACH} + {FIRST}"}
        cells = ", ".join(f'({(common | given).get(n, "NULL")})::{kind} AS "{n}"' for n, kind in kinds.items())
        rows = {"task": self.people * TASKS_EACH}.get(record.about.code, self.people * TASKS_EACH if given else 0)
        every = "" if record.about.code == "task" else f" WHERE i % {TASKS_EACH} = 0"
        return f"SELECT {cells} FROM range({rows}) t(i){every}"


_WHO = f"printf('org%04d', i // {TASKS_EACH} % {ORGS})"
_COMMON = {"programme": "'htn'", "org": _WHO, "doctor": f"printf('d%05d', i // {TASKS_EACH} % 800)", "place": "'330182101201'"}
_GIVEN: dict[str, dict[str, str]] = {
    "person": {"updated_on": "DATE '2026-01-01'", "birth_date": "DATE '1950-01-01'", "sex": "'男'", "usual_resident": "true",
               "house_no": "printf('%05d', i)", "place": "'330182101201'", "org": _WHO},
    "case": _COMMON | {"state": "'在管'", "enrolled": "DATE '2025-01-01'", "last_class": "'控制满意'", "open_tasks": "3",
                       "open_loops": "0", "last_day": "DATE '2026-08-01'"},
    "task": _COMMON | {"task": "'visit'", "cycle": "(i % 3)::VARCHAR", "due_from": "DATE '2026-10-01'",
                       "due_by": "add(DATE '2026-11-01', (i % 60)::INTEGER)", "state": "'到期'"},
}
_SQL = {"text": "VARCHAR", "coded": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "yesno": "BOOLEAN", "day": "DATE",
        "moment": "TIMESTAMP", "org": "VARCHAR", "place": "VARCHAR", "staff": "VARCHAR"}


# -- the site: a process with a thread for each doctor ----------------------------------------------

def site(doctors: int, tasks: int) -> None:
    """Save until the file `stop` stands in the home; print what each save took, as JSON."""
    from xinglin.act.programmes.history import catalog

    catalog()                       # as every site does before its first request
    threads, told = [], list[dict[str, Any]]()
    for n in range(doctors):
        threads.append(threading.Thread(target=doctor, args=(n, tasks // TASKS_EACH, told)))
    for thread in threads:
        thread.start()
    print("open", flush=True)
    for thread in threads:
        thread.join()
    print(json.dumps(told), flush=True)


def doctor(n: int, people: int, told: list[dict[str, Any]]) -> None:
    """One save every few seconds, each about a person of one's own."""
    from django.db import connection

    chosen = random.Random(n)
    stop = Path(os.environ["XINGLIN_HOME"]) / "stop"
    turn = 0
    while not stop.exists() or turn == 0:
        time.sleep(chosen.uniform(2, 8))
        person = FIRST + (n + 20 * turn) * 37 % people
        told.append(one_save(person, sbp=120 + chosen.randint(0, 60), key=f"{n}-{turn}"))
        turn += 1
    connection.close()


def one_save(person: int, *, sbp: int, key: str) -> dict[str, Any]:
    """What a save took, what of it was waiting for the lock, and what went wrong."""
    from django.db import connection

    from xinglin.act.programmes.actions import By, form_version, save_record
    from xinglin.packs.disease_control.hypertension import HtnVisit

    waited: list[float] = []

    def timing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if sql.startswith("BEGIN"):
                waited.append(time.perf_counter() - began)

    version, began, problem = form_version(person, HtnVisit), time.perf_counter(), ""
    try:
        with connection.execute_wrapper(timing):
            save_record(HtnVisit, values(sbp), person=person, by=By(staff="d1", org="o1"), key=key, version=version,
                        today=ON, read=read)
    except Exception as error:
        problem = repr(error)
    return {"person": person, "line": f"{sbp}/85", "seconds": time.perf_counter() - began,
            "waited": max(waited, default=0.0), "problem": problem}


def read(person: int, records: tuple[Any, ...]) -> dict[str, list[dict[str, Any]]]:
    """The person's rows in the lake: registered, and enrolled two years ago."""
    return {"person": [{"rk": 1, "version": 1, "person": person, "updated_on": ON, "birth_date": date(1950, 1, 1), "sex": "男",
                        "usual_resident": True, "place": "330182101201", "org": f"org{(person - FIRST) % ORGS:04}"}],
            "case_change": [{"rk": 2, "version": 1, "person": person, "programme": "htn", "day": date(2025, 1, 1),
                             "change": "纳入"}]}


# -- the night, and the account ---------------------------------------------------------------------

def measure(tasks: int, doctors: int) -> dict[str, Any]:
    """Fill while the site saves; needs XINGLIN_HOME to be empty and Django ready."""
    from django.core.management import call_command

    from xinglin.act.programmes import project
    from xinglin.act.programmes.history import catalog
    from xinglin.act.programmes.models import CaseRow, OpenTask
    from xinglin.kernel.crypto import Keys
    from xinglin.kernel.home import home

    Keys.create(home().ensure().keys)
    call_command("migrate", verbosity=0, skip_checks=True)
    held = Held()
    command = [sys.executable, "-m", "bench.save_while_projecting", "--site", "--tasks", str(tasks), "--doctors", str(doctors)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as opened:
        assert opened.stdout is not None and opened.stdout.readline() == "open\n"
        began, cpu = time.perf_counter(), time.process_time()
        try:
            with mock.patch.object(project, "transaction", held):
                project.fill(Lake(tasks), [catalog().programmes["htn"]], on=ON, journal=0)
        finally:
            (home().root / "stop").touch()
        filled, worked = time.perf_counter() - began, time.process_time() - cpu
        saves = json.loads(opened.stdout.readline())
    newest = {s["person"]: s["line"] for s in saves if not s["problem"]}
    shown = dict(CaseRow.objects.filter(person__in=newest).values_list("person", "line"))
    return {"tasks": OpenTask.objects.count(), "cases": CaseRow.objects.count(), "fill_seconds": filled, "fill_cpu": worked,
            "saves": len(saves), "problems": sorted({s["problem"] for s in saves if s["problem"]}),
            "lost": sum(shown.get(person) != line for person, line in newest.items()),
            "save": spread(s["seconds"] for s in saves), "wait": spread(s["waited"] for s in saves),
            "held_cpu": spread(held.seconds)}


class Held:
    """Stands for django.db.transaction in the fill and notes the CPU time of each transaction."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    @contextmanager
    def atomic(self) -> Iterator[None]:
        from django.db import transaction

        with transaction.atomic():
            began = time.thread_time()
            yield
        self.seconds.append(time.thread_time() - began)


def spread(found: Any) -> dict[str, float]:
    """Median, 95th percentile and longest, in seconds."""
    times = sorted(found)
    return {"median": round(times[len(times) // 2], 3), "p95": round(times[int(len(times) * 0.95)], 3),
            "longest": round(times[-1], 3)}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tasks", type=int, default=300_000)
    asked.add_argument("--doctors", type=int, default=20)
    asked.add_argument("--site", action="store_true", help=argparse.SUPPRESS)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    private = None if given.site else tempfile.mkdtemp(prefix="xinglin-bench-")
    os.environ |= {"DJANGO_SETTINGS_MODULE": "xinglin.site.settings", **({"XINGLIN_HOME": private} if private else {})}
    import django

    django.setup()
    if given.site:
        site(given.doctors, given.tasks)
        return
    try:
        told = measure(given.tasks, given.doctors)
    finally:
        shutil.rmtree(private or "", ignore_errors=True)
    if given.json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"{told['tasks']:,} 个任务填入用 {told['fill_seconds']:.1f} 秒；其间保存 {told['saves']} 次，"
          f"出错 {len(told['problems'])}，丢失 {told['lost']}")
    for name, title in (("save", "每次保存"), ("wait", "其中等锁"), ("held_cpu", "填写占锁（CPU）")):
        print(f"{title}　中位 {told[name]['median']} 秒，p95 {told[name]['p95']} 秒，最长 {told[name]['longest']} 秒")


if __name__ == "__main__":
    main()
