"""The hours in which a sender lets us read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

Hours = Sequence[tuple[time, time]]


def allowed(hours: Hours, now: datetime) -> bool:
    """Is it in one of the spans? None declared: always. 22:00-06:00 goes over midnight."""
    at = now.time()
    return not hours or any(a <= at < b if a < b else (at >= a or at < b) for a, b in hours)


def in_words(hours: Hours) -> str:
    """22:00–06:00、12:00–13:00."""
    return "、".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in hours)
