"""Rows of a statement → a Parquet file of text, batch by batch, no faster than agreed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from xinglin.gather.refusal import checked_header
from xinglin.gather.sources.database.connect import spoken
from xinglin.kernel.errors import XinglinError

BATCH = 20_000
_BYTES = {bytes, memoryview, bytearray}


@dataclass
class Pace:
    """At most so many rows a second (0: as they come), over the whole run."""

    rows_per_second: int
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    rows: int = 0
    began: float | None = None

    def took(self, rows: int) -> None:
        """Wait until these rows are within the agreed rate."""
        if not self.rows_per_second:
            return
        if self.began is None:
            self.began = self.clock()
        self.rows += rows
        ahead = self.rows / self.rows_per_second - (self.clock() - self.began)
        if ahead > 0:
            self.sleep(ahead)


@dataclass(frozen=True)
class Fetched:
    """How many rows stand in the file, and its columns."""

    rows: int
    columns: tuple[str, ...]


def bound(sql: str, binds: Mapping[str, Any]) -> sa.TextClause:
    """The statement with its values, each as its driver sends it: SQLAlchemy would cast text to varchar."""
    used = [n for n in binds if f":{n}" in sql]
    return sa.text(sql).bindparams(*(sa.bindparam(n, binds[n], type_=sa.types.NullType()) for n in used))


def fetch(connection: sa.Connection, sql: str, binds: Mapping[str, Any], *, into: Path, pace: Pace, code: str) -> Fetched:
    """Write the rows as text cells. Raises XinglinError for columns that cannot be cells."""
    with spoken(code), duckdb.connect() as con:
        if (done := _by_copy(connection, sql, binds, into, pace)) is not None:
            return done
        found = connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(bound(sql, binds))
        names = checked_header([str(k) for k in found.keys()], where="查询的列名")  # noqa: SIM118
        schema = pa.schema([(n, pa.string()) for n in names])
        rows = 0
        with pq.ParquetWriter(into, schema, compression="zstd") as writer:
            while batch := found.fetchmany(BATCH):
                writer.write_table(_cells(con, batch, names))
                rows += len(batch)
                pace.took(len(batch))
        connection.rollback()
    return Fetched(rows, tuple(names))


def _by_copy(connection: sa.Connection, sql: str, binds: Mapping[str, Any], into: Path, pace: Pace) -> Fetched | None:
    """The same set-wise, where the server can; None where it cannot."""
    if connection.dialect.name != "postgresql":
        return None
    from xinglin.gather.sources.database.copying import copied  # needs its driver

    with connection.execute(bound(f"SELECT * FROM ({sql}\n) f LIMIT 0", binds)) as shape:
        cursor: Any = shape.cursor
        types = [column[1] for column in cursor.description]
        names = checked_header([str(k) for k in shape.keys()], where="查询的列名")  # noqa: SIM118
    rows = copied(connection, bound(sql, binds), names, types, into=into, took=pace.took)
    connection.rollback()
    return None if rows is None else Fetched(rows, tuple(names))


def _cells(con: duckdb.DuckDBPyConnection, batch: Sequence[Any], names: Sequence[str]) -> pa.Table:
    """A batch as text, a column at a time; days and moments as everyone writes them."""
    columns = [_column(values, name) for values, name in zip(zip(*batch, strict=True), names, strict=True)]
    con.register("batch", pa.Table.from_arrays(columns, names=[f"c{n}" for n in range(len(names))]))
    texts = ", ".join(f"nullif(c{n}::VARCHAR, '') AS c{n}" for n in range(len(names)))
    return con.execute(f"SELECT {texts} FROM batch").to_arrow_table().rename_columns(list(names)).cast(
        pa.schema([(n, pa.string()) for n in names]))


def _column(values: Sequence[Any], name: str) -> pa.Array:
    if not _BYTES.isdisjoint(map(type, values)):
        values = [_bit(v, name) for v in values]
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if v is None else str(v) for v in values], pa.string())


def _bit(value: Any, name: str) -> Any:
    """bit(1) comes as one byte; anything longer is no cell."""
    if value is None or isinstance(value, int):
        return value
    raw = bytes(value)
    if len(raw) > 1:
        raise XinglinError(f"列“{name}”是二进制内容", "查询的列", "请在查询里转成文字，或不取这一列")
    return int.from_bytes(raw, "big")
