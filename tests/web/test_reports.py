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
        page.get_by_role("button", name=button, exact=True).last.click()
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
    for address in ("/reports/rules/", "/reports/rules/repeated/"):
        phone.goto(address)
        assert sideways_scroll(phone) == 0


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


LAST_YEAR = "示例县2023年卫生健康工作总结\n管理人群血压控制率由61.2%上升到64.5%。完成体检1200人。"
THIS_YEAR = "示例县2024年卫生健康工作总结\n管理人群血压控制率由64.5%上升到66.0%。完成体检1300人。"


def paste(page, words):
    if not page.locator("#pasted").is_visible():
        page.click("text=或者粘贴文字")
    page.fill("#pasted", words)
    page.locator("#pasted").dispatch_event("change")


def told(page, row, field):
    return page.locator(f"[data-told='{row}'][data-field={field}]")


def look_at_rows(page, words):
    page.evaluate("document.querySelector('#answer')?.replaceChildren()")      # wait for the new rows, not the old
    paste(page, words)
    page.get_by_role("button", name="看拆解、改科室").click()
    page.wait_for_selector(".r-rows")


def remember(page):
    page.get_by_role("button", name="记住", exact=True).click()
    page.wait_for_selector("#remembered >> text=下次拆解沿用")


def test_a_corrected_office_is_used_and_remembered_only_when_asked(chromium, tmp_path):
    with site(home=tmp_path) as where:
        page = chromium.new_context(base_url=where, locale="zh-CN").new_page()
        page.goto("/reports/")
        look_at_rows(page, LAST_YEAR)
        told(page, "n-003|1200", "office").fill("体检办")
        page.keyboard.press("Tab")
        packed = downloaded_from_rows(page)
        assert any("体检办" in name for name in zipfile.ZipFile(io.BytesIO(packed)).namelist())
        page.reload()
        look_at_rows(page, LAST_YEAR)
        assert told(page, "n-003|1200", "office").input_value() != "体检办", "nobody asked to keep it"
        told(page, "n-003|1200", "office").fill("体检办")
        remember(page)
        page.reload()
        look_at_rows(page, THIS_YEAR)
        assert told(page, "n-003|1300", "office").input_value() == "体检办"
        assert "用了记住的" in page.inner_text("#answer")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="全部忘掉").click()
        page.wait_for_selector("text=忘掉了")
        look_at_rows(page, THIS_YEAR)
        assert told(page, "n-003|1300", "office").input_value() != "体检办"
        page.context.close()


def downloaded_from_rows(page):
    with page.expect_download() as waited:
        page.locator("#answer").get_by_role("button", name="下载填报表").click()
    return waited.value.path().read_bytes()


def test_a_row_is_bound_once_and_three_values_stand_side_by_side(figures):
    page = figures("zhou")
    page.goto("/reports/")
    look_at_rows(page, LAST_YEAR)
    options = told(page, "n-002|64.5", "figure").locator("option").all_inner_texts()
    assert options[:2] == ["不绑定", "1. 管理人群血压控制率"], "ranked by likeness"
    page.locator("tr:has-text('n-002') summary:has-text('为什么')").click()
    assert "名称相同。" in page.inner_text(".r-rows")
    told(page, "n-002|64.5", "figure").select_option("htn.bp_controlled")
    remember(page)
    page.goto("/reports/")
    look_at_rows(page, THIS_YEAR)
    assert told(page, "n-002|66.0", "figure").input_value() == "htn.bp_controlled", "bound once, for the next year too"
    sheet = [replace(row, this="63.0") if row.last == "66.0" else row for row in adopt(pasted(THIS_YEAR))]
    page.set_input_files("#sheets", {"name": SUMMARY, "mimeType": "application/vnd.ms-excel",
                                     "buffer": workbooks(sheet, title="示例")[SUMMARY]})  # fmt: skip
    page.fill("#period", str(date.today().year))
    page.get_by_role("button", name="看差哪些").click()
    page.wait_for_selector("text=上级通报")
    cells = page.locator("tr:has-text('n-002')").last.locator("td").all_inner_texts()
    assert (cells[3], 0 < float(cells[4]) < 100) == ("63.0", True)
    assert told(page, "n-002|66.0", "chosen").input_value() == "科室", "the office's value until another is chosen"
    told(page, "n-002|66.0", "chosen").select_option("系统")
    page.get_by_role("button", name="写出草稿").click()
    assert told(page, "n-002|66.0", "note").evaluate("e => e.validity.valueMissing"), "no draft without a reason"
    assert page.url.endswith("/reports/")


def test_a_value_chosen_with_a_reason_goes_into_the_draft_and_its_trace(figures):
    page = figures("zhou")
    page.goto("/reports/")
    paste(page, LAST_YEAR)
    bound = [replace(row, figure="htn.bp_controlled", this="63.0", above="62.1") if row.last == "64.5" else row
             for row in adopt(pasted(LAST_YEAR))]  # fmt: skip
    page.set_input_files("#sheets", {"name": SUMMARY, "mimeType": "application/vnd.ms-excel",
                                     "buffer": workbooks(bound, title="示例")[SUMMARY]})  # fmt: skip
    page.get_by_role("button", name="看差哪些").click()
    page.wait_for_selector("text=上级通报")
    told(page, "n-002|64.5", "chosen").select_option("上级")
    told(page, "n-002|64.5", "note").fill("以市里通报为准")
    _, data = downloaded(page, "写出草稿")
    assert "由64.5%下降到62.1%" in "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
    _, data = downloaded(page, "下载汇总表（含选择和理由）")
    heads, *lines = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))[1:]
    row = dict(zip(heads, next(line for line in lines if line[0] == "n-002"), strict=True))
    assert (row["今年数"], row["上级通报数"], row["备注"]) == ("63.0", "62.1", "以市里通报为准")
    assert serious_findings(page) == []
