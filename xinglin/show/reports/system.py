"""The county's own figures beside what offices wrote: a bound row's 系统计算值, for a period."""

from collections.abc import Callable
from dataclasses import replace

from xinglin.declare.indicator import PER
from xinglin.kernel.dates import Period
from xinglin.show.reports.desk.adopt import Row
from xinglin.show.reports.desk.collect import Collection

Value = Callable[[str, Period], float | None]


def with_system(collection: Collection, period: Period, *, value: Value) -> Collection:
    """Bound rows with `system` set in their own unit; what the office wrote stays as it is."""
    rows = [
        replace(row, system=_shown(value(row.figure, period), row)) if row.figure else row
        for row in collection.rows
    ]
    return replace(collection, rows=tuple(rows))


def _shown(value: float | None, row: Row) -> str:
    """As last year's number was printed: shares in percent, thousands of ten in 万."""
    if value is None:
        return ""
    scale = 10_000 if row.unit.startswith("万") else 1
    return f"{value / scale:.{max(row.decimals, 1) if row.unit in ('%', '‰') else row.decimals}f}"


def lake_value(code: str, period: Period) -> float | None:
    """A declared figure of the whole county in this home's lake; None when it has no value."""
    from datetime import date

    from xinglin.kernel.home import home
    from xinglin.know.indicators import queries
    from xinglin.know.indicators.readers import opener
    from xinglin.lake.store import open_lake
    from xinglin.show.common.definitions import catalog

    lake = open_lake(home(), read_only=True)
    con = lake.cursor()
    day = queries.last_day(con) or date.today()  # noqa: DTZ011  the county's own calendar day
    asked = queries.ask(con, catalog().indicator(code), period, open_=opener(con, day), day=day,
                        snapshot=lake.snapshot())  # fmt: skip
    found = queries.figure(asked)
    if found.indicator.kind == "count":
        return float(found.amount.numerator)
    per = PER.get(found.indicator.unit, 1)
    return None if found.amount.value is None else float(found.amount.value) * per
