"""Deliveries in a real browser: the sum on screen, resend, check only, codes, questions, kits."""

import pytest

from tests.lib.browser import PHONE, serious_findings, sideways_scroll

pytestmark = pytest.mark.needs("chromium")
GOOD = "patient_id,updated_on,birth_date,sex\nQ1,2026-03-01,1961-02-03,男\nQ2,2026-03-01,2961-02-03,女\n"


def numbers(page):
    return [int(x) for x in page.locator(".d-sum dd").all_inner_texts()]


def send(page, path, *, act="load", record="person"):
    page.goto("/deliveries/upload/")
    page.select_option("#up-source", "register")
    page.select_option("#up-record", record)
    page.set_input_files("#up-file", path)
    page.click(f"button[value={act}]")
    page.wait_for_selector(".d-sum, .x-problem", timeout=60_000)


def test_the_numbers_of_a_delivery_add_up_on_screen(figures):
    page = figures("xin")
    page.goto("/deliveries/")
    assert "建德市第一人民医院" in page.inner_text(".d-strips")
    assert "居民健康档案系统" not in page.inner_text("main")
    page.locator("tbody tr td a").first.click()
    received, accepted, rejected, queried = numbers(page)
    assert received == accepted + rejected + queried == 30
    assert "湖" not in page.inner_text("body")
    assert "钱多多" not in page.content()


def test_the_rejected_rows_come_as_a_workbook(figures):
    page = figures("xin")
    page.goto("/deliveries/")
    page.locator("tbody tr td a").first.click()
    with page.expect_download() as coming:
        page.click("text=下载退回的")
    assert coming.value.path().read_bytes()[:2] == b"PK"


def test_a_sender_cannot_open_the_deliveries_of_others(figures):
    county = figures("tong")
    county.goto("/deliveries/?source=register")
    address = county.locator("tbody tr td a").last.get_attribute("href")
    page = figures("xin")
    assert page.goto(address).status == 404
    assert page.goto("/administration/").status == 403


def test_checking_loads_nothing_and_uploading_does(figures, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(GOOD, encoding="utf-8")
    page = figures("tong")
    page.goto("/deliveries/?source=register")
    before = page.locator("tbody tr").count()
    send(page, path, act="check")
    assert "没有入库" in page.inner_text("main")
    assert numbers(page)[0] == 2
    page.goto("/deliveries/?source=register")
    assert page.locator("tbody tr").count() == before
    send(page, path)
    page.click("text=看这次交付")
    received, accepted, rejected, queried = numbers(page)
    assert received == accepted + rejected + queried == 2


def test_a_file_without_its_columns_is_answered_in_words(figures, tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    page = figures("tong")
    send(page, path)
    assert "整份退回" in page.inner_text("main")
    assert "缺" in page.inner_text(".x-problem")


def test_an_unknown_code_is_mapped_in_place(figures):
    page = figures("tong")
    page.goto("/deliveries/codes/hospital/")
    before = page.locator(".x-list li").count()
    line = page.locator(".x-list li").first
    field = line.locator("select, input[name=ours]").first
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(index=1)
    else:
        field.fill("GLU")
    line.locator("text=保存").click()
    page.wait_for_selector("text=已对照")
    assert page.locator(".x-list li").count() == before - 1


def answer(place, words):
    place.locator("input[name=answer]").fill(words)
    place.locator(".d-map button").click()


def test_one_row_is_answered_by_itself_the_others_at_once_and_the_second_is_told(figures):
    page = figures("xin")
    page.goto("/deliveries/questions/")
    line = page.locator(".x-list li").filter(has_text="逐行看").first
    rows = int(line.locator(".d-map button").inner_text().split()[1])
    with page.context.expect_page() as opened:
        line.locator("a", has_text="逐行看").click(modifiers=["Control"])
    single = opened.value
    answer(single.locator(".x-list li").nth(1), "已改")
    single.wait_for_selector("text=已答复：已改")
    answer(line, "属实")
    page.wait_for_selector(f"text=已答复 {rows - 1} 行：属实")
    assert "另有 1 行先已答复" in line.inner_text()
    answer(single.locator(".x-list li").first, "有误")
    single.wait_for_selector("text=这些行已经答复")
    single.go_back()
    single.reload()
    assert "各行都已答复" in single.inner_text("main")


def test_the_sample_of_a_kit_is_taken_as_it_is(figures, tmp_path):
    page = figures("tong")
    page.goto("/deliveries/kits/person/")
    with page.expect_download() as coming:
        page.click("text=样例文件")
    path = tmp_path / "sample.csv"
    path.write_bytes(coming.value.path().read_bytes())
    send(page, path, act="check")
    assert page.locator(".d-sum").count() == 1
    assert numbers(page)[0] == len(path.read_text("utf-8-sig").splitlines()) - 1 > 0


@pytest.mark.parametrize("path", ["/deliveries/", "/deliveries/1/", "/deliveries/upload/", "/deliveries/codes/hospital/",
                                  "/deliveries/questions/", "/deliveries/kits/", "/deliveries/kits/lab_result/"])  # fmt: skip
def test_pages_are_accessible_and_fit_a_phone(figures, path):
    page = figures("tong", PHONE)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert sideways_scroll(page) == 0
    assert serious_findings(page) == []


def test_the_auditor_verifies_the_journal_by_a_button(figures):
    page = figures("shen")
    page.goto("/administration/")
    page.click("text=现在核验")
    page.wait_for_selector("text=日志完好")
