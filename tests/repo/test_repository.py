"""Facts about the repository, each with what to do when it no longer holds."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib.machine import NEEDS
from tests.lib.wordlist import texts as page_texts
from tests.repo.facts import ROOT, lines_with, texts, tracked

ALARM = 400
HERE = "tests/repo/"


def code() -> list[Path]:
    return [p for p in tracked() if p.suffix == ".py" and "migrations" not in p.parts]


def test_modules_are_short_and_the_list_of_long_ones_only_shrinks():
    listed = {
        line
        for line in (ROOT / "tests/repo/long_modules.txt").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    }
    long = {
        str(p.relative_to(ROOT)) for p in code() if len(p.read_text("utf-8").splitlines()) > ALARM
    }
    assert long - listed == set(), "split these; the list takes no new names"
    assert listed - long == set(), "these are short now: take them off the list"


def test_the_language_stays_small_enough_to_be_learned():
    lines = sum(
        len(p.read_text("utf-8").splitlines())
        for p in code()
        if p.is_relative_to(ROOT / "xinglin" / "declare")
    )
    assert lines < 3000


def test_no_path_of_somebodys_machine():
    found = lines_with(re.compile(r"/(home|root|Users|work)/\w|[A-Z]:\\Users"), but=(HERE,))
    assert found == []


def test_no_registry_or_proxy_address():
    hosts = r"https?://[^\s\"')]*(pypi|npmjs|artifactory|nexus|mirror|registry|proxy)[^\s\"')]*"
    found = lines_with(
        re.compile(rf"{hosts}|index-url|--extra-index", re.I), but=(HERE, "Makefile")
    )
    assert found == []


def test_lock_files_name_no_host():
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    for name in ("run.txt", "dev.txt"):
        assert "://" not in (ROOT / "requirements" / name).read_text("utf-8")


def test_locks_hold_every_declared_dependency():
    import tomllib

    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = told["optional-dependencies"]
    for file, wanted in (
        ("run.txt", told["dependencies"] + extras["assets"]),
        ("dev.txt", told["dependencies"] + extras["assets"] + extras["dev"]),
    ):
        lock = (ROOT / "requirements" / file).read_text("utf-8").lower().replace("_", "-")
        for need in wanted:
            name = re.split(r"[\[<>=!~ ]", need)[0].lower().replace("_", "-")
            assert re.search(rf"^{re.escape(name)}(\[[^\]]*\])?==", lock, re.M), (
                f"{name}: make lock"
            )


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|for now\b")
    assert lines_with(words, but=(HERE, "docs/adr/", "package-lock.json", "LICENSE")) == []


def test_type_ignore_names_its_code():
    assert lines_with(re.compile(r"#\s*type:\s*ignore(?!\[)"), but=(HERE,)) == []


def test_no_test_is_skipped():
    hidden = re.compile(r"pytest\.(skip|importorskip)\(|mark\.(skip|skipif|xfail)\b|unittest\.skip")
    assert lines_with(hidden, but=(HERE,)) == []


def test_every_test_can_fail():
    """A test asserts, expects an error, or calls a function of its module that does."""
    toothless = []
    for path in code():
        if path.name.startswith("test_"):
            functions = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_def(n)]
            biting = {f.name for f in functions if _bites(f, set())}
            toothless += [
                f"{path.relative_to(ROOT)}:{f.lineno} {f.name}"
                for f in functions
                if f.name.startswith("test_") and not _bites(f, biting)
            ]
    assert toothless == []


def _is_def(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


def _bites(function: ast.FunctionDef, biting: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in biting | {"raises", "fail", "spec"} or name.startswith(
                ("assert", "wait_for")
            ):
                return True
    return False


def test_modules_say_what_they_are():
    silent = [
        str(p.relative_to(ROOT))
        for p in code()
        if p.is_relative_to(ROOT / "xinglin")
        and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert silent == []


def test_intervals_are_added_by_the_house_functions_alone():
    house = ("tests/", "docs/", "CONTRIBUTING.md", "GLOSSARY.md")
    found = lines_with(re.compile(r"ibis\.interval\(|\bINTERVAL\s+['\d(]", re.I), but=house)
    assert found == []


def test_the_rules_between_folders_hold():
    # Beside this interpreter: what a venv brings need not be on the PATH.
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run(
        [program, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_readme_has_the_two_commands():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_every_target_of_the_makefile_is_explained():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    # fmt: off
    wanted = ["setup", "run", "check", "fix", "test", "test-spec", "test-packs", "test-unit",
              "test-oracle", "test-engines", "test-web", "docs", "demo", "night", "bench",
              "screens", "lock"]
    # fmt: on
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.M))
    assert set(wanted) - explained == set()


def test_ci_installs_what_the_tests_can_need():
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    programs = [n.install for n in NEEDS.values() if n.install.startswith("apt-get install ")]
    for install in programs:
        for package in install.removeprefix("apt-get install ").split():
            assert package in ci, f"{package} is not installed by .ci/run"


def test_every_page_text_has_its_english():
    import polib

    files = (ROOT / "xinglin/show").glob("*/locale/en/LC_MESSAGES/django.po")
    told = {e.msgid for file in files for e in polib.pofile(str(file))
            if e.msgstr or all(e.msgstr_plural.values() or [""])}
    said = {text.split("{% plural %}")[0] for text in page_texts(ROOT / "xinglin" / "show")}
    assert said - told == set(), "add these to locale/en/LC_MESSAGES/django.po"
    assert told - said == set(), "these are said no more: take them out"


def glossary() -> list[list[str]]:
    rows = re.findall(r"^\|(.+)\|$", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.M)
    cells = [[c.strip() for c in row.split("|")] for row in rows]
    return [c for c in cells if c[0] not in ("中文", "") and not set(c[0]) <= set("-: ")]


@pytest.mark.parametrize("column", [0, 1, 2])
def test_the_glossary_has_no_double_word(column):
    words = [row[column] for row in glossary() if row[column] not in ("", "—")]
    assert sorted({w for w in words if words.count(w) > 1}) == []
    assert len(words) > 40


def test_the_glossary_has_four_columns():
    assert {len(row) for row in glossary()} == {4}


def test_no_template_has_inline_code_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son(click|load|change|submit)=")
    found = [
        f"{name}: {m.group(0)}" for name, text in texts() if name.endswith(".html")
        for m in inline.finditer(text)
    ]  # fmt: skip
    assert found == []
