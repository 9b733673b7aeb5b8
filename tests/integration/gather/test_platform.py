"""The provincial platform: what is typed there appears here, what is typed here is reported there, each row with its state."""

import io

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.integration.gather.conftest import ORG, id_number
from xinglin.gather.receive import receive
from xinglin.gather.sources.own_journal import gather_own
from xinglin.journal.actions import record_act
from xinglin.journal.models import Access, Act
from xinglin.kernel.errors import XinglinError
from xinglin.registry.models import Organisation, Post, Staff
from xinglin.registry.people import NewPerson, register_people
from xinglin.show.deliveries import platform
from xinglin.show.deliveries.models import Reported

pytestmark = pytest.mark.django_db(databases=["default", "access"])
OTHER = "12330182MB0000002X"


@pytest.fixture
def typed(county):
    """typed(values) saves a visit of 李玉兰 here and takes it into the county's data; returns its id."""
    person = register_people(people=[NewPerson(name="李玉兰", id_number=id_number(1))], idempotency_key="one", actor="wang", org=ORG)[0]

    def save(key, *, corrects=None, version=1, **values):
        act = record_act(kind="record.saved", actor="wang", org=values.get("org", ORG), subject_person=person, idempotency_key=key,
                         corrects=corrects, payload={"record": "htn_visit", "person": person, "version": version, "values": {
                             "day": "2026-03-01", "org": ORG, "sbp": 150, "dbp": 95, "way": "家庭", "adherence": "规律",
                             "adverse_reaction": False} | values})
        gather_own(county)
        return corrects or act.uid
    return save


@pytest.fixture
def township(county):
    user = get_user_model().objects.create_user(username="chen", password="a-long-password-1")
    Organisation.objects.filter(pk=ORG).update(kind="township_centre")
    Post.objects.create(staff=Staff.objects.create(code="chen", user=user), organisation_id=ORG, role="township_public_health",
                        from_day="2020-01-01")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(content):
    return [[c.value for c in r] for r in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


def told(rows, results):
    """The platform's answer: its import sheet with the result and the reason of each row."""
    book = openpyxl.Workbook()
    book.active.append([*rows[0], "导入结果", "失败原因"])
    for row, (result, why) in zip(rows[1:], results, strict=True):
        book.active.append([*row, result, why])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def counts(home):
    return {s.layout.record: {k: n for k, n in s.counts.items() if n} for s in platform.standings(home, {ORG})}["htn_visit"]


def test_reported_answered_corrected_and_reported_again(county, typed, township):
    first, second = typed("a"), typed("b", day="2026-03-02", sbp=132, dbp=84, way="电话")
    typed("c", org=OTHER)
    assert counts(county) == {"waiting": 2}
    assert township.post("/deliveries/platform/export/", {"record": "htn_visit", "reason": ""}).status_code == 400
    rows = sheet(township.post("/deliveries/platform/export/", {"record": "htn_visit", "reason": "3 月上报省平台"}).content)
    assert rows[0][:4] == ["外部业务编号", "姓名", "身份证号", "随访日期"] and len(rows) == 3
    assert rows[1] == [f"XL-{first}", "李玉兰", id_number(1), "2026-03-01", ORG, None, "2", "150", "95", "1", "否", None, None]
    assert counts(county) == {"waiting": 2}         # written, not yet answered
    act, access = Act.objects.get(kind="platform.exported"), Access.objects.get(what="platform.export:htn_visit")
    assert (act.payload["rows"], act.payload["reason"], access.members.count()) == (2, "3 月上报省平台", 1)

    answer = told(rows, [("成功", None), ("失败", f"身份证号{id_number(1)}已死亡")])
    page = township.post("/deliveries/platform/answer/", {"record": "htn_visit", "file": SimpleUploadedFile("a.xlsx", answer)}, follow=True)
    said = page.content.decode()
    assert "已报 1 行，退回 1 行，不是本单位报出的 0 行" in said and "身份证号……已死亡" in said and id_number(1) not in said
    assert counts(county) == {"taken": 1, "returned": 1}
    assert platform.returned(county, "htn_visit", {ORG})[0][2] == "身份证号……已死亡"
    typed("d", corrects=second, version=2, day="2026-03-02", sbp=134, dbp=84)
    assert counts(county) == {"taken": 1, "waiting": 1}
    again = sheet(township.post("/deliveries/platform/export/", {"record": "htn_visit", "reason": "退回后更正"}).content)
    assert [r[0] for r in again[1:]] == [f"XL-{second}"] and again[1][7] == "134"


def test_what_is_typed_there_appears_here_and_our_own_is_not_taken_twice(county, typed, rows, tmp_path):
    typed("a")
    book, _ = platform.export(county, "htn_visit", orgs={ORG}, actor="chen", org=ORG, reason="与省平台联调")
    ours = sheet(book)
    theirs = openpyxl.Workbook()
    theirs.active.append(["慢病随访导出"])
    theirs.active.append(["随访编号", *ours[0]])
    theirs.active.append(["S1", *ours[1]])
    theirs.active.append(["S2", None, "王秀英", id_number(2), "2026-03-05", ORG, None, "1", "141", "88", "2", "是", "氨氯地平", "2026-06-05"])
    path = tmp_path / "export.xlsx"
    theirs.save(path)
    receipt = receive(county, path, source="province_platform", record="htn_visit", mapping=platform.layout_of(county, "htn_visit").columns)
    assert (receipt.received, receipt.outside, receipt.accepted, receipt.rejected) == (1, 1, 1, 0), receipt.reasons
    assert rows("SELECT record_id, way, sbp, adherence, adverse_reaction FROM htn_visit WHERE source = 'province_platform'") == [
        ("S2", "门诊", 141, "间断", True)]


def test_an_answer_of_others_changes_nothing(county, typed, tmp_path):
    other = typed("c", org=OTHER)
    rows = sheet(platform.export(county, "htn_visit", orgs={OTHER}, actor="x", org=OTHER, reason="别的单位")[0])
    path = tmp_path / "answer.xlsx"
    path.write_bytes(told(rows, [("成功", None)]))
    found = platform.read_answer(county, "htn_visit", path, orgs={ORG}, actor="chen", org=ORG)
    assert (found.taken, found.returned, found.strange) == (0, 0, 1) and Reported.objects.get(record_id=other).state == "waiting"
    path.write_bytes(told([["a"], ["b"]], [("成功", None)]))
    with pytest.raises(XinglinError, match="缺少列 外部业务编号"):
        platform.read_answer(county, "htn_visit", path, orgs={ORG}, actor="chen", org=ORG)
    with pytest.raises(XinglinError, match="没有未报的行"):
        platform.export(county, "htn_visit", orgs={ORG}, actor="chen", org=ORG, reason="没有可报的")
