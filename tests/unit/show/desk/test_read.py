"""Each kind of file is read as far as it can be; what was not read is said, what cannot be is refused."""

import io
import zipfile

import docx
import pypdf
import pytest

from tests.lib.desk_files import awkward, saved, word_of
from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.read import OLE, pasted, read

TEXT = "青石县2023年工作总结\n核定编制820人，现有在编人员761人，空缺69人。"


def refusal(data, name):
    with pytest.raises(XinglinError) as caught:
        read(data, name=name)
    assert caught.value.do
    return caught.value.what


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_in_any_of_the_usual_codes(code):
    assert read(TEXT.encode(code), name="a.txt").text == TEXT


def test_a_word_file_with_everything_in_it():
    document = read(awkward(), name="a.docx")
    for words in ("外层表格11人", "内层表格22人", "文本框33人", "新增44人"):
        assert document.text.count(words) == 1
    assert "55人" not in document.text
    assert {p.kind for p in document.paragraphs} == {"body", "table", "textbox"}
    assert any("修订" in note for note in document.notes)


def test_a_word_file_named_txt_is_read_and_it_is_said():
    document = read(word_of(TEXT), name="a.txt")
    assert document.text == TEXT
    assert "内容其实是Word" in document.notes[0]


def test_a_locked_file_says_how_to_unlock_it():
    locked = OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    assert refusal(locked, "a.docx") == "这个文件有打开密码"


def test_an_old_file_gives_its_words_with_a_note():
    body = ("全县卫生健康工作稳步推进，完成体检1200人。" * 4).encode("utf-16-le")
    document = read(OLE + b"\0" * 504 + body + b"\0" * 512, name="a.doc")
    assert "完成体检1200人" in document.text
    assert "旧版文件" in document.notes[0]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"  ", "a.docx", "这个文件是空的"),
        (b"PK\x03\x04broken", "a.docx", "文件已损坏，打不开"),
        (b"\x89PNG....", "a.png", "这是一张图片，里面没有可以读的文字"),
        (OLE + b"\0" * 900, "a.doc", "旧版 Word 或 WPS 文件里没有读出文字"),
        (b"%PDF-1.4 broken", "a.pdf", "这个 PDF 已损坏，打不开"),
        (bytes(range(1, 255)), "a.txt", "看不出这是什么文件"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(data, name, said):
    assert refusal(data, name) == said


def test_a_workbook_and_a_scan_are_told_from_a_report():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("xl/workbook.xml", "<a/>")
    assert "Excel 表格" in refusal(held.getvalue(), "a.xlsx")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=200, height=200)
    blank = io.BytesIO()
    writer.write(blank)
    assert "扫描件" in refusal(blank.getvalue(), "a.pdf")
    writer.encrypt("secret")
    locked = io.BytesIO()
    writer.write(locked)
    assert "打开密码" in refusal(locked.getvalue(), "a.pdf")


def test_pictures_alone_are_no_report():
    assert "没有文字" in refusal(saved(docx.Document()), "a.docx")
    with pytest.raises(XinglinError, match="没有文字"):
        pasted("  \n ")
