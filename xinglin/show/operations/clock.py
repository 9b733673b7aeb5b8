"""Which day a night is for when nobody says it: today, where the machine's clock can be believed.

A clock that was set wrong would make everybody overdue, or nobody, while all sleep. What was done here tells: a night
is not earlier than the one before, nor long after the last thing that anybody did. With `--day` a person decides.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils import timezone

from xinglin.gather.models import Delivery
from xinglin.journal.models import Act
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake
from xinglin.lake.tables import LAKE

QUIET = 62          # days in which not one delivery came and nobody did anything: a county does not rest so long
LAST = "night.day"  # the lake's note of the last night


def day_of_tonight(home: Home) -> date:
    """Today. Raises XinglinError where the clock lies before the last night, or long after everything."""
    today, last = timezone.localdate(), last_night(home)
    if last is not None and today < last:
        raise XinglinError(f"机器的时钟是 {today}，早于上一夜的 {last}", "时钟",
                           f"校准时钟（启用 NTP）后再运行，不会漏算；确要重新算到 {today}，写 --day {today}")
    known = [d for d in (last, *_traces()) if d is not None]
    if known and (today - max(known)).days > QUIET:
        raise XinglinError(f"机器的时钟是 {today}，而最近一次有事是 {max(known)}，隔了 {(today - max(known)).days} 天", "时钟",
                           f"多半是时钟拨错了，请校准（启用 NTP）；确实停用了这么久，写 --day {today}")
    return today


def last_night(home: Home) -> date | None:
    """The day that cases and tasks were last computed for; None before the first night."""
    try:
        lake = open_lake(home, read_only=True)
    except XinglinError:        # nothing has come yet
        return None
    with lake.cursor() as con:
        known = con.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND table_name = 'watermark'", [LAKE]).fetchone()
    return date.fromordinal(n) if known and (n := lake.watermark(LAST)) else None


def _traces() -> list[date | None]:
    """When somebody last did something here, and when something last came."""
    newest = (Act.objects.exclude(channel="system").aggregate(at=Max("at"))["at"],
              Delivery.objects.aggregate(at=Max("received_at"))["at"])
    return [timezone.localtime(at).date() if at else None for at in newest]
