"""An Ibis expression as DuckDB's SQL, on one line.

`ibis.to_sql` takes the expression apart first and lays its SQL out for reading: a third more work for each of
the hundreds of statements of a night. `laid_out` is for one that somebody reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibis.backends.sql.compilers import duckdb

if TYPE_CHECKING:
    import ibis.expr.types as ir


def duckdb_sql(expr: ir.Expr, *, laid_out: bool = False) -> str:
    """The SQL of a table expression, for DuckDB."""
    compiler = duckdb.compiler
    return str(compiler.to_sqlglot(expr).sql(dialect=compiler.dialect, pretty=laid_out))
