"""The layout of GB/T 9704-2012 in the files themselves: paper, margins, typefaces, sizes, lines, page numbers, trace."""

import io
import re
from datetime import date

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from tests.lib.told_figures import MANAGED, RATE, TableOfFigures, hand
from xinglin.declare.report import (
    Change,
    Chart,
    Filled,
    Given,
    Report,
    Table,
    Value,
    paragraph,
    section,
    sentence,
)
from xinglin.show.reports.writer import layout
from xinglin.show.reports.writer.compose import compose
from xinglin.show.reports.writer.pdf import as_pdf
from xinglin.show.reports.writer.word import as_word

PEOPLE = Given(code="people", title="常住人口", unit="万人", office="统计局", decimals=1)
FUNDS = Given(code="funds", title="资金", unit="万元", office="财务股")
LONG = sentence("慢性病患者健康管理继续按照规范开展各乡镇卫生院村卫生室按季度上门或者门诊随访" * 40 + "。")
REPORT = Report(code="r", title="{year}年工作情况报告", office="县卫生健康局", chapters=(
    section("管理情况", paragraph(LONG), section("高血压", paragraph(sentence(
        "人口{p}，资金{f}，在管{n}，规范管理率{r}，{c}。#$*_<b>[x]@", p=Filled(PEOPLE), f=Filled(FUNDS), n=Value(MANAGED),
        r=Value(RATE), c=Change(RATE))), Table(title="各乡镇", columns=(RATE,)), Chart(title="图", indicator=RATE))),))
FIGURES = TableOfFigures(now={RATE.code: 68.4, MANAGED.code: 1204}, before={RATE.code: 66.1}, hands={"people": hand()},
                         towns={RATE.code: [("甲镇", 71.2), ("乙镇", None)]})


@pytest.fixture(scope="module")
def written():
    return compose(REPORT, FIGURES)


@pytest.fixture(scope="module")
def word(written):
    return docx.Document(io.BytesIO(as_word(written)))


@pytest.fixture(scope="module")
def pdf(written):
    return pypdf.PdfReader(io.BytesIO(as_pdf(written)))


def test_paper_margins_and_lines(word):
    page = word.sections[0]
    assert (page.page_width.mm, page.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert [m.mm for m in (page.top_margin, page.left_margin, page.right_margin, page.bottom_margin)] == pytest.approx([37, 28, 26, 35], abs=0.1)
    assert page._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"
    assert word.styles["Normal"].paragraph_format.line_spacing == Pt(28.95)
    lines = layout.LINES * layout.PITCH / 72 * 25.4
    assert 225 - 1 <= lines <= 225
    assert pytest.approx(156) == layout.CHARACTERS * (layout.BODY_SIZE + layout.TRACKING) / 72 * 25.4


def faces(element):
    fonts = element.find(f".//{qn('w:rFonts')}")
    return {fonts.get(qn(f"w:{k}")) for k in ("eastAsia", "ascii", "hAnsi")}


def test_typefaces_and_sizes(word):
    assert faces(word.styles["Normal"].element) == {"仿宋_GB2312"} and word.styles["Normal"].font.size == Pt(16)
    assert [faces(word.styles[f"Heading {n}"].element) for n in (1, 2, 3)] == [{"黑体"}, {"楷体_GB2312"}, {"仿宋_GB2312"}]
    title = word.paragraphs[0]
    assert title.text == "2026年工作情况报告" and faces(title._p) == {"方正小标宋简体"} and title.runs[0].font.size == Pt(22)
    assert title.alignment == 1


def test_headings_indents_and_the_signature(word):
    by_text = {p.text: p for p in word.paragraphs}
    assert by_text["一、管理情况"].style.name == "Heading 1" and by_text["（一）高血压"].style.name == "Heading 2"
    body = next(p for p in word.paragraphs if p.text.startswith("慢性病患者"))
    assert body.paragraph_format.first_line_indent == Pt(32)
    assert "附件：数字来源" in by_text
    texts = [p.text for p in word.paragraphs]
    assert texts.index("2026年11月20日") == texts.index("县卫生健康局") + 1
    assert by_text["县卫生健康局"].paragraph_format.right_indent == Pt(32)


def test_page_numbers_stand_at_the_outer_edge(word):
    odd, even = word.sections[0].footer.paragraphs[0], word.sections[0].even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0)
    assert odd.text == "—  —" and odd.paragraph_format.right_indent == Pt(14) and even.paragraph_format.left_indent == Pt(14)
    assert odd.runs[0].font.size == Pt(14) and faces(odd._p) == {"宋体"}
    assert word.settings.element.find(qn("w:evenAndOddHeaders")) is not None


def test_every_number_opens_its_line_of_the_annex(word, written):
    root = word.element.body
    anchors = {x.get(qn("w:anchor")) for x in root.iter(qn("w:hyperlink"))}
    marks = [x.get(qn("w:name")) for x in root.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks)) == len({x.get(qn("w:id")) for x in root.iter(qn("w:bookmarkStart"))})
    assert anchors == {f"source_{t.ref}" for t in written.trace} and anchors < set(marks)
    rows = [[c.text for c in r.cells] for r in word.tables[-1].rows]
    assert [r[0] for r in rows[1:]] == [str(t.ref) for t in written.trace]
    assert any("【上级公布】" in r[6] and "童统计" in r[6] and r[5] == "2026-03-01" for r in rows)
    assert any("缺" in r[6] and "财务股" in r[6] for r in rows)
    assert any("数据版本 812" in r[6] and r[3] == "1204/1761" for r in rows)


def test_a_gap_is_coloured_in_word(word):
    shaded = [r.text for p in word.paragraphs for r in p._p.iter(qn("w:r")) if r.find(f".//{qn('w:shd')}") is not None]
    assert shaded == ["—（未取得）"]


def test_the_pdf_says_the_same_words_on_the_same_grid(pdf, written):
    page = pdf.pages[0]
    assert [round(float(x) / 72 * 25.4) for x in page.mediabox[2:]] == [210, 297]
    text = "".join(p.extract_text() for p in pdf.pages)
    told = re.sub(r"\s", "", text)
    for words in ("2026年工作情况报告", "一、管理情况", "（一）高血压", "68.4%", "比上年同期上升2.3个百分点。#$*_<b>[x]@", "—（未取得）", "数字来源"):
        assert words in told, words
    lines = [x for x in page.extract_text().splitlines() if "慢性病" in x or "随访" in x]
    full = [len(x) for x in lines[:-1]]
    assert set(full[1:]) == {layout.CHARACTERS}


def test_a_day_has_no_padded_zeros():
    written = compose(REPORT, TableOfFigures(day=date(2026, 1, 5)))
    assert "2026年1月5日" in [p.text for p in docx.Document(io.BytesIO(as_word(written))).paragraphs]
