"""A report as read: its text, its paragraphs with places, and what could not be read.

A place is an offset into `Document.text`, in which paragraphs are joined by one line feed.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")  # not allowed in a Word file


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of one paragraph that one XML element holds: where it begins and how long it is."""

    element: Any
    start: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph: its place in the whole text and, for Word files, the elements it came from."""

    start: int
    text: str
    kind: str = "body"  # body, table, textbox, footnote
    style: str = ""
    element: Any = field(default=None, compare=False, repr=False)
    pieces: tuple[Piece, ...] = field(default=(), compare=False, repr=False)

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A report. `notes` are sentences on what was not read; `tree` is the Word file, if it is one."""

    name: str
    kind: str  # docx, txt, pdf, doc, pasted
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[str, ...] = ()
    tree: Any = field(default=None, compare=False, repr=False)
    parts: tuple[Any, ...] = field(default=(), compare=False, repr=False)  # (part, root) of notes

    @cached_property
    def text(self) -> str:
        return "\n".join(p.text for p in self.paragraphs)

    @cached_property
    def _starts(self) -> list[int]:
        return [p.start for p in self.paragraphs]

    def paragraph_at(self, place: int) -> int:
        """The index of the paragraph that holds an offset."""
        return max(0, bisect_right(self._starts, place) - 1)


def of_lines(lines: list[str], *, name: str, kind: str, notes: tuple[str, ...] = ()) -> Document:
    """A Document without a Word file behind it; empty lines are left out."""
    made, start = [], 0
    for line in lines:
        line = CONTROL.sub("", line)
        if line.strip():
            made.append(Paragraph(start=start, text=line))
            start += len(line) + 1
    return Document(name=name, kind=kind, paragraphs=tuple(made), notes=notes)
