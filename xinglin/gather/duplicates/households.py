"""Which household the population register puts people in; in the lake, as the registry of people does not know it."""

from __future__ import annotations

import pyarrow as pa

from xinglin.datasets.people import Person as PersonRecord
from xinglin.gather.sql import Connection
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake
from xinglin.lake.tables import LAKE, at_lake, newest_table, order_columns


def put_households(con: Connection, home: Home) -> None:
    """Fill `given.household` of those wanted. Numbers begin anew in each village: the village stands before them."""
    wanted = con.execute("SELECT person FROM wanted ORDER BY person").to_arrow_table()
    con.execute("ALTER TABLE given ADD COLUMN household VARCHAR")
    con.register("put", _households(home, wanted))
    con.execute("UPDATE given SET household = p.household FROM put p WHERE p.person = uid")
    con.unregister("put")


def _households(home: Home, people: pa.Table) -> pa.Table:
    """(person, household) of the register's newest rows; none where there is no register yet."""
    try:
        opened = open_lake(home, read_only=True)
    except XinglinError:        # nothing was ever delivered
        return pa.table({"person": pa.array([], pa.int64()), "household": pa.array([], pa.string())})
    with opened.cursor() as lake:
        there = lake.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND table_name = ?",
                             [LAKE, newest_table(PersonRecord)]).fetchone()
        lake.register("wanted", people)
        found = lake.execute(_NEWEST if there else _NOBODY).to_arrow_table()
        lake.unregister("wanted")
    return found


_NOBODY = "SELECT NULL::BIGINT AS person, NULL::VARCHAR AS household WHERE false"
_NEWEST = f"""
SELECT person, coalesce(place, '') || '/' || household AS household FROM {at_lake(newest_table(PersonRecord))}
SEMI JOIN wanted USING (person) WHERE trim(household) <> ''
QUALIFY row_number() OVER (PARTITION BY person ORDER BY {", ".join(
    f'"{c}" DESC NULLS LAST' for c in order_columns(PersonRecord))}) = 1
"""
