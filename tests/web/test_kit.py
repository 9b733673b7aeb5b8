"""The parts that all pages are made of behave in a real browser."""

import pytest

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def kit(desk):
    desk.goto("/_kit/")
    desk.wait_for_load_state("networkidle")
    return desk


def test_every_chart_is_drawn_and_has_its_numbers(kit):
    charts = kit.locator(".x-chart")
    assert kit.locator(".x-chart canvas").count() == charts.count() == 3
    first = charts.first
    first.locator("summary").click()
    assert "68.4%" in first.inner_text() or "1100/1760" in first.inner_text()
    assert "11月 （数据未齐）" in first.inner_text()


def test_j_and_k_move_in_the_list_and_enter_opens(kit):
    kit.keyboard.press("j")
    kit.keyboard.press("j")
    kit.keyboard.press("k")
    assert kit.locator(".x-list [data-row].x-here").inner_text().startswith("李**")
    kit.keyboard.press("Enter")
    assert kit.url.endswith("#1")


def test_letters_typed_into_a_field_are_letters(kit):
    kit.fill("#kit-sbp", "")
    kit.focus("#kit-sbp")
    kit.keyboard.type("j1")
    assert kit.input_value("#kit-sbp") == "j1"
    assert kit.locator(".x-here").count() == 0


def test_ctrl_s_saves_and_a_refusal_is_a_sentence_in_place(kit):
    kit.focus("#kit-sbp")
    kit.keyboard.press("Control+s")
    kit.wait_for_selector("#problem .x-problem")
    said = kit.inner_text("#problem")
    assert said == (
        "出生日期 2023-02-30 不是有效日期（第 12 行）。请核对身份证号第 7–14 位后重传本行。"
    )
    assert kit.url.endswith("/_kit/")


def test_a_part_arrives_by_itself(kit):
    kit.wait_for_selector("text=这一部分自己到了。")


def test_a_destructive_act_asks_for_its_reason(kit):
    kit.click("[data-open=kit-reason]")
    dialog = kit.locator("#kit-reason")
    assert dialog.is_visible()
    assert dialog.locator("textarea").get_attribute("required") is not None
    dialog.locator("[data-close]").click()
    assert not dialog.is_visible()


def test_a_fault_shows_a_number_and_no_trace(desk):
    answer = desk.goto("/_kit/broken/")
    assert answer.status == 500
    said = desk.inner_text("main")
    assert "把编号" in said
    assert "RuntimeError" not in desk.content()
    assert "a fault" not in desk.content()


def test_the_security_policy_allows_no_inline_code(desk):
    answer = desk.goto("/sign-in/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_paper_has_no_frame_and_whole_tables(kit):
    kit.emulate_media(media="print")
    assert not kit.locator(".x-top").is_visible()
    assert (
        kit.locator(".x-table-wrap").last.evaluate("e => getComputedStyle(e).maxHeight") == "none"
    )
