"""Uploading by token: what a hospital's program sends with curl, and what it is told."""

import io
import json

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from tests.integration.gather.conftest import ORG, id_number
from xinglin.gather import actions as gathering
from xinglin.gather.models import ColumnMap, Delivery
from xinglin.gather.receive import receive
from xinglin.journal.models import Act
from xinglin.kernel.dates import plus_days
from xinglin.registry.models import Organisation, Person, Post, Staff
from xinglin.show.deliveries import runs
from xinglin.show.deliveries.actions import make_token
from xinglin.show.deliveries.models import Upload, UploadToken

pytestmark = pytest.mark.django_db(databases=["default", "access"])
HEAD = "patient_id,身份证号,姓名,测量日期,测量机构,收缩压,舒张压"


def bp(n, day, sbp=150):
    return f"P{n},{id_number(n)},李玉兰,{day},{ORG},{sbp},95"


FILE = "\n".join([HEAD, *(bp(n, "2024-03-01") for n in range(1, 33)), bp(33, "2023-02-30")]).encode("gb18030")


@pytest.fixture(autouse=True)
def _runs_here(county, monkeypatch):
    """The run beside the web would see another database: it runs here, through the same files."""
    def gather(upload, placed):
        receipt = receive(county, placed.file, source=upload.source, record=upload.record, check_only=upload.check_only)
        (placed.folder / "said.json").write_text(json.dumps(receipt.as_dict(), default=str), encoding="utf-8")
        (placed.folder / "problem.txt").touch()
        runs.settle(upload)
    monkeypatch.setattr(runs, "start_gather", gather)


@pytest.fixture
def token(county):
    """token("live") makes one of the county hospital's HIS."""
    his = gathering.declare_source(code="his", title="县医院 HIS", actor="tong", org=ORG, kind="hospital")

    def make(environment="live", days=30):
        return make_token(staff="xitong", org=ORG, source=his, environment=environment, ends_on=plus_days(timezone.localdate(), days))
    return make


def send(secret, content=FILE, *, at="live/bp_screening/mz.csv", key="", method="put", **headers):
    headers |= {"authorization": f"Bearer {secret}"} | ({"idempotency-key": key} if key else {})
    answer = getattr(Client(), method)(f"/in/{at}", content, content_type="application/octet-stream", headers=headers)
    return answer.status_code, answer.json()


def get(secret, address):
    return Client().get(address, headers={"authorization": f"Bearer {secret}"})


@pytest.mark.both_databases
def test_a_file_is_taken_and_its_rejected_rows_mended(token, rows):
    secret = token()
    status, told = send(secret, key="2024-03-01-mz")
    assert status == 200 and (told["received"], told["accepted"], told["rejected"]) == (33, 32, 1)
    assert told["words"].startswith("收到 33 = 入库 32 + 退回 1 + 待核实 0。退回的行")
    assert get(secret, told["address"]).json() == told
    book = openpyxl.load_workbook(io.BytesIO(get(secret, told["workbook"]).content))
    sheet = book.worksheets[0]
    header = [c.value for c in sheet[1]]
    mark = [row[0].value for row in book["下载记录"].iter_rows()]
    taken = Act.objects.get(kind="delivery.workbook_taken")
    assert f"下载号 {taken.uid[:8]}" in mark[0] and "（县医院）" in mark[0]
    assert taken.payload["reason"] in mark[1]
    assert "下载号" in sheet.oddFooter.left.text and sheet.max_row == 2
    sheet.cell(2, header.index("测量日期") + 1).value = "2023-02-28"
    mended = io.BytesIO()
    book.save(mended)
    status, again = send(secret, mended.getvalue(), at="live/bp_screening/", method="post")
    assert status == 200 and (again["received"], again["accepted"]) == (1, 1)
    assert Delivery.objects.get(pk=again["delivery"]).resends_id == told["delivery"]
    assert "sheets_not_read" not in Delivery.objects.get(pk=again["delivery"]).notes
    assert rows("SELECT count(*) FROM bp_screening") == [(33,)]
    assert list(Act.objects.filter(kind__startswith="delivery.").order_by("seq").values_list("kind", flat=True)) == [
        "delivery.uploaded", "delivery.workbook_taken", "delivery.uploaded"]


def test_no_more_than_so_many_workbooks_a_day(token, monkeypatch):
    secret = token()
    told = send(secret)[1]
    monkeypatch.setattr("xinglin.show.deliveries.actions.A_DAY_BY_TOKEN", 1)
    assert get(secret, told["workbook"]).status_code == 200
    refused = get(secret, told["workbook"])
    assert refused.status_code >= 400 and "到了上限" in refused.json()["error"]


def test_the_same_key_twice_is_one_receipt(token):
    secret = token()
    first = send(secret, key="a")[1]
    assert send(secret, key="a")[1] == first and Upload.objects.count() == 1
    status, told = send(secret, FILE + b"\n", key="a")
    assert (status, told["where"]) == (409, f"回执 {first['receipt']}") and "换一个新的" in told["do"]
    assert send(secret)[1]["again"] and Upload.objects.count() == 2         # no key: its content is the key
    Upload.objects.filter(pk=first["receipt"]).update(state="failed")
    assert send(secret, key="a")[1]["receipt"] not in (first["receipt"], None)


