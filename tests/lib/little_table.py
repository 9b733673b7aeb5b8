"""Tables drawn in text: a header line, a line of values each, cells parted by |.

A blank cell is not given; 空 is given as unknown; 是 and 否 are yes and no.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from xinglin.declare.record import Column, Record, Row

WORDS = {"空": None, "是": True, "否": False}


def cells(text: str) -> list[dict[str, str]]:
    """Header → text for every line, blank cells left out."""
    lines = [[c.strip() for c in line.split("|")] for line in text.strip().splitlines()]
    if not lines or any(len(line) != len(lines[0]) for line in lines):
        raise ValueError(f"小表的各行格数不同：{[len(line) for line in lines]}")
    head, *rest = lines
    return [{n: c for n, c in zip(head, line, strict=True) if c} for line in rest]


def read(column: Column, text: str) -> Any:
    """A cell as the column's Python value."""
    if text in WORDS:
        return WORDS[text]
    numbers = {"integer": int, "number": float, "person": int}
    return numbers.get(column.kind, str)(text)


def rows(
    text: str,
    records: Mapping[str, type[Record]],
    default: type[Record],
    given: Mapping[str, str] | None = None,
) -> list[Row]:
    """Rows of Records; the column `record`, where there is one, names another than the default.

    `given` are values for columns that a line leaves blank (the programme's code).
    """
    made = []
    for line in cells(text):
        record = records[line.pop("record")] if "record" in line else default
        also = {n: v for n, v in (given or {}).items() if n in record.columns()}
        values = {
            n: read(record.columns()[n], c) if n in record.columns() else c
            for n, c in {**also, **line}.items()
        }
        made.append(record.row(**values))
    return made


def values(text: str, record: type[Record]) -> list[dict[str, Any]]:
    """Bare values, for conditions: columns of the Record, and `person__*` columns of Person."""
    from xinglin.datasets.people import Person

    known = {**record.columns(), **{f"person__{n}": c for n, c in Person.columns().items()}}
    made = []
    for line in cells(text):
        row = {n: read(known[n], c) for n, c in line.items()}
        made.append(
            {
                n: date.fromisoformat(v) if known[n].kind == "day" and v else v
                for n, v in row.items()
            }
        )
    return made
