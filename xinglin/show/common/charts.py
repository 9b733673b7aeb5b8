"""Charts as declared data: what chart.js draws and what the table beside it says."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Series:
    """A named row of values, one a label; None is a gap. `past` is last year: thin and grey."""

    name: str
    values: Sequence[float | None]
    past: bool = False


@dataclass(frozen=True, kw_only=True)
class Target:
    """A thin line at a value, with its words (目标 60%)."""

    value: float
    name: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A line over months or bars over places.

    `incomplete` names the labels whose data are not whole yet: hatched, and named in the table.
    `unit` is printed at the axis and after values. `details` are the words of the table's cells,
    a row for each series (68.4%　1204/1760); without them the values are printed.
    `links` are addresses, one a label: a click on a point or a bar opens it.
    `days` (ISO, one a label) put a line's points where they lie in time; without them they stand evenly.
    """

    title: str
    kind: Literal["line", "bars"]
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    target: Target | None = None
    incomplete: Sequence[str] = ()
    details: Sequence[Sequence[str]] = ()
    links: Sequence[str] = ()
    days: Sequence[str] = ()

    def __post_init__(self) -> None:
        for row in self.series:
            if len(row.values) != len(self.labels):
                raise ValueError(f"{self.title}: {row.name} has not one value a label")
        if self.days and len(self.days) != len(self.labels):
            raise ValueError(f"{self.title}: not one day a label")

    def spec(self) -> dict[str, Any]:
        """Plain data for the JSON script that chart.js reads."""
        told = asdict(self)
        del told["details"]
        return told

    def table(self) -> list[tuple[str, bool, list[str]]]:
        """Rows (label, incomplete?, words of each series) of the table under the chart."""
        cells = self.details or [[self._words(v) for v in row.values] for row in self.series]
        return [
            (label, label in self.incomplete, [row[i] for row in cells])
            for i, label in enumerate(self.labels)
        ]

    def _words(self, value: float | None) -> str:
        return "—" if value is None else f"{value:g}{self.unit}"
