"""Exact linkage: the file's people → subjects → county persons. Certain or not at all.

A subject is the keyed hash of the sender's own identity of a person, and never changes. Its person
comes from the lake's links, else by ID number from the registry, else a new person is registered.
A number that contradicts the row links nobody: the subject gets a person of its own, and a question
goes to the sender. Only distinct people pass through Python, to be hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from xinglin.declare.record import Record
from xinglin.gather.hashing import Hashes, put_hashes
from xinglin.gather.late_numbers import note_late_numbers, put_unnumbered
from xinglin.gather.models import PendingLink
from xinglin.gather.sql import Connection, one, rows_of
from xinglin.lake.tables import at_lake
from xinglin.registry.keys import county_keys
from xinglin.registry.merging import roots
from xinglin.registry.people import NewPerson, register_people
from xinglin.registry.rows import insert_rows

_HOME = ("place", "org", "doctor")
_CHUNK = 2_000
_AT_ONCE = 5_000
_SCAN_FROM = 50_000         # more numbers than this: read all keys rather than ask for each


def make_subjects(con: Connection, *, hashes: Hashes, record: type[Record], usable: str, whole: bool) -> None:
    """Table `subject`: the people of rows that stay, with their keyed hash. `usable`: SQL over judged.

    `whole`: `judged` has every row of the file. The population register also tells where a person lives
    and who looks after them.
    """
    register = record.about.code == "person"
    home = ", ".join(f"max({c}) AS {c}" if register else f"NULL::VARCHAR AS {c}" for c in _HOME)
    if whole and not register:      # few rows are rejected: to find who goes is less than to find who stays
        people = f"""SELECT w.*, {home} FROM who w ANTI JOIN (
            SELECT who FROM judged SEMI JOIN (SELECT who FROM judged WHERE NOT {usable}) r USING (who)
            GROUP BY who HAVING bool_and(NOT {usable})) g USING (who)"""
    else:
        people = f"""SELECT w.*, j.* EXCLUDE (who) FROM who w
            JOIN (SELECT who, {home} FROM judged WHERE {usable} GROUP BY who) j USING (who)"""
    con.execute(f"CREATE OR REPLACE TABLE needed AS {people} WHERE key IS NOT NULL")
    hashes.put(con)
    con.execute("CREATE OR REPLACE TABLE subject AS SELECT needed.*, subject, number64 FROM needed JOIN hashed USING (who)")
    con.execute("DROP TABLE needed")


def link_people(con: Connection, *, delivery: int, with_lake: bool, actor: str = "system",
                org: str = "") -> int:
    """Make `linked` (who, subject, person, doubt) and `new_link` (subject, person, why).

    Registers whoever is new; returns how many. Safe to repeat after a kill.
    """
    _known_people(con, with_lake=with_lake)
    _people_by_number(con)
    alone = one(con, "SELECT count(*) = count(DISTINCT subject) FROM subject")
    subjects = _ALONE if alone else _GROUPED
    con.execute(_MEET.replace("{subjects}", subjects))
    put_unnumbered(con)
    con.execute(_DECIDE.replace("{subjects}", subjects))
    note_late_numbers(con, delivery=delivery, actor=actor, org=org)
    count = _register_new(con, delivery=delivery, actor=actor, org=org)
    con.execute(_LINKED)
    con.execute(_NEW_LINKS)
    return count


def link_nobody(con: Connection) -> None:
    """`linked` for a file that is only checked, or is about nobody: doubts of the file alone."""
    con.execute("CREATE OR REPLACE TABLE linked AS SELECT who, NULL::BIGINT AS subject, "
                "NULL::BIGINT AS person, doubt FROM who")
    con.execute("CREATE OR REPLACE TABLE new_link (subject BIGINT, person BIGINT, why VARCHAR)")


def _known_people(con: Connection, *, with_lake: bool) -> None:
    """Persons that the subjects already have: the lake's links, and those of a killed run."""
    if with_lake:
        con.execute("CREATE OR REPLACE TABLE known AS SELECT l.subject, max(l.person) AS person "
                    f"FROM {at_lake('person_link')} l SEMI JOIN subject USING (subject) "
                    "WHERE l.to_at IS NULL GROUP BY l.subject")
    else:
        con.execute("CREATE OR REPLACE TABLE known (subject BIGINT, person BIGINT)")
    con.execute("CREATE OR REPLACE TABLE known_in_lake AS SELECT subject FROM known")
    pending = list(PendingLink.objects.values_list("subject", "person"))
    con.register("pending", pa.table({"subject": pa.array([p[0] for p in pending], pa.int64()),
                                      "person": pa.array([p[1] for p in pending], pa.int64())}))
    con.execute("CREATE OR REPLACE TABLE begun AS SELECT subject, person FROM pending ANTI JOIN known USING (subject) "
                "SEMI JOIN subject USING (subject)")
    con.execute("INSERT INTO known FROM begun")
    con.unregister("pending")


