"""Column maps: what they say, what they refuse."""

import pytest

from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.laboratory import LabResult
from xinglin.gather.mapping import checked_map, complete, missing_columns, parse_map
from xinglin.kernel.errors import XinglinError


def test_columns_are_found_by_name_title_and_map():
    columns = complete(parse_map('[columns]\nweight = {from = "体重（斤）", unit = "斤"}\n'), AnnualExam,
                       ["体重（斤）", "身高(cm)", "体检日期", "patient_id", "SBP", "别的"])
    assert {k: v.theirs for k, v in columns.fields.items()} == {
        "weight": "体重（斤）", "height": "身高(cm)", "day": "体检日期", "patient_id": "patient_id", "sbp": "SBP"}
    assert columns.fields["weight"].unit == "斤"
    assert missing_columns(columns, AnnualExam) == []


def test_required_columns_are_named_in_chinese():
    assert missing_columns(complete(parse_map(""), LabResult, ["报告单号"]), LabResult) == [
        "版次", "检验机构", "检验项目", "报告时间", "本机构患者编号或身份证号"]


@pytest.mark.parametrize(("text", "words"), [
    ("record = ", "不是有效的 TOML"), ("colums = 1", "不认识的项"), ("[columns]\nday = 3\n", "写法不对"),
    ("[columns]\nbloodpressure = 'x'\n", "没有的列"), ("[columns]\nday = '没有'\n", "文件缺少列：没有")])
def test_a_wrong_map_is_refused_in_words(text, words):
    with pytest.raises(XinglinError, match=words):
        complete(checked_map(parse_map(text), AnnualExam), AnnualExam, ["体检日期"])
