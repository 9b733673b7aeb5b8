"""Every run has a home of its own; what this machine cannot run is said at the end, never hidden."""

import atexit
import gc
import os
import shutil
import tempfile
from collections import Counter

import hypothesis
import pytest

# A busy machine is no finding.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
# Before Django's settings are read: no test may touch the home of whoever runs the tests.
_HOME = tempfile.mkdtemp(prefix="xinglin-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["XINGLIN_HOME"] = _HOME
os.environ["XINGLIN_COMPARE"] = "night"     # nothing goes on behind a test that has ended
# Small lakes, and a test worker on each core: more would cost a third of the time. test_demo takes the defaults.
os.environ.setdefault("XINGLIN_THREADS", "1")
os.environ.setdefault("XINGLIN_LAKE_BUCKETS", "2")
# Named here and not in pyproject.toml: pytest-django would read the settings before this file.
os.environ["DJANGO_SETTINGS_MODULE"] = "xinglin.site.settings"
for _name in ("XINGLIN_KEYS", "XINGLIN_DATABASE_URL", "XINGLIN_HTTPS", "XINGLIN_HOSTS"):
    os.environ.pop(_name, None)
if "XINGLIN_TEST_DATABASE_URL" in os.environ:  # tests/lib/postgresql.py sets it
    os.environ["XINGLIN_DATABASE_URL"] = os.environ["XINGLIN_TEST_DATABASE_URL"]
# Playwright keeps a loop running in the thread of a test that also uses the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402

django.setup()

from tests.lib import machine, postgresql, shared  # noqa: E402
from xinglin.site.cli import SELDOM  # noqa: E402

gc.set_threshold(*SELDOM)

shared.folder()

if postgresql.is_used():
    from xinglin.lake import belonging

    belonging.schema_of = postgresql.catalog_of

NOT_RUN = pytest.StashKey[Counter]()


def pytest_configure(config):
    config.stash[NOT_RUN] = Counter()


def _missing(item):
    names = [name for mark in item.iter_markers("needs") for name in mark.args]
    return [name for name in names if not machine.is_there(name)]


def pytest_collection_modifyitems(config, items):
    if not postgresql.is_used():        # run by tests/integration/on_postgresql, in a pytest of its own
        alone = [item for item in items if item.get_closest_marker("only_postgresql")]
        config.hook.pytest_deselected(items=alone)
        items[:] = [item for item in items if item not in set(alone)]
    kept = []
    for item in items:
        missing = [name for name in _missing(item) if not (machine.require_all() and machine.NEEDS[name].always)]
        if missing:
            config.stash[NOT_RUN][missing[0]] += 1
        else:
            kept.append(item)
    dropped = [item for item in items if item not in set(kept)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_runtest_setup(item):
    missing = _missing(item)
    if missing:
        need = machine.NEEDS[missing[0]]
        pytest.fail(f"缺{need.title}，而 XINGLIN_REQUIRE_ALL=1：{need.install}", pytrace=False)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    # Everything asked for was deselected and said so: that is no error of the run.
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.stash[NOT_RUN]:
        session.exitstatus = pytest.ExitCode.OK
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["not_run"] = dict(session.config.stash[NOT_RUN])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    # Every worker collects the same tests, so one worker's count is the count.
    node.config.stash[NOT_RUN] |= Counter(getattr(node, "workeroutput", {}).get("not_run", {}))


def pytest_terminal_summary(terminalreporter, config):
    not_run = config.stash[NOT_RUN]
    terminalreporter.section("这台机器上没有运行的", sep="-")
    if not not_run:
        terminalreporter.write_line("NOT RUN: 无。所选的测试都运行了。")
    for name, count in sorted(not_run.items()):
        need = machine.NEEDS[name]
        terminalreporter.write_line(f"NOT RUN: {count} 项，缺{need.title}（{need.install}）")


from tests.lib.county import _county_key, _flush_allowed  # noqa: E402, F401
