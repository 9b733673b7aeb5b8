"""Figures of this county as the writer asks for them: last night's or of an earlier day, at one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

import duckdb
import ibis

from xinglin.declare.catalog import Catalog
from xinglin.declare.indicator import PER, Indicator
from xinglin.declare.refuse import DeclarationError
from xinglin.declare.report import Report
from xinglin.kernel.dates import Period
from xinglin.know.indicators import past, queries
from xinglin.know.indicators.queries import Amount, Asked, Part
from xinglin.lake.reader import LakeReader
from xinglin.show.figures.places import place_names
from xinglin.show.figures.totals import Total, amount_of, totals
from xinglin.show.figures.trend import last_year
from xinglin.show.reports.writer.told import Before, Hand, Place, Told


@dataclass
class CountyFigures:
    """Everything is read at `snapshot`. `as_of`: counted anew for that day; else as the last night left it."""

    con: duckdb.DuckDBPyConnection
    catalog: Catalog
    report: Report
    year: int
    day: date
    snapshot: int
    as_of: date | None = None
    hands: Mapping[str, Hand] = field(default_factory=dict)
    _told: dict[str, Told | None] = field(default_factory=dict)
    _counted: dict[str, past.Kept] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        return Period.of(date(self.year, 1, 1), "year")

    # -- what the writer asks --------------------------------------------------------------------

    def now(self, code: str) -> Told | None:
        """The figure of the year."""
        if code not in self._told:
            self._told[code] = self._tell(code)
        return self._told[code]

    def before(self, code: str) -> Before | None:
        """The same time of the year before, as the nights then left it; else the whole of it."""
        indicator = self.catalog.indicator(code)[-1]
        day = min(self.day, self.period.last)
        then = last_year(indicator, self._history.get(code, []), day)
        if then is None:
            return None
        words = "上年" if day == self.period.last else then.words.replace("去年", "上年").replace(" ", "")
        whole = words == "上年" or "全年" in words
        return Before(value=_shown(indicator, then.amount), words=words,
                      day=date(self.year - 1, 12, 31) if whole else _back(day))

    def townships(self, code: str) -> Sequence[Place]:
        """By township, small numbers hidden: a report is read by everybody."""
        kept = self._kept(code)
        if kept is None:
            return ()
        parts = [Part(town, amount_of(kept.edition, *cell)) for town, cell in sorted(kept.towns.items()) if town]
        shown = queries.protected(_whole(kept), parts)
        return [Place(self._names.get(p.key, p.key), _shown(kept.edition, p.amount), p.amount.hidden) for p in shown]

    def given(self, code: str) -> Hand | None:
        """A number from outside."""
        return self.hands.get(code)

    # -- where it lies ---------------------------------------------------------------------------

    def rows(self, code: str) -> Asked | None:
        """Totals and contributions behind a figure of the report; None where nothing is held."""
        editions = self.catalog.indicator(code)
        day = self._day_to_count(code)
        if day is not None:
            return past.counted(self.con, editions, self.period, open_=self._open(day), day=day, snapshot=self.snapshot)
        return past.stored(self.con, editions, self.period, snapshot=self.snapshot)

    def _tell(self, code: str) -> Told | None:
        kept = self._kept(code)
        if kept is None:
            return None
        amount, indicator = _whole(kept), kept.edition
        said = [n for n in queries.notes_of(indicator, amount) if n != indicator.note]
        return Told(value=_shown(indicator, amount), numerator=queries.plain(amount.numerator),
                    denominator="" if amount.denominator is None else queries.plain(amount.denominator),
                    day=min(kept.as_of, self.period.last), edition=indicator.since, period=self.period.text,
                    snapshot=self.snapshot, fingerprint=kept.fingerprint, note="；".join(said))

    def _kept(self, code: str) -> past.Kept | None:
        if self._day_to_count(code) is None:
            return self._stored.get(code)
        if code not in self._counted:
            try:
                asked = self.rows(code)
            except DeclarationError:
                return None         # the definition begins later than this year
            assert asked is not None
            self._counted[code] = past.kept_of(asked)
        return self._counted[code]

    def _day_to_count(self, code: str) -> date | None:
        """The day for which a figure must be counted now; None where a night's total answers."""
        if self.as_of is not None and self.as_of < min(self.period.last, self._last):
            return self.as_of
        return None if code in self._stored else self.day

    @cached_property
    def _last(self) -> date:
        return queries.last_day(self.con) or self.day

    def _open(self, day: date) -> past.Open:
        backend = ibis.duckdb.from_connection(self.con)
        return lambda: LakeReader(backend, day, snapshot=self.snapshot)

    @cached_property
    def _stored(self) -> Mapping[str, past.Kept]:
        editions = {i.code: self.catalog.indicator(i.code) for i in self.report.indicators}
        return past.all_kept(self.con, editions, self.period, snapshot=self.snapshot)

    @cached_property
    def _history(self) -> Mapping[str, list[Total]]:
        return totals(self.con, self.report.indicators, snapshot=self.snapshot)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        towns = {t for code in (i.code for i in self.report.indicators) for t in self._towns_of(code)}
        return place_names(towns)

    def _towns_of(self, code: str) -> Sequence[str]:
        kept = self._kept(code)
        return list(kept.towns) if kept else []


def _whole(kept: past.Kept) -> Amount:
    cells = kept.towns.values()
    num = sum((c[0] for c in cells), Decimal(0))
    den = sum((c[1] for c in cells), Decimal(0))
    return amount_of(kept.edition, num, den, sum(c[2] for c in cells))


def _back(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def _shown(indicator: Indicator, amount: Amount) -> float | None:
    if amount.value is None:
        return None
    return amount.value * (1 if indicator.kind in ("count", "mean") else PER.get(indicator.unit, 1))
