"""Twenty people at work: a request each per two seconds, 80 % reads, 5 % saves, also while a delivery is gathered.

    python -m bench.load --home HOME --seconds 40

HOME is a synthetic county; it is copied, and the copy changed. The site is the real one (granian), on
loopback. Prints p50 and p95 in milliseconds, idle and while gathering; `/health`-like floor: the sign-in page.
"""

import argparse
import http.client
import os
import random
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

FIELDS = {"way": "门诊", "sbp": "132", "dbp": "84", "danger_sign": "no", "pregnant": "no",
          "other_emergency": "no", "new_complication": "no", "adverse_reaction": "no", "adr_hard": "no",
          "adherence": "规律"}
SESSIONS, EVERY = 20, 2.0


@dataclass
class Session:
    """One signed-in person: cookies, and how long each request took by kind."""

    port: int
    user: str
    password: str
    seed: int
    cookies: dict[str, str] = field(default_factory=dict)
    spent: list[tuple[str, float, int]] = field(default_factory=list)

    def call(self, kind: str, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        body = urlencode(form) if form is not None else None
        head = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}"}
        began = time.perf_counter()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request(method, path, body, head)
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.spent.append((kind, (time.perf_counter() - began) * 1000, answer.status))
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def sign_in(self) -> None:
        _, page = self.call("sign-in", "GET", "/sign-in/")
        form = {"username": self.user, "password": self.password, "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")}
        status, _ = self.call("sign-in", "POST", "/sign-in/", form)
        assert status == 302, f"sign-in of {self.user}: {status}"
        self.spent.clear()

    def work(self, until: float, people: list[int]) -> None:
        chance = random.Random(self.seed)
        time.sleep(chance.random() * EVERY)
        while time.monotonic() < until:
            began = time.monotonic()
            self.one(chance, chance.choice(people))
            time.sleep(max(0.0, EVERY - (time.monotonic() - began)))

    def one(self, chance: random.Random, person: int) -> None:
        dice = chance.random()
        if dice < 0.05:
            self.save(person)
        elif dice < 0.35:
            self.call("today", "GET", "/today/")
        elif dice < 0.75:
            self.call("person", "GET", f"/person/{person}/")
        elif dice < 0.90:
            self.call("figures", "GET", "/figures/")
        else:
            self.call("form", "GET", f"/person/{person}/visit/htn/")

    def save(self, person: int) -> None:
        _, page = self.call("form", "GET", f"/person/{person}/visit/htn/")
        form = {n: hidden(page, n) for n in ("csrfmiddlewaretoken", "_key", "_seen", "_by", "_day")}
        self.call("save", "POST", f"/person/{person}/visit/htn/", form | FIELDS)


def hidden(page: str, name: str) -> str:
    tag = re.search(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', tag[0]) if tag else None
    if tag and tag[0].startswith("<select"):
        value = re.search(rf'name="{name}".*?<option value="([^"]*)" selected', page, re.S)
    return value[1] if value else ""


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--home", type=Path, required=True)
    args.add_argument("--seconds", type=float, default=40)
    given = args.parse_args()
    top = Path(tempfile.mkdtemp(prefix="xinglin-bench-"))
    home = Path(shutil.copytree(given.home, top / "home"))
    env = {**os.environ, "XINGLIN_HOME": str(home)}
    port = free_port()
    site = subprocess.Popen([sys.executable, "-m", "xinglin", "serve", "--port", str(port)], env=env,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        run(home, env, port, given.seconds, top)
    finally:
        site.terminate()
        site.wait(20)
        shutil.rmtree(top, ignore_errors=True)


def run(home: Path, env: dict[str, str], port: int, seconds: float, top: Path) -> None:
    wait_for(port)
    accounts = tomllib.loads((home / "county.toml").read_text("utf-8"))["accounts"]
    doctor = next(a for a in accounts if a["about"].startswith("卫生院公卫科"))
    people = managed(env, doctor["username"])
    sessions = [Session(port, doctor["username"], doctor["password"], i) for i in range(SESSIONS)]
    for session in sessions:
        session.sign_in()
    phase("idle", sessions, seconds, people)
    file = delivery(home, top)
    gatherer = subprocess.Popen([sys.executable, "-m", "xinglin", "gather", str(file), "--source", "bench",
                                 "--record", "encounter"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    phase("while gathering", sessions, seconds, people)
    print("gather still running at the end" if gatherer.poll() is None else f"gather ended, code {gatherer.returncode}")
    gatherer.wait(300)


def phase(name: str, sessions: list[Session], seconds: float, people: list[int]) -> None:
    until = time.monotonic() + seconds
    workers = [threading.Thread(target=s.work, args=(until, people)) for s in sessions]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = [x for s in sessions for x in s.spent]
    for session in sessions:
        session.spent = []
    print(f"\n{name}: {len(spent)} requests")
    for kind in ("all", *sorted({k for k, _, _ in spent})):
        some = [t for k, t, _ in spent if kind in ("all", k)]
        bad = sum(1 for k, _, status in spent
                  if kind in ("all", k) and status != (302 if k == "save" else 200))
        print(f"  {kind:<10} n {len(some):>4}  p50 {q(some, 50):7.1f} ms  p95 {q(some, 95):7.1f} ms  refused or failed {bad}")


def q(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]


def managed(env: dict[str, str], user: str) -> list[int]:
    """Managed people of the township whose public-health officer signs in."""
    code = f"""import django; django.setup()
from xinglin.registry.models import Post
from xinglin.registry.queries import subtree_of
from xinglin.act.programmes.models import CaseRow
org = Post.objects.get(staff__user__username={user!r}).organisation_id
print(*CaseRow.objects.filter(programme="htn", org__in=subtree_of(org)).values_list("person", flat=True)[:400])"""
    done = subprocess.run([sys.executable, "-c", code], env={**env, "DJANGO_SETTINGS_MODULE": "xinglin.site.settings"},
                          capture_output=True, text=True, check=True)
    return [int(n) for n in done.stdout.split()]


def delivery(home: Path, top: Path) -> Path:
    """300,000 encounters of a new source at an organisation of the county, as CSV."""
    import duckdb

    with sqlite3.connect(home / "app.sqlite3") as app:
        org = app.execute("SELECT code FROM registry_organisation WHERE kind = 'county_hospital' ORDER BY code").fetchone()[0]

    file = top / "encounter__20261121.csv"
    duckdb.sql(f"""COPY (SELECT i AS record_id, 'p' || (i % 40000) AS patient_id, DATE '2026-01-01' + (i % 300)::INTEGER AS day,
        '门诊' AS kind, '内科' AS department, '{org}' AS org FROM range(300000) t(i))
        TO '{file}' (HEADER)""")
    return file


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
            time.sleep(2)
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the site did not start")


if __name__ == "__main__":
    main()
