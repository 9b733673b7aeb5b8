"""Keyed hashes of a file's people, made while its cells are judged: Python hashes, DuckDB works beside it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from xinglin.gather.sql import Connection
from xinglin.registry.keys import county_keys

Hashed = tuple[pa.Array, Future[list[int]]]


class Hashes:
    """Of every distinct key and number of `who`, begun at once; `put` waits for them.

    People of rejected rows are hashed too: to leave them out one would have to wait for the judging.
    """

    def __init__(self, con: Connection, *, source: str) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._keys = self._begin(con, "key", "subject", source)
        self._numbers = self._begin(con, "id18", "id_number")
        self._pool.shutdown(wait=False)

    def _begin(self, con: Connection, column: str, *before: str) -> Hashed:
        sql = f"SELECT DISTINCT {column} FROM who WHERE {column} IS NOT NULL"
        values = con.execute(sql).to_arrow_table().column(0).combine_chunks()
        return values, self._pool.submit(_each, values, before)

    def put(self, con: Connection) -> None:
        """Tables `key_hash` and `number_hash`: value, hash64."""
        for table, (values, hashes) in (("key_hash", self._keys), ("number_hash", self._numbers)):
            put_hashes(con, table, values, hashes.result())


def _each(values: pa.Array, before: Sequence[str]) -> list[int]:
    return county_keys().hash64_each(values.to_pylist(), *before)


def put_hashes(con: Connection, table: str, values: pa.Array, hashes: Sequence[int]) -> None:
    """A table (value, hash64)."""
    con.register("put", pa.table({"value": values, "hash64": pa.array(hashes, pa.int64())}))
    con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM put")
    con.unregister("put")
