"""Two fills and several doctors at once on PostgreSQL, where nobody's transaction is alone."""

import threading
from contextlib import closing, contextmanager

import pytest
from django.db import connection, transaction

from bench.save_while_projecting import FIRST, ON, Lake, one_save, read
from xinglin.act.programmes import history, project
from xinglin.act.programmes.models import CaseRow, Mark, OpenTask
from xinglin.journal.actions import hold_order
from xinglin.journal.models import Act
from xinglin.journal.queries import last_seq

pytestmark = [pytest.mark.only_postgresql, pytest.mark.django_db(transaction=True)]
TASKS, DOCTORS, SAVES = 3_000, 4, 5
PROGRAMMES = [history.catalog().programmes["htn"]]


@contextmanager
def beside(*works):
    """Each work in a thread with a connection of its own; what broke in any of them breaks the test."""
    broken = []

    def run(work):
        try:
            with closing(connection):
                work()
        except BaseException as problem:
            broken.append(problem)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]


def fill():
    project.fill(Lake(TASKS), PROGRAMMES, on=ON, journal=0)


def test_two_nights_and_four_doctors_at_once_lose_nothing():
    told = []

    def doctor(n):
        def saves():
            for turn in range(SAVES):
                person = FIRST + n * SAVES + turn
                told.append(one_save(person, sbp=120 + n * SAVES + turn, key=f"{n}-{turn}"))
        return saves

    with beside(fill, fill, *(doctor(n) for n in range(DOCTORS))):
        pass
    assert [s["problem"] for s in told] == [""] * DOCTORS * SAVES
    shown = dict(CaseRow.objects.values_list("person", "line"))
    assert {s["person"]: shown[s["person"]] for s in told} == {s["person"]: s["line"] for s in told}
    assert CaseRow.objects.count() == TASKS // 3
    assert OpenTask.objects.exclude(person__in=[s["person"] for s in told]).count() >= TASKS - 3 * len(told)
    again = project.fill(Lake(TASKS), PROGRAMMES, on=ON, journal=0)
    assert {(d.written, d.removed) for d in again.values()} == {(0, 0)}


def test_one_form_sent_twice_at_one_moment_is_one_act():
    fill()
    told = []
    with beside(*[lambda: told.append(one_save(FIRST, sbp=131, key="same"))] * 4):
        pass
    assert Act.objects.count() == 1
    assert {s["problem"] for s in told} == {""}


def test_a_save_never_reads_half_of_a_fills_end(monkeypatch):
    """A fill says at its end that the lake has read the journal; who reads a history sees that whole or not yet."""
    fill()
    one_save(FIRST, sbp=150, key="first")
    carried, reading, ended, seen = history._carried, threading.Event(), threading.Event(), []

    def slowly(*words):
        found = carried(*words)
        reading.set()
        ended.wait(4)           # long enough for the fill to end, if nothing holds it
        return found

    def fill_ends():
        assert reading.wait(30)
        project.fill(Lake(30), PROGRAMMES, on=ON, journal=last_seq())
        ended.set()

    def reads():
        with transaction.atomic():
            hold_order()
            rows = history.history_of(FIRST, PROGRAMMES, read=read).rows
            seen.extend(row.record.about.code for row in rows)

    monkeypatch.setattr(history, "_carried", slowly)
    monkeypatch.setattr(project, "_fill", lambda *_: project.Difference(0, 0))  # only its end is left
    with beside(fill_ends, reads):
        pass
    assert sorted(seen) == ["case_change", "htn_visit"]
    assert Mark.objects.get(pk="journal").value == last_seq()
