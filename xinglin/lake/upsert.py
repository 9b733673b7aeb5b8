"""Bringing versions in. The lake's state is a function of the set of versions that ever arrived.

A version is (row key, version, content). The same one arriving again keeps the earliest sighting.
Versions of a row are ordered by (version, delivery, received_at, row_no); the greatest is in `x`
unless it is void. Most rows of a delivery are new: only rows whose key is known, or stands twice
in the delivery, go through the windows below.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from xinglin.declare.record import Record
from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import (
    ORDER,
    at_lake,
    digest_sql,
    event_select,
    names,
    newest_columns,
    newest_table,
    rk_sql,
    staged_columns,
    versions_columns,
    versions_table,
)

SORTED_FROM = 1_500_000     # rows of one insert; fewer are sorted when their files are merged
_WORK = ("_known", "_busy", "_ranked", "_gone", "_restore")


@dataclass(frozen=True)
class Counts:
    """What became of the staged rows; the five add up to them.

    `unchanged`: the content was already the newest, or this version was already here.
    `stale`: an older version than the newest, kept among the versions.
    """

    new: int = 0
    updated: int = 0
    voided: int = 0
    unchanged: int = 0
    stale: int = 0

    @property
    def total(self) -> int:
        return self.new + self.updated + self.voided + self.unchanged + self.stale


def upsert(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str, *,
           events: bool = True, repeated: str = "") -> Counts:
    """See Write.upsert. Without `events` the people's pages are made later, by timeline.remake. A staged table (not a view) that brings `rk` and `digest` is taken as it stands."""
    have = _check_columns(con, record, staged)
    try:
        if not {"rk", "digest"} <= have:
            _take_in(con, record, staged)
            staged = "temp._in"
        _refuse_nameless(con, record, staged)
        _find_known(con, record, staged, repeated or f"(SELECT rk FROM {staged} GROUP BY rk HAVING count(*) > 1)")
        _rank_busy(con, staged)
        _forget_later_sightings(con, record)
        _append_versions(con, record, staged)
        _renew(con, record, staged, events=events)
        return _counts(con, staged)
    finally:
        for table in ("_in", *_WORK):
            con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _check_columns(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str) -> set[str]:
    have = {c[0] for c in con.execute(f"SELECT * FROM {staged} LIMIT 0").description or []}
    missing = [c for c in staged_columns(record) if c not in have]
    if missing:
        raise XinglinError(f"待入湖的表缺少列 {missing}", record.about.code, f"现有：{sorted(have)}")
    return have


def _take_in(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str) -> None:
    """The delivery with row keys and content digests; DuckDB's rowid numbers it."""
    kinds = versions_columns(record)
    columns = ", ".join(f'coalesce({c}, false) AS {c}' if c == "void"
                        else f'CAST("{c}" AS {kinds[c]}) AS "{c}"' for c in staged_columns(record))
    con.execute(f"""CREATE TEMP TABLE _in AS
        SELECT {rk_sql(record)} AS rk, *, {digest_sql(record)} AS digest
        FROM (SELECT {columns} FROM {staged})""")


def _refuse_nameless(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str) -> None:
    nameless = con.execute(f"SELECT count(*) FROM {staged} WHERE source IS NULL OR record_id IS NULL "
                           "OR version IS NULL").fetchall()[0][0]
    if nameless:
        raise XinglinError(f"有 {nameless} 行没有来源、来源编号或版次", record.about.code,
                           "每行都要有 source、record_id、version")


def _find_known(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str, repeated: str) -> None:
    """The versions already here of rows in the delivery; keys and order only, so a narrow scan."""
    con.execute(f"""CREATE TEMP TABLE _known AS
        SELECT rk, version, received_at, delivery, row_no, void, digest
        FROM {at_lake(versions_table(record))} SEMI JOIN {staged} USING (rk)""")
    con.execute(f"""CREATE TEMP TABLE _busy AS
        SELECT rk FROM _known UNION SELECT rk FROM {repeated}""")


def _rank_busy(con: duckdb.DuckDBPyConnection, staged: str) -> None:
    """Of the busy rows: which sighting of a version counts (1st), which version is newest (1st)."""
    order = ", ".join(f"{c} DESC" for c in ORDER)
    con.execute(f"""CREATE TEMP TABLE _ranked AS
        WITH every AS (
            SELECT NULL::BIGINT AS n, rk, {names(ORDER)}, void, digest FROM _known
            UNION ALL
            SELECT rowid AS n, rk, {names(ORDER)}, void, digest FROM {staged} SEMI JOIN _busy USING (rk)),
        sighted AS (
            SELECT *, row_number() OVER (PARTITION BY rk, version, digest
                ORDER BY delivery, received_at, row_no, n NULLS FIRST) AS sighting,
            row_number() OVER (PARTITION BY rk, n IS NULL ORDER BY {order}, digest DESC) AS was
            FROM every)
        SELECT *, row_number() OVER (PARTITION BY rk, sighting = 1 ORDER BY {order}, digest DESC) AS is_
        FROM sighted""")


