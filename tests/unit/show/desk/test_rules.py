"""Every rule speaks on its examples, is silent on its counter-examples, and gives a whole reason."""

import pytest

from bench.desk import score, totals
from tests.lib.desk_reports import REPORTS
from tests.lib.desk_reports_later import CLEAN
from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.check import check
from xinglin.show.reports.desk.read import pasted
from xinglin.show.reports.desk.rules import RULES, rule_of

FIRES = [(rule.code, text) for rule in RULES for text in rule.fires]
SILENT = [(rule.code, text) for rule in RULES for text in rule.silent]


@pytest.mark.parametrize(("code", "text"), FIRES)
def test_a_rule_fires_on_its_examples(code, text):
    found = check(pasted(text), only=(code,)).findings
    assert found
    for f in found:
        assert f.quote == pasted(text).text[f.start : f.end]
        assert f.reason.endswith("。")
        assert f.severity in ("错误", "提示")


@pytest.mark.parametrize(("code", "text"), SILENT)
def test_a_rule_is_silent_on_its_counter_examples(code, text):
    assert check(pasted(text), only=(code,)).findings == ()


def test_every_rule_has_both_kinds_of_examples():
    assert [r.code for r in RULES if not r.fires or not r.silent] == []
    assert len({r.code for r in RULES}) == len(RULES) >= 25


def test_a_switched_off_rule_says_nothing_and_an_unknown_one_is_refused():
    text = "规范管理率由72.5%上升到70.1%。"
    assert [f.rule for f in check(pasted(text)).findings] == ["direction"]
    assert check(pasted(text), off=("direction",)).findings == ()
    with pytest.raises(XinglinError, match="没有“directions”这条规则"):
        rule_of("directions")


def test_the_planted_faults_are_found_and_little_else():
    precision, recall, clean = totals()
    assert precision >= 0.9
    assert recall >= 0.8
    assert clean == 0


@pytest.mark.parametrize("report", REPORTS, ids=lambda r: r.name)
def test_a_clean_twin_is_silent(report):
    *_, clean = score(report)
    assert clean == []


@pytest.mark.parametrize("text", CLEAN, ids=["丰泽", "云台"])
def test_a_faultless_report_is_silent_and_its_sums_are_confirmed(text):
    checked = check(pasted(text))
    assert checked.findings == ()
    assert len(checked.confirmed) >= 8


def test_what_closes_is_counted_as_confirmed():
    text = (
        "核定床位386张，实有床位341张，空缺45张。引进人才27名，其中硕士21名，博士6名。"
        "总费用318.4万元，个人自付79.3万元，报销比例达到75%。"
    )
    checked = check(pasted(text))
    assert checked.findings == ()
    assert {f.rule for f in checked.confirmed} == {"difference", "parts", "rate"}
    assert any("75.09%" in f.reason for f in checked.confirmed)


def test_the_json_has_the_promised_shape():
    told = check(pasted("规范管理率由72.5%上升到70.1%。")).as_json()
    assert set(told) == {"findings", "slots"}
    assert {"rule", "severity", "start", "end", "quote", "reason", "suggest"} == set(
        told["findings"][0]
    )
    assert {"kind", "start", "end", "text", "value", "unit", "what"} == set(told["slots"][0])
    assert told["findings"][0]["suggest"] == "下降"
