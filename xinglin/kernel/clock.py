"""Moments that a wrong clock left behind: what lies in the future is not taken for what has just been."""

from __future__ import annotations

from datetime import datetime, timedelta

AHEAD = timedelta(minutes=5)    # what clocks of two machines may differ


def lasts(since: datetime, now: datetime, *, for_: timedelta) -> bool:
    """Does what began at `since` still hold? Not before it began: then the clock was set back, by an hour or a year."""
    return -AHEAD <= now - since <= for_