def _people_by_number(con: Connection) -> None:
    """`registered` (hash64, person): who has the subjects' numbers in the registry, others there may be."""
    _put_pairs(con, "standing", ("person", "root"), list(roots().items()))
    numbers = con.execute("SELECT number64 FROM subject WHERE number64 IS NOT NULL").to_arrow_table().column(0)
    _put_pairs(con, "registered", ("hash64", "person"), _keys_held("id_number", numbers))
    con.execute("CREATE OR REPLACE TABLE unmet AS SELECT name, number64 FROM subject ANTI JOIN known USING (subject)")
    # Names are compared only where a subject meets a registered person for the first time.
    names = con.execute(_NAMES_TO_COMPARE).to_arrow_table().column(0)
    put_hashes(con, "name_hash", names, county_keys().hash64_each(names.to_pylist(), "name"))
    people = [r[0] for r in rows_of(con, "SELECT DISTINCT person FROM registered r JOIN unmet s ON s.number64 = r.hash64")]
    _put_pairs(con, "named", ("hash64", "person"), _names_of(people))


_NAMES_TO_COMPARE = """SELECT DISTINCT plain_name(s.name) FROM unmet s
    SEMI JOIN registered r ON r.hash64 = s.number64 WHERE s.name IS NOT NULL"""


def _put_pairs(con: Connection, table: str, names: tuple[str, str],
               rows: Sequence[tuple[int, int]]) -> None:
    con.register("put", pa.table({n: pa.array([r[i] for r in rows], pa.int64()) for i, n in enumerate(names)}))
    con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM put")
    con.unregister("put")


def _keys_held(kind: str, hashes: pa.ChunkedArray) -> list[tuple[int, int]]:
    """(hash64, person) of the registry for these hashes, or of all, by raw cursor: there may be 300,000."""
    sql = "SELECT hash64, person_id FROM registry_personkey WHERE kind = %s"
    with connection.cursor() as cursor:
        if len(hashes) >= _SCAN_FROM:
            cursor.execute(sql, [kind])
            return list(cursor.fetchall())
        found: list[tuple[int, int]] = []
        for at in range(0, len(hashes), _AT_ONCE):
            part = hashes[at:at + _AT_ONCE].to_pylist()
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(f"{sql} AND hash64 IN ({marks})", [kind, *part])
            found += cursor.fetchall()
        return found


