"""Adding days and months to a column: the only two ways a definition may do it.

One operation each with one translation per engine; results are days and equal kernel/dates.py on
every engine. `ibis.interval` and SQL day intervals are refused elsewhere: DuckDB 1.5.5 takes
30 days and 1 month in one query for the same value.
"""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

Days = Any          # an Ibis day or moment column, or a date
Whole = Any         # an Ibis integer column, or an int


def plus_days(day: Days, n: Whole) -> "ir.DateValue":
    """The day n days after (before, if n < 0); null where either is."""
    return _operations()["PlusDays"](_day(day), _whole(n)).to_expr()


def plus_months(day: Days, n: Whole) -> "ir.DateValue":
    """The same day of the month n months on; where it does not exist, that month's last day."""
    return _operations()["PlusMonths"](_day(day), _whole(n)).to_expr()


def _day(day: Days) -> Any:
    import ibis

    return ibis.literal(day) if isinstance(day, date) else day.cast("date")


def _whole(n: Whole) -> Any:
    import ibis

    return ibis.literal(n, type="int32") if isinstance(n, int) else n.cast("int32")


@cache
def _operations() -> dict[str, Any]:
    """The two operations, made once and taught to each engine's compiler."""
    import ibis.expr.datatypes as dt
    import ibis.expr.operations as ops
    import ibis.expr.rules as rlz
    from ibis.backends.sql.compilers import DuckDBCompiler, PySparkCompiler

    class PlusDays(ops.Value):  # type: ignore[misc]
        arg: ops.Value[dt.Date, Any]
        n: ops.Value[dt.Integer, Any]
        shape = rlz.shape_like("args")
        dtype = dt.date

    class PlusMonths(ops.Value):  # type: ignore[misc]
        arg: ops.Value[dt.Date, Any]
        n: ops.Value[dt.Integer, Any]
        shape = rlz.shape_like("args")
        dtype = dt.date

    def duck_days(self: Any, op: Any, *, arg: Any, n: Any) -> Any:
        return self.f.anon.add(arg, n)

    def duck_months(self: Any, op: Any, *, arg: Any, n: Any) -> Any:
        return self.cast(self.f.anon.add(arg, self.f.anon.to_months(n)), dt.date)

    def spark_days(self: Any, op: Any, *, arg: Any, n: Any) -> Any:
        return self.f.anon.date_add(arg, n)

    def spark_months(self: Any, op: Any, *, arg: Any, n: Any) -> Any:
        return self.f.anon.add_months(arg, n)

    for compiler, by_days, by_months in ((DuckDBCompiler, duck_days, duck_months),
                                         (PySparkCompiler, spark_days, spark_months)):
        compiler.visit_PlusDays = by_days
        compiler.visit_PlusMonths = by_months
    return {"PlusDays": PlusDays, "PlusMonths": PlusMonths}
