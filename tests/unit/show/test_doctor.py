"""The doctor's pages without a browser: the form's shape, what follows, goals, lines in words."""

from datetime import date

import pytest

from xinglin.act.programmes.models import OpenTask
from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.work import CaseChange, LoopStep
from xinglin.declare.record import Row
from xinglin.gather.models import Source
from xinglin.registry.models import Organisation
from xinglin.show.doctor import visit
from xinglin.show.doctor.cases import case_of
from xinglin.show.doctor.charts import goal_of
from xinglin.show.doctor.history import Past
from xinglin.show.doctor.queries import cells_of
from xinglin.show.doctor.timeline import kind_of, line_words, values_words
from xinglin.show.doctor.titles import source_titles
from xinglin.site.load import catalog

ON = date(2024, 3, 1)
PERSON = {"birth_date": date(1964, 1, 1), "sex": "女", "usual_resident": True, "person": 1}


@pytest.fixture(scope="module")
def htn():
    return catalog().programmes["htn"]


def past(*rows, **person):
    enrolled = CaseChange.row(programme="htn", day="2024-01-05", change="纳入")
    return Past(PERSON | person, sorted([enrolled, *rows], key=lambda r: r.day))


def saw(htn, day, sbp, dbp, **more):
    return htn.ladder_of.row(day=day, sbp=sbp, dbp=dbp, **more)


def test_a_first_bad_visit_asks_for_a_recheck_and_warns_of_the_second(htn):
    look = visit.outlook(htn, past(), [saw(htn, "2024-03-01", 150, 95)], on=ON)
    assert look.cls == "控制不满意"
    assert look.nexts[0] == "两周内复查：3月15日 周五前"
    assert look.opens == ()
    assert look.again == "下次仍如此，将开启转诊闭环"


def test_the_second_in_a_row_opens_the_loop_and_warns_no_more(htn):
    before = past(saw(htn, "2024-02-16", 150, 95))
    look = visit.outlook(htn, before, [saw(htn, "2024-03-01", 152, 85)], on=ON)
    assert look.opens == ("转诊闭环已开启：3月15日 周五前追踪",)
    assert look.reasons
    assert look.again == ""


def test_an_emergency_is_said_and_a_normal_visit_is_quiet(htn):
    bad = visit.outlook(htn, past(), [saw(htn, "2024-03-01", 180, 90)], on=ON)
    assert "紧急情况（须转诊）" in bad.emergency
    good = visit.outlook(htn, past(), [saw(htn, "2024-03-01", 179, 90)], on=ON)
    assert good.emergency == ""


def test_what_is_not_answered_leaves_the_class_open_and_is_named(htn):
    record = htn.ladder_of
    row = Row(record, dict.fromkeys(record.columns()) | {"day": ON, "sbp": 130, "dbp": 80})
    look = visit.outlook(htn, past(), [row], on=ON)
    assert look.cls == ""
    assert "危急症状" in look.unknown


def test_only_what_is_asked_of_somebody_is_said_to_be_missing(htn):
    answered = {c: False for c in htn.ladder_of.columns() if c != "pregnant"}
    row = Row(htn.ladder_of, answered | {"day": ON, "sbp": None, "dbp": 80, "pregnant": None})
    woman, man = past(birth_date=date(1990, 1, 1)), past(sex="男")
    assert [visit.outlook(htn, p, [row], on=ON).unknown for p in (woman, man)] == ["收缩压、妊娠期或哺乳期", "收缩压"]


def test_a_draft_changes_nothing_that_is_stored(htn):
    before = past()
    visit.outlook(htn, before, [saw(htn, "2024-03-01", 180, 90)], on=ON)
    assert case_of(before, htn, on=ON).loops == ()


def test_the_form_follows_the_encounter_and_asks_shared_questions_once(htn):
    records = visit.records_for(htn, ("annual_exam",), catalog())
    assert records == (htn.ladder_of, AnnualExam)
    sheet = visit.sheet(records, past(saw(htn, "2024-02-16", 150, 95)), on=date(2024, 3, 1))
    names = [f.name for p in sheet.parts for line in p.lines for f in line.fields]
    assert len(names) == len(set(names))
    assert [p.code for p in sheet.parts] == ["service", "measure", "ask", "advise", "next"]
    first = sheet.parts[1].lines[0]
    assert first.pair
    assert (first.title, first.last, first.unit) == ("收缩压 / 舒张压", "150/95", "mmHg")


def test_another_form_is_taken_only_where_a_task_closes_with_it(htn):
    assert visit.records_for(htn, ("diagnosis", "nothing"), catalog()) == (htn.ladder_of,)


@pytest.mark.parametrize(("born", "goal"), [(date(1964, 1, 1), 140), (date(1950, 1, 1), 150)])
def test_the_goal_of_a_chart_is_that_of_the_persons_age(htn, born, goal):
    column = htn.ladder_of.columns()["sbp"]
    assert goal_of(htn, column, person={"birth_date": born}, on=ON) == goal


def test_a_loop_shows_the_steps_reached_and_whom_it_was_told(htn):
    rows = [saw(htn, "2024-03-01", 185, 95),
            LoopStep.row(programme="htn", loop="referral", step="接诊", day="2024-03-02")]  # fmt: skip
    (loop,) = case_of(past(*rows), htn, on=date(2024, 3, 29)).loops
    assert [done for _s, done in loop.steps] == [True, True, False, False]
    assert loop.next_step == "回转"
    assert loop.told == ("卫生院院长", "县基层卫生股")
    assert loop.why.words == "185/95 mmHg"


