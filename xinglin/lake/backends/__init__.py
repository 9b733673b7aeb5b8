"""Where the lake's tables are computed: the same definitions, the same answers on every engine.

DuckDB is the county's own (`duckdb.py`); Spark reads an extract (`spark.py`). Beside
Ibis an engine gives three things: a table by its name, a place for rows worked out once, and the two
operations of `declare/days.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Backend(Protocol):
    """What definitions ask of an engine beyond Ibis."""

    def table(self, name: str, snapshot: int | None = None) -> ir.Table:
        """A table of the lake: the newest, or as of a snapshot. Raises XinglinError where it is not."""

    def keep(self, name: str, expr: ir.Table) -> ir.Table:
        """The expression's rows, computed now and read from there; replaces what had the name."""

    def drop(self, name: str) -> None:
        """Take out what `keep` kept."""


def backend_of(con: Any) -> Backend:
    """The engine behind an Ibis connection."""
    if con.name == "pyspark":
        from xinglin.lake.backends.spark import OnSpark

        return OnSpark(con)
    from xinglin.lake.backends.duckdb import OnDuckDB

    return OnDuckDB(con)
