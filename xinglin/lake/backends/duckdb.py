"""The county's own engine: tables of DuckLake, at any snapshot; kept rows in TEMP tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
from ibis.common.exceptions import TableNotFound

from xinglin.kernel.errors import XinglinError
from xinglin.lake.tables import LAKE, q

if TYPE_CHECKING:
    import ibis.expr.types as ir


class OnDuckDB:
    """The lake attached as `lk` to this Ibis connection."""

    def __init__(self, con: Any) -> None:
        self.con = con

    def table(self, name: str, snapshot: int | None = None) -> ir.Table:
        """The newest table, or a view of it as of a snapshot."""
        try:
            if snapshot is None:
                return self.con.table(name, database=(LAKE, "main"))
            view = f"{name}@{int(snapshot)}"
            self.con.raw_sql(
                f"CREATE TEMP VIEW IF NOT EXISTS {q(view)} AS SELECT * FROM {LAKE}.main.{q(name)} "
                f"AT (VERSION => {int(snapshot)})")
            return self.con.table(view, database=("temp", "main"))
        except (TableNotFound, duckdb.CatalogException):
            raise XinglinError(f"湖里没有表 {name}", f"快照 {snapshot or '最新'}",
                               "请先用 lake.ensure 建表，或换一个较新的快照") from None

    def keep(self, name: str, expr: ir.Table) -> ir.Table:
        """The rows in a TEMP table of the connection."""
        self.drop(name)
        return self.con.create_table(name, expr, temp=True)

    def drop(self, name: str) -> None:
        self.con.raw_sql(f"DROP TABLE IF EXISTS temp.main.{q(name)}")
