"""One delivery through the same path as any: adds up, links, comes back, stays private."""

import io
import random
import subprocess

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.gather.conftest import ORG, id_number
from xinglin.gather import actions, load, queries
from xinglin.gather import receive as receiving
from xinglin.gather.models import Delivery, PendingLink, Question
from xinglin.gather.receive import gather_waiting, receive
from xinglin.gather.stage import ONE_NUMBER
from xinglin.lake.store import open_lake

HEAD = "patient_id,身份证号,姓名,测量日期,机构,收缩压,舒张压".replace("机构", "测量机构")


def bp(n, day, sbp, dbp, *, number=None, name="李玉兰", org=ORG):
    return f"P{n},{number if number is not None else id_number(n)},{name},{day},{org},{sbp},{dbp}"


@pytest.mark.both_databases
def test_the_receipt_adds_up_by_reason(deliver, rows):
    receipt = deliver("bp_screening", [
        HEAD, bp(1, "2024-03-01", 150, 95), bp(2, "2023-02-30", 150, 95), bp(3, "2024-03-01", 1300, 95),
        bp(4, "2024-03-01", 80, 95), bp(5, "45352", "135↑", "８５"), "合计,,,,,5,6"])
    assert (receipt.received, receipt.accepted, receipt.rejected, receipt.queried) == (6, 2, 3, 1)
    assert {(a, w, n) for a, w, n in receipt.reasons if w.startswith(("“测量日期”不是", "合计", "舒张压不低", "“收缩压”不在"))} == {
        ("reject", "“测量日期”不是有效日期", 1), ("reject", "合计行不是数据行", 1),
        ("reject", "“收缩压”不在 50–300 mmHg 之间", 1), ("query", "舒张压不低于收缩压，请核对", 1)}
    assert rows("SELECT day::VARCHAR, sbp, dbp FROM bp_screening") == [
        ("2024-03-01", 135, 85), ("2024-03-01", 150, 95), ("2024-03-01", 80, 95)]
    assert receipt.notes["changes"]["收缩压"] == {"去掉箭头、单位等标记": 1}


def test_one_number_for_several_people_is_asked_about_at_once(deliver, rows):
    lines = [bp(n, "2024-03-01", 150, 95) for n in (1, 2, 3)]
    receipt = deliver("bp_screening", [f"记录编号,{HEAD}", *(f"K7,{line}" for line in lines[:2]), f"K8,{lines[2]}", f"K8,{lines[2]}"])
    assert (receipt.received, receipt.accepted, receipt.rejected, receipt.queried, receipt.duplicates) == (4, 2, 0, 2, 2)
    assert (ONE_NUMBER, 2) in {(w, n) for _a, w, n in receipt.reasons}
    assert set(Question.objects.values_list("row_no", "words")) == {(2, ONE_NUMBER), (3, ONE_NUMBER)}
    assert rows("SELECT count(*) FROM bp_screening_versions") == [(3,)]     # who gave way stands there
    mended = deliver("bp_screening", [f"记录编号,{HEAD}", f"K7,{lines[0]}", f"K9,{lines[1]}"], name="again.csv")
    assert (mended.queried, mended.accepted) == (0, 2) and not queries.open_questions().exists()


@pytest.mark.both_databases
def test_the_same_file_twice_is_recognised(deliver, rows):
    text = [HEAD, bp(1, "2024-03-01", 150, 95)]
    first = deliver("bp_screening", text)
    again = deliver("bp_screening", text, name="other.csv")
    assert again.again and again.delivery == first.delivery
    assert rows("SELECT count(*) FROM bp_screening_versions") == [(1,)]


@pytest.mark.both_databases
def test_a_rejected_row_comes_back_and_is_accepted(deliver, county):
    receipt = deliver("bp_screening", [HEAD, bp(1, "2024-03-01", 150, 95), bp(2, "2023-02-30", 150, 95)])
    delivery = Delivery.objects.get(pk=receipt.delivery)
    book = openpyxl.load_workbook(io.BytesIO(queries.workbook(county, delivery)))
    sheet = book.worksheets[0]
    header, row = [[c.value for c in r] for r in sheet.iter_rows()]
    assert header[-4:] == ["退回原因", "怎么改", "原行号", "原交付编号"]
    assert row[-4] == "“测量日期”不是有效日期" and row[-2] == "3"
    sheet.cell(2, header.index("测量日期") + 1).value = "2023-02-28"
    out = io.BytesIO()
    book.save(out)
    mended = deliver("bp_screening", out.getvalue(), name="mended.xlsx")
    assert (mended.received, mended.accepted) == (1, 1)
    assert Delivery.objects.get(pk=mended.delivery).resends_id == receipt.delivery


