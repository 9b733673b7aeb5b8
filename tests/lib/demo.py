"""A demo county for tests: built once a run, copied for whoever changes it, driven by commands."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PEOPLE, UNTIL, TODAY = "1200", "2026-11-20", "2026-11-21"


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "XINGLIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xinglin.site.settings"}


def run(home: Path, *words: str) -> str:
    """What `xinglin …` prints; fails with what it complained of."""
    done = subprocess.run([sys.executable, "-m", "xinglin", *words], env=environment(home),
                          capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, f"xinglin {' '.join(words)}：{done.stderr[-3000:]}"
    return done.stdout


def ask(home: Path, *words: str):
    """The same with --json, read."""
    return json.loads(run(home, *words, "--json"))


def script(home: Path, code: str):
    """What a small program inside the application answers, by the name `answer`."""
    head = "import django; django.setup()\n"
    tail = "\nimport json; print(json.dumps(answer, ensure_ascii=False, default=str))"
    done = subprocess.run([sys.executable, "-c", head + code + tail], env=environment(home),
                          capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def built_once(root: Path) -> Path:
    """The run's demo county below `root`; the first process builds it, the others wait."""
    root.mkdir(parents=True, exist_ok=True)
    home, done = root / "county", root / "done"
    with (root / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not done.exists():
            run(home, "demo", "--people", PEOPLE, "--until", UNTIL)
            done.touch()
    return home


def copy_of(home: Path, to: Path) -> Path:
    """A copy to change; the key folder lies inside the home and comes along."""
    return Path(shutil.copytree(home, to / "county"))
