"""Signing in, in a real browser."""

import pytest

from tests.lib.browser import serious_findings, sideways_scroll
from tests.lib.small_county import PASSWORD, PEOPLE

pytestmark = pytest.mark.needs("chromium")


def send(page, username, password):
    page.goto("/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("#sign-in button[type=submit]")


def test_the_page_is_chinese_and_says_that_the_data_are_made_up(desk):
    desk.goto("/")
    assert desk.url.endswith("/sign-in/?next=/")
    assert desk.locator("html").get_attribute("lang") == "zh-hans"
    assert "示例县" in desk.inner_text("main")
    assert "模拟数据，非真实" in desk.inner_text("main")
    assert desk.inner_text("#sign-in button[type=submit]") == "登录"


def test_a_demo_account_is_filled_in_by_one_click(desk):
    desk.goto("/sign-in/")
    assert desk.locator(".x-accounts li").count() == len(PEOPLE)
    desk.click("text=局长 · 示例县卫生健康局")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".x-reader")
    assert "周局长" in desk.inner_text(".x-reader")
    assert "局长" in desk.inner_text(".x-reader-role")


def test_a_wrong_password_is_answered_in_words(desk):
    send(desk, "wang", "not-this-one")
    assert "用户名或密码不对。请核对" in desk.inner_text(".x-problem")
    assert desk.input_value("#id_username") == "wang"


def test_the_fifth_wrong_password_locks_the_account(desk):
    for _ in range(5):
        send(desk, "chen", "not-this-one")
    assert "15 分钟后再试" in desk.inner_text(".x-problem")
    send(desk, "chen", PASSWORD)
    assert "已在本机锁定" in desk.inner_text(".x-problem")
    assert desk.locator(".x-reader").count() == 0


def test_signing_out_closes_the_pages(desk, signed_in):
    signed_in(desk, "zhou")
    desk.click(".x-reader summary")
    desk.click("text=退出")
    desk.wait_for_url("**/sign-in/")
    desk.goto("/")
    assert "/sign-in/" in desk.url


def test_an_account_without_a_post_is_told_whom_to_ask(desk, signed_in):
    signed_in(desk, "idle")
    assert "请本机构的系统管理员" in desk.inner_text("main")


def test_a_reader_may_choose_english_and_keeps_it(desk):
    desk.goto("/sign-in/")
    desk.click("text=English")
    assert desk.locator("html").get_attribute("lang") == "en"
    desk.goto("/sign-in/")
    assert desk.inner_text("#sign-in button[type=submit]") == "Sign in"


@pytest.mark.parametrize(
    "path", ["/sign-in/", "/_kit/", "/_kit/empty/", "/_kit/resident/", "/nowhere/"]
)
def test_nothing_is_wider_than_a_phone(phone, path):
    phone.goto(path)
    phone.wait_for_load_state("networkidle")
    assert sideways_scroll(phone) == 0


@pytest.mark.parametrize("path", ["/sign-in/", "/_kit/", "/_kit/resident/", "/nowhere/"])
def test_axe_finds_nothing_serious(desk, path):
    desk.goto(path)
    desk.wait_for_load_state("networkidle")
    assert serious_findings(desk) == []


def test_keyboard_alone_signs_in(desk):
    desk.goto("/sign-in/")
    desk.keyboard.type("zhou")
    desk.keyboard.press("Tab")
    desk.keyboard.type(PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".x-reader")
