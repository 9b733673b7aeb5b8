"""Word files for tests of the desk: a report in an office's own styles, and awkward ones."""

import io
from copy import deepcopy
from datetime import timedelta

import docx
import openpyxl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

BOX = (
    '<w:r {ns}><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps"><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></mc:Choice>'
    "<mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def word_of(text: str) -> bytes:
    """A report as an office writes it: title, headings in 黑体, body in 仿宋 cut into many runs."""
    tree = docx.Document()
    for number, line in enumerate(text.splitlines()):
        paragraph = tree.add_paragraph()
        heading = number == 0 or line[1:2] == "、"
        # Word cuts a line into runs wherever somebody typed twice, in the middle of numbers too.
        for at in range(0, len(line), 7):
            run = paragraph.add_run(line[at : at + 7])
            run.bold = heading
            run.font.size = Pt(22 if number == 0 else 16)
            run.font.name = "黑体" if heading else "仿宋"
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), run.font.name)
    return saved(tree)


def saved(tree) -> bytes:
    held = io.BytesIO()
    tree.save(held)
    return held.getvalue()


def awkward() -> bytes:
    """Tables in a table, a text box, tracked changes, a picture: each with a number of its own."""
    tree = docx.Document()
    tree.add_paragraph("青石县2023年卫生健康工作总结")
    cell = tree.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "外层表格11人"
    cell.add_table(rows=1, cols=1).cell(0, 0).text = "内层表格22人"
    box = tree.add_paragraph("框外文字")
    box._p.append(parse_xml(BOX.format(ns=nsdecls("w"), text="文本框33人")))
    changed = tree.add_paragraph("修订前后")
    run = deepcopy(changed.runs[0]._r)
    run.find(qn("w:t")).text = "新增44人"
    gone = parse_xml(
        f'<w:del {nsdecls("w")} w:id="7" w:author="a"><w:r><w:delText>删去55人</w:delText></w:r></w:del>'
    )
    new = parse_xml(f'<w:ins {nsdecls("w")} w:id="8" w:author="a"/>')
    new.append(run)
    changed._p.append(gone)
    changed._p.append(new)
    return saved(tree)


def official(text: str, table: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A paper as offices set it: A4, 小标宋 title, 黑体 and 楷体 headings, 仿宋 三号, 28 points, a page number."""
    tree = docx.Document()
    section = tree.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    for number, line in enumerate(text.splitlines()):
        paragraph = tree.add_paragraph()
        looks = paragraph.paragraph_format
        looks.line_spacing, looks.space_after = Pt(28), Pt(0)
        font, size = _look(number, line)
        if number == 0:
            paragraph.alignment, looks.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(28)
        else:
            looks.first_line_indent = Pt(2 * size)
        for at in range(0, len(line), 7):
            _set_font(paragraph.add_run(line[at : at + 7]), font, size)
    if table:
        _add_table(tree, table)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))
    return saved(tree)


def _look(number: int, line: str) -> tuple[str, int]:
    if number == 0:
        return "方正小标宋简体", 22
    if line[1:2] == "、" and len(line) < 30:
        return "黑体", 16
    return ("楷体_GB2312" if line.startswith("（") and len(line) < 30 else "仿宋_GB2312"), 16


def _set_font(run, font: str, size: int) -> None:
    run.font.name, run.font.size = font, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _add_table(tree, table: tuple[tuple[str, ...], ...]) -> None:
    made = tree.add_table(rows=0, cols=len(table[0]), style="Table Grid")
    for words in table:
        for cell, text in zip(made.add_row().cells, words, strict=True):
            _set_font(cell.paragraphs[0].add_run(text), "仿宋_GB2312", 12)


def answered(data, answers, **columns):
    """A workbook with this year's numbers typed in, by code."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    heads = {str(c.value).split("（")[0]: c.column for c in sheet[2]}
    for row in range(3, sheet.max_row + 1):
        code = sheet.cell(row, heads["编号"]).value
        if code in answers:
            sheet.cell(row, heads["今年数"]).value = answers[code]
            for title, value in columns.items():
                sheet.cell(row, heads[title]).value = value
    book.properties.created -= timedelta(hours=1)  # nobody fills a sheet in the second it was made
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
