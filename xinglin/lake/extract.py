"""An extract of the lake for another engine: one Parquet file a Record, and the list of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from xinglin.declare.record import Record
from xinglin.lake.tables import at_lake, newest_table


def extract(con: duckdb.DuckDBPyConnection, records: Iterable[type[Record]], folder: Path, *,
            snapshot: int | None = None) -> Mapping[str, list[str]]:
    """Write the newest rows of these Records (as of a snapshot); table → its files.

    They are rows about persons, without names and numbers: the folder must be as private as the lake.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    as_of = "" if snapshot is None else f" AT (VERSION => {int(snapshot)})"
    files = {newest_table(r): folder / f"{newest_table(r)}.parquet" for r in records}
    for name, path in files.items():
        con.execute(f"COPY (FROM {at_lake(name)}{as_of}) TO '{str(path).replace(chr(39), chr(39) * 2)}'")
    return {name: [str(path)] for name, path in files.items()}
