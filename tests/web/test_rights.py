"""The three administrators in a browser: a second factor from the QR page to the next sign-in, a post given and read by audit."""

import pyotp
import pytest

from tests.lib.browser import DESK, PHONE, serious_findings, sideways_scroll
from tests.lib.small_county import PASSWORD

pytestmark = pytest.mark.needs("chromium")


def test_an_administrator_sets_up_a_second_factor_and_signs_in_with_it(phone, signed_in):
    signed_in(phone, "shen")
    phone.goto("/sign-in/second/setup/")
    assert sideways_scroll(phone) == 0
    assert serious_findings(phone) == []
    box = phone.locator(".x-qr svg").bounding_box()
    assert box["width"] == box["height"] == 200
    assert phone.locator(".x-qr svg").get_attribute("viewBox"), "the whole picture is drawn, whatever its size"
    secret = phone.locator("details code").text_content().replace(" ", "")
    phone.fill("#s-code", pyotp.TOTP(secret).now())
    phone.click("button:has-text('启用')")
    spare = phone.locator(".x-codes code").first.inner_text()
    phone.click("text=我已抄好，继续")
    phone.context.clear_cookies()
    phone.goto("/sign-in/")
    phone.fill("#id_username", "shen")
    phone.fill("#id_password", PASSWORD)
    phone.click("#sign-in button[type=submit]")
    phone.wait_for_selector("h1:has-text('动态口令')")
    assert serious_findings(phone) == []
    phone.fill("#s-code", "000000")
    phone.click("button:has-text('继续')")
    phone.wait_for_selector("text=动态口令不对或已用过")
    phone.fill("#s-code", spare)
    phone.click("button:has-text('继续')")
    phone.wait_for_selector("h1:has-text('管理')")


def test_security_gives_a_post_and_the_reader_has_it_at_once(desk, phone, signed_in):
    signed_in(phone, "idle")
    phone.goto("/")
    assert "这里还没有您的页面" in phone.inner_text("main")
    signed_in(desk, "an")
    desk.goto("/administration/registers/staff/")
    desk.locator("tr", has_text="无岗者").locator("text=任命岗位").click()
    desk.select_option("[name=organisation]", label="下涯村卫生室")
    desk.select_option("[name=role]", label="审计管理员")
    desk.keyboard.press("Control+s")
    desk.wait_for_selector("text=已任命")
    phone.goto("/")
    phone.wait_for_selector("h1:has-text('管理')")
    phone.goto("/administration/acts/")
    assert "任命岗位" in phone.inner_text("main")
    assert "安保全" in phone.inner_text("main")
    desk.locator("tr", has_text="无岗者").locator("text=结束岗位").click()
    desk.fill("[name=why]", "试任结束")
    desk.click("button.btn-danger")
    desk.wait_for_selector("text=已结束岗位")
    assert phone.goto("/administration/acts/").status == 403


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_registers_fit_both_widths_and_axe_finds_nothing_serious(desk, signed_in, size):
    signed_in(desk, "an")
    desk.set_viewport_size(size)
    for path in ("", "registers/staff/", "registers/organisations/", "registers/places/", "registers/populations/",
                 "registers/staff/wang/appoint/"):
        desk.goto(f"/administration/{path}")
        assert sideways_scroll(desk) == 0, path
        assert serious_findings(desk) == [], path
