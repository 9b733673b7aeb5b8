"""`xinglin report` on an empty home: no database, no county, nothing left behind."""

import json
import os
import subprocess
import sys

import pytest

from tests.lib.desk_files import word_of
from tests.lib.desk_reports import REPORTS


@pytest.fixture
def run(tmp_path):
    home = tmp_path / "home"

    def go(*words, code=0, said=""):
        environment = os.environ | {"XINGLIN_HOME": str(home)}
        ran = subprocess.run([sys.executable, "-m", "xinglin", "report", *map(str, words)],
                             capture_output=True, text=True, env=environment, check=False, input=said)  # fmt: skip
        assert ran.returncode == code, ran.stderr
        assert not home.exists(), "a report is looked at without making a home"
        return ran.stdout if code == 0 else ran.stderr

    return go


def test_from_a_draft_to_comments_and_from_last_year_to_this(run, tmp_path):
    draft, last, folder = tmp_path / "稿.docx", tmp_path / "去年.docx", tmp_path / "表"
    draft.write_bytes(word_of(REPORTS[0].faulty))
    last.write_bytes(word_of(REPORTS[0].clean))
    told = json.loads(run("check", draft, "--json", "--out", tmp_path / "批注.docx"))
    assert set(told) == {"findings", "slots"}
    assert set(json.loads(run("check", draft, "--json", "--more"))) == {"findings", "slots", "confirmed", "notes"}
    assert len(told["findings"]) == len(REPORTS[0].plants)
    assert (tmp_path / "批注.docx").stat().st_size > 5000
    assert json.loads(run("adopt", last, "--out", folder, "--json"))["rows"] > 15
    assert "年度报告还差贵科" in run("collect", folder)
    made = json.loads(
        run(
            "fill",
            last,
            folder,
            "--out",
            tmp_path / "今年.docx",
            "--trace",
            tmp_path / "来源.xlsx",
            "--json",
        )
    )
    assert made["gaps"]
    assert json.loads(run("compare", last, tmp_path / "今年.docx", "--json"))
    assert json.loads(run("brief", folder, "--json")) == []
    assert len(json.loads(run("rules", "--json"))) >= 25
    assert "820−761＝59" in run("check", "-", said="核定编制820人，现有761人，空缺69人。")


def test_a_problem_is_one_sentence_of_three_parts(run, tmp_path):
    problem = json.loads(run("check", tmp_path / "没有.docx", "--json", code=2))["error"]
    assert problem == "找不到这个文件（没有.docx）。请核对文件名和所在的文件夹。"
    draft = tmp_path / "稿.docx"
    draft.write_bytes(word_of("甲县2023年总结\n完成12人。"))
    assert "不能写在原稿上" in run("check", draft, "--out", draft, code=2)
    assert "没有“nothing”这条规则" in run("check", draft, "--off", "nothing", code=2)