def test_check_only_leaves_nothing(deliver, county):
    from xinglin.registry.models import Person

    receipt = deliver("bp_screening", [HEAD, bp(1, "2024-03-01", 150, 95), bp(2, "x", 150, 95)],
                      check_only=True)
    assert (receipt.received, receipt.accepted, receipt.rejected) == (2, 1, 1)
    assert not Delivery.objects.exists() and not Person.objects.exists()
    assert not list(county.raw.iterdir()) and not (county.lake / "catalog.sqlite").exists()


def test_numbers_that_cannot_be_theirs_link_nobody(deliver, rows):
    own, mother = id_number(1), id_number(2, birth="19900101", male=False)
    head = HEAD + ",出生日期"
    deliver("bp_screening", [head, bp(9, "2024-03-01", 120, 80, number=mother, name="母亲") + ",1990-01-01"])
    receipt = deliver("bp_screening", [
        head,
        bp(1, "2024-03-01", 120, 80, number=own) + ",1954-05-01",
        bp(2, "2024-03-01", 120, 80, number=mother, name="小宝") + ",2020-06-01",      # the mother's
        bp(3, "2024-03-01", 120, 80, number=own[:-4] + "0000") + ",1954-05-01",       # cut by Excel
        bp(4, "2024-03-01", 120, 80, number=mother, name="别人") + ",1990-01-01",       # registered other
    ], name="two.csv")
    assert (receipt.accepted, receipt.queried, receipt.rejected) == (1, 3, 0)
    assert rows("SELECT count(DISTINCT person) FROM bp_screening") == [(5,)]
    words = {w for _, w, _ in receipt.reasons}
    assert any("被 Excel 改成了数字" in w for w in words)
    assert "身份证号中的出生日期与本行出生日期不符，未按身份证号归人" in words
    assert "身份证号已登记在另一个姓名下，未按身份证号归人" in words


@pytest.mark.both_databases
def test_one_person_by_number_over_sources_and_forms(deliver, rows):
    number = id_number(1, birth="19540501")
    fifteen = number[:6] + number[8:17]
    deliver("bp_screening", [HEAD, bp(1, "2024-03-01", 150, 95, number=number)])
    receipt = deliver("bp_screening", [HEAD, f"Z7,{fifteen},李玉兰,2024-03-01,{ORG},150,95"], source="other")
    assert rows("SELECT count(*), count(DISTINCT person), count(DISTINCT subject) FROM bp_screening") == [(2, 1, 2)]
    assert receipt.queried == 1 and "同一人同一天，另一来源也报了一次" in {w for _, w, _ in receipt.reasons}


def test_two_organisations_may_see_somebody_on_one_day(deliver, county):
    from xinglin.registry.models import Organisation, Place

    clinic = "12330182MB0000002X"
    Organisation.objects.create(code=clinic, name="卫生院", kind="township_centre", level=4,
                                place=Place.objects.get(code="330182000000"))
    number = id_number(1)
    deliver("bp_screening", [HEAD, bp(1, "2024-03-01", 150, 95, number=number)])
    receipt = deliver("bp_screening", [HEAD, f"Z7,{number},李玉兰,2024-03-01,{clinic},150,95"], source="other")
    assert (receipt.accepted, receipt.queried) == (1, 0)


@pytest.mark.both_databases
def test_who_moves_is_looked_after_where_the_newest_register_says(deliver, county):
    from xinglin.journal.models import Act
    from xinglin.registry.models import Organisation, Person, Place

    clinic, town = "12330182MB0000002X", Place.objects.get(code="330182000000")
    Place.objects.create(code="330182100000", name="乡", level=4, parent=town)
    Organisation.objects.create(code=clinic, name="卫生院", kind="township_centre", level=4, place=town)
    head = "身份证号,姓名,更新日期,出生日期,性别,居住村（社区）,签约机构"
    rest = f"{id_number(1)},李玉兰,{{}},1954-05-01,男,{{}},{{}}"
    deliver("person", [head, rest.format("2024-01-01", "330182000000", ORG)], name="register_20240101.csv")
    deliver("person", [head, rest.format("2024-06-01", "330182100000", clinic)], name="register_20240601.csv")
    deliver("person", [head, rest.format("2024-03-01", "330182000000", ORG)], name="late_20240301.csv")
    assert list(Person.objects.values_list("place_id", "organisation_id")) == [("330182100000", clinic)]
    assert Act.objects.filter(kind="people.changed").count() == 1


