"""Last year's report becomes this year's: adopt, send, collect, fill, check again."""

import io
import re
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pytest

from tests.lib.desk_files import answered, word_of
from tests.lib.desk_reports import REPORTS
from xinglin.kernel.dates import Period
from xinglin.kernel.errors import XinglinError
from xinglin.show.reports.desk.adopt import adopt
from xinglin.show.reports.desk.binding import suggestions
from xinglin.show.reports.desk.brief import as_word, brief, change_of
from xinglin.show.reports.desk.check import check
from xinglin.show.reports.desk.collect import collect, odd
from xinglin.show.reports.desk.compare import compare
from xinglin.show.reports.desk.fill import GAP, fill, with_sums
from xinglin.show.reports.desk.folder import adopt_into, bind, collect_from
from xinglin.show.reports.desk.read import pasted, read
from xinglin.show.reports.desk.sheets import SUMMARY, workbooks
from xinglin.show.reports.system import with_system

LAST = """青石县2023年卫生健康工作总结和2024年工作思路
一、2023年工作完成情况
（一）基本公共卫生。规范管理率由73.1%上升到76.4%。完成老年人体检12860人，建立健康档案39.8万份。
（二）人才队伍。核定编制820人，现有在编人员761人，空缺59人。
（三）传染病防控。截至2023年12月31日，接种疫苗28400剂次。3月5日召开动员会。
二、2024年工作思路
落实《青石县2023年行动方案》。"""


@pytest.fixture
def report():
    return read(word_of(LAST), name="去年.docx")


def code_of(rows, last):
    return next(row.code for row in rows if row.last == last)


def test_every_number_is_a_row_of_the_office_that_owes_it(report):
    rows = adopt(report)
    by_last = {row.last: row for row in rows}
    assert set(by_last) >= {"73.1", "76.4", "12860", "39.8", "820", "761", "59", "28400"}
    assert by_last["39.8"].unit == "万份"
    assert by_last["820"].office == "人事科"
    assert by_last["28400"].office == "疾控科"
    assert by_last["73.1"].this == "76.4", "last year's value is this year's base"
    assert all(report.text[row.start : row.end] == row.last for row in rows)


def test_the_sheets_are_read_back_whatever_was_done_to_them(report):
    rows = adopt(report)
    books = workbooks(rows, title="青石")
    number = code_of(rows, "12860")
    name = next(n for n, data in books.items() if n != SUMMARY and collect(rows, {n: answered(data, {number: "1"})}).rows
                and any(r.code == number and r.this for r in collect(rows, {n: answered(data, {number: "1"})}).rows))  # fmt: skip
    book = openpyxl.load_workbook(
        io.BytesIO(answered(books[name], {number: "１３,０５０人"}, 填报人="科室甲"))
    )
    sheet = book.active
    sheet.insert_cols(1)
    sheet.insert_rows(1, amount=2)
    sheet.move_range(f"A5:A{sheet.max_row}", cols=0)
    held = io.BytesIO()
    book.save(held)
    found = {r.code: r for r in collect(rows, {name: held.getvalue()}).rows}[number]
    assert (found.this, found.by, found.sheet) == ("13050", "科室甲", name)


def test_a_merged_cell_speaks_for_its_rows(report):
    rows = adopt(report)
    book = openpyxl.load_workbook(io.BytesIO(workbooks(rows, title="青石")[SUMMARY]))
    sheet = book.active
    column = next(c.column for c in sheet[2] if c.value == "填报人")
    sheet.cell(3, column).value = "同一人"
    sheet.merge_cells(start_row=3, end_row=5, start_column=column, end_column=column)
    held = io.BytesIO()
    book.save(held)
    assert [r.by for r in collect(rows, {SUMMARY: held.getvalue()}).rows][:4] == ["同一人"] * 3 + [
        ""
    ]


@pytest.mark.parametrize(
    ("last", "this", "said"),
    [
        ("12860", "128600", "相差十倍以上"),
        ("12860", "12860", "与去年完全相同"),
        ("76.4", "0.78", "写成了小数"),
        ("76.4", "107.1", "超过 100%"),
        ("761", "七百多", "不是一个数"),
    ],
)
def test_a_suspicious_entry_is_named(report, last, this, said):
    rows = adopt(report)
    code = code_of(rows, last)
    sheet = answered(workbooks(rows, title="青石")[SUMMARY], {code: this})
    found = [o for o in collect(rows, {SUMMARY: sheet}).odd if o.code == code]
    assert [said in o.reason for o in found] == [True]


def test_what_does_not_add_up_is_named(report):
    rows = adopt(report)
    sheet = answered(workbooks(rows, title="青石")[SUMMARY], {code_of(rows, "761"): "770"})
    found = with_sums(report, collect(rows, {SUMMARY: sheet}))
    assert any("820−770＝50" in o.reason for o in found.odd)


