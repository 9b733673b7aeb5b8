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
_WHOLE_FROM = 300          # so many initials are on most people: all are read
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
            _add_keys(con, kind)
        con.execute("CREATE TABLE wanted AS SELECT person FROM known")
        con.execute("CREATE TABLE counted AS SELECT kind, hash64, count(*) AS count FROM key GROUP BY kind, hash64")
    else:
        _put_some(con)
    return everybody


def _put_some(con: Connection) -> None:
    """Who shares a key with somebody fresh: read by those keys; initials, which many share, are read whole."""
    own = _asked("kind, hash64", "person_id IN ({})", each=_ids(con, "fresh"))
    for kind in (*_KINDS, "initials"):
        values = sorted({h for k, h in own if k == kind})
        _add_keys(con, kind, None if kind == "initials" and len(values) > _WHOLE_FROM else values)
    con.execute(_WANTED)
    con.execute("CREATE TABLE counted (kind VARCHAR, hash64 BIGINT, count BIGINT)")
    found = _asked("kind, hash64, person_id", "person_id IN ({})", each=_ids(con, "wanted"))
    for kind in _COUNTED:
        _put_keys(con, kind, [r[1:] for r in found if r[0] == kind])
        _count(con, kind)


def _ids(con: Connection, table: str) -> list[int]:
    return [p for (p,) in con.execute(f"SELECT person FROM {table} ORDER BY person").fetchall()]


def _asked(what: str, where: str, *values: str, each: Sequence[int] | None = None, then: str = "") -> list[Any]:
    """Rows of the registry's keys; `{}` of the condition takes `each`, some thousand at a time."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for at in range(0, len(each) if each is not None else 1, _AT_ONCE):
            part = list(each[at:at + _AT_ONCE]) if each is not None else []
            cursor.execute(f"SELECT {what} FROM registry_personkey WHERE {where.format(', '.join(['%s'] * len(part)))} {then}",
                           [*values, *part])
            found += cursor.fetchall()
    return found


def _add_keys(con: Connection, kind: str, values: Sequence[int] | None = None) -> None:
    """Into `key`: everybody's keys of a kind, or those of these values."""
    some = " AND hash64 IN ({})" if values is not None else ""
    _put_keys(con, kind, _asked("hash64, person_id", f"kind = %s{some}", kind, each=values))


def _put_keys(con: Connection, kind: str, rows: Sequence[Any]) -> None:
    con.register("put", pa.table({"hash64": pa.array([r[0] for r in rows], pa.int64()),
                                  "person": pa.array([r[1] for r in rows], pa.int64())}))
    con.execute(f"INSERT INTO key SELECT '{kind}', hash64, person FROM put")
    con.unregister("put")


def _count(con: Connection, kind: str) -> None:
    """How many people carry each of the hashes of those wanted."""
    hashes = [h for (h,) in con.execute("SELECT DISTINCT k.hash64 FROM key k SEMI JOIN wanted USING (person) WHERE kind = ?",
                                        [kind]).fetchall()]
    rows = _asked("hash64, count(*)", "kind = %s AND hash64 IN ({})", kind, each=hashes, then="GROUP BY hash64")
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


# Each way of being alike is a join by equal values: initials are shared by thousands, birthdays by tens. Of a phone, which
# is a family's, those of one age or of the same initials.
_WANTED = f"""
CREATE TABLE wanted AS
WITH held AS (SELECT k.kind, k.hash64, k.person, p.birth, left(p.birth, 4) AS year,
    right(p.birth, 4) = '0101' AS vague FROM key k JOIN known p USING (person)),
sought AS (FROM held SEMI JOIN fresh USING (person)),
crowded AS (SELECT hash64 FROM key WHERE kind = 'phone' GROUP BY hash64 HAVING count(*) > {_MOST}),
called AS (SELECT person, hash64 AS initials FROM key WHERE kind = 'initials'),
near AS (SELECT a.person AS one, b.person, kind, a.birth IS NULL OR b.birth IS NULL OR a.year = b.year AS of_one_age
    FROM sought a JOIN held b USING (kind, hash64)
    WHERE kind IN ('id_number', 'name') OR (kind = 'phone' AND hash64 NOT IN (FROM crowded)))
SELECT person FROM fresh
UNION SELECT person FROM near WHERE kind = 'id_number' OR of_one_age
UNION SELECT n.person FROM near n JOIN called a ON a.person = n.one JOIN called b ON b.person = n.person
    WHERE kind = 'phone' AND a.initials = b.initials
UNION SELECT b.person FROM sought a JOIN held b USING (kind, hash64, birth) WHERE kind = 'initials'
UNION SELECT b.person FROM sought a JOIN held b USING (kind, hash64, year) WHERE kind = 'initials' AND b.vague
UNION SELECT b.person FROM sought a JOIN held b USING (kind, hash64, year) WHERE kind = 'initials' AND a.vague
UNION SELECT b.person FROM sought a JOIN held b ON b.kind = a.kind AND b.hash64 = a.hash64
    AND b.birth = a.year || substr(a.birth, 7, 2) || substr(a.birth, 5, 2) WHERE a.kind = 'initials'
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
