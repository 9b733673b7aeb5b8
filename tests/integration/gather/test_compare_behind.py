"""After a delivery its people are compared too: when the receipt is out, behind others' work, once, and whole after a kill."""

import fcntl
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from unittest import mock

import pytest

from tests.lib.demo import environment
from xinglin.gather.duplicates import behind, compare
from xinglin.gather.duplicates.behind import compare_behind, comparing, start_comparing
from xinglin.gather.models import ComparedUpTo, DuplicatePair
from xinglin.kernel.crypto import Keys

HEAD = "patient_id,name,birth_date,sex,phone,record_id,updated_on"
ROWS = ["A1,王桂兰,1954-05-01,女,15400001111,P1,2026-01-01", "A2,王贵兰,1954-05-01,女,15400001111,P2,2026-01-01",
        "A3,李国强,1948-11-30,男,15400002222,P3,2026-01-01"]


class KilledError(BaseException):
    """As if the process ended here."""


@pytest.fixture
def started(monkeypatch):
    """What would have been started, and the deliveries that were done by then."""
    from xinglin.gather.models import Delivery

    calls = []
    monkeypatch.delenv("XINGLIN_COMPARE")
    monkeypatch.setattr(behind.subprocess, "Popen", lambda words, **_: calls.append((words[2:], [d.state for d in Delivery.objects.all()])))
    monkeypatch.setattr(behind.os, "nice", lambda _: None)
    return calls


@contextmanager
def held(path):
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.mark.django_db
def test_only_where_somebody_is_new(county, deliver, started, monkeypatch):
    assert not start_comparing()
    deliver("person", [HEAD, *ROWS])
    monkeypatch.setenv("XINGLIN_COMPARE", "night")
    assert not start_comparing()
    monkeypatch.delenv("XINGLIN_COMPARE")
    assert start_comparing()
    assert started == [(["xinglin", "people", "compare", "--behind"], ["done"])]
    assert compare_behind(county).fresh == 3
    assert not start_comparing()


@pytest.mark.django_db
def test_killed_it_is_done_again_whole_and_nothing_is_doubled(county, deliver, started):
    deliver("person", [HEAD, *ROWS])
    for at in ("_queue", "_mark"):
        with mock.patch.object(compare, at, side_effect=KilledError), pytest.raises(KilledError):
            compare_behind(county)
        assert not ComparedUpTo.objects.exists()
    assert DuplicatePair.objects.count() == 1       # queued before the second kill
    assert compare_behind(county) == compare.Compared(fresh=3, pairs=1, queued=0)
    assert "姓名同音" in str(DuplicatePair.objects.get().levels)
    assert compare_behind(county) == compare.Compared()


@pytest.mark.django_db
def test_one_at_a_time_and_one_that_waits(county, deliver, started):
    deliver("person", [HEAD, *ROWS])
    with held(county.root / "compare.next"):
        assert compare_behind(county) is None       # the one that waits will see these people
    with mock.patch.object(behind, "compare_new") as run:
        run.side_effect = lambda _: [_alone(county), _nobody_waits(county)]
        assert compare_behind(county) == [True, True]


def _alone(county):
    with (county.root / "compare.lock").open("a") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def _nobody_waits(county):
    with (county.root / "compare.next").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def test_by_the_command_the_receipt_is_out_first(tmp_path):
    """`xinglin gather` ends while the comparison is still kept waiting; the pair is there the same day."""
    from xinglin.kernel.home import Home

    county = Home(tmp_path / "county").ensure()
    Keys.create(county.keys)
    file = tmp_path / "person.csv"
    file.write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8")
    variables = environment(county.root) | {"XINGLIN_COMPARE": "delivery", "XINGLIN_LAKE_BUCKETS": "2"}
    with comparing(county):
        done = subprocess.run([sys.executable, "-m", "xinglin", "gather", str(file), "--source", "reg", "--record", "person"],
                              env=variables, capture_output=True, text=True, timeout=240, check=True)
        assert "收到 3" in done.stdout
        assert pairs(county) == 0
    until = time.monotonic() + 120
    while not pairs(county):
        assert time.monotonic() < until, "nobody compared"
        time.sleep(0.3)


def pairs(county):
    with closing(sqlite3.connect(county.app_db)) as con:
        return con.execute("SELECT count(*) FROM gather_duplicatepair").fetchone()[0]


def test_the_tests_leave_it_to_the_night():
    assert os.environ["XINGLIN_COMPARE"] == "night"
