"""The doctor's day in a real browser: list, visit, correction, person, suspects, what is out of right."""

import json
import os
import subprocess
import sys

import pytest

from tests.lib.browser import DESK, PHONE, serious_findings, sideways_scroll, sign_in
from tests.lib.doctor_county import DONE, FAR, HOUSEMATE, LATE, LOST, OTHERS, SECOND, WHO
from tests.lib.screens import ROOT, site
from tests.lib.small_county import PASSWORD
from tests.web.conftest import _page

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    """A home of its own: these tests save."""
    folder = tmp_path_factory.mktemp("village")
    variables = os.environ | {"XINGLIN_HOME": str(folder)}
    subprocess.run(
        [sys.executable, "-m", "tests.lib.doctor_county"], cwd=ROOT, env=variables, check=True
    )
    return folder


@pytest.fixture(scope="module")
def where(village):
    with site(home=village) as address:
        yield address


@pytest.fixture(scope="module")
def numbers(village):
    told = json.loads((village / "people.json").read_text(encoding="utf-8"))
    return [told[name] for name in WHO]


@pytest.fixture
def small(chromium, where):
    for page in _page(chromium, where, PHONE):
        sign_in(page, where, username="wang", password=PASSWORD)
        yield page


@pytest.fixture
def wide(chromium, where):
    yield from _page(chromium, where, DESK)


def visit(page, number):
    page.goto(f"/person/{number}/visit/htn/")
    page.wait_for_load_state("networkidle")


def test_the_list_groups_by_house_and_says_what_is_late(small):
    small.goto("/today/")
    groups = small.locator(".d-list .x-group").all_inner_texts()
    assert any("下涯村 12号" in g and "3 人 7 项" in g for g in groups), groups
    first = small.locator("li.d-line", has_text=WHO[LATE]).inner_text()
    assert "两周内复查" in first
    assert "▲" in first and "逾期" in first
    assert "162/98" in first
    assert "季度随访" in first
    assert small.locator("li.d-line", has_text=WHO[OTHERS]).count() == 0
    small.click(".d-counts >> text=逾期")
    small.wait_for_url("**when=overdue**")
    assert small.locator("li.d-line", has_text=WHO[LATE]).count() == 1
    assert small.locator("li.d-line", has_text=WHO[DONE]).count() == 0


def test_the_list_is_searched_by_householder_and_by_door(small):
    for typed in (WHO[LATE], "12号"):
        small.goto("/today/")
        small.fill("input[name=house]", typed)
        small.press("input[name=house]", "Enter")
        small.wait_for_load_state("networkidle")
        shown = small.inner_text("#list")
        assert WHO[LATE] in shown and WHO[HOUSEMATE] in shown
        assert WHO[FAR] not in shown
        assert typed not in small.url


def test_a_visit_by_keyboard_says_class_next_date_and_what_opened(small, numbers):
    visit(small, numbers[SECOND])
    small.focus("#f-sbp")
    small.keyboard.type("1300")
    small.keyboard.press("Enter")
    assert "再测一次" in small.inner_text("#w-sbp")
    small.fill("#f-sbp", "")
    small.focus("#f-sbp")
    small.keyboard.type("152")
    small.keyboard.press("Enter")
    small.keyboard.type("95")
    assert small.inner_text("#w-sbp") == ""
    small.keyboard.press("Alt+n")
    small.wait_for_selector("#outlook >> text=控制不满意")
    said = small.inner_text("#outlook")
    assert "两周内复查" in said
    assert "下次仍如此，将开启转诊闭环" in said
    small.keyboard.press("Control+s")
    small.wait_for_url("**/saved/**")
    assert "已保存高血压随访" in small.inner_text("main")
    small.goto(f"/person/{numbers[SECOND]}/")
    line = small.locator(".d-event").first.inner_text()
    assert "152/95" in line
    assert "今日录入" in line


def test_an_emergency_is_said_with_what_to_do_now(small, numbers):
    visit(small, numbers[FAR])
    small.fill("#f-sbp", "185")
    small.fill("#f-dbp", "95")
    small.wait_for_selector("#outlook >> text=紧急情况（须转诊）")
    small.click("[data-none]")
    small.wait_for_selector("#outlook >> text=转诊闭环已开启")


