"""A real browser for tests and screenshots: Debian's Chromium by way of Playwright."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.lib.machine import chromium

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
AXE = Path(__file__).resolve().parents[2] / "build" / "axe" / "axe.min.js"


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser for as long as the block lasts."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


def sign_in(page: Page, address: str, *, username: str, password: str) -> None:
    """Fill the sign-in page and send it; returns on the page that follows."""
    page.goto(f"{address}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("#sign-in button[type=submit]")
    page.wait_for_load_state()


def serious_findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical: rule, how often, the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']} ×{len(v['nodes'])}: {json.dumps(v['nodes'][0]['target'])} {v['help']}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 is right."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
