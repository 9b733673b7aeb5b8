"""Tables as declared data, drawn by parts/table.html: sticky header, numbers right-aligned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its title, the unit (printed in the header), whether it holds numbers.

    `desk` columns disappear at phone width; keep what the row is about and what to do.
    """

    title: str | Promise
    unit: str = ""
    number: bool = False
    desk: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of cells, one a column; `address` opens on Enter or a click on the first cell."""

    cells: Sequence[Any]
    address: str = ""
    total: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A whole table. `caption` says what it counts; `empty` what would bring rows, and who."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: str = ""
    empty: str = ""

    def lines(self) -> list[tuple[Row, list[tuple[Column, Any]]]]:
        """Each row with its cells beside their columns, as the template draws them."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]
