"""The site served by granian on a small county of its own, and pages of a real browser on it.

    desk, phone   a fresh page (1440 and 360 wide), signed in nowhere
    signed_in     signed_in(page, "wang") signs in with an account of tests/lib/small_county.py
    figures       figures("zhou") opens a page signed in on the county of tests/lib/figure_county.py
    address       where the site is reached; the pages resolve relative addresses against it

After each test a page must have logged no error to the console: a blocked script or style
(Content-Security-Policy) is one.
"""

import os
import subprocess
import sys
from functools import partial

import pytest

from tests.lib.browser import DESK, PHONE, browser, sign_in
from tests.lib.demo import copy_of
from tests.lib.screens import ROOT, site
from tests.lib.shared import once
from tests.lib.small_county import PASSWORD


@pytest.fixture(scope="session")
def county_home(tmp_path_factory):
    """A home with the small county of one's own."""
    return copy_of(once("small", partial(build, "small_county")), tmp_path_factory.mktemp("small"))


def build(county, home):
    """By a process of its own, as Django knows one home."""
    variables = os.environ | {"XINGLIN_HOME": str(home)}
    subprocess.run([sys.executable, "-m", f"tests.lib.{county}"], cwd=ROOT, env=variables, check=True)


@pytest.fixture(scope="session")
def address(county_home):
    with site(home=county_home, kit=True) as where:
        yield where


@pytest.fixture(scope="session")
def chromium():
    with browser() as opened:
        yield opened


def _page(chromium, address, size):
    context = chromium.new_context(viewport=size, base_url=address, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(10_000)
    wrongs = []
    # A 4xx answer is said on the console too; those are looked at by the tests themselves.
    page.on(
        "console",
        lambda m: (
            wrongs.append(m.text)
            if m.type == "error"
            and not m.text.startswith(("Failed to load", "Response Status Error"))
            else None
        ),
    )
    page.on("pageerror", lambda e: wrongs.append(str(e)))
    yield page
    context.close()
    assert not wrongs, wrongs


@pytest.fixture
def desk(chromium, address):
    yield from _page(chromium, address, DESK)


@pytest.fixture
def phone(chromium, address):
    yield from _page(chromium, address, PHONE)


@pytest.fixture
def signed_in(address):
    def go(page, username):
        sign_in(page, address, username=username, password=PASSWORD)
        return page

    return go


@pytest.fixture(scope="session")
def figure_address(tmp_path_factory):
    """The site on a county with figures and deliveries (a minute to build, so once a run)."""
    home = copy_of(once("figures", partial(build, "figure_county")), tmp_path_factory.mktemp("figures"))
    with site(home=home) as where:
        yield where


@pytest.fixture
def figures(chromium, figure_address):
    made = []

    def open_as(username, size=DESK):
        pages = _page(chromium, figure_address, size)
        made.append(pages)
        page = next(pages)
        sign_in(page, figure_address, username=username, password=PASSWORD)
        return page

    yield open_as
    for pages in made:
        next(pages, None)
