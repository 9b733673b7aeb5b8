"""The Word desk in a real browser: by choosing, by dragging, by pasting; with and without a county."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pytest

from tests.lib.browser import serious_findings, sideways_scroll
from tests.lib.desk_files import word_of
from tests.lib.desk_reports import REPORTS
from tests.lib.screens import site
from xinglin.show.reports.desk.adopt import adopt
from xinglin.show.reports.desk.read import pasted
from xinglin.show.reports.desk.sheets import SUMMARY, workbooks

pytestmark = pytest.mark.needs("chromium")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FAULTY, CLEAN = word_of(REPORTS[0].faulty), word_of(REPORTS[0].clean)

DROP = """([bytes, name]) => {
  const moved = new DataTransfer();
  moved.items.add(new File([new Uint8Array(bytes)], name));
  const zone = document.querySelector('[data-drop=report]');
  zone.dispatchEvent(new DragEvent('drop', { dataTransfer: moved, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def open_desk(desk, signed_in):
    signed_in(desk, "zhou")
    desk.goto("/reports/")
    return desk


def choose(page, data, name="稿.docx", field="#report"):
    page.set_input_files(field, {"name": name, "mimeType": WORD, "buffer": data})


def downloaded(page, button):
    with page.expect_download() as waited:
        page.get_by_role("button", name=button, exact=True).click()
    return waited.value.suggested_filename, waited.value.path().read_bytes()


def test_a_draft_is_checked_by_upload_and_its_comments_downloaded(open_desk):
    choose(open_desk, FAULTY)
    open_desk.get_by_role("button", name="检查", exact=True).click()
    open_desk.wait_for_selector(".r-paper")
    marks = open_desk.locator(".r-text mark")
    assert marks.count() == len(REPORTS[0].plants)
    assert "820−761＝59，文中写的是 69。" in open_desk.inner_text("#answer")
    assert serious_findings(open_desk) == []
    name, data = downloaded(open_desk, "下载批注稿")
    assert name == "稿-批注.docx"
    assert len(list(docx.Document(io.BytesIO(data)).comments)) == len(REPORTS[0].plants)


def test_a_draft_is_checked_by_dragging_it_in(open_desk):
    open_desk.evaluate(DROP, [list(FAULTY), "拖来.docx"])
    open_desk.wait_for_selector(".r-paper")
    assert "已选 拖来.docx" in open_desk.inner_text("[data-drop=report]")
    assert open_desk.locator(".r-note-late").count() >= 5


def test_a_rule_is_explained_and_switched_off(open_desk):
    open_desk.click("text=开关规则")
    open_desk.click("a[aria-label='差额：说明']")
    open_desk.wait_for_selector("h1:has-text('差额')")
    assert "820−761＝59" in open_desk.inner_text("main")
    assert serious_findings(open_desk) == []
    open_desk.uncheck("[data-switch=difference]")
    open_desk.goto("/reports/")
    open_desk.click("text=或者粘贴文字")
    open_desk.fill("#pasted", REPORTS[0].faulty)
    open_desk.get_by_role("button", name="检查", exact=True).click()
    open_desk.wait_for_selector(".r-paper")
    assert "820−761" not in open_desk.inner_text("#answer")
    assert open_desk.locator(".r-text mark").count() == len(REPORTS[0].plants) - 1


def test_last_years_report_becomes_this_years(open_desk, tmp_path):
    choose(open_desk, CLEAN, name="去年.docx")
    name, packed = downloaded(open_desk, "下载填报表")
    assert name == "去年-填报表.zip"
    choose_sheets(open_desk, packed, tmp_path)
    open_desk.get_by_role("button", name="看差哪些").click()
    open_desk.wait_for_selector("text=欠数的科室")
    assert (
        "您好，年度报告还差贵科" in open_desk.inner_text("#answer")
        or open_desk.locator("#answer details").count() >= 1
    )
    assert serious_findings(open_desk) == []
    name, data = downloaded(open_desk, "写出草稿")
    assert name == "去年-今年草稿.docx"
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
    assert text.startswith("青石县2024年卫生健康工作总结和2025年工作思路")
    assert "【待填】" in text
    assert "核定编制900人" in text
    assert downloaded(open_desk, "数据来源附表")[0] == "去年-数据来源.xlsx"
    assert downloaded(open_desk, "给领导的一页")[0] == "去年-一页.docx"


def choose_sheets(page, packed, folder):
    """Fill one number of one office and give all workbooks back."""
    names = []
    with zipfile.ZipFile(io.BytesIO(packed)) as held:
        for name in held.namelist():
            data = filled(held.read(name)) if "人事科" in name else held.read(name)
            names.append(folder / name)
            names[-1].write_bytes(data)
    page.set_input_files("#sheets", names)


def filled(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    heads = {str(c.value): c.column for c in book.active[2]}
    for row in range(3, book.active.max_row + 1):
        if book.active.cell(row, heads["去年数"]).value == "820":
            book.active.cell(row, heads["今年数"]).value = "900"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_versions_are_compared_and_a_wrong_file_is_a_sentence(open_desk):
    choose(open_desk, CLEAN)
    choose(open_desk, FAULTY, field="#second")
    open_desk.get_by_role("button", name="比较", exact=True).click()
    open_desk.wait_for_selector("text=改动的数字")
    choose(open_desk, b"\x89PNG....", name="照片.docx")
    open_desk.get_by_role("button", name="检查", exact=True).click()
    open_desk.wait_for_selector("#problem .x-problem")
    assert "这是一张图片" in open_desk.inner_text("#problem")


def test_the_desk_fits_a_phone(phone, signed_in):
    signed_in(phone, "zhou")
    phone.goto("/reports/")
    choose(phone, FAULTY)
    phone.get_by_role("button", name="检查", exact=True).click()
    phone.wait_for_selector(".r-paper")
    assert sideways_scroll(phone) == 0
    assert serious_findings(phone) == []


def test_the_desk_is_open_before_there_is_a_county(chromium, tmp_path):
    with site(home=tmp_path) as where:
        page = chromium.new_context(base_url=where, locale="zh-CN").new_page()
        page.goto("/reports/")
        choose(page, FAULTY)
        page.get_by_role("button", name="检查", exact=True).click()
        page.wait_for_selector(".r-paper")
        assert page.locator(".r-text mark").count() == len(REPORTS[0].plants)
        page.context.close()
    assert list((tmp_path / "tmp").glob("*")) == []


LAST_YEAR = "示例县2023年卫生健康工作总结\n管理人群血压控制率由61.2%上升到64.5%。"


def test_with_a_county_the_systems_value_stands_beside_the_offices(figures):
    page = figures("zhou")
    page.goto("/reports/")
    rows = adopt(pasted(LAST_YEAR))
    bound = [
        replace(row, figure="htn.bp_controlled", this="63.0") if row.last == "64.5" else row
        for row in rows
    ]
    page.click("text=或者粘贴文字")
    page.fill("#pasted", LAST_YEAR)
    sheet = workbooks(bound, title="示例")[SUMMARY]
    page.set_input_files(
        "#sheets", {"name": SUMMARY, "mimeType": "application/vnd.ms-excel", "buffer": sheet}
    )
    page.fill("#period", str(date.today().year))
    page.get_by_role("button", name="看差哪些").click()
    page.wait_for_selector("text=上级通报")
    cells = page.locator("tr:has-text('n-002')").last.locator("td").all_inner_texts()
    assert cells[3] == "63.0"
    assert 0 < float(cells[4]) < 100, "the county's own figure"
    assert cells[6] == "63.0（科室）", "the office's value is used until another is chosen"
