"""谁能打开哪一页: every address × every role × whose it is. The page of rights is made from it, a test holds the site to it.

A cell says how far a role gets with a page:

    是  the page itself (nothing of anybody's is named in the address)
    自  what belongs to the reader's own organisation       下  that and what is below it
    县  the county's sum only      辖  that, and places from the organisation's own downwards
    全  everything                 －  nothing
    ＊  after it: names, numbers and phones are starred
    ？  after it: without a tie of service a reason is asked first

What a cell does not give is answered with `refused`: 404 for people and things (as if there were
none; for a person the attempt is in the access stream), 403 for pages. A role that gets nowhere (－)
is told so with 403, but for people: whether somebody is known here is itself nobody's business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xinglin.registry.permissions import ROLES

READERS = (*ROLES, "idle")      # idle: signed in, without a post
PEOPLE = ("person", "act", "event", "programme", "loop")     # what names a person in an address
REACHES = "是自下县辖全－"


@dataclass(frozen=True)
class Cell:
    """How far one role gets: a letter of REACHES, starred or not, with a reason or not."""

    reach: str
    masked: bool = False
    asked: bool = False

    def __str__(self) -> str:
        return self.reach + "＊" * self.masked + "？" * self.asked


def read_cell(text: str) -> Cell:
    """「全＊？」→ Cell. ValueError for what is no cell."""
    if text[:1] not in REACHES or not text or text[1:].strip("＊？"):
        raise ValueError(f"{text!r} is no cell: one of {REACHES}, then ＊ and ？")
    return Cell(text[0], "＊" in text, "？" in text)


@dataclass(frozen=True)
class Line:
    """One address and method. `of`: what stands in the address, "" for nothing of anybody's.

    `send`: what the request carries, so that it gets past its first question. `public`: open
    before sign-in.
    """

    name: str
    title: str
    cells: str
    of: str = ""
    method: str = "GET"
    refused: int = 403
    send: Mapping[str, str] = field(default_factory=dict)
    public: bool = False

    def answer(self, cell: Cell) -> int:
        """The status of what this cell does not give."""
        return 403 if cell.reach == "－" and self.of not in PEOPLE else self.refused

    @property
    def by_reader(self) -> dict[str, Cell]:
        """Role (or idle) → cell."""
        return dict(zip(READERS, map(read_cell, self.cells.split()), strict=True))


def example_line(name: str, of: str = "") -> str:
    """The line to add for an address that the matrix does not know yet."""
    cells = " ".join("－" for _ in READERS)
    told = f', of="{of}", refused=404' if of else ""
    return f'Line("{name}", "…这一页叫什么…", "{cells}"{told}),'


def reached(cell: Cell, relation: str) -> bool:
    """Does a cell reach a thing that stands in this relation to the reader's organisation?

    Relations: page, own, below, sibling, parent, none (belongs to nobody), county (the sum).
    """
    within: Mapping[str, Iterable[str]] = {
        "是": ("page",), "自": ("own",), "下": ("own", "below"), "县": ("county",),
        "辖": ("county", "own", "below"), "－": (),
    }  # fmt: skip
    return cell.reach == "全" or relation in within.get(cell.reach, ())
