"""A lake in memory: the same tables as the store makes, in a plain DuckDB, filled from Python rows.

    county = Town()
    county.put(HtnVisit, [{"person": 1, "day": date(2026, 3, 1), "sbp": 135, "dbp": 85}])
    county.lake(day=date(2026, 6, 30)).latest(HtnVisit, Period.parse("2026"))
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count

import duckdb
import ibis

from xinglin.datasets import DELIVERED, DERIVED
from xinglin.declare.record import Record
from xinglin.lake.reader import LakeReader
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

    def lake(self, *, day: date, persons: str | None = None, keep: bool = False) -> LakeReader:
        """The store's own reader over these tables; `persons` names a TEMP table of numbers."""
        backend = ibis.duckdb.from_connection(self.con)
        some = backend.table(persons, database=("temp", "main")) if persons else None
        return LakeReader(backend, day, persons=some, keep=keep)
