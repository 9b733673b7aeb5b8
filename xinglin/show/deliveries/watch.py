"""What is wrong with a source, told from the days on which it sent and how much. Pure; every verdict with its numbers.

Late and silent: against the agreed rhythm, else the usual one. A drop: against the middle of earlier days of the same
kind (working days or not), by a share that is agreed and by three times their usual spread, both at once: a source
that varies much is asked about less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from xinglin.kernel.dates import days_between, is_working_day
from xinglin.show.deliveries.rhythm import SILENT, usual_gap

LEAST, MOST = 5, 20         # earlier days of the same kind that a drop is judged by
SPREADS = 3
_SIGMA = 1.4826             # the middle deviation, as large as a standard deviation of normal noise


@dataclass(frozen=True)
class Agreed:
    """What is expected: days between deliveries (0: as usual), days of grace, share by which a fall is asked about."""

    every: int = 0
    grace: int = 1
    drop: float = 0.5


@dataclass(frozen=True)
class Found:
    """A matter: kind (late, silent, drop), since when, its sentence."""

    kind: str
    since: date
    words: str


def lateness(days: Sequence[date], today: date, agreed: Agreed) -> Found | None:
    """Late or silent, or neither. Nothing is known of a source that has not sent yet."""
    gap = agreed.every or usual_gap(days)
    if not days or gap is None:
        return None
    last, grace = max(days), agreed.grace
    waited = days_between(last, today)
    if waited <= gap + grace:
        return None
    rule = f"约定每 {gap} 天一次" if agreed.every else f"通常每 {gap} 天一次（以往各次间隔的中位数）"
    silent = waited > SILENT * gap + grace
    said = f"最近一次在 {last:%Y-%m-%d}，已 {waited} 天没有送；{rule}，宽限 {grace} 天"
    more = f"，超过 {SILENT} 个间隔，算静默" if silent else ""
    return Found("silent" if silent else "late", last, f"{said}{more}。")


def drop(rows: Mapping[date, int], agreed: Agreed) -> Found | None:
    """A fall of the newest day below what earlier days of its kind let expect."""
    if not rows:
        return None
    newest = max(rows)
    working = is_working_day(newest)
    alike = [rows[d] for d in sorted(rows) if d < newest and is_working_day(d) == working][-MOST:]
    if len(alike) < LEAST:
        return None
    middle = median(alike)
    spread = _SIGMA * median(abs(n - middle) for n in alike)
    by_share, by_spread = middle * (1 - agreed.drop), middle - SPREADS * spread
    if rows[newest] >= min(by_share, by_spread):
        return None
    kind = "工作日" if working else "休息日"
    return Found("drop", newest, (
        f"{newest:%Y-%m-%d} 只有 {rows[newest]:,} 行。此前 {len(alike)} 个{kind}的中位数是 {middle:,.0f} 行，通常上下差 {spread:,.0f} 行；"
        f"低于中位数的 {1 - agreed.drop:.0%}（{by_share:,.0f} 行），也低于中位数减 {SPREADS} 倍差（{by_spread:,.0f} 行），算骤降。"))
