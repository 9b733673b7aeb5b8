"""Numbers in the tables of a Word report: what the heads of their row and column call them.

A table has no sentences: a cell's name is its row's first words and its column's head, its unit
stands in a column 单位 or in brackets of a head.
"""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from xinglin.show.reports.desk.document import Document, Paragraph
from xinglin.show.reports.desk.slots import normal

TABLE, ROW, CELL, TEXT = (qn(f"w:{name}") for name in ("tbl", "tr", "tc", "t"))
SPAN = f"{qn('w:tcPr')}/{qn('w:gridSpan')}"
NUMBER = re.compile(r"\s*-?\d[\d,]*(?:\.\d+)?\s*(?:%|‰)?\s*")
SERIAL = re.compile(r"序号|编号|电话|排序|行次")
UNIT = re.compile(r"[（(]\s*(?:单位[：:])?([^（()）]{1,6})[)）]")
BEFORE = re.compile(r"上年|去年|上期|同期|上一年|基期")
NOW = re.compile(r"本年|今年|本期|当年|实际|完成")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A number's cell: its table and line, and the words that name it."""

    table: int
    row: int
    column: int
    head: str
    line: str
    unit: str

    @property
    def name(self) -> str:
        """总诊疗人次（本年）."""
        line, head = (UNIT.sub("", words).strip() for words in (self.line, self.head))
        return f"{line}（{head}）" if line and head else line or head

    @property
    def is_base(self) -> bool:
        """Whether the column holds the year before."""
        return bool(BEFORE.search(self.head))


def places(document: Document) -> dict[int, Place]:
    """Start of a paragraph → its place, for every cell of the report that is one number."""
    grids: dict[Any, list[list[tuple[int, str]]]] = {}
    found = {}
    for p in document.paragraphs:
        if p.kind == "table" and p.element is not None and NUMBER.fullmatch(normal(p.text)):
            place = _place(p, grids)
            if place is not None:
                found[p.start] = place
    return found


def _place(p: Paragraph, grids: dict[Any, list[list[tuple[int, str]]]]) -> Place | None:
    cell = _above(p.element, CELL)
    row, table = _above(cell, ROW), _above(cell, TABLE)
    if row is None or table is None:
        return None
    grid = grids.setdefault(table, [_line(each) for each in table.iterchildren(ROW)])
    at = list(table.iterchildren(ROW)).index(row)
    column = grid[at][list(row.iterchildren(CELL)).index(cell)][0]
    heads = [words for words in (_under(line, column) for line in grid[:at]) if _is_words(words)]
    line = next((words for _, words in grid[at] if _is_words(words)), "")
    head = heads[0] if heads else ""
    if SERIAL.search(head):
        return None
    return Place(table=list(grids).index(table), row=at, column=column, head=head, line=line,
                 unit=_unit(grid, at, head, line))  # fmt: skip


def _above(element: Any, tag: str) -> Any:
    return next((e for e in element.iterancestors(tag)), None) if element is not None else None


def _line(row: Any) -> list[tuple[int, str]]:
    """(grid column, words) of each cell; a wide cell stands at its first column."""
    made, at = [], 0
    for cell in row.iterchildren(CELL):
        made.append((at, "".join(t.text or "" for t in cell.iter(TEXT)).strip()))
        span = cell.find(SPAN)
        at += int(span.get(qn("w:val"), 1)) if span is not None else 1
    return made


def _under(line: list[tuple[int, str]], column: int) -> str:
    return next((words for at, words in reversed(line) if at <= column), "")


def _is_words(words: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", words)) and not NUMBER.fullmatch(normal(words))


def _unit(grid: list[list[tuple[int, str]]], at: int, head: str, line: str) -> str:
    """A column 单位 of this line, else brackets of the line or of the column."""
    column = next((c for c, words in grid[0] if re.fullmatch(r"(?:计量)?单位", words)), None) if grid else None
    if column is not None:
        return _under(grid[at], column)
    told = UNIT.search(line) or UNIT.search(head)
    return told[1] if told else ""
