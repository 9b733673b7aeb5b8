"""Moments that a wrong clock left behind, and works that a clock must not disturb while they go on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

AHEAD = timedelta(minutes=5)    # what clocks of two machines may differ

_steady: tuple[datetime, float] | None = None       # what the clock said when the work began, and its ticks


def lasts(since: datetime, now: datetime, *, for_: timedelta) -> bool:
    """Does what began at `since` still hold? Not before it began: then the clock was set back, by an hour or a year."""
    return -AHEAD <= now - since <= for_


@contextmanager
def steady(began: datetime) -> Iterator[None]:
    """In here `moment` goes on from `began` as time goes by, whatever the clock is set to meanwhile."""
    global _steady
    before, _steady = _steady, (began, time.monotonic())
    try:
        yield
    finally:
        _steady = before


def moment(now: datetime) -> datetime:
    """`now`, as the clock says; within `steady` what it would say if nobody had set it since."""
    if _steady is None:
        return now
    began, ticks = _steady
    return (began + timedelta(seconds=time.monotonic() - ticks)).astimezone(now.tzinfo)
