"""Awkward files, each made here: read as far as they can be, with a sentence on what was not."""

import io
import os
import time
import zipfile

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls

from tests.lib.desk_files import awkward, official, saved, word_of
from tests.lib.old_word import old_word
from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.adopt import adopt
from xinglin.show.reports.desk.check import check
from xinglin.show.reports.desk.collect import collect
from xinglin.show.reports.desk.comment import commented
from xinglin.show.reports.desk.compound import streams
from xinglin.show.reports.desk.fill import fill
from xinglin.show.reports.desk.read import OLE, read

TABLE = (("指标", "单位", "上年", "本年"), ("总诊疗人次", "万人次", "120.4", "128.6"), ("床位使用率", "%", "78.2", "80.1"))
FOOTNOTES = (
    f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r>'
    "<w:t>备案诊所由44家减少到47家。</w:t></w:r></w:p></w:footnote></w:footnotes>"
)


def with_footnote():
    tree = docx.Document()
    tree.add_paragraph("青石县2023年工作总结")
    tree.add_paragraph("全县诊所有序发展。")
    package = tree.part.package
    part = Part(PackURI("/word/footnotes.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
                FOOTNOTES.encode(), package)  # fmt: skip
    tree.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(tree)


@pytest.mark.parametrize("name", ["旧.doc", "旧.wps"])
def test_an_old_file_is_read_by_its_own_table_of_pieces(name):
    document = read(old_word(), name=name)
    for words in ("空缺69人", "备案诊所44家", "病床33张", "保留66人", "完成体检1200人"):
        assert words in document.text
    assert "55人" not in document.text, "what a tracked change deleted is not read"
    assert "页眉页脚没有读" in document.notes[0]
    rows = {row.name: (row.last, row.unit, row.this) for row in adopt(document)}
    assert rows["总诊疗人次（上年）"] == ("120.4", "万人次", "128.6")
    assert rows["远程会诊（本年）"] == ("1860", "例", ""), "an empty cell keeps its place"


def test_an_old_file_can_be_commented_and_refilled():
    document = read(old_word(), name="旧.doc")
    tree = docx.Document(io.BytesIO(commented(check(document))))
    assert any("820−761＝59" in c.text for c in tree.comments)
    assert [c.text for c in tree.tables[0].rows[1].cells] == ["总诊疗人次", "万人次", "120.4", "128.6"]
    assert "【待填】" in read(fill(document, collect(adopt(document), {})).data, name="a.docx").text


def test_a_damaged_old_file_gives_what_its_bytes_show():
    whole = old_word()
    assert set(streams(whole)) >= {"WordDocument", "1Table"}
    words = ("全县卫生健康工作稳步推进，完成体检1200人。" * 4).encode("utf-16-le")
    document = read(OLE + b"\0" * 504 + words + b"\0" * 512, name="坏.doc")
    assert "结构不全" in document.notes[0]
    for cut in (600, 3000, 7000):  # cut short anywhere: words or a refusal, never a trace
        try:
            assert read(whole[:cut], name="坏.doc").text
        except XinglinError as problem:
            assert problem.do


def test_a_finding_in_a_footnote_stands_as_a_comment_at_the_body():
    checked = check(read(with_footnote(), name="a.docx"))
    assert [f.rule for f in checked.findings] == ["direction"]
    comments = list(docx.Document(io.BytesIO(commented(checked))).comments)
    assert comments[0].text.startswith("（脚注：备案诊所由44家")


def test_a_number_in_a_footnote_is_adopted_and_filled():
    document = read(with_footnote(), name="a.docx")
    rows = adopt(document)
    assert [row.last for row in rows] == ["44", "47"]
    text = read(fill(document, collect(rows, {})).data, name="a.docx").text
    assert "由47家减少到【待填】家" in text, "last year's value is this year's base"


def test_numbers_of_a_table_are_rows_named_by_their_heads():
    document = read(official("青石县2023年卫生健康工作总结\n全县有序。", TABLE), name="a.docx")
    rows = {row.name: row for row in adopt(document)}
    assert set(rows) == {"总诊疗人次（上年）", "总诊疗人次（本年）", "床位使用率（上年）", "床位使用率（本年）"}
    assert (rows["床位使用率（本年）"].last, rows["床位使用率（本年）"].unit) == ("80.1", "%")
    assert rows["床位使用率（上年）"].this == "80.1", "this year's 上年 is last year's 本年"
    tree = docx.Document(io.BytesIO(fill(document, collect(list(rows.values()), {})).data))
    assert [c.text for c in tree.tables[0].rows[2].cells] == ["床位使用率", "%", "80.1", "【待填】"]


def test_five_megabytes_of_pictures_do_not_slow_the_reading():
    tree = docx.Document(io.BytesIO(word_of("青石县2023年工作总结\n核定编制820人，现有761人，空缺69人。")))
    package = tree.part.package
    for number in range(5):
        picture = Part(PackURI(f"/word/media/p{number}.bin"), "image/png", os.urandom(1_000_000), package)
        tree.part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE)
    data, start = saved(tree), time.process_time()
    checked = check(read(data, name="a.docx"))
    made = commented(checked)
    assert time.process_time() - start < 3
    assert [f.rule for f in checked.findings] == ["difference"]
    assert len(zipfile.ZipFile(io.BytesIO(made)).namelist()) > 5
    assert len(made) > 5_000_000, "the pictures are kept"


def test_what_was_not_read_of_a_word_file_is_said():
    notes = " ".join(read(awkward(), name="a.docx").notes)
    assert "修订还没有接受" in notes
    drawn = docx.Document()
    drawn.add_paragraph("青石县2023年工作总结")
    drawn.sections[0].header.paragraphs[0].text = "内部资料"
    drawn.paragraphs[0].add_run()._r.append(drawn.element.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}drawing", {}))
    notes = " ".join(read(saved(drawn), name="a.docx").notes)
    assert "有 1 处图片或图形" in notes
    assert "页眉页脚没有读" in notes
