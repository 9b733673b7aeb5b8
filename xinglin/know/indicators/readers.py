"""Readers of the lake for figures, and the night's run on the county's own lake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb
import ibis

from xinglin.declare.record import Record
from xinglin.know.indicators.contribute import Open
from xinglin.know.indicators.night import Done, Editions, Night, compute_figures, last_snapshot
from xinglin.know.indicators.touched import feed_since
from xinglin.lake.reader import LakeReader
from xinglin.lake.store import Lake
from xinglin.lake.write import Write


def opener(con: duckdb.DuckDBPyConnection, day: date, *, keep: bool = False) -> Open:
    """open(persons=…): readers of one connection; `persons` names a TEMP table of numbers."""
    backend = ibis.duckdb.from_connection(con)

    def open_(*, persons: str | None = None) -> LakeReader:
        some = backend.table(persons, database=("temp", "main")) if persons else None
        return LakeReader(backend, day, persons=some, keep=keep)

    return open_


def run_figures(lake: Lake, editions: Editions, records: Mapping[str, type[Record]], *,
                day: date, full: bool = False, code: str = "") -> list[Done]:
    """The night's step: contributions and totals of every kept figure, in one write transaction.

    Afterwards running and previous periods stand on the lake as of this snapshot. `full` computes
    everything anew; the answer is the same. `code`: see Night.
    """
    def work(tx: Write) -> list[Done]:
        snapshot = lake.snapshot()
        since = last_snapshot(tx.con)
        feed = None if full or since is None else feed_since(tx.con, since=since, upto=snapshot)
        night = Night(con=tx.con, open=opener(tx.con, day, keep=True), editions=editions,
                      records=records, day=day, snapshot=snapshot, code=code)
        return compute_figures(night, feed)

    return lake.run(work)
