"""The line of a figure: this year beside last year, the target as a thin line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xinglin.declare.indicator import Indicator
from xinglin.show.common.charts import Chart, Series, Target
from xinglin.show.figures import trend
from xinglin.show.figures.totals import Total


def line_chart(one: Indicator, held: Sequence[Total], *, year: int, day: date, grain: str = "month") -> Chart:
    """By month, quarter or year; the running one is marked as not whole."""
    line = trend.LINES[grain](one, held, year, day)
    series = [Series(name="各年" if grain == "year" else f"{year}年", values=[trend.drawn(one, a) if a else None for a in line.now])]
    details = [[trend.words(one, a) for a in line.now]]
    if any(line.before):
        series.append(Series(name=f"{year - 1}年", past=True, values=[trend.drawn(one, a) if a else None for a in line.before]))
        details.append([trend.words(one, a) for a in line.before])
    return Chart(title=f"{one.title}，{trend.GRAINS[grain]}", kind="bars" if one.kind == "count" and grain == "year" else "line",
                 labels=line.labels, unit=one.unit, series=series, details=details, incomplete=line.open,
                 target=target_of(one, day))


def target_of(one: Indicator, day: date) -> Target | None:
    """The target in force on a day, where the norm sets one."""
    value = one.target.on(day) if one.target is not None else None
    return Target(value=float(value), name=f"目标 {value:g}{one.target.unit}") if value is not None else None
