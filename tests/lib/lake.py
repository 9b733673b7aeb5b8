"""Lakes for tests: an empty one with every table, rows staged from dictionaries, its whole content."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pyarrow as pa

from xinglin.datasets import DELIVERED, DERIVED
from xinglin.kernel.home import Home
from xinglin.lake.store import forget_lake, open_lake
from xinglin.lake.tables import (
    is_derived,
    newest_table,
    own_columns,
    staged_columns,
    versions_table,
)

NOON = datetime(2024, 6, 1, 12)
_ARROW = {"BIGINT": pa.int64(), "VARCHAR": pa.string(), "DOUBLE": pa.float64(), "DATE": pa.date32(),
          "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us")}  # fmt: skip
_SYSTEM = {"source": "VARCHAR", "record_id": "VARCHAR", "version": "BIGINT", "void": "BOOLEAN",
           "subject": "BIGINT", "person": "BIGINT", "delivery": "BIGINT", "row_no": "BIGINT",
           "received_at": "TIMESTAMP"}  # fmt: skip


@contextmanager
def new_lake(folder, records=(*DELIVERED, *DERIVED)):
    """A lake in a folder, with the tables of all datasets; closed at the end."""
    home = Home(folder)
    lake = open_lake(home)
    try:
        lake.ensure(records)
        yield lake
    finally:
        forget_lake(home)


def stage(con, record, rows, name="staged"):
    """A TEMP table with the columns that the lake wants; what a row leaves out is plain or null."""
    kinds = _SYSTEM | own_columns(record)
    columns = ["person", *own_columns(record)] if is_derived(record) else staged_columns(record)
    filled = [_filled(row, number) for number, row in enumerate(rows, 1)]
    table = pa.table({c: pa.array([r.get(c) for r in filled], _ARROW[kinds[c]]) for c in columns})
    con.register("arriving", table)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM arriving")
    con.unregister("arriving")
    return name


def _filled(row, number):
    delivery = row.get("delivery", 1)
    plain = {"source": "hospital", "version": 1, "void": False, "subject": row.get("person"),
             "delivery": delivery, "row_no": number,
             "received_at": NOON + timedelta(hours=delivery)}  # fmt: skip
    return plain | row


def put(lake, record, rows, delivery=1):
    """Bring rows in by one write transaction; what became of them."""
    with lake.write(delivery) as tx:
        return tx.upsert(record, stage(tx.con, record, rows))


def content(lake, record):
    """Everything that the lake holds of a Record, in a fixed order: newest, versions, events."""
    con = lake.cursor()
    code = record.about.code
    questions = (
        f'SELECT * FROM "{newest_table(record)}" ORDER BY ALL',
        f'SELECT * FROM "{versions_table(record)}" ORDER BY ALL',
        f"SELECT * FROM person_event WHERE record = '{code}' ORDER BY ALL",
    )
    return tuple(con.execute(q).fetchall() for q in questions)


def day(text):
    return date.fromisoformat(text)