def test_a_yes_no_question_has_no_default_and_is_unknown_until_asked(small, numbers):
    visit(small, numbers[LATE])
    assert small.locator(".d-yesno input:checked").count() == 0
    small.fill("#f-sbp", "130")
    small.fill("#f-dbp", "80")
    small.wait_for_selector("#outlook >> text=资料不全，暂不能判定")


def test_a_draft_survives_the_end_of_the_session(small, where, numbers):
    visit(small, numbers[HOUSEMATE])
    small.fill("#f-sbp", "141")
    small.wait_for_timeout(300)
    small.context.clear_cookies()
    sign_in(small, where, username="wang", password=PASSWORD)
    visit(small, numbers[HOUSEMATE])
    assert small.input_value("#f-sbp") == "141"
    assert small.is_visible("#d-draft")
    small.click("[data-draft-drop]")
    small.wait_for_load_state("networkidle")
    assert small.input_value("#f-sbp") == ""


def test_a_second_save_of_the_same_form_is_refused_in_words(small, numbers):
    other = small.context.new_page()
    for page in (small, other):
        visit(page, numbers[FAR])
        page.fill("#f-sbp", "126")
        page.fill("#f-dbp", "76")
        page.click("[data-none]")
    small.keyboard.press("Control+s")
    small.wait_for_url("**/saved/**")
    other.keyboard.press("Control+s")
    other.wait_for_selector("text=刚才已有人保存")


def test_a_correction_keeps_the_old_version_in_sight_and_a_void_asks_why(small, numbers):
    visit(small, numbers[LATE])
    small.fill("#f-sbp", "128")
    small.fill("#f-dbp", "78")
    small.click("[data-none]")
    small.keyboard.press("Control+s")
    small.wait_for_url("**/saved/**")
    small.click("main >> text=更正")
    assert small.input_value("#f-sbp") == "128"
    small.fill("#f-sbp", "158")
    small.keyboard.press("Control+s")
    small.wait_for_selector("text=没有写更正的原因")
    small.fill("#f-_reason", "看错一行")
    small.keyboard.press("Control+s")
    small.wait_for_url("**/saved/**")
    small.goto(f"/person/{numbers[LATE]}/")
    small.locator(".d-event summary").first.click()
    small.click("text=更早的 1 版")
    detail = small.locator(".d-event").first.inner_text()
    assert "158 mmHg" in detail and "128 mmHg" in detail and "看错一行" in small.content()
    small.locator(".d-event >> text=撤销").first.click()
    small.fill("#r-reason", "记在了别人名下")
    small.click("button:has-text('撤销')")
    small.wait_for_selector("text=已撤销")
    small.goto(f"/person/{numbers[LATE]}/")
    assert "已撤销" in small.locator(".d-event").first.inner_text()


def test_a_row_of_another_organisation_is_disputed_not_edited(small, numbers):
    small.goto(f"/person/{numbers[LATE]}/?kind=visits")
    small.locator(".d-event", has_text="162/98").locator("summary").click()
    small.wait_for_selector(".d-event >> text=有疑问")
    assert small.locator(".d-event", has_text="162/98").locator("text=更正").count() == 0


def test_why_is_the_rule_the_clause_and_the_record(small, numbers):
    small.goto(f"/person/{numbers[HOUSEMATE]}/")
    small.wait_for_selector(".d-case")
    small.locator(".d-case .d-why summary").first.click()
    said = small.locator(".d-because").first.inner_text()
    assert "每年 4 次" in said
    assert "依据" in said


def test_an_attempt_that_met_nobody_needs_its_reason_and_is_counted(small, numbers):
    small.goto(f"/person/{numbers[HOUSEMATE]}/attempt/htn/")
    small.check("input[value=改期]")
    small.click("main button:has-text('保存')")
    small.wait_for_selector("text=“改期”要写说明")
    small.check("input[value=未见到]")
    small.click("main button:has-text('保存')")
    small.wait_for_url("**/today/")
    small.goto(f"/person/{numbers[HOUSEMATE]}/attempt/htn/")
    assert "已有 1 次没有联系上" in small.inner_text("main")


