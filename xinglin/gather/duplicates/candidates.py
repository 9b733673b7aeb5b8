"""Whom to compare: by keyed hashes and birth dates first, so that only likely people are opened.

Everything stands in an in-memory database that never spills; names and numbers are nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from xinglin.gather.linkage.declared import COMPARISONS
from xinglin.gather.sql import Connection, one
from xinglin.registry.keys import county_keys

MEMORY = "1500MiB"
FIELDS = ("name", "sex", "birth_date", "id_number", "phone", "address")
_KINDS = ("phone", "name", "id_number")     # read by value; initials are read whole
_COUNTED = ("name", "phone")                # whose frequency weighs
_AT_ONCE = 5_000
_ALL_FROM = 0.25            # a larger part of the registry is new: everybody is opened
_MOST = 60                  # a phone that so many share belongs to nobody


@contextmanager
def private_memory() -> Any:
    """A database in memory alone: nothing of it reaches a disk."""
    con = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": "", "threads": 2})
    con.execute("SET enable_progress_bar = false")
    try:
        yield con
    finally:
        con.close()


def put_likely(con: Connection, fresh: Sequence[int], merged: Iterable[int]) -> int:
    """`wanted` (person): the fresh ones and whoever may be one of them; returns how many people there are.

    Also leaves `known` (person, birth), `key` (kind, hash64, person) of the wanted and `counted` (kind, hash64,
    count) for the frequencies.
    """
    _put_known(con, merged)
    con.register("put", pa.table({"person": pa.array(fresh, pa.int64())}))
    con.execute("CREATE TABLE fresh AS SELECT DISTINCT person FROM put SEMI JOIN known USING (person)")
    con.unregister("put")
    con.execute("CREATE TABLE key (kind VARCHAR, hash64 BIGINT, person BIGINT)")
    everybody, new = one(con, "SELECT count(*) FROM known"), one(con, "SELECT count(*) FROM fresh")
    if new >= everybody * _ALL_FROM:
        for kind in _COUNTED:
            _add_keys(con, _asked("kind = %s", kind))
        con.execute("CREATE TABLE wanted AS SELECT person FROM known")
        con.execute("CREATE TABLE counted AS SELECT kind, hash64, count(*) AS count FROM key GROUP BY kind, hash64")
    else:
        _put_some(con)
    return everybody


def _put_some(con: Connection) -> None:
    """Who shares a key with somebody fresh: read by those keys; only initials, which are few, are read whole."""
    _add_keys(con, _asked("person_id IN ({})", each=_ids(con, "fresh")))
    for kind in _KINDS:
        hashes = [h for (h,) in con.execute("SELECT DISTINCT hash64 FROM key WHERE kind = ?", [kind]).fetchall()]
        _add_keys(con, _asked("kind = %s AND hash64 IN ({})", kind, each=hashes))
    _add_keys(con, _asked("kind = %s", "initials"))
    con.execute("CREATE OR REPLACE TABLE key AS SELECT DISTINCT k.* FROM key k SEMI JOIN known USING (person)")
    con.execute(_WANTED)
    _add_keys(con, _asked("person_id IN ({})", each=_ids(con, "wanted")))
    con.execute("CREATE TABLE counted (kind VARCHAR, hash64 BIGINT, count BIGINT)")
    for kind in _COUNTED:
        _count(con, kind)


def _ids(con: Connection, table: str) -> list[int]:
    return [p for (p,) in con.execute(f"SELECT person FROM {table} ORDER BY person").fetchall()]


def _asked(where: str, *values: str, each: Sequence[int] | None = None, what: str = "kind, hash64, person_id",
           then: str = "") -> list[Any]:
    """Rows of the registry's keys; `{}` of the condition takes `each`, some thousand at a time."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for at in range(0, len(each) if each is not None else 1, _AT_ONCE):
            part = list(each[at:at + _AT_ONCE]) if each is not None else []
            cursor.execute(f"SELECT {what} FROM registry_personkey WHERE {where.format(', '.join(['%s'] * len(part)))} {then}",
                           [*values, *part])
            found += cursor.fetchall()
    return found


def _add_keys(con: Connection, rows: Sequence[Any]) -> None:
    con.register("put", pa.table({"kind": pa.array([r[0] for r in rows], pa.string()),
                                  "hash64": pa.array([r[1] for r in rows], pa.int64()),
                                  "person": pa.array([r[2] for r in rows], pa.int64())}))
    con.execute("INSERT INTO key FROM put")
    con.unregister("put")


