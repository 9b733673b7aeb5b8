"""Sentences over figures: wording by the numbers, gaps, tables, numbering, and the trace of every number."""

import pytest

from tests.lib.told_figures import DAYS, MANAGED, RATE, TableOfFigures, hand, told
from xinglin.declare.refuse import DeclarationError
from xinglin.declare.report import (
    Change,
    Chart,
    Extreme,
    Filled,
    Fraction,
    Given,
    Report,
    Table,
    Value,
    When,
    paragraph,
    section,
    sentence,
)
from xinglin.show.reports.writer.compose import ANNOUNCED, BY_HAND, MISSING, SYSTEM, compose
from xinglin.show.reports.writer.numbering import chinese, numbered

PEOPLE = Given(code="people", title="常住人口", unit="万人", office="统计局", decimals=1)


def report_of(*items):
    return Report(code="r", title="{year}年报告", office="卫生健康局", chapters=(section("甲", *items),))


def said(sentence_, figures):
    """The one sentence of a report, in words, and the report."""
    written = compose(report_of(paragraph(sentence_)), figures)
    return written.blocks[1].text if len(written.blocks) > 1 else "", written


@pytest.mark.parametrize(("indicator", "now", "before", "words"), [
    (RATE, 68.44, 66.1, "比上年同期上升2.3个百分点"), (RATE, 66.1, 68.44, "比上年同期下降2.3个百分点"),
    (RATE, 68.44, 68.38, "与上年同期持平"),             # as printed both are 68.4
    (RATE, 68.46, 68.44, "比上年同期上升0.1个百分点"),
    (RATE, 68.4, None, "上年无可比的数"), (RATE, None, 68.4, "上年无可比的数"),
    (MANAGED, 1234, 1200, "比上年同期增加34人，增长2.8%"), (MANAGED, 1200, 1234, "比上年同期减少34人，下降2.8%"),
    (MANAGED, 12, 0, "比上年同期增加12人"), (MANAGED, 12, 12, "与上年同期持平"),
    (DAYS, 9.3, 10.5, "比上年同期减少1.2天"),
])
def test_the_turn_is_said_by_the_printed_numbers(indicator, now, before, words):
    figures = TableOfFigures(now={indicator.code: told(now)}, before={indicator.code: before})
    assert said(sentence("{c}。", c=Change(indicator)), figures)[0] == f"{words}。"


@pytest.mark.parametrize(("value", "words"), [(68.44, "68.4%（1204/1761）"), (0.0, "0.0%（1204/1761）"), (100.0, "100.0%（1204/1761）")])
def test_a_rate_stands_with_its_fraction(value, words):
    figures = TableOfFigures(now={RATE.code: value})
    assert said(sentence("{v}（{f}）", v=Value(RATE), f=Fraction(RATE)), figures)[0] == words


def test_a_denominator_of_zero_prints_no_rate():
    figures = TableOfFigures(now={RATE.code: told(None, "0", "0")})
    words, written = said(sentence("率{v}。", v=Value(RATE)), figures)
    assert words == "率—（分母为 0）。"
    assert written.owed == () and written.trace[0].kind == SYSTEM


def test_what_is_missing_is_printed_owed_and_in_the_trace():
    words, written = said(sentence("率{v}，人口{p}。", v=Value(RATE), p=Filled(PEOPLE)), TableOfFigures())
    assert words == "率—（未取得），人口—（未取得）。"
    assert [(o.key, o.office) for o in written.owed] == [(RATE.code, "卫生健康局"), ("people", "统计局")]
    assert [t.kind for t in written.trace] == [MISSING, MISSING]
    assert [r.gap for r in written.blocks[1].runs if r.ref] == [True, True]


@pytest.mark.parametrize(("announced", "kind"), [(True, ANNOUNCED), (False, BY_HAND)])
def test_a_number_from_outside_is_marked_with_document_day_and_signer(announced, kind):
    figures = TableOfFigures(hands={"people": hand(announced=announced)})
    words, written = said(sentence("人口{p}。", p=Filled(PEOPLE)), figures)
    assert words == "人口42.6万人。"
    line = written.trace[0]
    assert (line.kind, line.signer, str(line.day)) == (kind, "童统计", "2026-03-01") and "统计公报" in line.source


