"""The cockpit in a real browser: it fits a wall, opens ordinary pages, hands over, and shows guests less."""

import pytest

from tests.lib.browser import serious_findings, sideways_scroll
from tests.lib.figure_county import PASSWORD

pytestmark = pytest.mark.needs("chromium")
WALL = {"width": 1920, "height": 1080}


def test_eight_figures_fit_the_wall_and_open_their_pages(figures):
    page = figures("zhou", WALL)
    page.goto("/cockpit/")
    page.wait_for_load_state("networkidle")
    assert page.locator(".c-tile").count() == 8
    assert page.evaluate("document.documentElement.scrollHeight") <= WALL["height"]
    assert sideways_scroll(page) == 0
    assert serious_findings(page) == []
    page.click(".c-tile >> text=管理人群血压控制率")
    page.wait_for_url("**/figures/htn.bp_controlled/")


def test_a_town_on_the_map_opens_its_figure(figures):
    page = figures("zhou", WALL)
    page.goto("/cockpit/?figure=htn.bp_controlled")
    town = page.locator("svg a").first
    value = town.get_attribute("aria-label").split()[-1]
    town.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**place=330182*")
    assert page.inner_text(".x-figure-value") == value


def test_the_slider_goes_to_an_earlier_night(figures):
    page = figures("zhou", WALL)
    page.goto("/cockpit/")
    shown = page.locator(".c-tile").all_inner_texts()
    page.focus("#c-night")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**night=*")
    assert page.locator(".c-tile").all_inner_texts() != shown


def test_a_matter_is_handed_over(figures):
    page = figures("zhou", WALL)
    page.goto("/cockpit/")
    first = page.locator(".c-stuck li").first
    first.locator("text=交办").click()
    assert page.inner_text("[data-assign-words]").strip()
    page.click("#assign .btn-primary")
    page.wait_for_selector("text=已交办，并记入日志")
    assert "已交办，限" in page.locator(".c-stuck li").first.inner_text()


def test_guests_see_no_way_to_names_until_the_owner_signs_off(figures):
    page = figures("zhou", WALL)
    page.goto("/cockpit/?figure=htn.lost_share")
    page.click("text=参观模式")
    page.wait_for_selector("text=退出参观")
    assert page.locator(".c-tile h2 a, svg a, .c-stuck button").count() == 0
    assert page.goto("/figures/htn.bp_controlled/rows/").status == 403
    page.goto("/cockpit/?figure=htn.lost_share")
    page.click("text=退出参观")
    page.fill("#leave-password", PASSWORD)
    page.click("#leave-visit .btn-primary")
    page.wait_for_selector("text=参观模式")
    assert page.locator(".c-tile h2 a").count() == 8


def test_a_township_has_no_cockpit(figures):
    page = figures("chen")
    assert page.goto("/cockpit/").status == 403
