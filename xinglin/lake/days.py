"""Days and months in hand-written SQL of the lake; in Ibis use `declare.days`, which agrees."""

from __future__ import annotations


def plus_days_sql(day: str, n: str | int) -> str:
    """SQL for the day n days after; never `INTERVAL n DAY` (see declare/days.py)."""
    return f"add(({day})::DATE, ({n})::INTEGER)"


def plus_months_sql(day: str, n: str | int) -> str:
    """SQL for the same day n months on; where it does not exist, that month's last day."""
    return f"add(({day})::DATE, to_months(({n})::INTEGER))::DATE"
