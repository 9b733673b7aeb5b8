"""Whose contributions may have changed: people of changed rows, and people whom the days reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import duckdb

from xinglin.declare.record import Column, Record
from xinglin.kernel.dates import Period, days_between, plus_days
from xinglin.kernel.errors import XinglinError
from xinglin.know.indicators.contribute import AGE
from xinglin.lake.changes import News, changed_rows, news
from xinglin.lake.tables import at_lake, is_derived, newest_table, q

TOUCHED = "touched"     # the TEMP table of people, column person
NOBODY = "SELECT NULL::BIGINT AS person WHERE false"
NOBODY_THROUGH = "SELECT NULL::BIGINT AS person, '' AS through WHERE false"


class Feed(Protocol):
    """What changed in the lake since the figures were last computed."""

    def people(self, record: type[Record]) -> str:
        """A SELECT of the person of every row that came, went or changed; before and after."""

    def changed(self, record: type[Record], period: Period) -> bool:
        """Did any row dated in the period come, go or change?"""


@dataclass(frozen=True)
class LakeFeed:
    """The change feed of DuckLake between two snapshots, the first one excluded.

    Each Record's changes are worked out once, then asked for people and for periods.
    """

    con: duckdb.DuckDBPyConnection
    since: int
    upto: int
    known: News
    stored: set[str] = field(default_factory=set)

    def people(self, record: type[Record]) -> str:
        return f"SELECT person FROM {self._changes(record)}" if self._any(record) else NOBODY

    def changed(self, record: type[Record], period: Period) -> bool:
        if not self._any(record):
            return False
        found = self.con.execute(f"SELECT 1 FROM {self._changes(record)} WHERE dated BETWEEN ? AND ? "
                                 "LIMIT 1", [period.first, period.last]).fetchone()
        return found is not None

    def _any(self, record: type[Record]) -> bool:
        return bool(self.known.spans(newest_table(record)))

    def _changes(self, record: type[Record]) -> str:
        table, kept = newest_table(record), f"temp.{q('changed_' + newest_table(record))}"
        if table not in self.stored:
            person = "person" if record.person_column() is not None else "NULL::BIGINT AS person"
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE {q('changed_' + table)} AS SELECT {person}, "
                f"{q(record.about.dated_by)}::DATE AS dated "
                f"FROM {changed_rows(self.con, record, since=self.since, until=self.upto, known=self.known)}")
            self.stored.add(table)
        return kept


def feed_since(con: duckdb.DuckDBPyConnection, *, since: int, upto: int) -> LakeFeed | None:
    """The feed, or None where the snapshots between are no longer kept (then compute in full)."""
    try:
        return LakeFeed(con, since, upto, news(con, since=since, until=upto))
    except XinglinError:
        return None


@dataclass(frozen=True)
class Touched:
    """How many people, and through which Records (codes; AGE where a birthday was reached)."""

    people: int
    records: frozenset[str]


def find_touched(con: duckdb.DuckDBPyConnection, feed: Feed, records: Iterable[type[Record]], *,
                 since: date, day: date) -> Touched:
    """Fill the TEMP table of touched people.

    Time alone touches people too: a row dated ahead comes into sight, a term ends, a birthday
    changes an age class.
    """
    known = [r for r in records if r.person_column() is not None]
    parts = [(r.about.code, part) for r in known for part in (feed.people(r), _reached(r, since, day))]
    parts += [(AGE, _birthdays(r, since, day)) for r in known if r.about.code == "person"]
    union = " UNION ALL ".join(f"SELECT person, '{code}' AS through FROM ({part})"
                               for code, part in parts if part != NOBODY)
    con.execute("CREATE OR REPLACE TEMP TABLE touched_through AS SELECT DISTINCT person, through FROM "
                f"({union or NOBODY_THROUGH}) WHERE person IS NOT NULL")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {TOUCHED} AS SELECT DISTINCT person FROM touched_through")
    through = con.execute("SELECT DISTINCT through FROM temp.touched_through").fetchall()
    people = con.execute(f"SELECT count(*) FROM temp.{TOUCHED}").fetchall()[0][0]
    return Touched(int(people), frozenset(code for (code,) in through))


def _day_columns(record: type[Record]) -> tuple[Column, ...]:
    return record.of_kind("day", "moment")


def _reached(record: type[Record], since: date, day: date) -> str:
    """People with a day column from `since` (its own day may only now be over) to `day`."""
    if not _day_columns(record):
        return NOBODY
    spans = " OR ".join(f"{q(c.name)}::DATE BETWEEN DATE '{since}' AND DATE '{day}'"
                        for c in _day_columns(record))
    return f"SELECT person FROM {at_lake(newest_table(record))} WHERE {spans}"


def _birthdays(record: type[Record], since: date, day: date) -> str:
    days = [plus_days(since, n) for n in range(min(days_between(since, day), 366) + 1)]
    born = {f"{d:%m%d}" for d in days}
    born |= {"0229"} if "0301" in born else set()       # the written rule for 29 February
    listed = ", ".join(f"'{b}'" for b in sorted(born))
    return (f"SELECT person FROM {at_lake(newest_table(record))} "
            f"WHERE strftime(birth_date, '%m%d') IN ({listed})")


def used(records: Mapping[str, type[Record]], codes: Iterable[str]) -> list[type[Record]]:
    """The Records behind the codes, the derived ones last."""
    return sorted((records[c] for c in set(codes) - {AGE}), key=lambda r: (is_derived(r), r.about.code))
