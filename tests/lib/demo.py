"""A demo county for tests: built once a run, copied for whoever changes it, driven by commands."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.lib import postgresql, shared

PEOPLE, UNTIL, TODAY = "1200", "2026-11-20", "2026-11-21"

# Eight managed people are seen; the answer is who.
A_DAYS_WORK = """
from datetime import date
from xinglin.act.programmes.actions import By, form_version, save_record
from xinglin.act.programmes.models import CaseRow
from xinglin.packs.disease_control.hypertension import HtnVisit
answer = []
for n, row in enumerate(CaseRow.objects.filter(programme="htn", state="在管").order_by("person")[:8]):
    values = dict(day=date(2026, 11, 21), org=row.org, doctor=row.doctor, way="门诊", sbp=[126, 152, 184][n % 3], dbp=84,
                  danger_sign=False, pregnant=False, other_emergency=False, new_complication=False,
                  adverse_reaction=False, adr_hard=n == 4, adherence="规律")
    save_record(HtnVisit, values, person=row.person, by=By(staff=row.doctor, org=row.org), key=f"work-{n}",
                version=form_version(row.person, HtnVisit), today=date(2026, 11, 21))
    answer.append(row.person)
"""


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "XINGLIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xinglin.site.settings",
            **postgresql.variables_of(home)}


def run(home: Path, *words: str) -> str:
    """What `xinglin …` prints; fails with what it complained of."""
    if words[0] != "restore":         # it wants an empty place
        shared.lend_plans(home)
    done = subprocess.run([sys.executable, "-m", "xinglin", *words], env=environment(home),
                          capture_output=True, text=True, timeout=900, check=False)
    shared.keep_plans(home)
    with (home.parent / "said.txt").open("a", encoding="utf-8") as file:    # tests read what was said
        file.write(done.stdout + done.stderr)
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


def built_once() -> Path:
    """The run's demo county; the first process builds it, the others wait."""
    return shared.once("demo", lambda home: run(home, "demo", "--people", PEOPLE, "--until", UNTIL))


def copy_of(home: Path, to: Path) -> Path:
    """A copy to change; the key folder lies inside the home and comes along."""
    return Path(shutil.copytree(home, to / "county"))
