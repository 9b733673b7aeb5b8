"""Word files for tests of the desk: a report in an office's own styles, and awkward ones."""

import io
from copy import deepcopy

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

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