def test_what_is_missing_has_words_for_a_call(report):
    rows = adopt(report)
    found = collect(rows, {SUMMARY: workbooks(rows, title="青石")[SUMMARY]})
    assert "人事科您好，年度报告还差贵科 3 个数" in found.calls["人事科"]
    assert "去年 820人" in found.calls["人事科"]


def test_the_draft_keeps_styles_rolls_years_and_marks_gaps(report):
    rows = adopt(report)
    answers = {code_of(rows, "76.4"): "75.0", code_of(rows, "12860"): "13050"}
    sheet = answered(workbooks(rows, title="青石")[SUMMARY], answers, 填报人="科室甲")
    draft = fill(report, collect(rows, {SUMMARY: sheet}), as_of=date(2024, 12, 31))
    tree = docx.Document(io.BytesIO(draft.data))
    text = "\n".join(p.text for p in tree.paragraphs)
    assert text.startswith("青石县2024年卫生健康工作总结和2025年工作思路")
    assert "规范管理率由76.4%下降到75.0%" in text, "the word of change is put right"
    assert "完成老年人体检13050人" in text
    assert f"核定编制{GAP}人" in text
    assert "截至2024年12月31日" in text
    assert "《青石县2023年行动方案》" in text, "titles of papers stay"
    assert "3月5日召开" in text
    comments = [c.text for c in tree.comments]
    assert any("欠：人事科" in c for c in comments)
    assert any("去年的日期" in c for c in comments)
    run = next(r for r in tree.paragraphs[2].runs if "13050" in r.text)
    assert run.font.name == "仿宋"
    traced = next(t for t in draft.trace if t["value"] == "13050")
    assert (traced["by"], traced["sheet"], traced["last"]) == ("科室甲", SUMMARY, "12860")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d", traced["when"]), "when the sheet was saved"


def test_a_running_total_is_carried_to_the_end_of_the_year_and_a_rate_is_not(report):
    rows = adopt(report)
    answers = {code_of(rows, "12860"): "11000", code_of(rows, "76.4"): "77.0"}
    sheet = answered(workbooks(rows, title="青石")[SUMMARY], answers)
    draft = fill(report, collect(rows, {SUMMARY: sheet}), as_of=date(2026, 11, 30), estimate=True)
    values = {t["last"]: t["value"] for t in draft.trace}
    assert values["12860"] == "12021"  # 11000 × 365 / 334
    assert values["76.4"] == "77.0"


@pytest.mark.parametrize("planted", REPORTS, ids=lambda r: r.name)
def test_a_round_trip_with_the_same_numbers_gives_the_same_report_a_year_on(planted):
    report = read(word_of(planted.clean), name="去年.docx")
    rows = adopt(report)
    assert rows
    answers = {row.code: row.last for row in rows}
    books = {n: answered(d, answers) for n, d in workbooks(rows, title="甲").items()}
    draft = fill(report, collect(rows, books))
    again = read(draft.data, name="今年.docx")
    assert draft.gaps == ()
    assert len(draft.trace) == len(rows)
    assert [(c.before, c.after) for c in compare([report, again]) if "年" not in c.before] == []
    # A base that stands for last year is filled with what it was: no new finding may come of it.
    assert {f.rule for f in check(again).findings} == set()


def test_the_folder_remembers_what_a_person_corrected(report, tmp_path):
    rows = adopt_into(report, tmp_path)
    row = next(r for r in rows if r.last == "28400")
    bind(tmp_path, code=row.code, figure="imm.doses")
    again = adopt_into(report, tmp_path)
    assert next(r for r in again if r.code == row.code).figure == "imm.doses"
    (tmp_path / SUMMARY).write_bytes(answered((tmp_path / SUMMARY).read_bytes(), {row.code: "1"}))
    with pytest.raises(XinglinError, match="已有科室填过的表"):
        adopt_into(report, tmp_path)
    other = read(word_of(LAST.replace("12860", "12861")), name="别的.docx")
    with pytest.raises(XinglinError, match="不是由这份报告生成的"):
        collect_from(tmp_path, other)


def test_a_point_and_an_age_without_digits_are_filled_where_the_digits_stood():
    report = read(word_of("青石县2023年工作总结\n婴儿死亡率. 。成立岁以下婴幼儿照护中心。"), name="a.docx")
    rows = [replace(row, this=this) for row, this in zip(adopt(report), ("2.1", "3"), strict=False)]
    text = read(fill(report, collect(rows, {})).data, name="a.docx").text
    assert "婴儿死亡率2.1。" in text
    assert "岁以下" in text


def test_three_versions_are_compared_by_their_numbers():
    first = pasted("甲县2023年总结\n完成体检1200人，建档率91.2%。\n新增床位30张。")
    second = pasted("甲县2023年总结\n完成体检1250人，建档率91.2%！\n新增床位30张。")
    third = pasted(
        "甲县2023年总结\n完成体检1250人，建档率91.2%。\n新增床位30张。\n培训村医60人次。"
    )
    told = [(c.version, c.kind, c.before, c.after) for c in compare([first, second, third])]
    assert told == [(1, "改", "1200人", "1250人"), (2, "增", "", "60人次")]


