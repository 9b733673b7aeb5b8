"""A missing program is counted and said, or fails the run; it never just disappears."""

import os
import subprocess
import sys

import pytest

from tests.repo.facts import ROOT

ONE = "tests/web/test_kit.py::test_the_security_policy_allows_no_inline_code"


def run_without_chromium(folder, *words, require_all=False):
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "PYTEST_"))}
    variables["PATH"] = str(folder)  # an empty folder: no program of the machine is found
    if require_all:
        variables["XINGLIN_REQUIRE_ALL"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ONE, *words]
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("words", [(), ("-n", "2")])
def test_a_missing_program_is_said_at_the_end(tmp_path, words):
    run = run_without_chromium(tmp_path, *words)
    assert "NOT RUN: 1 项，缺浏览器（apt-get install chromium-headless-shell）" in run.stdout
    assert run.returncode == 0


def test_under_require_all_a_missing_program_fails(tmp_path):
    run = run_without_chromium(tmp_path, require_all=True)
    assert run.returncode == 1
    assert "缺浏览器，而 XINGLIN_REQUIRE_ALL=1：apt-get install chromium" in run.stdout


def test_a_need_that_nobody_knows_is_an_error():
    from tests.lib import machine

    with pytest.raises(KeyError, match="typewriter"):
        machine.is_there("typewriter")
