"""Spark: the same definitions over the Parquet files of an extract (`lake/extract.py`).

Kept rows go to tables of the session's warehouse, which the driver and every executor must reach.
Not to its cache: Spark 3.5 cannot tell the two sides apart where a cached table meets itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis
from ibis.common.exceptions import TableNotFound

from xinglin.kernel.errors import XinglinError

if TYPE_CHECKING:
    import ibis.expr.types as ir


def connect(session: Any, files: Mapping[str, Sequence[str]]) -> Any:
    """An Ibis connection of a SparkSession whose tables are these files: table → its Parquet files.

    Always a list of files, never a folder: a lake's folder holds replaced rows too.
    """
    session.conf.set("spark.sql.session.timeZone", "UTC")       # the lake's moments carry no zone
    for name, listed in files.items():
        session.read.parquet(*listed).createOrReplaceTempView(name)
    return ibis.pyspark.connect(session=session)


class OnSpark:
    """The tables of a session that `connect` prepared."""

    def __init__(self, con: Any) -> None:
        self.con = con

    def table(self, name: str, snapshot: int | None = None) -> ir.Table:
        """A table of the extract; its snapshot was chosen then."""
        if snapshot is not None:
            raise XinglinError("Spark 上只有副本那一刻的表", f"{name}，快照 {snapshot}",
                               "做副本时用 extract 的 snapshot 选定快照")
        try:
            return self.con.table(name)
        except TableNotFound:
            raise XinglinError(f"给 Spark 的副本里没有表 {name}", name,
                               "做副本时把这种记录列进 extract") from None

    def keep(self, name: str, expr: ir.Table) -> ir.Table:
        """The rows as a table of the warehouse."""
        return self.con.create_table(name, expr, format="parquet", overwrite=True)

    def drop(self, name: str) -> None:
        self.con.drop_table(name, force=True)