def _names_of(people: Sequence[Any]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        for at in range(0, len(people), _AT_ONCE):
            part = list(people[at:at + _AT_ONCE])
            marks = ", ".join(["%s"] * len(part))
            cursor.execute("SELECT hash64, person_id FROM registry_personkey WHERE kind = 'name' "
                           f"AND person_id IN ({marks})", part)
            found += cursor.fetchall()
    return found


_ALONE = "SELECT * EXCLUDE (who, key), false AS numbers_differ FROM subject"
_GROUPED = """SELECT subject, min(id18) AS id18, min_by(number64, id18) AS number64, min(id18) <> max(id18) AS numbers_differ,
    max(doubt) AS doubt, max(name) AS name, max(phone) AS phone, max(address) AS address, max(birth) AS birth,
    max(sex) AS sex, max(place) AS place, max(org) AS org, max(doctor) AS doctor FROM subject GROUP BY subject"""
# Who a subject is known as, and who holds its number. Settled: known, and the number is theirs or there is none.
_MEET = """
CREATE OR REPLACE TABLE met AS
WITH holders AS (SELECT hash64, min(r.person) AS holder, min(coalesce(s.root, r.person)) AS stands,
    max(coalesce(s.root, r.person)) AS stands_too
    FROM registered r LEFT JOIN standing s ON s.person = r.person GROUP BY hash64)
SELECT s.subject, s.number64, k.person AS known, h.holder, h.stands, h.stands <> h.stands_too AS several,
    s.doubt IS NOT NULL AS doubted,
    coalesce(k.person IS NOT NULL AND s.doubt IS NULL AND NOT s.numbers_differ AND (s.number64 IS NULL OR h.stands = k.person),
        false) AS settled
FROM ({subjects}) s LEFT JOIN known k USING (subject) LEFT JOIN holders h ON h.hash64 = s.number64
"""
# One row a subject: its number if one can be trusted, the person it has or gets, and the doubt.
_DECIDE = """
CREATE OR REPLACE TABLE decided AS
WITH rest AS (SELECT s.*, m.* EXCLUDE (subject, number64, settled, doubted)
    FROM ({subjects}) s JOIN met m USING (subject) WHERE NOT m.settled),
named_ AS (SELECT s.number64, name FROM ({subjects}) s SEMI JOIN rest USING (number64) WHERE name IS NOT NULL AND doubt IS NULL),
shared AS (SELECT number64 FROM named_ SEMI JOIN
    (SELECT number64 FROM named_ GROUP BY number64 HAVING min(name) <> max(name)) spelt USING (number64)
    GROUP BY number64 HAVING min(plain_name(name)) <> max(plain_name(name))),
named_too AS (SELECT r.*, r.number64 IN (FROM shared) AS is_shared,
        nm.hash64 IS NOT NULL AND r.holder IN (SELECT person FROM named)
            AND NOT EXISTS (FROM named o WHERE o.person = r.holder AND o.hash64 = nm.hash64) AS other_name
    FROM rest r LEFT JOIN name_hash nm ON nm.value = CASE WHEN r.known IS NULL THEN plain_name(r.name) END),
judged_ AS (SELECT * EXCLUDE (doubt), CASE
        WHEN doubt IS NOT NULL THEN doubt
        WHEN numbers_differ THEN 'two_numbers'
        WHEN known IS NOT NULL AND stands <> known AND NOT (known IN (FROM unnumbered) AND NOT is_shared)
            THEN 'changed_number'
        WHEN known IS NOT NULL THEN NULL
        WHEN is_shared THEN 'two_people'
        WHEN several OR other_name THEN 'registered_other' END AS doubt FROM named_too)
SELECT subject, CASE WHEN doubt IS NULL THEN id18 END AS id18, doubt, known, holder,
    coalesce(known, CASE WHEN doubt IS NULL THEN holder END) AS person,
    name, phone, address, birth, sex, place, org, doctor FROM judged_
UNION ALL BY NAME SELECT subject, known, holder, known AS person FROM met WHERE settled
"""
_LINKED = """
CREATE OR REPLACE TABLE linked AS
SELECT s.who, s.subject, coalesce(d.person, f.person) AS person, d.doubt
FROM subject s JOIN decided d USING (subject) LEFT JOIN fresh f USING (subject)
"""
_NEW_LINKS = """
CREATE OR REPLACE TABLE new_link AS
SELECT d.subject, coalesce(d.person, f.person) AS person,
    CASE WHEN d.person IS NOT NULL AND d.subject NOT IN (SELECT subject FROM begun) THEN '身份证号一致' WHEN d.id18 IS NOT NULL THEN '按身份证号新建'
         ELSE '无可用身份证号，新建' END AS why
FROM decided d LEFT JOIN fresh f USING (subject)
ANTI JOIN known_in_lake k USING (subject)
"""


def _register_new(con: Connection, *, delivery: int, actor: str, org: str) -> int:
    """Register a person for each number, or each subject without one, that has none yet."""
    con.execute("CREATE OR REPLACE TABLE fresh (subject BIGINT, person BIGINT)")
    groups = con.execute("""SELECT list(subject ORDER BY subject), max(id18), max(name), max(phone),
        max(address), max(coalesce(birth, try_strptime(substr(id18, 7, 8), '%Y%m%d')::DATE)),
        max(CASE WHEN id18 IS NOT NULL THEN CASE WHEN substr(id18, 17, 1)::INTEGER % 2 = 1 THEN '1' ELSE '2' END
                 WHEN sex IN ('男', '1', 'M', 'm') THEN '1' WHEN sex IN ('女', '2', 'F', 'f') THEN '2' END),
        max(place), max(org), max(doctor)
        FROM decided WHERE person IS NULL
        GROUP BY coalesce(id18, subject::VARCHAR) ORDER BY coalesce(id18, subject::VARCHAR)""").fetchall()
    for at in range(0, len(groups), _CHUNK):
        _register_chunk(con, groups[at:at + _CHUNK], delivery=delivery, actor=actor, org=org)
    return len(groups)


def _register_chunk(con: Connection, groups: Sequence[Any], *, delivery: int, actor: str, org: str) -> None:
    """People and the note of whose they are commit together: a killed run finds them again."""
    people = [NewPerson(id_number=g[1] or "", name=g[2] or "", phone=g[3] or "", address=g[4] or "",
                        birth_date=g[5], sex=g[6] or "", place_id=g[7], organisation_id=g[8], doctor_id=g[9])
              for g in groups]
    batch = hashlib.sha256(",".join(str(g[0][0]) for g in groups).encode()).hexdigest()[:24]
    with transaction.atomic():
        numbers = register_people(people=people, actor=actor, org=org,
                                  idempotency_key=f"gather:{delivery}:{batch}")
        pairs = [(s, n) for g, n in zip(groups, numbers, strict=True) for s in g[0]]
        insert_rows(PendingLink, ("delivery_id", "subject", "person"), [(delivery, s, n) for s, n in pairs])
    con.register("put", pa.table({"subject": pa.array([p[0] for p in pairs], pa.int64()),
                                  "person": pa.array([p[1] for p in pairs], pa.int64())}))
    con.execute("INSERT INTO fresh FROM put")
    con.unregister("put")


def unlinked(con: Connection) -> int:
    """People of accepted rows without a person: always 0, asserted by receive."""
    return one(con, "SELECT count(*) FROM linked WHERE person IS NULL AND subject IS NOT NULL")
