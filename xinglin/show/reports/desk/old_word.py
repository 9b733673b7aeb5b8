"""The words of a .doc or .wps file: its own table of pieces is read ([MS-DOC] 2.4.1), not guessed at.

Read: body, tables, footnotes, endnotes, text boxes; deleted text of tracked changes is left out. Not
read, and said: headers, pictures, styles. What is read becomes a plain Word file, so that it can be
commented and refilled. A file whose table is damaged gives the Chinese stretches of its bytes.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk import word
from xinglin.show.reports.desk.compound import streams
from xinglin.show.reports.desk.document import CONTROL, Document, of_lines
from xinglin.show.reports.desk.edit import plain_tree

SAVE_AS = "请用 Word 或 WPS 打开它，“另存为”Word 文档（.docx）后再来"
LOCKED = "请在 Word 里去掉密码（文件—信息—保护文档）另存一份再来"
NOTE = "旧版文件（.doc、.wps）：正文、表格、脚注和文本框里的文字已读；字体、图片、页眉页脚没有读。"
GUESSED = "这个旧版文件（.doc、.wps）的结构不全，只读得出成片的正文文字，表格、文本框和脚注可能没有读。"
MAGIC, ENCRYPTED, FIRST_TABLE = 0xA5EC, 0x0100, 0x0200
COUNTS = 0x4C  # ccpText, ccpFtn, ccpHdd, ccpMcr, ccpAtn, ccpEdn, ccpTxbx: characters of each part, in order
PARTS = ("body", "footnote", "header", "macro", "comment", "endnote", "textbox")
KEPT = ("body", "footnote", "endnote", "textbox")
CLX = 0x01A2
BREAKS = re.compile(r"[\r\n\x07\x0b\x0c\x0e]+")
FIELD = re.compile(r"\x13[^\x13\x14\x15]*\x14?([^\x13\x14\x15]*)\x15")  # a field: its code goes, its result stays
MARKS = re.compile(r"[\x00-\x06\x08\x0f-\x1f]")
CELL, GONE = "\x07", "\x08"
ENDS = re.compile(r"([^\r\n\x07\x0b\x0c\x0e]*)([\r\n\x07\x0b\x0c\x0e])")
NARROW, CHARACTERS, DELETED, WIDEST = 0x40000000, 0xFA, 0x0800, 40
SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # bytes of an operand by the top bits of its code; 0: it says itself
RUN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2010-\u2030\x20-\x7e\r\n\t\x07]{12,}")


def read(data: bytes, *, name: str) -> Document:
    """A Document of kind doc; locked and wordless files are refused with a way out."""
    parts = streams(data)
    if "EncryptedPackage" in parts or b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k" in data:
        raise XinglinError("这个文件有打开密码", where=name, do=LOCKED)
    if "Workbook" in parts or "Book" in parts or "PowerPoint Document" in parts:
        raise XinglinError("这不是 Word 文档，是旧版的 Excel 或 PPT 文件", where=name, do="请选报告的 Word 文档")
    head = parts.get("WordDocument", b"")
    if len(head) > CLX + 8 and struct.unpack_from("<H", head, 0x0A)[0] & ENCRYPTED:
        raise XinglinError("这个文件有打开密码", where=name, do=LOCKED)
    texts = _texts(head, parts)
    if any(text.strip() for text in texts):
        made = word.of_tree(_tree(texts), name=name)
        return replace(made, kind="doc", notes=(f"{NOTE}要在原稿上批注，{SAVE_AS}。",))
    return _guessed(data, name)


def _texts(head: bytes, parts: dict[str, bytes]) -> list[str]:
    """The text of each kept part, without field codes; nothing when the table of pieces is damaged."""
    try:
        if struct.unpack_from("<H", head)[0] != MAGIC:
            return []
        flags = struct.unpack_from("<H", head, 0x0A)[0]
        table = parts.get("1Table" if flags & FIRST_TABLE else "0Table", b"")
        gone = list(_deleted(head, table))
        pieces = [_without(piece, gone) for piece in _pieces(head, table)]
        whole = "".join(pieces)
        sizes = struct.unpack_from("<7i", head, COUNTS)
    except (struct.error, IndexError, ValueError):
        return []
    made, at = [], 0
    for part, size in zip(PARTS, sizes, strict=True):
        if part in KEPT and size > 0:
            made.append(_plain(whole[at : at + size]))
        at += max(0, size)
    return made


def _pieces(head: bytes, table: bytes) -> Iterator[tuple[str, int, int]]:
    """(text, place in the file, bytes a character) in order, from the table of pieces."""
    start, size = struct.unpack_from("<II", head, CLX)
    at, end = start, start + size
    while at < end and table[at] == 1:  # what was typed fast: formatting only
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at >= end or table[at] != 2:
        raise ValueError
    size = struct.unpack_from("<I", table, at + 1)[0]
    count, base = (size - 4) // 12, at + 5
    ends = struct.unpack_from(f"<{count + 1}i", table, base)
    for number in range(count):
        place = struct.unpack_from("<I", table, base + 4 * (count + 1) + 8 * number + 2)[0]
        length = ends[number + 1] - ends[number]
        if place & NARROW:
            begin = (place & ~NARROW) // 2
            yield head[begin : begin + length].decode("cp1252", errors="replace"), begin, 1
        else:
            yield head[place : place + 2 * length].decode("utf-16-le", errors="replace"), place, 2


def _without(piece: tuple[str, int, int], gone: list[tuple[int, int]]) -> str:
    """A piece with deleted characters blanked by a mark that is dropped later: places must stay true."""
    text, place, width = piece
    for begin, end in gone:
        low, high = max(0, (begin - place) // width), min(len(text), (end - place) // width)
        if low < high:
            text = text[:low] + GONE * (high - low) + text[high:]
    return text


def _deleted(head: bytes, table: bytes) -> Iterator[tuple[int, int]]:
    """Places in the file whose characters a tracked change deleted (sprmCFRMarkDel)."""
    start, size = struct.unpack_from("<II", head, CHARACTERS)
    count = (size - 4) // 8
    for number in range(max(0, count)):
        page = 512 * struct.unpack_from("<I", table, start + 4 * (count + 1) + 4 * number)[0]
        runs = head[page + 511]
        places = struct.unpack_from(f"<{runs + 1}I", head, page)
        for run in range(runs):
            offset = 2 * head[page + 4 * (runs + 1) + run]
            length = head[page + offset] if offset else 0
            if length and _is_deleted(head[page + offset + 1 : page + offset + 1 + length]):
                yield places[run], places[run + 1]


def _is_deleted(changes: bytes) -> bool:
    at = 0
    while at + 2 <= len(changes):
        code = struct.unpack_from("<H", changes, at)[0]
        if code == DELETED:
            return bool(changes[at + 2 : at + 3] == b"\1")
        size = SIZES[code >> 13]
        at += 2 + (size or 1 + changes[at + 2] if at + 2 < len(changes) else 1)
    return False


def _plain(text: str) -> str:
    before = None
    while before != text:  # fields stand in fields
        before, text = text, FIELD.sub(r"\1", text)
    return MARKS.sub("", text)


def _tree(texts: list[str]) -> Any:
    """A plain Word file: paragraphs, and tables of the cells that marks end."""
    tree = plain_tree()
    for text in texts:
        cells: list[str] = []
        for words, mark in ENDS.findall(text + "\r"):
            if mark == CELL:
                cells.append(words)
                continue
            _add_table(tree, cells)
            cells = []
            if words.strip():
                tree.add_paragraph(CONTROL.sub("", words))
    return tree


def _add_table(tree: Any, cells: list[str]) -> None:
    lines = [line for line in _rows(cells) if any(words.strip() for words in line)]
    if not lines:
        return
    table = tree.add_table(rows=0, cols=max(map(len, lines)), style="Table Grid")
    for line in lines:
        for cell, words in zip(table.add_row().cells, line, strict=False):
            cell.text = CONTROL.sub("", words)


def _rows(cells: list[str]) -> list[list[str]]:
    """Cells in lines: each line ends with an empty mark. The width is the least that fits all lines."""
    for width in range(1, WIDEST):
        step = width + 1
        if len(cells) % step == 0 and not any(cells[width::step]):
            return [cells[at : at + width] for at in range(0, len(cells), step)]
    made: list[list[str]] = [[]]
    for words in cells:
        if words:
            made[-1].append(words)
        elif made[-1]:
            made.append([])
    return [line for line in made if line]


def _guessed(data: bytes, name: str) -> Document:
    """The Chinese stretches of the bytes."""
    runs = RUN.findall(data.decode("utf-16-le", errors="replace"))
    kept = [run for run in runs if len(re.findall(r"[的一是在全完卫生]", run)) * 40 >= len(run)]
    if not kept:
        raise XinglinError("旧版 Word 或 WPS 文件里没有读出文字", where=name, do=SAVE_AS)
    lines = [line for run in kept for line in BREAKS.split(run)]
    return of_lines(lines, name=name, kind="doc", notes=(f"{GUESSED}要在原稿上批注，{SAVE_AS}。",))
