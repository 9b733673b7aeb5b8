"""A lake in memory: the same tables as the store makes, in a plain DuckDB, filled from Python rows.

`MemoryLake` reads it by the protocol of `declare.indicator.Lake`, written apart from the store's
reader, so that the two can be compared.

    county = Town()
    county.put(HtnVisit, [{"person": 1, "day": date(2026, 3, 1), "sbp": 135, "dbp": 85}])
    county.lake(day=date(2026, 6, 30)).latest(HtnVisit, Period.parse("2026"))
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count

import duckdb
import ibis
from ibis import _

from xinglin.datasets import DELIVERED, DERIVED
from xinglin.datasets.people import Person, PopulationFigure
from xinglin.datasets.work import Case, LoopCase, Task
from xinglin.declare.expr import PERSON_PREFIX, to_ibis
from xinglin.declare.record import Record
from xinglin.kernel.dates import Period
from xinglin.lake.schema import wanted_tables
from xinglin.lake.tables import LAKE, at_lake, is_derived, newest_columns, q

RECORDS = (*DELIVERED, *DERIVED)


class Town:
    """Tables of every Record in memory; rows are put and taken by their keys."""

    def __init__(self, records: Iterable[type[Record]] = ()) -> None:
        self.records = tuple(dict.fromkeys((*RECORDS, *records)))
        self.con = duckdb.connect()
        self.con.execute(f"ATTACH ':memory:' AS {LAKE}")
        self.con.execute(f"USE {LAKE}")
        for table, columns in wanted_tables(self.records).items():
            body = ", ".join(f"{q(n)} {kind}" for n, kind in columns.items())
            self.con.execute(f"CREATE TABLE {at_lake(table)} ({body})")
        self.con.execute("SET threads = 1")
        self.keys = count(1)

    def put(self, record: type[Record], rows: Iterable[dict]) -> list[int]:
        """Insert rows of the newest table; `person`, `rk` and other system columns may be given."""
        columns = newest_columns(record)
        listed = [self._full(record, row) for row in rows]
        unknown = {n for row in listed for n in row} - set(columns)
        assert not unknown, f"{record.about.code} has no columns {unknown}"
        if listed:
            marks = ", ".join("?" for _ in columns)
            self.con.executemany(f"INSERT INTO {at_lake(record.about.code)} VALUES ({marks})",
                                 [[row.get(n) for n in columns] for row in listed])
        return [row.get("rk") for row in listed]

    def _full(self, record: type[Record], row: dict) -> dict:
        if is_derived(record):
            return dict(row)
        key = row.get("rk") or next(self.keys)
        return {"rk": key, "source": "t", "record_id": str(key), "version": 1,
                "subject": row.get("person"), "delivery": 1, "row_no": key,
                "received_at": datetime(2020, 1, 1), **row}

    def clear(self, record: type[Record], where: str = "true") -> None:
        self.con.execute(f"DELETE FROM {at_lake(record.about.code)} WHERE {where}")

    def lake(self, *, day: date, persons: str | None = None) -> "MemoryLake":
        return MemoryLake(self.con, day, persons=persons)


class MemoryLake:
    """The Lake protocol over a Town's connection."""

    def __init__(self, con: duckdb.DuckDBPyConnection, day: date, *, persons: str | None = None) -> None:
        self.con = con
        self.day = day
        self.persons = persons
        self.ibis = ibis.duckdb.from_connection(con)

    def _table(self, record):
        table = self.ibis.table(record.about.code, database=(LAKE, "main"))
        if self.persons and "person" in table.columns:
            some = self.ibis.table(self.persons, database=("temp", "main"))
            table = table.semi_join(some, "person")
        return table

    def rows(self, record):
        table = self._table(record)
        dated = table[record.about.dated_by].cast("date")
        table = table.filter((dated <= self.day) | dated.isnull())
        if "place" not in table.columns and "person" in table.columns:
            table = table.left_join(self._residents().select("person", "place"), "person")
            table = table.drop("person_right") if "person_right" in table.columns else table
        return table

    def within(self, record, period):
        rows = self.rows(record)
        dated = rows[record.about.dated_by].cast("date")
        return rows.filter(dated.between(period.first, min(period.last, self.day)))

    def latest(self, record, period, where=None):
        rows = self.within(record, period)
        if where is not None:
            dated = rows[record.about.dated_by].cast("date")
            rows = rows.filter(to_ibis(where, rows, on=dated))
        dated = record.about.dated_by
        moment = [c.name for c in record.of_kind("moment") if c.name != dated][:1]
        order = [rows[n].desc(nulls_first=False) for n in (dated, *moment, "version", "rk")]
        first = ibis.row_number().over(ibis.window(group_by=rows.person, order_by=order))
        return rows.mutate(nth=first).filter(_.nth == 0).drop("nth")

    def _residents(self):
        people = self._table(Person)
        people = people.filter(people.updated_on <= self.day)
        order = [people[n].desc() for n in ("updated_on", "version", "rk")]
        last = ibis.row_number().over(ibis.window(group_by=people.person, order_by=order))
        return people.mutate(nth=last).filter(_.nth == 0).drop("nth")

    def _with_person(self, table):
        who = self._residents()
        who = who.select("person", **{PERSON_PREFIX + n: who[n] for n in Person.columns() if n != "person"})
        joined = table.left_join(who, "person")
        return joined.drop("person_right") if "person_right" in joined.columns else joined

    def cases(self, programme, *, active_in):
        on = min(active_in.last, self.day)
        case = self._table(Case)
        case = case.filter(case.programme == programme.code, case.enrolled <= on,
                           case.ended.isnull() | (case.ended > on), case.state != "已排除")
        return self._with_person(case)

    def people(self, *, on):
        who = self._residents()
        who = who.filter(who.died_on.isnull() | (who.died_on > on),
                         who.moved_out_on.isnull() | (who.moved_out_on > on),
                         who.birth_date.isnull() | (who.birth_date <= on))
        return self._with_person(who.select("person", "place", "org", "doctor"))

    def tasks(self, programme, period):
        task = self._table(Task)
        return task.filter(task.programme == programme.code,
                           task.due_by.between(period.first, min(period.last, self.day)))

    def loops(self, programme, period):
        loop = self._table(LoopCase)
        return loop.filter(loop.programme == programme.code,
                           loop.opened.between(period.first, min(period.last, self.day)))

    def population(self, year):
        table = self._table(PopulationFigure)
        last = Period.parse(str(year)).last
        return table.filter(table.as_of <= last).select("place", "people", "source")