def test_lines_are_words_and_stand_under_their_kind(htn):
    assert line_words(BpScreening, (162.0, 98.0), (None, None)) == "162/98 mmHg"
    assert line_words(BpScreening, (162.0, None), (None, None)) == "162 mmHg"
    assert line_words(LabResult, (5.7, None), ("GLU", "mmol/L")).endswith(" 5.7 mmol/L")
    assert line_words(LabResult, (None, None), ("HBSAG", "阴性")) == "乙肝表面抗原 阴性"
    assert values_words(LabResult, {"item": "HBSAG", "unit": "{qual}", "words": "阳性(+)"}) == "乙肝表面抗原 阳性(+)"
    assert values_words(LabResult, {"item": "GLU", "value": 5.6, "unit": "mmol/L", "words": "5.6↑"}).endswith(" 5.6 mmol/L")
    assert kind_of(Diagnosis) == "encounters"
    assert kind_of(BpScreening) == kind_of(htn.ladder_of) == "visits"
    assert kind_of(LoopStep) == "work"
    assert kind_of(None) == "others"


def test_codes_of_ours_are_said_by_their_titles():
    dm = catalog().programmes["dm"]
    assert line_words(CaseChange, (None, None), ("htn", "纳入")) == "高血压患者健康管理 纳入管理"
    assert line_words(CaseChange, (None, None), ("gone", "纳入")) == "gone 纳入管理"
    assert line_words(LoopStep, (None, None), ("confirm", "转出")) == "疑似高血压转诊确诊 转出"
    assert line_words(LoopStep, (None, None), ("referral", "转出")) == "转出"     # htn's or dm's: the line does not say
    cells = dict(cells_of(LoopStep, {"programme": "dm", "loop": "referral", "step": "转出"}))
    assert cells == {"方案": dm.title, "闭环": "糖尿病转诊闭环", "步骤": "转出"}


@pytest.mark.django_db
def test_a_source_without_a_title_is_said_by_its_kind():
    for code, title, kind in (("his", "县医院", "hospital"), ("register", "register", "register"), ("b", "", "line_list")):
        Source.objects.create(code=code, title=title, kind=kind)
    assert source_titles(["his", "register", "b", "gone"]) == {
        "his": "县医院", "register": "登记系统", "b": "个案清单", "gone": "其他来源"}


@pytest.mark.django_db(databases=["default", "access"])
def test_each_reader_of_a_week_has_their_own_word_for_where_it_is(people):
    heads = {role: people.client(role).get("/today/").content.decode().partition("<h1")[2].partition("</h1>")[0]
             for role in ("township_manager", "township_public_health", "bureau_chief")}  # fmt: skip
    assert [h.partition(">")[2].strip() for h in heads.values()] == [
        "本院 · 下涯镇卫生院", "本院 · 下涯镇卫生院", "本市 · 卫生健康局"]
    Organisation.objects.filter(pk=people.orgs["centre_a"]).update(name="下涯镇社区卫生服务中心")
    assert "本中心 · 下涯镇社区卫生服务中心" in people.client("township_manager").get("/today/").content.decode()


def _late(org, first, n):
    """Tasks overdue at an organisation, of people whose numbers begin at `first`."""
    OpenTask.objects.bulk_create([
        OpenTask(rk=k, person=k, programme="htn", task="visit", cycle="1", org=org, due_from=ON, due_by=ON)
        for k in range(first, first + n)])  # fmt: skip


def _told(client, address):
    """Rows of the page's week: whose, and how many are late."""
    page = client.get(address)
    return [(row.cells[0], row.cells[-1]) for row in page.context["town"].table.rows], page


@pytest.mark.django_db(databases=["default", "access"])
def test_a_chief_sees_townships_and_opens_one_to_its_villages(people):
    OpenTask.objects.all().delete()
    for first, (owner, n) in enumerate((("clinic_a", 3), ("clinic_a2", 1), ("centre_a", 2), ("clinic_b", 4))):
        _late(people.orgs[owner], 1000 * (first + 1), n)
    chief = people.client("bureau_chief")
    rows, page = _told(chief, "/today/")
    assert rows == [("下涯镇卫生院", 6), ("大洲镇卫生院", 4), ("合计", 10)]
    town = f"/today/?town={people.orgs['centre_a']}"
    assert f'href="{town}"' in page.content.decode()
    rows, page = _told(chief, town)
    assert rows == [("东坞村卫生室", 3), ("下涯镇卫生院", 2), ("西坞村卫生室", 1), ("合计", 6)]
    assert "回到各乡镇" in page.content.decode() and "本市" not in page.content.decode().partition("<h1")[2].partition("</h1>")[0]
    rows, _page = _told(people.client("township_manager"), "/today/")
    assert rows == [("东坞村卫生室", 3), ("下涯镇卫生院", 2), ("西坞村卫生室", 1), ("合计", 6)]
    for address in (f"/today/?town={people.orgs['centre_b']}", f"/today/loops/?town={people.orgs['centre_b']}"):
        assert people.client("township_manager").get(address).status_code == 404
        assert chief.get(address).status_code == 200