def test_suspects_are_taken_in_many_at_a_time(small):
    small.goto("/today/suspects/")
    assert "高血压病2级" in small.inner_text("main")
    small.click("button:has-text('纳入管理')")
    small.wait_for_selector("text=没有选人")
    small.check("[data-all=pick]")
    small.click("button:has-text('排除')")
    small.wait_for_selector("text=排除要写理由")
    assert small.inner_text("[data-picked]") == "1"         # who was picked still is
    small.press("input[name=reason]", "Enter")              # takes nobody in by itself
    small.click("button:has-text('纳入管理')")
    small.wait_for_selector("text=已纳入 1 人")


def test_lost_is_confirmed_by_the_township_only(wide, where, numbers):
    sign_in(wide, where, username="wang", password=PASSWORD)
    assert wide.goto("/today/lost/").status == 403
    wide.context.clear_cookies()
    sign_in(wide, where, username="chen", password=PASSWORD)
    wide.goto("/today/")
    assert "本院" in wide.inner_text("h1")
    assert "下涯村卫生室" in wide.inner_text(".x-table")
    wide.click("text=失访待确认 1 人")
    assert WHO[LOST] in wide.inner_text("main")
    wide.fill("input[name=reason]", "电话与村委均未联系上")
    wide.click("button:has-text('确认失访')")
    wide.wait_for_selector("text=已确认失访")
    wide.goto(f"/person/{numbers[LOST]}/")
    wide.wait_for_selector(".d-case >> text=失访")


def test_somebody_out_of_right_is_as_if_there_were_none_and_leaves_a_trace(small, wide, where, numbers):
    for path in ("", "visit/htn/", "seen/", "programmes/"):
        assert small.goto(f"/person/{numbers[OTHERS]}/{path}").status == 404
    sign_in(wide, where, username="zhou", password=PASSWORD)
    wide.goto(f"/person/{numbers[OTHERS]}/seen/")
    wide.fill("input[name=reason]", "督导抽查谁看过")
    wide.click("button:has-text('打开')")
    said = wide.inner_text("main")
    assert "申请查看，未获准" in said
    assert "写明原因后打开：督导抽查谁看过" in said
    assert "王大夫" in said
    assert WHO[OTHERS] not in said  # a chief sees starred names


def test_finding_says_why_and_keeps_the_words_out_of_the_address(small):
    small.goto("/find/")
    for typed, why in (("lyl", "拼音首字母"), (WHO[SECOND], "姓名")):
        small.fill("#d-q", typed)
        small.press("#d-q", "Enter")
        small.wait_for_selector(".x-list [data-row]")
        assert why in small.inner_text(".x-list")
    small.fill("#d-q", WHO[OTHERS])
    small.press("#d-q", "Enter")
    small.wait_for_selector("text=在您管理的范围内没有找到")
    assert small.url.endswith("/find/")


def test_paper_visits_are_typed_in_rows(wide, where, numbers):
    sign_in(wide, where, username="wang", password=PASSWORD)
    wide.goto("/today/backfill/")
    number = numbers[HOUSEMATE]
    wide.fill(f"[name='{number}-sbp']", "133")
    wide.fill(f"[name='{number}-dbp']", "83")
    wide.keyboard.press("Control+s")
    wide.wait_for_selector("text=服务日没有填")
    assert wide.input_value(f"[name='{number}-sbp']") == "133"
    wide.fill(f"[name='{number}-_day']", wide.evaluate("new Date().toISOString().slice(0, 10)"))
    wide.check(f"[name='{number}-_none']")
    wide.keyboard.press("Control+s")
    wide.wait_for_selector("text=已补录 1 人")


PAGES = ("/today/", "/today/?when=overdue&sort=day", "/today/suspects/", "/today/loops/", "/today/print/",
         "/today/backfill/", "/find/", "/person/{}/", "/person/{}/visit/htn/", "/person/{}/seen/",
         "/person/{}/attempt/htn/", "/person/{}/why/", "/why/", "/emergency/")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_a_phone_and_axe_finds_nothing_serious(small, numbers, path):
    small.goto(path.format(numbers[LATE]))
    small.wait_for_load_state("networkidle")
    assert sideways_scroll(small) == 0
    assert serious_findings(small) == []
