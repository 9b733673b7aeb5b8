"""Figures told by a dictionary, for the report writer: nothing of a county."""

from datetime import date

from xinglin.packs.disease_control.hypertension import indicators as htn
from xinglin.show.reports.writer.told import Before, Hand, Place, Told

DAY = date(2026, 11, 20)
MANAGED, RATE, DAYS = htn.managed_count, htn.standard_managed, htn.loop_days


def told(value, numerator="1204", denominator="1761", **more):
    """A figure with its fraction."""
    return Told(**{"value": value, "numerator": numerator, "denominator": denominator, "day": DAY, "edition": date(2017, 2, 28),
                   "period": "2026", "snapshot": 812, "fingerprint": "a1b2c3d4e5f6", **more})


class TableOfFigures:
    """`now`, `before`: code → value; `towns`: code → [(name, value)]; `hands`: code → Hand."""

    def __init__(self, *, now=None, before=None, towns=None, hands=None, day=DAY, year=2026):
        self.year, self.day = year, day
        self._now, self._before, self._towns, self._hands = now or {}, before or {}, towns or {}, hands or {}

    def now(self, code):
        found = self._now.get(code)
        return found if found is None or isinstance(found, Told) else told(found)

    def before(self, code):
        value = self._before.get(code)
        return None if value is None else Before(value=value, words="上年同期", day=date(2025, 11, 30))

    def townships(self, code):
        return [Place(*p) for p in self._towns.get(code, [])]

    def given(self, code):
        return self._hands.get(code)


def hand(value="42.6", *, announced=True):
    """A number announced by the statistics bureau."""
    return Hand(value=value, source="2025 年国民经济和社会发展统计公报", day=date(2026, 3, 1), signer="童统计", announced=announced)
