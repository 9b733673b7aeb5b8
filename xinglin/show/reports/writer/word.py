"""The report as .docx in the layout of GB/T 9704-2012, with the annex that traces its numbers."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from xinglin.show.reports.writer import layout
from xinglin.show.reports.writer.annex import HEAD, rows_of
from xinglin.show.reports.writer.compose import said_day
from xinglin.show.reports.writer.document import Bars, Block, Grid, Heading, Para, Run, Written
from xinglin.show.reports.writer.pdf import bars_png

GAP_SHADE = "FFFF00"


def as_word(written: Written) -> bytes:
    """The whole report."""
    document = docx.Document()
    _page(document)
    _styles(document)
    _title(document, written.title)
    maker = _Maker(document)
    for block in written.blocks:
        maker.block(block)
    _ending(document, written)
    _annex(document, written)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


# -- the page ---------------------------------------------------------------------------------------

def _page(document: Any) -> None:
    _set_page(document.sections[0])
    footers = document.settings.element
    footers.append(OxmlElement("w:evenAndOddHeaders"))
    _number(document.sections[0].footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(document.sections[0].even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _set_page(section: Any) -> None:
    width, height = layout.PAPER
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    section.footer_distance = Mm(layout.BOTTOM - 7 - 5)      # the number's line begins 7 mm below the type area
    section.header_distance = Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    # A grid of characters narrower than the type would give each two cells in some programs: lines only,
    # and the 28 characters by spacing.
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(layout.PITCH * 20)))


def _number(footer: Any, side: Any) -> None:
    """— 1 —, one character from the outer edge."""
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.alignment = side
    inner = Pt(layout.PAGE_SIZE)
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        line.paragraph_format.right_indent = inner
    else:
        line.paragraph_format.left_indent = inner
    for part in ("— ", None, " —"):
        run = line.add_run(part or "")
        _face(run, layout.PAGE_FACE, layout.PAGE_SIZE)
        if part is None:
            _field(run, "PAGE")


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _styles(document: Any) -> None:
    """Normal is the body: the grid counts characters by its size."""
    normal = document.styles["Normal"]
    normal.font.size = Pt(layout.BODY_SIZE)
    _faces(normal.element.get_or_add_rPr(), layout.BODY_FACE)
    _spaced(normal.element.get_or_add_rPr(), math.floor(layout.TRACKING * 20))
    shape = normal.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(layout.PITCH)
    for level, face in enumerate(layout.LEVEL_FACES, 1):
        style = document.styles[f"Heading {level}"]
        style.font.size, style.font.bold, style.font.italic = Pt(layout.BODY_SIZE), False, False
        style.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
        _faces(style.element.get_or_add_rPr(), face)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.first_line_indent = Pt(layout.BODY_SIZE * 2)
        style.paragraph_format.keep_with_next = True


def _faces(properties: Any, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), face)


def _spaced(properties: Any, twentieths: int) -> None:
    """Spacing between characters, in twentieths of a point; before the size, as the schema orders them."""
    mark = OxmlElement("w:spacing")
    mark.set(qn("w:val"), str(twentieths))
    size = properties.find(qn("w:sz"))
    properties.insert(list(properties).index(size) if size is not None else len(properties), mark)


def _face(run: Any, face: str, size: float) -> Any:
    """A typeface and size of its own, without the body's spacing."""
    run.font.size = Pt(size)
    _faces(run._r.get_or_add_rPr(), face)
    _spaced(run._r.get_or_add_rPr(), 0)
    return run


# -- blocks -------------------------------------------------------------------------------------------

def _title(document: Any, words: str) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.line_spacing = Pt(layout.PITCH * 1.25)
    _face(line.add_run(words), layout.TITLE_FACE, layout.TITLE_SIZE)
    document.add_paragraph()


