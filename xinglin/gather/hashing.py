"""Keyed hashes of a file's people, made while its cells are judged: Python hashes, DuckDB works beside it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc

from xinglin.gather.sql import Connection
from xinglin.registry.keys import county_keys


class Hashes:
    """Of the key and the number of everybody in `who`, begun at once; `put` waits for them.

    People of rejected rows are hashed too: to leave them out one would have to wait for the judging.
    """

    def __init__(self, con: Connection, *, source: str) -> None:
        pool = ThreadPoolExecutor(1)
        found = con.execute("SELECT who, key, id18 FROM who WHERE key IS NOT NULL").to_arrow_table().combine_chunks()
        self._who = found["who"]
        self._keys = pool.submit(_each, found["key"].combine_chunks(), "subject", source)
        self._numbers = pool.submit(_each, found["id18"].combine_chunks(), "id_number")
        pool.shutdown(wait=False)

    def put(self, con: Connection) -> None:
        """Table `hashed`: who, subject, number64 (null without a right number)."""
        con.register("put", pa.table({"who": self._who, "subject": self._keys.result(), "number64": self._numbers.result()}))
        con.execute("CREATE OR REPLACE TABLE hashed AS FROM put")
        con.unregister("put")


def _each(values: pa.Array, *before: str) -> pa.Array:
    hashes = pa.array(county_keys().hash64_each(values.drop_null().to_pylist(), *before), pa.int64())
    return pc.replace_with_mask(pa.nulls(len(values), pa.int64()), values.is_valid(), hashes)


def put_hashes(con: Connection, table: str, values: pa.Array, hashes: Sequence[int]) -> None:
    """A table (value, hash64)."""
    con.register("put", pa.table({"value": values, "hash64": pa.array(hashes, pa.int64())}))
    con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM put")
    con.unregister("put")
