"""The five source reports beside the checkout: what is known to be wrong in them is found, nothing absurd."""

import time
from functools import cache

import pytest

from tests.lib.machine import SHARED_DATA
from xinglin.show.reports.desk.check import check
from xinglin.show.reports.desk.read import pasted, read_file

pytestmark = pytest.mark.needs("shared_data")
FOLDER = SHARED_DATA.parent / "reports"


@cache
def checked(number):
    return check(read_file(next(FOLDER.glob(f"{number}_*.txt"))))


def said(number, rule):
    return [f.reason for f in checked(number).findings if f.rule == rule]


# (report, rule, words of the reason): what the reading of the sources by hand had found
KNOWN = [
    ("000", "heading-year", "计划应是 2021 年"),
    ("000", "other-cutoff", "1-5月"),
    ("000", "other-cutoff", "上半年"),
    ("000", "other-cutoff", "截至目前"),
    ("002", "enumeration", "缺“五是”"),
    ("002", "population", "4.53‰"),
    ("002", "population", "出生 1118人"),
    ("002", "two-counts", "32个"),
    ("002", "two-counts", "15个"),
    ("003", "term-pair", "“大病”与“接种”不能搭配"),
    ("003", "term", "国家"),
    ("003", "place-kind", "xx县"),
    ("003", "rate-unit", "丢了“/10”"),
    ("003", "lost-number", "接种率％"),
    ("001", "blank", "用 X 代替"),
    ("004", "lost-number", "完成家"),
    ("004", "lost-number", "第名"),
]


@pytest.mark.parametrize(("number", "rule", "words"), KNOWN)
def test_what_is_wrong_in_a_source_is_found(number, rule, words):
    assert any(words in reason for reason in said(number, rule)), said(number, rule)


def test_blanks_of_a_source_are_typed():
    kinds = {s.text: s.kind for s in checked("001").slots}
    assert kinds["xx.xx%"] == kinds["xxx余人次"] == kinds["xxxx年"] == "blank"
    assert "place" in kinds.values()


def test_half_households_are_numbers():
    slot = next(s for s in checked("002").slots if s.text == "15.5户")
    assert (slot.value, slot.unit) == (15.5, "户")


@pytest.mark.parametrize("words", ["715−652＝63", "40＋5＝45", "80.06%"])
def test_what_closes_is_confirmed_and_not_flagged(words):
    assert any(words in f.reason for f in checked("002").confirmed)
    assert not any(words in f.reason for f in checked("002").findings)


def test_arithmetic_is_flagged_nowhere_else():
    arithmetic = {
        "difference",
        "parts",
        "rate",
        "growth",
        "product",
        "shares",
        "over-100",
        "direction",
    }
    found = [f for n in ("000", "001", "002", "003", "004") for f in checked(n).findings]
    assert [f for f in found if f.rule in arithmetic] == []


def test_twenty_pages_take_less_than_three_seconds():
    text = checked("003").document.text
    start = time.process_time()
    found = check(pasted(text[:6000] + text[:6000].replace("区", "县")))
    assert time.process_time() - start < 3
    assert len(found.document.text) >= 12_000  # twenty pages of 600 characters