class _Maker:
    """Blocks into the document; a number's bookmark stands at its first place, and opens its annex line."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.marked: set[int] = set()

    def block(self, block: Block) -> None:
        """One block."""
        match block:
            case Heading(level, text):
                self.document.add_paragraph(text, style=f"Heading {min(level, 4)}")
            case Para(runs):
                line = self.document.add_paragraph()
                line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
                line.paragraph_format.first_line_indent = Pt(layout.BODY_SIZE * 2)
                for run in runs:
                    self._run(line, run)
            case Grid():
                self._grid(block)
            case Bars():
                self._bars(block)

    def _run(self, line: Any, run: Run, size: float = 0.0) -> None:
        if not run.ref:
            made = line.add_run(run.text)
            if size:
                _face(made, layout.SMALL_FACE, size)
            return
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"source_{run.ref}")
        link.set(qn("w:history"), "1")
        line._p.append(link)
        made = line.add_run(run.text)
        if size:
            _face(made, layout.SMALL_FACE, size)
        if run.gap:
            _shade(made)
        link.append(made._r)
        if run.ref not in self.marked:
            self.marked.add(run.ref)
            _bookmark(link, f"number_{run.ref}", run.ref)

    def _grid(self, grid: Grid) -> None:
        _caption(self.document, grid.title)
        table = _table(self.document, grid.head)
        for row in grid.rows:
            cells = table.add_row().cells
            for n, (cell, run) in enumerate(zip(cells, row, strict=True)):
                line = _cell_line(cell, right=n > 0)
                self._run(line, run, layout.TABLE_SIZE)
        _gap(self.document)

    def _bars(self, bars: Bars) -> None:
        if not bars.names:
            return
        _caption(self.document, f"{bars.title}（{bars.unit}）")
        line = self.document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.add_run().add_picture(io.BytesIO(bars_png(bars)), width=Mm(150))
        _gap(self.document)


def _gap(document: Any) -> None:
    """A little air below a table or chart."""
    line = document.add_paragraph()
    line.paragraph_format.line_spacing = Pt(8)


def _shade(run: Any) -> None:
    mark = OxmlElement("w:shd")
    mark.set(qn("w:val"), "clear")
    mark.set(qn("w:fill"), GAP_SHADE)
    run._r.get_or_add_rPr().append(mark)


def _bookmark(around: Any, name: str, number: int) -> None:
    for kind, place in (("Start", 0), ("End", len(around) + 1)):
        mark = OxmlElement(f"w:bookmark{kind}")
        mark.set(qn("w:id"), str(number))
        if kind == "Start":
            mark.set(qn("w:name"), name)
        around.insert(place, mark)


def _caption(document: Any, words: str) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    _face(line.add_run(words), layout.LEVEL_FACES[0], layout.TABLE_SIZE)


def _table(document: Any, head: Iterable[str]) -> Any:
    titles = tuple(head)
    table = document.add_table(rows=1, cols=len(titles), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, words in zip(table.rows[0].cells, titles, strict=True):
        line = _cell_line(cell)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _face(line.add_run(words), layout.LEVEL_FACES[0], layout.TABLE_SIZE)
    again = OxmlElement("w:tblHeader")              # the head stands again on every page
    table.rows[0]._tr.get_or_add_trPr().append(again)
    return table


def _cell_line(cell: Any, *, right: bool = False) -> Any:
    line = cell.paragraphs[0]
    line.paragraph_format.line_spacing_rule, line.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(18)
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    off = OxmlElement("w:snapToGrid")
    off.set(qn("w:val"), "0")
    properties = line._p.get_or_add_pPr()
    properties.insert(0, off)
    return line


# -- the end ------------------------------------------------------------------------------------------

def _ending(document: Any, written: Written) -> None:
    """附件说明 a line below the body; the office two characters from the right, the day below it."""
    if document.paragraphs[-1].text:
        document.add_paragraph()
    note = document.add_paragraph("附件：数字来源")
    note.paragraph_format.first_line_indent = Pt(layout.BODY_SIZE * 2)
    document.add_paragraph()
    for words in (written.office, said_day(written.day)):
        line = document.add_paragraph(words)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = Pt(layout.BODY_SIZE * 2)


def _annex(document: Any, written: Written) -> None:
    """附件 on its own landscape page: one line for each number."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _set_page(section)
    section.page_width, section.page_height = Mm(layout.PAPER[1]), Mm(layout.PAPER[0])
    section.left_margin, section.right_margin = Mm(layout.BOTTOM), Mm(layout.BOTTOM)
    section.top_margin, section.bottom_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    mark = document.add_paragraph()
    _face(mark.add_run("附件"), layout.LEVEL_FACES[0], layout.BODY_SIZE)
    _title(document, "数字来源")
    table = _table(document, HEAD)
    table.autofit = False
    for ref, cells in rows_of(written):
        row = table.add_row().cells
        for n, (cell, words) in enumerate(zip(row, cells, strict=True)):
            line = _cell_line(cell)
            _face(line.add_run(words), layout.SMALL_FACE, 10.5)
            if n == 0:
                _bookmark(line._p, f"source_{ref}", 10_000 + ref)
    _widths(table, (11, 34, 50, 30, 22, 24, 56))


def _widths(table: Any, widths: Iterable[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