def test_the_leaders_page_has_ten_lines_at_most_and_says_the_change(report):
    rows = [replace(row, this=row.last) for row in adopt(report)]
    lines = brief(rows)
    assert 0 < len(lines) <= 10
    assert change_of(76.4, 78.8, "%") == "升 2.4 个百分点"
    assert (
        change_of(1200, 900, "人") == "减 300人（25%）"
        or change_of(1200, 900, "人") == "减 300人（25.0%）"
    )
    assert change_of(5, 3, "位次") == "前进 2 位"
    assert (
        len(docx.Document(io.BytesIO(as_word(lines, title="数"))).tables[0].rows) == len(lines) + 1
    )


def test_a_declared_figure_is_suggested_by_its_name(report):
    row = replace(adopt(report)[0], name="高血压患者规范管理率", unit="%")
    figures = [
        ("htn.standard", "高血压患者规范管理率"),
        ("dm.standard", "糖尿病患者规范管理率"),
        ("births", "活产数"),
    ]
    found = suggestions(row, figures)
    assert found[0].code == "htn.standard"
    assert found[0].score == 1.0
    assert "births" not in {s.code for s in found}


def test_three_values_stand_side_by_side_and_one_is_chosen_with_a_reason(report):
    rows = adopt(report)
    code = code_of(rows, "76.4")
    answers = {code: "75.0"}
    bound = {"上级通报数": "74.2", "绑定指标": "htn.standard", "采用": "系统"}
    sheet = answered(workbooks(rows, title="青石")[SUMMARY], answers, **bound)
    told = with_system(
        collect(rows, {SUMMARY: sheet}), Period.parse("2024"), value=lambda code, period: 78.84
    )
    row = next(r for r in told.rows if r.code == code)
    assert (row.this, row.system, row.above, row.used) == ("75.0", "78.8", "74.2", "78.8")
    assert row.origin == "系统计算值 htn.standard"
    assert any("没有写理由" in o.reason for o in odd(row))
    assert not any("没有写理由" in o.reason for o in odd(replace(row, note="科室漏了一个乡镇")))
    text = read(fill(report, told).data, name="a.docx").text
    assert "由76.4%上升到78.8%" in text
    assert replace(row, chosen="上级").used == "74.2"


def test_a_lost_number_is_set_before_its_unit():
    report = read(
        word_of("青石县2023年工作总结\n规范管理率达％，完成家社区改造，排名第名。"), name="a.docx"
    )
    rows = adopt(report)
    assert [(r.last, r.unit) for r in rows] == [("", "%"), ("", "家"), ("", "名")]
    filled = [replace(row, this=this) for row, this in zip(rows, ("86.1", "7", "3"), strict=True)]
    text = read(fill(report, collect(filled, {})).data, name="a.docx").text
    assert text.endswith("规范管理率达86.1％，完成7家社区改造，排名第3名。")


@pytest.mark.parametrize(
    ("this", "text"),
    [("10.2", "由11.6分钟缩短至10.2分钟"), ("12.0", "由11.6分钟延长至12.0分钟"), ("11.6", "由11.6分钟缩短至11.6分钟")],
)
def test_words_of_change_are_put_right_in_kind(this, text):
    report = read(word_of("青石县2023年工作总结\n院前急救平均到达时间由14.2分钟缩短至11.6分钟。"), name="a.docx")
    rows = [replace(row, this=this) if row.last == "11.6" else row for row in adopt(report)]
    draft = fill(report, collect(rows, {}))
    assert text in read(draft.data, name="a.docx").text
    marked = any("请改写这一句" in c.text for c in docx.Document(io.BytesIO(draft.data)).comments)
    assert marked == (this == "11.6"), "“持平至” is no Chinese: a person rewrites it"


def test_what_was_blank_last_year_stays_visible():
    report = read(word_of("青石县2023年工作总结\n截至XX月XX日，xx镇完成体检1200人。至11月30日，完成投资3亿元。"), name="a.docx")
    draft = fill(report, collect(adopt(report), {}), as_of=date(2024, 12, 20))
    tree = docx.Document(io.BytesIO(draft.data))
    assert any("去年的稿子这里就是空的" in c.text for c in tree.comments)
    shown = [run.text for run in tree.paragraphs[1].runs if run.font.highlight_color is not None]
    assert "XX月XX日" in "".join(shown)
    assert "至12月20日" in tree.paragraphs[1].text


def test_numbers_of_a_plan_are_marked_and_left_out_of_the_leaders_page():
    report = pasted("青石县2023年工作总结和2024年计划\n一、2023年工作总结\n规范管理率达76.4%。\n二、2024年工作计划\n力争规范管理率保持在78%以上。")
    rows = [replace(row, this=row.last) for row in adopt(report)]
    assert [(row.name, row.last, row.scope) for row in rows] == [("规范管理率", "76.4", ""), ("规范管理率", "78", "计划数")]
    assert [line.now for line in brief(rows)] == ["76.4%"]
