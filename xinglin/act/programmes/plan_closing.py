"""Closing days for everyone: when was a task or loop closed after a row.

`nxt` of a scan's row is the day of the next row of the same Record, which may be the same day;
"strictly after" means a later day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis

from xinglin.act.programmes.plan_rows import (
    Scan,
    Source,
    Wanted,
    earlier,
    in_cases,
    scan,
    union_all,
    wanted,
)
from xinglin.declare.programme import Closer, Programme
from xinglin.declare.record import Record


@dataclass
class Closing:
    """Rows and closing days of one programme's cases; each Record is scanned at most once."""

    source: Source
    programme: Programme
    cases: Any
    _scans: dict[Closer, Scan] = field(default_factory=dict)
    _days: dict[frozenset[Closer], Any] = field(default_factory=dict)
    _wanted: dict[Closer, Wanted] = field(init=False)

    def __post_init__(self) -> None:
        self._wanted = wanted(self.programme)

    def scan(self, record: Closer) -> Scan:
        """The Record's windowed rows (those that show what they must)."""
        if record not in self._scans:
            asked = self._wanted.get(record, Wanted())
            self._scans[record] = scan(self.source, record, self.cases, asked, self.programme)
        return self._scans[record]

    def rows(self, record: Closer) -> Any:
        """The Record's rows of the cases with all columns, before enrolment too."""
        return in_cases(self.source, record, self.cases)

    def all_days(self, records: Sequence[Closer]) -> Any:
        """(person, day) of every row of these Records, before enrolment too."""
        return union_all([self._record_days(r) for r in records])

    def _record_days(self, record: Closer) -> Any:
        if record in self._wanted:
            return self.scan(record).table.select("person", "day")
        rows = self.rows(record)
        return rows.select("person", day=rows.day__)

    def days(self, records: Sequence[Closer]) -> Any:
        """Different days on or after enrolment: person, day, `after` (the next such day)."""
        if len(records) == 1:
            table = self.scan(records[0]).table
            last = table.filter(table.inside & (table.nxt.isnull() | (table.nxt != table.day)))
            return last.select("person", "day", after=last.nxt)
        table = self._different(records)
        return table.select("person", "day", "after")

    def firsts(self, records: Sequence[Closer]) -> Any:
        """The first day on or after enrolment: person, `first`."""
        if len(records) == 1:
            table = self.scan(records[0]).table
            return table.filter(table.inside & table.prev.isnull()).select("person", first=table.day)
        table = self._different(records)
        return table.filter(table.before.isnull()).select("person", first=table.day)

    def _different(self, records: Sequence[Closer], extra: Any = None) -> Any:
        key = frozenset(records)
        if extra is None and key in self._days:
            return self._days[key]
        tables = [t.filter(t.inside).select("person", "day")
                  for t in (self.scan(r).table for r in records)]
        every = union_all([*tables, *([] if extra is None else [extra])]).distinct()
        window = ibis.window(group_by="person", order_by="day")
        table = self.source.stages.keep(every.mutate(
            before=every.day.lag().over(window), after=every.day.lead().over(window)))
        if extra is None:
            self._days[key] = table
        return table

    def strictly(self, rows: Any, records: Sequence[Closer], *,
                 own: type[Record] | None = None, extra: Any = None) -> Any:
        """Rows of a scan with `closed`: the first later day on which one of these Records stands.

        `own` is the Record of the rows, if it is among them; `extra` further (person, day).
        """
        others = [r for r in records if r is not own]
        mine = self._own_after(rows, own) if own in records else rows.mutate(own__=ibis.null("date"))
        if not others and extra is None:
            return mine.rename(closed="own__")
        days = self._different(others, extra)
        closings = days.select("before", r_person=days.person, r_day=days.day)
        found = mine.left_join(closings, [
            mine.person == closings.r_person, mine.day < closings.r_day,
            closings.before.isnull() | (mine.day >= closings.before)])
        return found.mutate(closed=self.nearest(found.own__, found.r_day)).drop(
            "own__", "r_person", "r_day", "before")

    def nearest(self, a: Any, b: Any) -> Any:
        """The earlier of two closing days."""
        return earlier(a, b)

    def _own_after(self, rows: Any, own: type[Record] | None) -> Any:
        """`own__`: the next later day of the same Record (rare ties are looked up)."""
        assert own is not None
        table = self.scan(own).table
        tied = table.filter((table.prev == table.day) & (table.nxt.isnull() | (table.nxt != table.day)))
        tied = tied.select(t_person=tied.person, t_day=tied.day, t_after=tied.nxt)
        found = rows.left_join(tied, [rows.person == tied.t_person, rows.day == tied.t_day])
        later = ibis.ifelse(found.nxt == found.day, found.t_after, found.nxt)
        return found.mutate(own__=later).drop("t_person", "t_day", "t_after")