def test_a_wrong_number_without_any_other_identity_goes_back(deliver):
    wrong = id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1")
    receipt = deliver("bp_screening", ["身份证号,测量日期,收缩压,舒张压", f"{wrong},2024-03-01,150,95"])
    assert (receipt.rejected, receipt.reasons[0][1]) == (1, "身份证号校验位不对，多半有一位抄错")


@pytest.mark.both_databases
def test_an_unknown_code_waits_for_a_mapping(deliver, county, rows):
    head = "record_id,patient_id,就诊日期,就诊机构,就诊类别"
    receipt = deliver("encounter", [head, f"E1,P1,2024-03-01,{ORG},门诊", f"E2,P1,2024-03-02,{ORG},MZ"])
    assert (receipt.accepted, receipt.queried) == (1, 1)
    code, = queries.codes_to_map("his")
    assert (code.codelist, code.theirs, code.rows) == ("encounter_kind", "MZ", 1)
    actions.map_code(code=code.id, ours="门诊", actor="it")
    again = receiving.gather_again(county, Delivery.objects.get(pk=receipt.delivery))
    assert (again.accepted, again.queried, again.updated) == (2, 0, 1)
    assert rows("SELECT record_id, kind FROM encounter") == [("E1", "门诊"), ("E2", "门诊")]
    assert not queries.open_questions().exists()


def test_laboratory_results_as_they_come(deliver, rows):
    head = "报告单号,版次,patient_id,检验机构,检验项目,数值结果,单位,报告时间"
    receipt = deliver("lab_result", [
        head, f"R1,1,P1,{ORG},GLU,<0.5,mmol/L,2024-03-01 10:00:00", f"R2,1,P1,{ORG},GLU,180,mg/dL,2024/03/01 10:00",
        f"R3,1,P1,{ORG},HBSAG,阴性(-),{{qual}},2024-03-01 10:00", f"R4,1,P1,{ORG},GLU,5.6↑,mmol/L,2024-03-01T02:00:00Z"])
    assert (receipt.received, receipt.accepted) == (4, 4), receipt.words()
    found = rows("SELECT record_id, round(value, 2), words, unit, reported_at::VARCHAR FROM lab_result")
    assert found == [
        ("R1|GLU", None, "<0.5", "mmol/L", "2024-03-01 10:00:00"),
        ("R2|GLU", 9.99, None, "mmol/L", "2024-03-01 10:00:00"),
        ("R3|HBSAG", None, "阴性(-)", "{qual}", "2024-03-01 10:00:00"),
        ("R4|GLU", 5.6, None, "mmol/L", "2024-03-01 10:00:00")]


def test_synthetic_data_never_enter_a_real_county(deliver, county):
    county.county_file.write_text('code = "330182"\nname = "县"\nkind = "real"\n')
    try:
        with pytest.raises(Exception, match="模拟数据不能装入真实的县"):
            deliver("bp_screening", [HEAD, bp(1, "2024-03-01", 150, 95)], mapping="synthetic = true\n")
    finally:
        county.county_file.unlink()
    assert not Delivery.objects.exists()


CELLS = st.sampled_from(["", "1", "150", "150.5", "1300", "x", "５0", "0.5", "合计", "2024-03-01", "2023-02-30", "45352"])
ROW = st.tuples(st.sampled_from(["", "P1", "P2"]), st.sampled_from(["", id_number(1), "33018219540501001", "1E+17"]),
                CELLS, CELLS, CELLS)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(ROW, min_size=1, max_size=30))
def test_received_is_accepted_rejected_and_queried(county, tmp_path, lines):
    path = tmp_path / "any.csv"
    path.write_text("patient_id,身份证号,测量日期,收缩压,舒张压\n" + "\n".join(",".join(x) for x in lines) + "\n")
    receipt = receive(county, path, source="his", record="bp_screening", check_only=True)
    filled = sum(any(x) for x in lines)
    assert receipt.received == receipt.accepted + receipt.rejected + receipt.queried
    assert receipt.received == filled or receipt.problem


