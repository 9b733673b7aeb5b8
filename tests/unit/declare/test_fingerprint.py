"""A fingerprint changes when a definition says something else, and only then."""

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.lib.small_world import BAD, FOUR_A_YEAR, HIGH, RULE, RULE_2023, TWO_WEEKS, Visit
from tests.lib.spec import loop_of, programme_of, task_of
from xinglin.declare.fingerprint import fingerprint, read_by
from xinglin.declare.indicator import Count, Share, meets, proportion
from xinglin.declare.norm import Norm, adjusted, norm, since
from xinglin.declare.rules import After, PerYear
from xinglin.site.load import catalog

PROGRAMME = programme_of(
    tasks=(task_of(PerYear(FOUR_A_YEAR)),), loops=(loop_of(After(Visit, BAD, TWO_WEEKS)),)
)
SECRET = 7


@proportion(code="t.good", title="达标率", cites=RULE, population="常住", since="2020-01-01")
def good(lake, period):
    """达标人数 ÷ 人数。"""
    rows = lake.latest(Visit, period)
    return Share(of=rows, having=meets(~BAD, rows, on=rows.day))


def test_the_same_in_every_process():
    code = (
        "from xinglin.declare.fingerprint import fingerprint; from xinglin.site.load import catalog;"
        "print(*[fingerprint(p) for p in catalog().packs])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {" ".join(fingerprint(p) for p in catalog().packs) + "\n"}


def test_where_a_norm_stands_does_not_count():
    moved = Norm(HIGH.title, HIGH.unit, HIGH.values, HIGH.picked_by, "elsewhere.py:1")
    assert fingerprint(moved) == fingerprint(HIGH)


CHANGED = {
    "数字": norm("偏高", "分", since("2020-01-01", 100, RULE), since("2023-07-01", 91, RULE_2023)),
    "日期": norm("偏高", "分", since("2020-01-01", 100, RULE), since("2023-07-02", 90, RULE_2023)),
    "条款": norm("偏高", "分", since("2020-01-01", 100, RULE), since("2023-07-01", 90, RULE)),
    "单位": norm("偏高", "点", since("2020-01-01", 100, RULE), since("2023-07-01", 90, RULE_2023)),
    "取值日": norm(
        "偏高",
        "分",
        since("2020-01-01", 100, RULE),
        since("2023-07-01", 90, RULE_2023),
        picked_by="period",
    ),
}


@pytest.mark.parametrize("other", CHANGED.values(), ids=CHANGED.keys())
def test_what_a_norm_says_counts(other):
    assert fingerprint(other) != fingerprint(HIGH)


def test_a_norm_deep_inside_counts():
    before = fingerprint(PROGRAMME), fingerprint(good)
    with adjusted({HIGH: CHANGED["数字"]}):
        after = fingerprint(PROGRAMME), fingerprint(good)
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert (fingerprint(PROGRAMME), fingerprint(good)) == before


def test_parts_of_a_programme_count():
    assert fingerprint(replace(PROGRAMME, loops=())) != fingerprint(PROGRAMME)
    assert fingerprint(replace(PROGRAMME, title="别的")) != fingerprint(PROGRAMME)


def short():
    def body():
        """一句。"""
        return Count(of=1)

    return body


def spread():
    def body():
        """一句。"""
        # a comment, and another layout
        return Count(of=1)

    return body


def reworded():
    def body():
        """两句。"""
        return Count(of=1)

    return body


def test_the_docstring_counts_and_comments_and_layout_do_not():
    assert fingerprint(short()) == fingerprint(spread())
    assert fingerprint(short()) != fingerprint(reworded())


def test_what_a_body_names_is_found_in_inner_functions_too():
    def body():
        return [SECRET for _ in (1,)], (lambda: HIGH)

    assert dict(read_by(body)) == {"SECRET": 7, "HIGH": HIGH}
