"""A .docx as paragraphs that know which run holds each character, so that edits stay in place.

Read: body, tables (in tables too), text boxes, footnotes, inserted text of tracked changes.
Not read, and said: pictures, deleted text, equations, embedded files, headers and footers.
"""

import io
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from lxml import etree

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.document import Document, Paragraph, Piece

P, R, T, TAB, BR = (qn(f"w:{name}") for name in ("p", "r", "t", "tab", "br"))
CELL, BOX, DELETED, STYLE = (qn(f"w:{name}") for name in ("tc", "txbxContent", "del", "pStyle"))
MOVED_FROM = qn("w:moveFrom")
ALTERNATE, CHOICE, FALLBACK = (
    f"{{http://schemas.openxmlformats.org/markup-compatibility/2006}}{name}"
    for name in ("AlternateContent", "Choice", "Fallback")
)
SEEN = (  # what to look for, the sentence about it
    (qn("w:drawing"), "有 {n} 处图片或图形，里面的文字没有读（文本框已读）。"),
    ("{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath", "有 {n} 个公式没有读。"),
    (qn("w:object"), "有 {n} 个嵌入的对象（如 Excel 表）没有读。"),
)
TRACKED = "有 {n} 处修订还没有接受：按“接受全部修订”后的文字读取，已删除的文字没有读。"


def read(data: bytes, *, name: str) -> Document:
    """A Document with its tree (docx.Document) from the bytes of a .docx."""
    try:
        tree = docx.Document(io.BytesIO(data))
    except (
        PackageNotFoundError,
        BadZipFile,
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
    ) as problem:
        raise XinglinError(
            "Word 文件已损坏，打不开", where=name, do="请用 Word 打开修复后另存一份再来"
        ) from problem
    return of_tree(tree, name=name)


def of_tree(tree: Any, *, name: str) -> Document:
    """A Document of an opened Word file."""
    parts = _footnotes(tree)
    roots = [(tree.element.body, "body"), *((root, "footnote") for _, root in parts)]
    made: list[Paragraph] = []
    start = 0
    for root, kind in roots:
        for element in _paragraphs(root):
            paragraph = paragraph_of(element, kind, start)
            if paragraph.text.strip():
                made.append(paragraph)
                start = paragraph.end + 1
    if not made:
        raise XinglinError(
            "这个 Word 文件里没有文字（可能全是图片）",
            where=name,
            do="请先做文字识别，或者提供有文字的原稿",
        )
    return Document(name=name, kind="docx", paragraphs=tuple(made), notes=_notes(tree),
                    tree=tree, parts=tuple(parts))  # fmt: skip


def _paragraphs(root: Any) -> Iterator[Any]:
    """Every paragraph in the order of the file; the second copy of a text box is left out."""
    return (p for p in root.iter(P) if not _within(p, {FALLBACK}))


def _within(element: Any, tags: set[str]) -> bool:
    return any(above.tag in tags for above in element.iterancestors())


def paragraph_of(element: Any, kind: str, start: int) -> Paragraph:
    """A paragraph element as it stands now, with the pieces that hold its text."""
    pieces, words, at = [], [], 0
    for leaf in element.iter(T, TAB, BR):
        if leaf.getparent().tag != R or _owner(leaf) is not element:
            continue
        text = (leaf.text or "") if leaf.tag == T else " "
        pieces.append(Piece(element=leaf, start=at, length=len(text)))
        words.append(text)
        at += len(text)
    style = element.find(f"{qn('w:pPr')}/{STYLE}")
    return Paragraph(start=start, text="".join(words).replace("\n", " "), kind=_kind(element, kind),
                     style="" if style is None else style.get(qn("w:val"), ""),
                     element=element, pieces=tuple(pieces))  # fmt: skip


def _owner(leaf: Any) -> Any:
    """The paragraph that a piece of text belongs to; None when it was deleted."""
    for above in leaf.iterancestors():
        if above.tag in (DELETED, MOVED_FROM):
            return None
        if above.tag == P:
            return above
    return None


def _kind(element: Any, kind: str) -> str:
    for above in element.iterancestors():
        if above.tag == BOX:
            return "textbox"
        if above.tag == CELL:
            return "table"
    return kind


def _footnotes(tree: Any) -> list[tuple[Any, Any]]:
    """(part, root) of the foot- and endnotes, so that an edit can be written back."""
    found = []
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        for relation in tree.part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                found.append((relation.target_part, parse_xml(relation.target_part.blob)))
    return found


def _notes(tree: Any) -> tuple[str, ...]:
    body = tree.element.body
    said = []
    for tag, sentence in SEEN:
        count = sum(
            1 for e in body.iter(tag) if not _within(e, {FALLBACK}) and e.find(f".//{BOX}") is None
        )
        if count:
            said.append(sentence.format(n=count))
    changes = sum(1 for _ in body.iter(DELETED, qn("w:ins")))
    if changes:
        said.append(TRACKED.format(n=changes))
    if any(
        s.header.paragraphs and any(p.text.strip() for p in s.header.paragraphs)
        for s in tree.sections
    ):
        said.append("页眉页脚没有读。")
    return tuple(said)
