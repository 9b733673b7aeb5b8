"""A lake in memory for the engines' tests: rows of Records as DuckDB tables, nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import pyarrow as pa

from xinglin.declare.record import Record

ARROW = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_(),
         "date": pa.date32(), "timestamp": pa.timestamp("us")}


class MemoryLake:
    """`rows(record)` over what `put` was given; `person` (a number) and `rk` are added columns."""

    def __init__(self) -> None:
        self.con = ibis.duckdb.connect(threads=1)
        self.made: set[str] = set()

    def put(self, record: type[Record], rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace the Record's rows; each mapping has `person`, `rk`, `version` and the columns."""
        kinds = {"rk": "int64", "version": "int64", **record.schema()}
        kinds[record.person_column().name] = "int64"
        listed = list(rows)
        table = pa.table({n: pa.array([r.get(n) for r in listed], ARROW[k]) for n, k in kinds.items()})
        self.con.create_table(record.about.code, table, overwrite=True)
        self.made.add(record.about.code)

    def rows(self, record: type[Record]) -> Any:
        if record.about.code not in self.made:
            self.put(record, [])
        return self.con.table(record.about.code)