def _count(con: Connection, kind: str) -> None:
    """How many people carry each of the hashes of those wanted."""
    hashes = [h for (h,) in con.execute("SELECT DISTINCT k.hash64 FROM key k SEMI JOIN wanted USING (person) WHERE kind = ?",
                                        [kind]).fetchall()]
    rows = _asked("kind = %s AND hash64 IN ({})", kind, each=hashes, what="hash64, count(*)", then="GROUP BY hash64")
    con.register("put", pa.table({"hash64": pa.array([r[0] for r in rows], pa.int64()),
                                  "count": pa.array([r[1] for r in rows], pa.int64())}))
    con.execute(f"INSERT INTO counted SELECT '{kind}', hash64, count FROM put")
    con.unregister("put")


def _put_known(con: Connection, merged: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        # As text: half a million days made into objects and back cost a second.
        cursor.execute("SELECT number, CAST(birth_date AS VARCHAR(10)) FROM registry_person")
        rows = cursor.fetchall()
    con.register("put", pa.table({"person": pa.array([r[0] for r in rows], pa.int64()),
                                  "birth": pa.array([r[1] for r in rows], pa.string())}))
    con.register("gone", pa.table({"person": pa.array(list(merged), pa.int64())}))
    con.execute("CREATE TABLE known AS SELECT person, replace(birth, '-', '') AS birth FROM put ANTI JOIN gone USING (person)")
    con.unregister("gone")
    con.unregister("put")


_SAME_YEAR = "(a.birth IS NULL OR b.birth IS NULL OR left(a.birth, 4) = left(b.birth, 4))"
_WANTED = f"""
CREATE TABLE wanted AS
WITH one_side AS (SELECT k.*, p.birth FROM key k SEMI JOIN fresh USING (person) JOIN known p USING (person)),
other AS (SELECT k.*, p.birth FROM key k JOIN known p USING (person)),
crowded AS (SELECT hash64 FROM key WHERE kind = 'phone' GROUP BY hash64 HAVING count(*) > {_MOST})
SELECT person FROM fresh
UNION SELECT b.person FROM one_side a JOIN other b USING (kind, hash64) WHERE a.person <> b.person AND CASE kind
    WHEN 'id_number' THEN true
    WHEN 'phone' THEN hash64 NOT IN (FROM crowded)
    WHEN 'name' THEN {_SAME_YEAR}
    WHEN 'initials' THEN a.birth = b.birth OR (left(a.birth, 4) = left(b.birth, 4) AND (right(a.birth, 4) = '0101' OR right(b.birth, 4) = '0101'
        OR (substr(a.birth, 5, 2) = substr(b.birth, 7, 2) AND substr(a.birth, 7, 2) = substr(b.birth, 5, 2)))) END
"""


def put_given(con: Connection) -> None:
    """`given` of the wanted people: identifiers opened, chunk by chunk."""
    wanted = [r[0] for r in con.execute("SELECT person FROM wanted ORDER BY person").fetchall()]
    con.execute(f"CREATE TABLE given (uid BIGINT, {', '.join(f'{f} VARCHAR' for f in FIELDS)})")
    for at in range(0, len(wanted), _AT_ONCE):
        con.register("put", _opened(wanted[at:at + _AT_ONCE]))
        con.execute("INSERT INTO given SELECT * FROM put")
        con.unregister("put")


def _opened(numbers: Sequence[int]) -> pa.Table:
    marks = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, name_sealed, sex, birth_date, id_number_sealed, phone_sealed, address_sealed "
                       f"FROM registry_person WHERE number IN ({marks})", list(numbers))
        rows = cursor.fetchall()
    opened = county_keys().open_text
    table: dict[str, Any] = {"uid": pa.array([r[0] for r in rows], pa.int64())}
    for n, field in enumerate(FIELDS, 1):
        plain = [r[n] and opened(bytes(r[n])) for r in rows] if field not in ("sex", "birth_date") else [
            None if r[n] in (None, "") else str(r[n]) for r in rows]
        table[field] = pa.array([v or None for v in plain], pa.string())
    return pa.table(table)


def put_frequencies(con: Connection) -> None:
    """`frequency_<column>` (value, count) among everybody, by the hashes of those who are opened."""
    columns = {level.by for c in COMPARISONS for level in c.levels if level.by}
    counted = {"name": _by_key("name", "name"), "sound": _by_key("name", "sound"), "phone": _by_key("phone", "phone"),
               "birth": "SELECT birth AS value, count(*) AS count FROM known WHERE birth IS NOT NULL GROUP BY birth"}
    for column in sorted(columns):
        sql = counted.get(column, "SELECT NULL::VARCHAR AS value, 0 AS count WHERE false")
        con.execute(f"CREATE TABLE frequency_{column} AS {sql}")


def _by_key(kind: str, column: str) -> str:
    return f"""SELECT value, sum(count)::BIGINT AS count FROM (
        SELECT DISTINCT r.{column} AS value, k.hash64, n.count FROM record r JOIN key k ON k.person = r.uid AND k.kind = '{kind}'
        JOIN counted n ON n.kind = k.kind AND n.hash64 = k.hash64
        WHERE r.{column} IS NOT NULL) GROUP BY value"""
