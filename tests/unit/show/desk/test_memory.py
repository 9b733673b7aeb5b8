"""What a person said of rows is kept by the words around the number; no number and no sentence is."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from tests.lib.desk_files import answered, word_of
from xinglin.journal.models import Act
from xinglin.kernel.errors import XinglinError
from xinglin.show.reports import actions, queries
from xinglin.show.reports.desk.adopt import adopt
from xinglin.show.reports.desk.binding import suggestions
from xinglin.show.reports.desk.collect import collect, revised, with_reasons
from xinglin.show.reports.desk.folder import adopt_into
from xinglin.show.reports.desk.memory import (
    by_place,
    from_memory,
    joined,
    key_of,
    parse,
    to_keep,
)
from xinglin.show.reports.desk.read import pasted, read
from xinglin.show.reports.desk.sheets import SUMMARY

FIRST = "青石县2023年工作总结\n规范管理率由73.1%上升到76.4%。完成体检1200人，建立档案39.8万份。"
NEXT = "青石县2024年工作总结\n新开诊所12家。规范管理率由76.4%下降到75.9%。完成体检900人，建立档案41.2万份。"


def row_of(rows, last):
    return next(row for row in rows if row.last == last)


def test_what_was_said_of_a_row_is_found_in_next_years_report():
    rows = adopt(pasted(FIRST))
    row = row_of(rows, "76.4")
    keep = to_keep(rows, {f"{row.code}|{row.last}": {"office": "慢病科", "figure": "htn.standard_managed", "note": "不记"}})
    assert list(keep.values()) == [{"office": "慢病科", "figure": "htn.standard_managed"}]
    later = pasted(NEXT)
    known = from_memory(adopt(later), keep)
    again = row_of(adopt(later, known=known), "75.9")
    assert (again.office, again.figure) == ("慢病科", "htn.standard_managed")
    assert row_of(adopt(later, known=known), "900").figure == ""


def test_the_key_holds_no_word_of_the_report():
    key = key_of("规范管理率由73.1%上升到【76.4】%。")
    assert key == key_of("规范管理率由8%下降到【7】%。"), "numbers and words of change do not count"
    assert key != key_of("规范签约率由73.1%上升到【76.4】%。")
    assert set(key) <= set("0123456789abcdef")


def test_rows_in_the_same_words_are_not_mixed_up():
    rows = adopt(pasted("甲县2023年总结\n新建诊所3家。\n新建诊所4家。\n培训村医60人次。"))
    assert [row.last for row in by_place(rows).values()] == ["60"]


def test_what_a_browser_sends_is_taken_with_care():
    assert parse('{"n-001|3": {"office": " 医政科 ", "code": "n-009"}}') == {"n-001|3": {"office": "医政科"}}
    for text in ("[1]", "{", '{"a": 3}'):
        with pytest.raises(XinglinError, match="看不懂页面送来的改动"):
            parse(text)
    assert len(parse(json.dumps({"n-1|": {"note": "长" * 900}}))["n-1|"]["note"]) == 200


def test_a_chosen_value_needs_its_reason_and_overwrites_nothing():
    rows = [replace(row, this="75.0", figure="htn", system="78.8") for row in adopt(pasted(FIRST)) if row.last == "76.4"]
    found = collect(rows, {})
    chosen = revised(found, {rows[0].code: {"chosen": "系统"}})
    with pytest.raises(XinglinError, match="没有写理由"):
        with_reasons(chosen)
    told = with_reasons(revised(chosen, {rows[0].code: {"note": "科室漏报一个乡镇"}})).rows[0]
    assert (told.used, told.this, told.system) == ("78.8", "75.0", "78.8")


def test_a_suggestion_says_why():
    row = replace(adopt(pasted(FIRST))[0], name="高血压患者规范管理率", unit="%")
    first, *_ = suggestions(replace(row, name="高血压规范管理率"), [("htn", "高血压患者规范管理率"), ("dm", "糖尿病患者规范管理率")])
    assert (first.code, first.reason) == ("htn", "名称里都有“高血压规范管理率”，都是率。")


@pytest.mark.django_db
def test_the_county_remembers_by_one_act_and_forgets_by_another():
    actions.remember(staff="S1", org="O1", rows={"ab12": {"office": "慢病科", "figure": "htn"}})
    actions.remember(staff="S1", org="O1", rows={"ab12": {"figure": ""}})
    assert queries.memory() == {"ab12": {"office": "慢病科", "figure": ""}}
    assert Act.objects.filter(kind=actions.REMEMBERED).count() == 2
    assert joined({"a": {"x": "1"}}, {"a": {"y": "2"}}) == {"a": {"x": "1", "y": "2"}}


@pytest.mark.django_db
def test_nothing_is_kept_unless_it_is_asked_for():
    page = Client()
    told = json.dumps({"n-002|76.4": {"office": "慢病科"}})
    asked = {"pasted": FIRST, "told": told}
    assert "慢病科" in page.post("/reports/rows/", asked).content.decode()
    assert page.post("/reports/sheets/", asked).status_code == 200
    assert not Act.objects.filter(kind=actions.REMEMBERED).exists()
    answer = page.post("/reports/remember/", asked).content.decode()
    assert "data-memory" in answer, "before there is a county the browser keeps it"
    assert not Act.objects.filter(kind=actions.REMEMBERED).exists()
    assert page.post("/reports/remember/", {"pasted": FIRST}).status_code == 400


def test_last_years_folder_lends_its_corrections(tmp_path):
    old, new = tmp_path / "去年", tmp_path / "今年"
    rows = adopt_into(read(word_of(FIRST), name="去年.docx"), old)
    code = row_of(rows, "76.4").code
    book = answered((old / SUMMARY).read_bytes(), {code: ""}, 科室="慢病科", 指标="高血压规范管理率")
    (old / SUMMARY).write_bytes(book)
    again = row_of(adopt_into(read(word_of(NEXT), name="今年.docx"), new, like=old), "75.9")
    assert (again.office, again.name) == ("慢病科", "高血压规范管理率")
