"""Figures in a real browser: from the list to the rows, by right; parts add up; keyboard; export."""

import csv
import io
import re

import pytest

from tests.lib.browser import PHONE, serious_findings, sideways_scroll

pytestmark = pytest.mark.needs("chromium")
CONTROL = "/figures/htn.bp_controlled/"


def fraction(page):
    return tuple(int(x) for x in page.inner_text(".x-figure-head .x-fraction").split("/"))


def column(page, caption, number):
    rows = page.locator(f".x-table-wrap[aria-label^='{caption}'] tbody tr")
    return [int(rows.nth(n).locator("td").nth(number).inner_text()) for n in range(rows.count())]


def test_from_the_list_to_a_person_by_keyboard(figures):
    page = figures("zhou")
    page.goto("/figures/")
    assert "截至昨夜" in page.inner_text("main")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/figures/htn.bp_controlled/**")
    page.click("text=看名单")
    assert "已记入查阅日志" in page.inner_text("main")
    first = page.locator("tbody tr").first
    assert "*" in first.inner_text()


@pytest.mark.parametrize("caption", ["按乡镇", "按机构"])
def test_towns_and_institutions_add_up_to_the_county(figures, caption):
    page = figures("tong")
    page.goto(CONTROL)
    for number, whole in zip((1, 2), fraction(page), strict=True):
        *parts, total = column(page, caption, number)
        assert sum(parts) == total == whole


def test_the_list_has_as_many_rows_as_the_numerator(figures):
    page = figures("tong")
    page.goto(CONTROL)
    numerator, denominator = fraction(page)
    page.goto(f"{CONTROL}rows/?counted=in")
    assert f"共 {numerator} 条，列出 {numerator} 条" in page.inner_text("main")
    page.goto(f"{CONTROL}rows/")
    counts = []
    for tab in ("未计入分子", "无法判定"):
        page.click(f".x-tabs >> text={tab}")
        counts.append(int(re.search(r"共 (\d+) 条", page.inner_text("main"))[1]))
    assert numerator + sum(counts) == denominator


def test_the_choices_stand_in_the_address(figures):
    page = figures("zhou")
    page.goto(CONTROL)
    page.select_option("#pick-place", label="　莲花镇")
    page.click(".x-picks >> text=查看")
    assert "place=330182101" in page.url
    assert "莲花镇" in page.inner_text(".x-figure-head")
    page.click(".x-grains >> text=按季")
    assert "place=330182101" in page.url
    assert "grain=quarter" in page.url


def test_a_doctor_sees_names_of_the_own_village_only(figures):
    page = figures("wang")
    answer = page.goto(f"{CONTROL}rows/")
    assert answer.status == 403
    page.goto(CONTROL)
    options = page.locator("#pick-place option")
    own = options.nth(options.count() - 1).get_attribute("value")
    page.goto(f"{CONTROL}?place={own}")
    numerator = fraction(page)[0]
    page.goto(f"{CONTROL}rows/?place={own}&counted=in")
    names = page.locator("tbody tr td:first-child").all_inner_texts()
    assert len(names) == numerator
    assert not any("*" in n for n in names)


def test_a_township_sees_others_as_sums_without_a_way_in(figures):
    page = figures("chen")
    page.goto("/figures/htn.lost_share/")
    links = page.locator(".x-table-wrap[aria-label^='按乡镇'] tbody a")
    assert links.count() == 1
    assert "＊ 人数过少" in page.inner_text("main")
    assert page.goto(f"{CONTROL}?place=330182102").status == 403


def test_an_auditor_sees_no_figures(figures):
    page = figures("shen")
    assert page.goto("/figures/").status == 403
    assert "您的岗位不能看这一页" in page.inner_text("main")


def test_why_it_changed_adds_up(figures):
    page = figures("zhou")
    page.goto(CONTROL)
    page.wait_for_selector("text=两夜之间，分子变动")
    rows = page.locator("[aria-label='变动'] tbody").first.locator("tr")
    moved = sum(int(rows.nth(n).locator("td").nth(3).inner_text()) for n in range(rows.count()))
    assert f"分子变动 {moved}" in page.inner_text("main")
    assert moved > 0


def test_an_event_opens_to_its_row(figures):
    page = figures("ji")
    page.goto("/figures/ntf.cases/?disease=dengue")
    assert "登革热" in page.inner_text(".x-pill")
    cases = int(page.inner_text(".x-figure-value").split()[0])
    page.click("text=看名单")
    assert f"共 {cases} 条" in page.inner_text("main")
    page.locator("tbody tr td a").first.click()
    assert "登革热" in page.inner_text("main")
    assert "从哪里来" in page.inner_text("main")


def test_nothing_to_divide_by_says_so(figures):
    page = figures("zhou")
    page.goto("/figures/htn.recheck_on_time/?period=2019")
    assert "—（分母为 0）" in page.inner_text("main")


def test_an_export_asks_why_and_carries_a_watermark(figures):
    page = figures("tong")
    page.goto(f"{CONTROL}rows/")
    page.click("text=导出")
    page.check("input[name=what][value=rows]")
    page.check("input[name=form][value=csv]")
    page.fill("#export-reason", "季度通报附表")
    with page.expect_download() as coming:
        page.click("#export .btn-primary")
    text = coming.value.path().read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert "模拟数据，非真实" in rows[1][0]
    assert "季度通报附表" in rows[2][0]
    assert all("*" in row[0] for row in rows[4:-1])


def test_the_handbook_reads_as_a_page(figures):
    page = figures("zhou")
    page.goto("/figures/handbook/")
    page.click("main >> text=高血压患者健康管理")
    assert page.locator("main table").count() > 1
    assert "湖" not in page.inner_text("main").replace("西湖", "")


PAGES = ("/figures/", CONTROL, "/figures/ntf.cases/", f"{CONTROL}rows/", "/figures/handbook/packs/htn.md")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit_a_phone(figures, path):
    page = figures("zhou", PHONE)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert sideways_scroll(page) == 0
    assert serious_findings(page) == []
