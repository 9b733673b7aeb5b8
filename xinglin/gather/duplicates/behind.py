"""Comparing after a delivery: in a process of its own, behind everybody else's work, one at a time.

The delivery is in and its receipt given before this begins. Killed, the next delivery or the night does it whole:
how far the registry is compared is marked only at the end. XINGLIN_COMPARE=night leaves it to the night.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from xinglin.gather.duplicates.compare import Compared, anybody_new, compare_new
from xinglin.kernel.home import Home

_NICE = 15


def start_comparing() -> bool:
    """Start `xinglin people compare --behind` where somebody is new or changed; did it?"""
    if os.environ.get("XINGLIN_COMPARE") == "night" or not anybody_new():
        return False
    subprocess.Popen([sys.executable, "-m", "xinglin", "people", "compare", "--behind"], stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True)
    return True


def compare_behind(home: Home) -> Compared | None:
    """Compare when nobody else needs the machine; None when another one already waits to do so.

    Whoever waits begins later than now, and so sees all that is there now.
    """
    os.nice(_NICE)
    with (home.root / "compare.next").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        with comparing(home):
            fcntl.flock(file, fcntl.LOCK_UN)
            return compare_new(home)


@contextmanager
def comparing(home: Home) -> Iterator[None]:
    """One comparison at a time on this machine; the system frees the lock of a killed one."""
    with (home.root / "compare.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
