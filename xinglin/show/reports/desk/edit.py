"""Change a Word file in place: replace a stretch, mark it, comment on it; the runs keep their style.

Stretches are offsets into the text that was read (`Document.text`). Apply the last one first, or
all of one document through `apply`, which sorts them.
"""

import io
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.run import Run

from xinglin.show.reports.desk import word
from xinglin.show.reports.desk.document import Document, Paragraph, Piece

AUTHOR, INITIALS = "杏林校核", "杏"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A change of one stretch: new words (None leaves them), a comment, a highlight."""

    start: int
    end: int
    words: str | None = None
    comment: str = ""
    mark: bool = False


def apply(document: Document, edits: Iterable[Edit]) -> bytes:
    """A copy of the report with the edits, as the bytes of a .docx."""
    copy = _own_copy(document)
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        paragraph = copy.paragraphs[copy.paragraph_at(edit.start)]
        _apply(copy, paragraph, edit)
        if edit.comment:
            _say(copy, paragraph, edit)
    _mirror_boxes(copy.tree.element.body)
    for part, root in copy.parts:
        part._blob = serialize_part_xml(root)
    held = io.BytesIO()
    copy.tree.save(held)
    return held.getvalue()


def _mirror_boxes(body: Any) -> None:
    """A text box stands twice in a file, for new readers and for old ones: both say the same."""
    for pair in body.iter(word.ALTERNATE):
        fresh, stale = ([box for part in pair.iterchildren(tag) for box in part.iter(word.BOX)]
                        for tag in (word.CHOICE, word.FALLBACK))  # fmt: skip
        for new, old in zip(fresh, stale, strict=False):
            old[:] = [deepcopy(each) for each in new]
            for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
                for mark in list(old.iter(qn(f"w:{tag}"))):
                    mark.getparent().remove(mark)


def _own_copy(document: Document) -> Document:
    """The same file read again, so that the one in hand stays as it was; other kinds become Word."""
    held = io.BytesIO()
    (document.tree or _new_tree(document)).save(held)
    return word.read(held.getvalue(), name=document.name)


def _new_tree(document: Document) -> Any:
    """A plain Word file of a .txt, .pdf or pasted report, a paragraph a line."""
    tree = plain_tree()
    for paragraph in document.paragraphs:
        tree.add_paragraph(paragraph.text)
    return tree


def plain_tree() -> Any:
    """An empty A4 Word file as offices set their papers: 仿宋 三号, lines of 28 points, two characters in."""
    tree = docx.Document()
    style, section = tree.styles["Normal"], tree.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    style.font.name, style.font.size = "仿宋", Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    style.paragraph_format.line_spacing, style.paragraph_format.space_after = Pt(28), Pt(0)
    return tree


def _apply(document: Document, paragraph: Paragraph, edit: Edit) -> None:
    if edit.words is None and not edit.mark:
        return
    runs = _runs(paragraph, edit.start, edit.end)
    if runs and edit.words is not None:
        _rewrite(runs, edit.words)
    for run in runs if edit.mark else ():
        _highlight(document.tree, run)


def _say(document: Document, paragraph: Paragraph, edit: Edit) -> None:
    """Comment on the stretch; Word allows none in notes and boxes, so those stand at the body before."""
    words, end = edit.comment, edit.end
    if edit.words is not None:
        end = edit.start + len(edit.words)
    if paragraph.kind in ("footnote", "textbox"):
        before = [p for p in document.paragraphs if p.kind == "body" and p.start <= paragraph.start]
        words = f"（{'脚注' if paragraph.kind == 'footnote' else '文本框'}：{paragraph.text[:20]}…）{words}"
        if not before:
            return
        paragraph = before[-1]
        runs = _runs(paragraph, paragraph.start, paragraph.end)
    else:
        runs = _runs(paragraph, edit.start, end)
    if runs:
        _comment(document.tree, runs, words)


def _runs(paragraph: Paragraph, start: int, end: int) -> list[Any]:
    # Read anew: an edit behind this one has cut some of the runs.
    fresh = word.paragraph_of(paragraph.element, paragraph.kind, paragraph.start)
    return _cut(fresh, start - paragraph.start, min(end - paragraph.start, len(fresh.text)))


def _cut(paragraph: Paragraph, start: int, end: int) -> list[Any]:
    """The runs that hold exactly this stretch; a run that holds more is split in up to three."""
    found = []
    for piece in paragraph.pieces:
        low, high = max(start, piece.start), min(end, piece.start + piece.length)
        if low < high:
            found.append(_split(piece, low - piece.start, high - piece.start))
    return found


def _split(piece: Piece, low: int, high: int) -> Any:
    """The run left with text[low:high] of a piece; what stood before and after gets its own run."""
    leaf, run = piece.element, piece.element.getparent()
    if leaf.tag != qn("w:t"):
        return run
    text, place = leaf.text or "", list(run).index(leaf)
    contents = [e for e in run if e.tag != qn("w:rPr")]
    first = place - (len(run) - len(contents))
    if low or first > 0:
        run.addprevious(_part(run, contents[:first], text[:low]))
    if high < len(text) or first + 1 < len(contents):
        run.addnext(_part(run, contents[first + 1 :], text[high:], words_first=True))
    for element in contents[:first] + contents[first + 1 :]:
        if element.getparent() is run:
            run.remove(element)
    _set(leaf, text[low:high])
    return run


def _part(run: Any, contents: list[Any], words: str, *, words_first: bool = False) -> Any:
    """A run of the same look with some moved contents and some words."""
    part = run.makeelement(run.tag, dict(run.attrib))
    look = run.find(qn("w:rPr"))
    if look is not None:
        part.append(deepcopy(look))
    leaf = run.makeelement(qn("w:t"), {})
    _set(leaf, words)
    for element in [leaf, *contents] if words_first else [*contents, leaf]:
        part.append(element)
    return part


def _set(leaf: Any, words: str) -> None:
    leaf.text = words
    leaf.set(SPACE, "preserve")


def _rewrite(runs: list[Any], words: str) -> None:
    """Put the new words into the first run and empty the rest."""
    for index, run in enumerate(runs):
        leaf = run.find(qn("w:t"))
        if leaf is not None:
            _set(leaf, words if index == 0 else "")


def _highlight(tree: Any, run: Any) -> None:
    look = run.get_or_add_rPr()
    for old in look.findall(qn("w:highlight")):
        look.remove(old)
    Run(run, tree._body).font.highlight_color = WD_COLOR_INDEX.YELLOW


def _comment(tree: Any, runs: list[Any], words: str) -> None:
    holder = [Run(run, tree._body) for run in (runs[0], runs[-1])]
    comment = tree.add_comment(holder, text=words, author=AUTHOR, initials=INITIALS)
    comment._comment_elm.set(qn("w:date"), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
