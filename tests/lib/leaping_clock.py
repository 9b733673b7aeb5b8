"""A process whose wall clock can be moved while it runs, for every module, however it imported the clock.

The monotonic clocks go on: so it is when a person or NTP sets a machine's clock.
"""

import ctypes
import datetime
import gc
import time

_real = time.time
_ahead = 0.0


def leap(to: datetime.timedelta) -> None:
    """From here on the clock is off by so much."""
    global _ahead
    _ahead = to.total_seconds()


def to_midnight() -> datetime.timedelta:
    """From the right time to the next midnight of the county."""
    from django.utils import timezone

    now = timezone.localtime(datetime.datetime.fromtimestamp(_real(), datetime.UTC))
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1) - now


def install() -> None:
    """Whoever in this process asks what time or day it is gets the moved clock; DuckDB, which asks the system, does not."""
    time.time = lambda: _real() + _ahead
    _replace(datetime.datetime, now=lambda cls, tz=None: cls.fromtimestamp(time.time(), tz),
             utcnow=lambda cls: cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None),
             today=lambda cls: cls.fromtimestamp(time.time()))
    _replace(datetime.date, today=lambda cls: cls.fromtimestamp(time.time()))


def _replace(kind: type, **methods: object) -> None:
    """Class methods of a type written in C: its dictionary is reached behind the proxy."""
    inside = gc.get_referents(kind.__dict__)[0]
    for name, method in methods.items():
        inside[name] = classmethod(method)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
