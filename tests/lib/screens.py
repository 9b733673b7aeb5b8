"""Shoot every page at two widths into screens/ (git-ignored), to be looked at as a designer.

`make screens` starts the site on the demo county of XINGLIN_HOME, signs in with the demo
accounts of county.toml, and walks through SHOTS. A new page adds a line.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.lib.browser import DESK, PHONE, browser, sideways_scroll, sign_in
from xinglin.show.common.county import Account, county

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "screens"


@dataclass(frozen=True)
class Shot:
    """A picture: file name, address, who looks ("" for nobody), what to do before shooting."""

    name: str
    path: str
    role: str = ""
    then: Callable[[Page], None] | None = None


def wrong_password(page: Page) -> None:
    """What a wrong password is answered with."""
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.click("#sign-in button[type=submit]")


def follow(selector: str) -> Callable[[Page], None]:
    """Click the first such link and wait for its page: for addresses that hold numbers."""

    def click(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return click


SHOTS = [
    Shot("sign-in", "/sign-in/"),
    Shot("sign-in-wrong", "/sign-in/", then=wrong_password),
    Shot("kit", "/_kit/"),
    Shot("kit-dialog", "/_kit/", then=lambda page: page.click("[data-open]")),
    Shot("empty", "/_kit/empty/"),
    Shot("resident-look", "/_kit/resident/"),
    Shot("refused", "/_kit/refused/"),
    Shot("broken", "/_kit/broken/"),
    Shot("not-found", "/nowhere/"),
    Shot("reports", "/reports/", "局长"),
    Shot("annual-report", "/reports/annual/", "统计"),
    Shot("report-rule", "/reports/rules/difference/", "局长"),
    Shot("figures", "/figures/", "局长"),
    Shot("figure", "/figures/htn.bp_controlled/", "局长"),
    Shot("figure-events", "/figures/ntf.cases/", "疾控"),
    Shot("figure-township", "/figures/htn.lost_share/", "卫生院公卫科"),
    Shot("figure-rows", "/figures/htn.bp_controlled/rows/", "统计"),
    Shot("figure-no-right", "/figures/htn.bp_controlled/rows/", "责任医生"),
    Shot("handbook", "/figures/handbook/packs/htn.md", "局长"),
    Shot("cockpit", "/cockpit/", "局长"),
    Shot("deliveries", "/deliveries/", "统计"),
    Shot("delivery", "/deliveries/1/", "统计"),
    Shot("upload", "/deliveries/upload/", "统计"),
    Shot("questions", "/deliveries/questions/", "统计"),
    Shot("source", "/deliveries/sources/register/", "统计"),
    Shot("forms-from-where", "/deliveries/forms/", "统计"),
    Shot("tokens", "/deliveries/tokens/", "系统管理员"),
    Shot("platform", "/deliveries/platform/", "卫生院公卫科"),
    Shot("kit-dataset", "/deliveries/kits/lab_result/", "统计"),
    Shot("administration", "/administration/", "系统管理员"),
    Shot("why", "/why/", "责任医生"),
    Shot("emergency", "/emergency/", "责任医生"),
    Shot("ask-reason", "/person/100001/", "局长"),
    Shot("second-setup", "/sign-in/second/setup/", "审计管理员"),
    Shot("reviews", "/administration/reviews/", "审计管理员"),
    Shot("admin-acts", "/administration/acts/", "审计管理员"),
    Shot("register-staff", "/administration/registers/staff/", "安全管理员"),
    Shot("register-organisations", "/administration/registers/organisations/", "安全管理员"),
    Shot("register-populations", "/administration/registers/populations/", "安全管理员"),
    Shot("journal-verify", "/administration/", "审计管理员"),
    Shot("today", "/today/", role="责任医生"),
    Shot("today-by-day", "/today/?when=overdue&sort=day", role="责任医生"),
    Shot("today-print", "/today/print/", role="责任医生"),
    Shot("today-empty", "/today/?when=today", role="责任医生"),
    Shot("suspects", "/today/suspects/", role="责任医生"),
    Shot("loops", "/today/loops/", role="责任医生"),
    Shot("backfill", "/today/backfill/", role="责任医生"),
    Shot("person", "/today/", role="责任医生", then=follow(".d-line .x-person")),
    Shot("visit", "/today/", role="责任医生", then=follow(".d-line .btn-primary")),
    Shot("attempt", "/today/", role="责任医生", then=follow(".d-line .d-more")),
    Shot("find", "/find/", role="责任医生"),
    Shot("township", "/today/", role="卫生院公卫科"),
    Shot("duplicates", "/people/duplicates/", role="卫生院公卫科"),
    Shot("lost", "/today/lost/", role="卫生院公卫科"),
    Shot("township-list", "/today/?view=list", role="卫生院院长"),
]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def site(*, home: Path | None = None, kit: bool = False) -> Iterator[str]:
    """The site, served by granian on a home (that of this process); gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "xinglin", "serve", "--port", str(port), "--workers", "1"]
    variables = os.environ | {"XINGLIN_KIT": "1" if kit else "0"}
    if home:
        variables["XINGLIN_HOME"] = str(home)
    running = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/sign-in/", running)
        yield address
    finally:
        running.terminate()
        running.wait(timeout=20)


def wait_for(address: str, running: subprocess.Popen, *, seconds: int = 60) -> None:
    """Return when the address answers; an error when the program ended or time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and running.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer")


def account_of(role: str) -> Account:
    """The first demo account whose line begins with a role (责任医生, 局长, …)."""
    for account in county().accounts:
        if account.about.startswith(role):
            return account
    raise RuntimeError(f"no demo account for {role}: run make demo")


def shoot(page: Page, address: str, shot: Shot, width: int) -> str:
    """One picture; returns a line for the list, with a warning when it scrolls sideways."""
    page.set_viewport_size(DESK if width == DESK["width"] else PHONE)
    page.goto(address + shot.path)
    if shot.then:
        shot.then(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    wide = sideways_scroll(page)
    # As tall as the page: what sticks to the window then stands where it belongs.
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(tall, page.viewport_size["height"])})
    file = FOLDER / f"{shot.name}-{width}.png"
    page.screenshot(path=file)
    return f"{file.relative_to(ROOT)}{f'  宽出 {wide} 像素' if wide else ''}"


def main(only: str = "") -> None:
    """Shoot all, or those whose name contains a word."""
    FOLDER.mkdir(exist_ok=True)
    shots = sorted((s for s in SHOTS if only in s.name), key=lambda s: s.role)
    with site(kit=True) as address, browser() as opened:
        for size in (DESK, PHONE):
            for role in dict.fromkeys(s.role for s in shots):
                context = opened.new_context(viewport=size, locale="zh-CN")
                page = context.new_page()
                if role:
                    account = account_of(role)
                    sign_in(page, address, username=account.username, password=account.password)
                for shot in (s for s in shots if s.role == role):
                    print(shoot(page, address, shot, size["width"]), flush=True)
                context.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])
