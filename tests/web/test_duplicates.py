"""疑似重复档案 in a real browser: evidence in words, judged by keyboard, merged, seen in the timeline, split again on a phone."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from tests.lib.browser import DESK, PHONE, serious_findings, sideways_scroll, sign_in
from tests.lib.duplicates_county import FIGURE
from tests.lib.screens import ROOT, site
from tests.lib.small_county import PASSWORD
from tests.web.conftest import _page

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(300)]
PAGE = "/people/duplicates/"


@pytest.fixture(scope="module")
def twice(county_home, tmp_path_factory):
    """The small county, copied: entries are merged here."""
    folder = shutil.copytree(county_home, tmp_path_factory.mktemp("twice") / "county")
    program(folder)
    return folder


@pytest.fixture(scope="module")
def where(twice):
    with site(home=twice) as address:
        yield address


def program(folder, *words):
    variables = os.environ | {"XINGLIN_HOME": str(folder), "XINGLIN_LAKE_BUCKETS": "2"}
    subprocess.run([sys.executable, "-m", "tests.lib.duplicates_county", *words], cwd=ROOT, env=variables, check=True)


@pytest.fixture
def clerk(chromium, where):
    for page in _page(chromium, where, DESK):
        sign_in(page, where, username="chen", password=PASSWORD)
        yield page


def counts(page):
    """待判断, 是同一人, 不是同一人, 暂缓."""
    page.goto(PAGE)
    return [int(text.split()[-1]) for text in page.locator(".p-states a").all_inner_texts()]


def pair_of(page, name):
    return page.locator("[data-pair]", has_text=name)


def go_to(page, name):
    """j until the pair with this name is the one at hand."""
    for _ in range(3):
        page.keyboard.press("j")
        if name in page.locator("[data-pair].x-here").inner_text():
            return
    raise AssertionError(f"j does not reach {name}")


def judge(page, name, key):
    page.goto(PAGE)
    go_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def timeline(page, number):
    page.goto(f"/person/{number}/")
    page.wait_for_load_state("networkidle")
    return page.locator("main").inner_text()


def until(page, number, *, visits):
    """The timeline when the rows have followed the decision: a process of its own brings them."""
    end = time.monotonic() + 120
    while timeline(page, number).count("/82") != visits:
        assert time.monotonic() < end, "the rows did not follow"
        time.sleep(0.5)


def fraction(page):
    page.goto(f"/figures/{FIGURE}/")
    return page.inner_text(".x-figure-head .x-fraction").replace(" ", "")


def test_judged_merged_seen_and_split_again(clerk, twice):
    number = json.loads((twice / "people.json").read_text("utf-8"))["王桂兰 1954-05-01"]
    before = timeline(clerk, number), fraction(clerk)
    assert counts(clerk) == [3, 0, 0, 0]
    assert serious_findings(clerk) == []
    assert "/82" not in before[0]
    said = pair_of(clerk, "王贵兰").inner_text()
    for words in ("姓名同音；性别相同；出生日期相同；电话相同；住址相同（电话也同）", "依据充分", "王桂兰", "330182195405010020"):
        assert words in said
    assert "有出入，请核实" in pair_of(clerk, "1954-09-20").inner_text()

    judge(clerk, "1954-09-20", "2")
    assert "已记下 1 对不是同一人" in clerk.inner_text("body")
    judge(clerk, "陈秀英", "3")
    judge(clerk, "王贵兰", "1")
    assert "已合并 1 对" in clerk.inner_text("body")
    assert counts(clerk) == [0, 1, 1, 1]
    until(clerk, number, visits=2)
    program(twice, "figure")
    assert fraction(clerk) != before[1]

    clerk.set_viewport_size(PHONE)
    clerk.goto(f"{PAGE}?state=same")
    assert sideways_scroll(clerk) == 0
    assert serious_findings(clerk) == []
    clerk.click("text=撤销判断")
    assert "已撤销 1 对" in clerk.inner_text("body")
    assert counts(clerk) == [1, 0, 1, 1]
    assert sideways_scroll(clerk) == 0
    assert clerk.locator("[data-pair] .btn-primary").evaluate("b => b.scrollWidth <= b.clientWidth")
    clerk.set_viewport_size(DESK)
    until(clerk, number, visits=0)
    program(twice, "figure")
    assert (timeline(clerk, number), fraction(clerk)) == before