def test_a_test_token_loads_nothing(token, county):
    secret = token("test")
    status, told = send(secret, at="test/bp_screening/mz.csv")
    assert status == 200 and told["words"].startswith("测试：只核对，没有入库。收到 33 = 可入库 32")
    assert not Delivery.objects.exists() and not Person.objects.exists() and not list(county.raw.iterdir())
    assert (told["environment"], told["delivery"]) == ("test", None) and "workbook" not in told
    assert send(secret)[0] == 403 and not Delivery.objects.exists()
    assert get(token(), told["address"]).status_code == 404      # a live token does not open receipts of tests


def test_nothing_without_a_valid_token(token, county):
    revoked, ended = token(), token(days=1)
    UploadToken.objects.filter(pk=UploadToken.objects.order_by("id").first().pk).update(revoked_at=timezone.now())
    UploadToken.objects.filter(pk=UploadToken.objects.order_by("id").last().pk).update(ends_on=plus_days(timezone.localdate(), -1))
    for secret in (revoked, ended, "xl_live_guess", ""):
        status, told = send(secret)
        assert status == 401 and "令牌" in told["error"] and told["do"]
        assert not secret or secret not in json.dumps(told, ensure_ascii=False)
    assert not list(county.tmp.glob("upload-*"))


@pytest.mark.parametrize(("how", "status", "says"), [
    ({"at": "live/nothing/"}, 404, "没有叫“nothing”的数据集"), ({"at": "prod/bp_screening/"}, 404, "没有“prod”这个环境"),
    ({"key": "空 格".encode().decode("latin-1")}, 400, "Idempotency-Key 不能用"), ({"content": b""}, 411, "没有说明文件有多大"),
    ({"content": b"a,b\n1,2\n"}, 422, "缺少必需的列"), ({"content": b"PK\x03\x04zip"}, 422, "Excel 文件损坏"),
    ({"method": "delete"}, 405, "POST 或 PUT")])
def test_every_refusal_is_a_sentence(token, county, how, status, says):
    got, told = send(token(), **how)
    assert (got, says in told["error"]) == (status, True), told
    assert not list(county.tmp.glob("upload-*")) and not Person.objects.exists()


def test_too_large_is_refused_before_it_is_read(token, monkeypatch):
    monkeypatch.setattr("xinglin.show.deliveries.views.inbox.MOST", 100)
    assert send(token())[0] == 413


def test_a_token_is_made_by_the_system_administrator_and_shown_once(token):
    token()
    clients = {}
    for code, role in (("xitong", "system_admin"), ("xinxi", "hospital_it")):
        user = get_user_model().objects.create_user(username=code, password="a-long-password-1")
        staff = Staff.objects.create(code=code, user=user)
        Post.objects.create(staff=staff, organisation=Organisation.objects.get(pk=ORG), role=role, from_day="2020-01-01")
        clients[code] = Client()
        clients[code].force_login(user)
    assert clients["xinxi"].get("/deliveries/tokens/").status_code == 403
    form = {"source": "his", "environment": "live", "ends_on": plus_days(timezone.localdate(), 90).isoformat()}
    page = clients["xitong"].post("/deliveries/tokens/", form).content.decode()
    secret = page.partition('class="d-secret" tabindex="0">')[2].partition("<")[0]
    assert secret.startswith("xl_live_") and send(secret)[0] == 200
    assert secret not in clients["xitong"].get("/deliveries/tokens/").content.decode()
    assert all(secret not in json.dumps(a.payload) for a in Act.objects.filter(kind="token.made"))
    number = UploadToken.objects.first().pk
    assert clients["xinxi"].post("/deliveries/tokens/revoke/", {"token": number}).status_code == 403
    clients["xitong"].post("/deliveries/tokens/revoke/", {"token": number})
    assert send(secret)[0] == 401
    assert "两年之内" in clients["xitong"].post("/deliveries/tokens/", form | {"ends_on": "2099-01-01"}).content.decode()


def test_a_column_map_sent_once_by_page_holds_for_the_program(token):
    secret = token()
    theirs = FILE.decode("gb18030").replace("patient_id", "病人ID").replace("测量日期", "日期").encode()
    status, told = send(secret, theirs)
    assert status == 422 and "“数据—上传一份”随文件传一次" in told["error"]
    user = get_user_model().objects.create_user(username="xinxi", password="a-long-password-1")
    Post.objects.create(staff=Staff.objects.create(code="xinxi", user=user), organisation_id=ORG, role="hospital_it", from_day="2020-01-01")
    page = Client()
    page.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for act, kept in (("check", 0), ("load", 1)):
        page.post("/deliveries/upload/", {"source": "his", "record": "bp_screening", "act": act, "file": io.BytesIO(FILE),
                                          "mapping": io.BytesIO('[columns]\npatient_id = "病人ID"\nday = "日期"\n'.encode())})
        assert ColumnMap.objects.count() == kept
    assert send(secret, theirs + b"\n")[1]["received"] == 33
