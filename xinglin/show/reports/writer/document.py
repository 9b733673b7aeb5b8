"""A written report as blocks, the same for every form: Word, PDF, page. And its trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Run:
    """Words; with `ref` a number of the trace, with `gap` one that is still owed."""

    text: str
    ref: int = 0
    gap: bool = False


@dataclass(frozen=True)
class Heading:
    """A numbered heading; level 1 to 4."""

    level: int
    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph of the body."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(r.text for r in self.runs)


@dataclass(frozen=True)
class Grid:
    """A table: head, rows of runs; numbers stand right. The last row is the county's."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Bars:
    """A chart of bars, one a place; None has no bar."""

    title: str
    unit: str
    names: tuple[str, ...]
    values: tuple[float | None, ...]


Block = Heading | Para | Grid | Bars


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Where a printed number comes from. `kind`: 系统计算, 手工填报, 上级公布 or 缺."""

    ref: int
    text: str
    kind: str
    title: str
    code: str = ""
    period: str = ""
    edition: date | None = None
    fraction: str = ""
    day: date | None = None
    snapshot: int = 0
    fingerprint: str = ""
    source: str = ""
    signer: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A number that is missing: what, and the office that owes it."""

    key: str
    title: str
    office: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Written:
    """A whole report: title, blocks, who signs it and when, the trace of every number, what is owed."""

    code: str
    title: str
    year: int
    day: date
    office: str
    blocks: tuple[Block, ...]
    trace: tuple[Trace, ...]
    owed: tuple[Owed, ...]
    edition: int = 0            # of frozen reports; 0 is a draft
    notes: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The body as plain words, a block a line."""
        return "\n".join(line for block in self.blocks for line in lines_of(block))


def lines_of(block: Block) -> Iterator[str]:
    """A block's words."""
    match block:
        case Heading(_, text):
            yield text
        case Para():
            yield block.text
        case Grid(title, head, rows):
            yield title
            yield "\t".join(head)
            yield from ("\t".join(r.text for r in row) for row in rows)
        case Bars(title, unit, names, values):
            yield f"{title}（{unit}）"
            yield from (f"{n}\t{'—' if v is None else f'{v:g}'}" for n, v in zip(names, values, strict=True))
