"""Who a subject is: links from the sender's patient to the county's person, and re-homing rows."""

from __future__ import annotations

import duckdb

from xinglin.lake.schema import existing_tables
from xinglin.lake.tables import at_lake


def link(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Append links (subject, person, at, why); an open link to another person ends at that moment."""
    table = at_lake("person_link")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE _links AS
        SELECT subject, person, "at", why FROM (SELECT DISTINCT ON (subject) * FROM {relation}
        ORDER BY subject, "at" DESC, person) n
        WHERE NOT EXISTS (SELECT 1 FROM {table} l
            WHERE l.subject = n.subject AND l.person = n.person AND l.to_at IS NULL)""")
    con.execute(f'UPDATE {table} l SET to_at = n."at" FROM _links n '
                "WHERE l.subject = n.subject AND l.to_at IS NULL")
    con.execute(f'INSERT INTO {table} SELECT subject, person, "at", NULL, why FROM _links')
    con.execute("DROP TABLE temp._links")


def rehome(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Give all rows of these subjects their person, in every table; newest rows moved."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE _homes AS SELECT DISTINCT subject, person FROM {relation}")
    con.execute("CREATE OR REPLACE TEMP TABLE _moved (record VARCHAR, rk BIGINT, person BIGINT)")
    moving = "t.subject = h.subject AND t.person IS DISTINCT FROM h.person"
    tables = {t for t, columns in existing_tables(con).items() if {"subject", "rk"} <= set(columns)}
    for table in sorted(tables):
        # An UPDATE of nothing still costs DuckLake a look at every file: most tables know nothing of these people.
        if not con.execute(f"SELECT 1 FROM {at_lake(table)} t JOIN _homes h ON {moving} LIMIT 1").fetchone():
            continue
        if f"{table}_versions" in tables:
            con.execute(f"INSERT INTO _moved SELECT '{table}', t.rk, h.person "
                        f"FROM {at_lake(table)} t JOIN _homes h ON {moving}")
        con.execute(f"UPDATE {at_lake(table)} t SET person = h.person FROM _homes h WHERE {moving}")
    con.execute(f"UPDATE {at_lake('person_event')} e SET person = m.person FROM _moved m "
                "WHERE e.rk = m.rk AND e.record = m.record")
    count = int(con.execute("SELECT count(*) FROM _moved").fetchall()[0][0])
    con.execute("DROP TABLE temp._homes")
    con.execute("DROP TABLE temp._moved")
    return count
