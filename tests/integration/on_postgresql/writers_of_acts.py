"""Writers of acts at once: what SQLite's single writer cannot show. Run by test_journal.py beside it."""

import random
import threading
import time

import pytest
from django.db import connection, transaction

from xinglin.journal import queries
from xinglin.journal.actions import record_act
from xinglin.journal.models import Act
from xinglin.journal.seals import seal_closed

pytestmark = [pytest.mark.only_postgresql,
              pytest.mark.django_db(transaction=True, databases=["default", "access"])]
WRITERS, ACTS = 6, 15


def test_this_is_postgresql():
    assert connection.vendor == "postgresql"


def writer(name):
    chance = random.Random(name)
    try:
        for n in range(ACTS):
            with transaction.atomic():
                record_act(kind="k", actor="S", org="", payload={}, idempotency_key=f"{name}-{n}")
                time.sleep(chance.random() / 100)
    finally:
        connection.close()


def write_while(doing):
    """Several writers with slow commits; `doing` is called again and again until they end."""
    threads = [threading.Thread(target=writer, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        doing()
    doing()


def test_a_reader_after_a_watermark_misses_no_act():
    read = []

    def read_on():
        read.extend(act.seq for act in queries.acts_after(read[-1] if read else 0))

    write_while(read_on)
    assert read == list(Act.objects.order_by("seq").values_list("seq", flat=True))
    assert len(read) == WRITERS * ACTS


def test_sealing_beside_writers_leaves_none_behind():
    write_while(seal_closed)
    report = queries.verify()
    assert (report.ok, report.checked, report.unsealed) == (True, WRITERS * ACTS, 0)
