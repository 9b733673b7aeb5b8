"""Days and months added to columns, as `kernel.dates` does it: the only place that may.

`ibis.interval` and SQL intervals are refused elsewhere (DESIGN 4.5): engines differ in the type of
the sum and at the ends of months. DuckDB's `add(date, integer)` stays a date; a sum with months is a
timestamp, cast back, and takes the last day where the day is missing.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.datatypes as dt

_MONTHS = dt.Interval("M")


@ibis.udf.scalar.builtin(name="add", signature=((dt.date, dt.int32), dt.date))
def _add_days(day, n):  # type: ignore[no-untyped-def]  # noqa: ANN202
    ...


@ibis.udf.scalar.builtin(name="to_months", signature=((dt.int32,), _MONTHS))
def _to_months(n):  # type: ignore[no-untyped-def]  # noqa: ANN202
    ...


@ibis.udf.scalar.builtin(name="add", signature=((dt.date, _MONTHS), dt.timestamp))
def _add_months(day, months):  # type: ignore[no-untyped-def]  # noqa: ANN202
    ...


def plus_days(day: Any, n: Any) -> Any:
    """The day n days on; `day` a date column, `n` an integer or an integer column."""
    return _add_days(day, _number(n))


def plus_months(day: Any, n: Any) -> Any:
    """The same day of the month n months on, or that month's last day."""
    return _add_months(day, _to_months(_number(n))).cast("date")


def _number(n: Any) -> Any:
    return ibis.literal(n, "int32") if isinstance(n, int) else n.cast("int32")
