"""How often a source sends, and what a day without a delivery means. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from xinglin.kernel.dates import days_between, plus_days

LEAST = 3           # deliveries by which a rhythm is known
SILENT = 3          # times the usual gap: not late any more, but silent
WORDS = {"in": "收到", "late": "迟到", "silent": "静默", "": "未到期"}


@dataclass(frozen=True)
class Day:
    """A cell of the strip: what came, or how the silence is to be read."""

    day: date
    state: str
    rows: int = 0
    deliveries: int = 0


def usual_gap(days: Sequence[date]) -> int | None:
    """Days between two deliveries, as a rule; None before there is a rule."""
    known = sorted(set(days))
    if len(known) < LEAST:
        return None
    return max(1, round(median(days_between(a, b) for a, b in pairwise(known))))


def state_on(day: date, days: Sequence[date], gap: int | None, grace: int = 0) -> str:
    """in, late, silent, or '' when nothing is due yet."""
    if day in days:
        return "in"
    before = [d for d in days if d < day]
    if not before or gap is None:
        return ""
    waited = days_between(max(before), day)
    return "silent" if waited > SILENT * gap + grace else "late" if waited > gap + grace else ""


def strip(came: Mapping[date, tuple[int, int]], *, first: date, last: date, agreed: int = 0, grace: int = 0) -> list[Day]:
    """One cell a day; `came` is day → (deliveries, rows), over more days than the strip. `agreed`: declared gap."""
    days, gap = sorted(came), agreed or usual_gap(sorted(came))
    length = days_between(first, last) + 1
    return [Day(d, state_on(d, days, gap, grace), *reversed(came.get(d, (0, 0)))) for d in (plus_days(first, n) for n in range(length))]


def standing(days: Sequence[date], today: date, *, agreed: int = 0, grace: int = 0) -> tuple[str, str]:
    """The state of a source now and its words, for a page's mark."""
    if not days:
        return "info", "还没有送过数据"
    gap, waited = agreed or usual_gap(days), days_between(max(days), today)
    rule = f"（{'约定' if agreed else '通常'}每 {gap} 天一次）" if gap else ""
    if gap is None:
        return "info", f"最近一次在 {waited} 天前" if waited else "今天送过"
    if waited > SILENT * gap + grace:
        return "late", f"已 {waited} 天没有送{rule}"
    if waited > gap + grace:
        return "soon", f"迟 {waited - gap} 天{rule}"
    return "done", f"按时{rule}"