def _forget_later_sightings(con: duckdb.DuckDBPyConnection, record: type[Record]) -> None:
    """A stored version of which an earlier sighting has now arrived gives way to it."""
    con.execute("""CREATE TEMP TABLE _gone AS
        SELECT rk, version, received_at, delivery, row_no FROM _ranked
        WHERE n IS NULL AND sighting > 1""")
    if _any(con, "_gone"):
        match = " AND ".join(f"v.{c} IS NOT DISTINCT FROM g.{c}" for c in ("rk", *ORDER))
        con.execute(f"DELETE FROM {at_lake(versions_table(record))} v USING _gone g WHERE {match}")


def _append_versions(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str) -> None:
    columns = names(versions_columns(record))
    con.execute(f"""INSERT INTO {at_lake(versions_table(record))} ({columns}) SELECT {columns}
        FROM {_without(con, staged, "n IS NOT NULL AND sighting > 1")}""")


def _without(con: duckdb.DuckDBPyConnection, staged: str, ranked: str) -> str:
    """The delivery's rows but those that the ranking tells so; the whole of it when that is none."""
    if con.execute(f"SELECT 1 FROM _ranked WHERE {ranked} LIMIT 1").fetchone() is None:
        return staged
    return f"{staged} i ANTI JOIN (SELECT n FROM _ranked WHERE {ranked}) r ON i.rowid = r.n"


def _renew(con: duckdb.DuckDBPyConnection, record: type[Record], staged: str, *, events: bool) -> None:
    """Bring `x` and the person's page to the newest versions."""
    con.execute("""CREATE TEMP TABLE _restore AS
        SELECT rk FROM _ranked WHERE n IS NULL AND sighting = 1 AND is_ = 1 AND was > 1""")
    con.execute("""CREATE OR REPLACE TEMP TABLE _gone AS
        SELECT rk FROM _ranked WHERE n IS NULL AND was = 1 AND NOT void AND (
            rk IN (SELECT rk FROM _restore)
            OR rk IN (SELECT rk FROM _ranked WHERE n IS NOT NULL AND sighting = 1 AND is_ = 1))""")
    if _any(con, "_gone"):
        con.execute(f"DELETE FROM {at_lake(newest_table(record))} x USING _gone g WHERE x.rk = g.rk")
        if events and event_select(record, staged):
            con.execute(f"DELETE FROM {at_lake('person_event')} e USING _gone g "
                        "WHERE e.rk = g.rk")     # a row key is of one Record
    kept = _without(con, staged, "n IS NOT NULL AND (sighting > 1 OR is_ > 1)")
    _insert_newest(con, record, f"(SELECT * FROM {kept} WHERE NOT void)", events=events)
    if _any(con, "_restore"):
        newest = ", ".join(f"{c} DESC" for c in ORDER)
        _insert_newest(con, record, f"""(SELECT * FROM (SELECT * FROM {at_lake(versions_table(record))}
            SEMI JOIN _restore USING (rk)
            QUALIFY row_number() OVER (PARTITION BY rk ORDER BY {newest}, digest DESC) = 1)
            WHERE NOT void)""", events=events)


def _insert_newest(con: duckdb.DuckDBPyConnection, record: type[Record], rows: str, *, events: bool) -> None:
    columns = names(newest_columns(record))
    order = sorting(con.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])
    con.execute(f"INSERT INTO {at_lake(newest_table(record))} ({columns}) SELECT {columns} FROM {rows} {order}")
    lines = event_select(record, rows) if events else None
    if lines:
        con.execute(f"INSERT INTO {at_lake('person_event')} {lines} {order}")


def sorting(rows: int) -> str:
    """ORDER BY of an insert of so many rows: worth it where each bucket's file gets many row groups."""
    return "ORDER BY person" if rows >= SORTED_FROM else ""


def _counts(con: duckdb.DuckDBPyConnection, staged: str) -> Counts:
    busy = con.execute("""
        WITH before AS (SELECT rk, digest, void FROM _ranked WHERE n IS NULL AND was = 1)
        SELECT CASE WHEN sighting > 1 THEN 'unchanged' WHEN is_ > 1 THEN 'stale'
            WHEN b.digest = r.digest THEN 'unchanged' WHEN r.void THEN 'voided'
            WHEN b.rk IS NULL THEN 'new' ELSE 'updated' END AS fate, count(*)
        FROM _ranked r LEFT JOIN before b USING (rk) WHERE n IS NOT NULL GROUP BY fate""").fetchall()
    calm = con.execute(f"SELECT CASE WHEN void THEN 'voided' ELSE 'new' END, count(*) FROM {staged} "
                       "ANTI JOIN _busy USING (rk) GROUP BY ALL").fetchall()
    total: dict[str, int] = {}
    for fate, count in [*busy, *calm]:
        total[fate] = total.get(fate, 0) + count
    return Counts(**total)


def _any(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