class Killed(BaseException):
    """As if the process ended here."""


STEPS = {
    "original kept": (receiving, "keep_original", "after"), "delivery noted": (receiving, "_work", "before"),
    "file read": (load, "_judge", "before"), "people registered": (load, "_stage", "before"),
    "before the note": (actions, "note_checked", "before"), "noted": (receiving, "take_in", "before"),
    "in the lake": (receiving, "take_in", "after"), "before done": (actions, "finish", "before"),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_anywhere_is_made_good(county, rows, monkeypatch, step):
    from xinglin.registry.models import Person

    inbox = county.inbox / "his"
    inbox.mkdir()
    (inbox / "bp_screening__20240301.csv").write_text("\n".join([
        HEAD, bp(1, "2024-03-01", 150, 95), bp(2, "x", 150, 95), bp(3, "2024-03-01", 80, 95, number="")]))
    module, name, when = STEPS[step]
    real = getattr(module, name)

    def killed(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(module, name, killed)
    with pytest.raises(Killed):
        gather_waiting(county)
    monkeypatch.setattr(module, name, real)
    gather_waiting(county)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.received, delivery.accepted, delivery.rejected, delivery.queried,
            delivery.new) == ("done", 3, 1, 1, 1, 2)
    assert rows("SELECT sbp, version FROM bp_screening") == [(150, 20240301), (80, 20240301)]
    assert rows("SELECT count(*) FROM bp_screening_versions") == [(2,)]
    assert Person.objects.count() == 2 and Question.objects.count() == 1
    assert not PendingLink.objects.exists() and not list(inbox.iterdir())


def _twelve():
    """New, corrected, void, overlapping deliveries of ten rows by record id and version."""
    chosen = random.Random(7)
    out = []
    for n in range(12):
        lines = ["record_id,版次,作废,patient_id,测量日期,收缩压,舒张压"]
        for k in chosen.sample(range(10), 5):
            version = chosen.randint(1, 3)
            lines.append(f"V{k},{version},{'是' if version == 3 and k % 3 == 0 else '否'},P{k % 4},2024-03-0{k % 9 + 1},"
                         f"{120 + version + k},80")
        out.append("\n".join(dict.fromkeys(lines)) + f"\n,,,,,,{n}\n")
    return out


def test_any_order_and_any_repetition_give_the_same_lake(county, tmp_path, rows):
    sent, states = _twelve(), set()
    for seed in range(2):
        order = list(range(12))
        chosen = random.Random(seed)
        chosen.shuffle(order)
        order += chosen.choices(range(12), k=4)
        source = f"s{seed}"
        for n in order:
            path = tmp_path / f"{n}.csv"
            path.write_text(sent[n])
            receive(county, path, source=source, record="bp_screening")
        newest = rows("SELECT record_id, version, day, sbp, hash(subject) IS NOT NULL FROM bp_screening "
                      f"WHERE source = '{source}'")
        every = rows("SELECT record_id, version, void, day, sbp FROM bp_screening_versions "
                     f"WHERE source = '{source}'")
        states.add(repr((newest, every)))
    assert len(states) == 1 and len(newest) > 3


@pytest.mark.both_databases
def test_no_name_and_no_number_stands_in_the_open(county, deliver):
    name, number, phone = "欧阳拾柒", id_number(7), "13800138177"
    deliver("bp_screening", ["patient_id,身份证号,姓名,联系电话,测量日期,收缩压,舒张压",
                             f"P1,{number},{name},{phone},2024-03-01,150,95",
                             f"P2,{number[:-1]}Q,{name},{phone},2023-02-30,150,95"])
    for delivery in Delivery.objects.all():
        assert name not in str(delivery.notes) + delivery.problem
    open_lake(county).cursor().execute("CHECKPOINT")
    files = [f for f in county.root.rglob("*") if f.is_file()]
    assert any(f.suffix == ".parquet" for f in files) and any(f.suffix == ".sm4" for f in files)
    for planted in (name, number, phone):
        found = subprocess.run(["grep", "-rlaF", planted, str(county.root)], capture_output=True, text=True, check=False)
        assert found.stdout == ""
    from django.db import connection
    if connection.vendor == "sqlite":
        dump = "\n".join(connection.connection.iterdump())
        assert name not in dump and number not in dump and phone not in dump and "registry_person" in dump