def test_every_number_of_the_text_is_in_the_trace_once_in_order():
    figures = TableOfFigures(now={RATE.code: 68.4, MANAGED.code: 1204}, before={RATE.code: 66.0})
    one = sentence("{n}，{r}，{c}，{last}。", n=Value(MANAGED), r=Value(RATE), c=Change(RATE), last=Value(RATE, last=True))
    _, written = said(one, figures)
    printed = [r for r in written.blocks[1].runs if r.ref]
    assert [t.ref for t in written.trace] == [r.ref for r in printed] == [1, 2, 3, 4]
    assert [t.text for t in written.trace] == [r.text for r in printed]
    for line in written.trace:
        assert line.code and line.edition and line.snapshot == 812 and line.fingerprint == "a1b2c3d4e5f6"
    assert written.trace[3].period == "2025" and written.trace[3].text == "66.0%"


@pytest.mark.parametrize(("now", "before", "turned", "spoken"), [
    (60.0, 70.0, ("falling",), True), (70.0, 60.0, ("falling",), False), (70.0, None, ("unknown",), True),
    (70.0, 70.0, ("rising", "flat"), True)])
def test_a_sentence_is_said_only_when_its_figure_turned_so(now, before, turned, spoken):
    figures = TableOfFigures(now={RATE.code: now}, before={RATE.code: before})
    assert bool(said(sentence("须核对。", when=When(RATE, turned)), figures)[0]) is spoken


@pytest.mark.parametrize(("towns", "words"), [
    ([("甲镇", 71.2), ("乙镇", 64.0), ("丙镇", None)], "甲镇（71.2%）、乙镇（64.0%）"),
    ([("甲镇", 99.0, True), ("乙镇", 64.0)], "乙镇（64.0%）、乙镇（64.0%）"),        # too small to be shown
    ([("甲镇", None)], "各乡镇均无可比的数、各乡镇均无可比的数")])
def test_the_best_and_the_worst_township(towns, words):
    figures = TableOfFigures(now={RATE.code: 68.0}, towns={RATE.code: towns})
    one = sentence("{a}、{b}", a=Extreme(RATE), b=Extreme(RATE, best=False))
    assert said(one, figures)[0] == words


def test_a_table_has_a_line_a_township_and_one_for_the_county():
    towns = {RATE.code: [("甲镇", 71.2), ("乙镇", None)], MANAGED.code: [("甲镇", 12.0), ("乙镇", 3.0, True)]}
    figures = TableOfFigures(now={RATE.code: 68.0, MANAGED.code: 1204}, towns=towns)
    written = compose(report_of(Table(title="表", columns=(RATE, MANAGED)), Chart(title="图", indicator=RATE)), figures)
    grid, bars = written.blocks[1:]
    assert [[r.text for r in row] for row in grid.rows] == [["甲镇", "71.2%", "12人"], ["乙镇", "—", "＊"], ["全县", "68.0%", "1204人"]]
    assert {r.ref for row in grid.rows for r in row[1:]} == {1, 2}
    assert (bars.names, bars.values) == (("甲镇", "乙镇"), (71.2, None))


def test_headings_are_numbered_by_depth():
    inner = section("乙", section("丙", section("丁", paragraph(sentence("文。")))))
    written = compose(report_of(inner), TableOfFigures())
    assert [b.text for b in written.blocks[:-1]] == ["一、甲", "（一）乙", "1.丙", "（1）丁"]
    assert [chinese(n) for n in (1, 10, 11, 20, 21, 99)] == ["一", "十", "十一", "二十", "二十一", "九十九"]
    assert numbered(2, 3, "题") == "（三）题"


def test_an_unfinished_year_says_up_to_which_day():
    assert compose(report_of(), TableOfFigures()).notes == ("本年未完，数据截至2026年11月20日",)
    from datetime import date

    assert compose(report_of(), TableOfFigures(day=date(2026, 12, 31))).notes == ()


@pytest.mark.parametrize("wrong", [
    lambda: sentence("率为68.4%。"), lambda: sentence("{a}。"), lambda: sentence("文。", a=Value(RATE)),
    lambda: report_of(paragraph(sentence("{a}{b}", a=Filled(PEOPLE), b=Filled(Given(code="people", title="人口", unit="人", office="局")))))])
def test_a_number_typed_into_a_sentence_and_unmatched_slots_are_refused(wrong):
    with pytest.raises(DeclarationError):
        wrong()


def test_a_digit_that_names_a_disease_is_no_number():
    assert said(sentence("2 型糖尿病。"), TableOfFigures())[0] == "2 型糖尿病。"
