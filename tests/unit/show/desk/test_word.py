"""Comments and edits stand where they belong; the rest of the file stays as it was."""

import io

import docx
import pytest

from tests.lib.desk_files import awkward, word_of
from tests.lib.desk_reports import REPORTS
from xinglin.show.reports.desk.check import check
from xinglin.show.reports.desk.comment import commented
from xinglin.show.reports.desk.edit import Edit, apply
from xinglin.show.reports.desk.read import pasted, read
from xinglin.show.reports.desk.word import BOX, T


def texts(data):
    return [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: r.name)
def test_every_finding_becomes_a_comment_and_no_word_changes(report):
    source = word_of(report.faulty)
    checked = check(read(source, name="a.docx"))
    made = commented(checked)
    assert texts(made) == texts(source)
    comments = list(docx.Document(io.BytesIO(made)).comments)
    assert len(comments) == len(checked.findings) > 0
    assert {c.author for c in comments} == {"杏林校核"}
    for f in checked.findings:
        assert any(f.reason in c.text for c in comments)


def test_a_comment_spans_exactly_the_words_of_the_finding():
    checked = check(
        read(word_of("规范管理率由72.5%上升到70.1%。"), name="a.docx"), only=("direction",)
    )
    tree = docx.Document(io.BytesIO(commented(checked)))
    body = tree.element.body
    names = [e.tag.split("}")[1] for e in body.iter()]
    inside, words = False, ""
    for element in body.iter():
        tag = element.tag.split("}")[1]
        inside = (inside or tag == "commentRangeStart") and tag != "commentRangeEnd"
        words += element.text or "" if inside and tag == "t" else ""
    assert words == "上升"
    assert names.count("commentReference") == 1


def test_pasted_words_become_a_word_file_with_comments():
    made = commented(check(pasted("第一段。\n规范管理率由72.5%上升到70.1%。")))
    assert texts(made) == ["第一段。", "规范管理率由72.5%上升到70.1%。"]
    assert len(list(docx.Document(io.BytesIO(made)).comments)) == 1


def test_a_replaced_number_keeps_the_style_of_its_run():
    source = read(word_of("甲\n完成体检1200人，建档3400份。"), name="a.docx")
    at = source.text.index("1200")
    made = apply(source, [Edit(start=at, end=at + 4, words="1350", comment="看", mark=True)])
    tree = docx.Document(io.BytesIO(made))
    assert tree.paragraphs[1].text == "完成体检1350人，建档3400份。"
    run = next(r for r in tree.paragraphs[1].runs if "1350" in r.text)
    assert run.font.name == "仿宋"
    assert run.font.highlight_color is not None
    assert source.text.count("1200") == 1, "the document in hand stays as it was"


def test_a_number_in_a_nested_table_and_in_a_box_can_be_replaced():
    source = read(awkward(), name="a.docx")
    edits = [Edit(start=source.text.index(n), end=source.text.index(n) + 2, words=w, comment="看")
             for n, w in (("22", "77"), ("33", "88"), ("44", "99"))]  # fmt: skip
    again = read(apply(source, edits), name="a.docx")
    for words in ("外层表格11人", "内层表格77人", "文本框88人", "新增99人"):
        assert words in again.text
    boxes = ["".join(t.text or "" for t in box.iter(T)) for box in again.tree.element.body.iter(BOX)]
    assert boxes == ["文本框88人", "文本框88人"], "the copy for old readers says the same"
