"""A county made by the program before the last commit is opened by today's: its rows, figures, reports and journal stay."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest

from tests.lib import earlier

pytestmark = [pytest.mark.timeout(600), pytest.mark.needs("history")]

@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """(what the earlier program wrote in its application database, what today's tells of the county)."""
    home, old = tmp_path_factory.mktemp("upgrade") / "county", earlier.code(tmp_path_factory.mktemp("earlier"))
    environment = {**os.environ, "XINGLIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xinglin.site.settings",
                   "XINGLIN_LAKE_BUCKETS": "1", "XINGLIN_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    _told(["-c", earlier.MADE], old, environment)
    written = _application(home / "app.sqlite3")
    return written, _told(["-m", "tests.lib.brought_forward"], earlier.ROOT, environment), home


def _told(program, folder, environment):
    done = subprocess.run([sys.executable, *program], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _application(file):
    """Table → its columns and rows, as SQLite tells them."""
    with sqlite3.connect(file) as con:
        names = [n for (n,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        return {n: ([c[1] for c in con.execute(f'PRAGMA table_info("{n}")')], con.execute(f'SELECT * FROM "{n}"').fetchall()) for n in names}


def test_the_earlier_program_is_another_one_and_made_something(county):
    assert earlier.commit()
    before = county[1]["before"]
    assert before["htn_visit"][0] == 5 and before["figure_total"][0] > 0 and before["contribution"][0] > 0 and before["publication"][0] == 1


def test_opening_changes_no_row_of_any_table(county):
    told = county[1]
    assert {n for n in told["before"] if told["before"][n][:2] != told["brought"].get(n, [])[:2]} == set()
    assert told["database"] == ["完好，表结构是最新的"]


HISTORY = ("person", "person_versions", "htn_visit", "htn_visit_versions", "case_change", "case_change_versions", "person_link",
           "person_event", "delivery", "publication")


def test_a_night_of_today_keeps_history_publications_editions_and_the_journal(county):
    told = county[1]
    assert {n for n in HISTORY if told["brought"][n][:2] != told["after"][n][:2]} == set()
    assert told["verified"] and told["editions"][0][0] == 1 and told["published"][1] not in ("0", "None")


def test_figures_stay_where_nobody_changed_their_wording(county):
    """The night of today computes them anew from everything. Where a figure or a programme is declared otherwise, its number may move."""
    first, last = county[1]["first"], county[1]["last"]
    assert set(first) <= set(last)
    assert {f for f in first if first[f] != last[f] and first[f][0] == last[f][0]} == set()


def test_the_application_lost_no_row(county):
    written, _, home = county
    now = _application(home / "app.sqlite3")
    kept = [n for n in written if n.startswith(("registry_", "journal_", "gather_")) and n in now]
    assert len(kept) > 15
    for name in kept:
        assert len(now[name][1]) >= len(written[name][1]), name
    acts, columns = written["journal_act"][1], written["journal_act"][0]
    at = [now["journal_act"][0].index(c) for c in columns]
    assert [tuple(row[i] for i in at) for row in now["journal_act"][1]][:len(acts)] == acts
