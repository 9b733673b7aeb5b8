"""The registers: what the security administrator adds, changes and ends; each is an act that audit reads."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from tests.lib.rights_county import COUNTY
from xinglin.journal.models import Act
from xinglin.kernel.errors import XinglinError
from xinglin.registry.models import Organisation, Place, PlaceSuccession, Population, Post, Staff
from xinglin.registry.populations import population_on

pytestmark = pytest.mark.django_db(databases=["default", "access"])
PASSWORD = "杏林登记册-2026"


@pytest.fixture
def desk(people):
    """Sends a form of the registers as the security administrator; gives the answer."""
    client = people.client("security_admin")

    def send(address, **typed):
        return client.post(f"/administration/registers/{address}/", typed)

    send.client, send.people = client, people
    return send


def _wrong(answer, words):
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_somebody_is_hired_appointed_given_an_account_and_leaves(desk):
    today, clinic = timezone.localdate(), desk.people.orgs["clinic_a"]
    assert desk("staff", code="D7", name="新来的", phone="13800138000").status_code == 302
    assert desk("staff/D7/appoint", organisation=clinic, role="village_doctor", day=str(today)).status_code == 302
    assert desk("staff/D7/open", username="xinlai", password=PASSWORD).status_code == 302
    here = Client()
    assert here.post("/sign-in/", {"username": "xinlai", "password": PASSWORD}).status_code == 302
    person = f"/person/{desk.people.people['clinic_a']}/"
    assert here.get(person).status_code == 200
    assert desk("staff/D7/end", role="", day=str(today), why="调离").status_code == 302
    assert here.get(person).status_code == 404, "the running session lost its rights"
    assert desk("staff/D7/stop", why="调离").status_code == 302
    assert here.get("/why/").status_code == 302, "and its account"
    kinds = ["staff.added", "staff.appointed", "account.opened", "post.ended", "account.closed"]
    mine = Act.objects.filter(actor="security_admin").exclude(kind__startswith="session").order_by("seq")
    assert list(mine.values_list("kind", flat=True)) == kinds
    audit = desk.people.client("audit_admin").get("/administration/acts/").content.decode()
    for words in ("登记人员", "任命岗位", "开设账号", "结束岗位", "停用账号", "调离"):
        assert words in audit
    assert PASSWORD not in audit and "13800138000" not in audit


def test_three_duties_stay_in_three_hands(desk):
    day, bureau = str(timezone.localdate()), desk.people.orgs["bureau"]
    for role in ("security_admin", "cdc"):
        _wrong(desk("staff/audit_admin/appoint", organisation=bureau, role=role, day=day), "三员不能由一人兼任")
    assert Post.objects.filter(staff="audit_admin").count() == 1


@pytest.mark.parametrize(
    ("address", "typed", "words"),
    [
        ("staff", {"code": "cdc", "name": "又一个"}, "已登记"),
        ("staff", {"code": "", "name": "无工号"}, "没有填工号"),
        ("staff/cdc/open", {"username": "x", "password": PASSWORD}, None),
        ("staff/cdc/password", {"password": "1234567890"}, "密码太简单"),
        ("staff/cdc/appoint", {"organisation": "x", "role": "cdc", "day": "明天"}, "没有填日期"),
        ("staff/cdc/end", {"day": "2019-01-01", "why": "调离"}, "结束日早于开始日"),
        ("organisations", {"code": "123", "name": "x", "kind": "other", "place": COUNTY, "day": "2026-01-01"}, "统一社会信用代码不对"),
        ("places", {"code": "12", "name": "x", "parent": COUNTY, "day": "2026-01-01"}, "不是 12 位"),
        ("populations", {"place": COUNTY, "year": "2025", "kind": "usual", "number": "很多", "source": "公报"}, "人数不是整数"),
        ("populations", {"place": COUNTY, "year": "2999", "kind": "usual", "number": "1", "source": "公报"}, "年份或人数不对"),
    ],
)
def test_a_wrong_form_is_answered_with_a_sentence_and_leaves_no_act(desk, address, typed, words):
    before = Act.objects.count()
    answer = desk(address, **typed)
    if words is None:
        assert answer.status_code == 404, "somebody with an account gets no second one"
    else:
        _wrong(answer, words)
    assert Act.objects.exclude(kind__startswith="account.shared").count() == before


def test_an_organisation_is_renamed_and_closed_with_its_posts(desk):
    code, day = desk.people.orgs["clinic_a"], timezone.localdate()
    assert desk(f"organisations/{code}/change", name="东坞村社区卫生服务站", why="改名").status_code == 302
    assert Organisation.objects.get(pk=code).name == "东坞村社区卫生服务站"
    assert Act.objects.get(kind="organisation.changed").payload["before"]["name"] == "东坞村卫生室"
    below = desk.people.orgs["clinic_b"]
    _wrong(desk(f"organisations/{desk.people.orgs['centre_b']}/change", name="x", parent=below, why="错"), "上级机构不能是它自己或它的下属")
    assert desk(f"organisations/{code}/close", day=str(day), why="撤并").status_code == 302
    assert Post.objects.get(staff="village_doctor").to_day == day
    assert desk(f"organisations/{code}/close", day=str(day), why="撤并").status_code == 404


def test_a_place_is_added_and_follows_another(desk):
    day = timezone.localdate()
    new = {"code": "330182106299", "name": "双坞村", "parent": "330182106000", "day": str(day)}
    assert desk("places", **new).status_code == 302
    assert Place.objects.get(pk="330182106299").level == 5
    assert desk("places/330182106200/succeed", new="330182106299", day=str(day), why="并村").status_code == 302
    assert Place.objects.get(pk="330182106200").valid_to == day
    assert PlaceSuccession.objects.get().new_id == "330182106299"
    _wrong(desk("places/330182106201/succeed", new="999999999999", day=str(day), why="并村"), "登记册中没有这个区划代码")


def test_a_population_figure_is_followed_never_overwritten(desk):
    sent = {"place": COUNTY, "year": "2025", "kind": "usual", "number": "442700", "source": "县统计局 2025 年统计公报"}
    assert desk("populations", **sent).status_code == 302
    assert desk("populations", **{**sent, "number": "443,100", "source": "人口普查修订"}).status_code == 302
    old, new = Population.objects.order_by("pk")
    assert (old.number, old.to_day, new.number, new.to_day) == (442700, timezone.localdate(), 443100, None)
    now = population_on(COUNTY, year=2025, kind="usual", day=timezone.localdate())
    assert now.source == "人口普查修订"
    page = desk.client.get("/administration/registers/populations/").content.decode()
    assert "442,700" in page and "443,100" in page
    assert desk(f"populations/{new.pk}/end", why="公布有误").status_code == 302
    assert population_on(COUNTY, year=2025, kind="usual", day=timezone.localdate() + timedelta(days=1)) is None


def test_a_lost_phone_and_a_lost_password(desk):
    user = desk.people.users["cdc"]
    from xinglin.show.common import second

    second.begin(user)
    second.SecondFactor.objects.update(confirmed_at=timezone.now())
    assert desk("staff/cdc/factor", why="手机丢失").status_code == 302
    assert second.factor_of(user) is None
    assert desk("staff/cdc/password", password=PASSWORD).status_code == 302
    assert get_user_model().objects.get(pk=user.pk).check_password(PASSWORD)
    assert {"second_factor.removed", "account.password"} <= set(Act.objects.values_list("kind", flat=True))


def test_a_locked_account_is_unlocked_with_a_reason(desk):
    assert desk("staff/cdc/unlock", why="本人核实").status_code == 404, "nothing is locked"
    stranger = Client()
    for _ in range(6):
        answer = stranger.post("/sign-in/", {"username": "cdc", "password": "wrong"})
    assert answer.status_code == 429 and "分钟后再试" in answer.content.decode()
    assert "密码连续输错" in desk.client.get("/administration/registers/staff/").content.decode()
    user = desk.people.users["cdc"]
    user.set_password(PASSWORD)
    user.save()
    assert desk("staff/cdc/unlock", why="本人核实").status_code == 302
    assert stranger.post("/sign-in/", {"username": "cdc", "password": PASSWORD}).status_code == 302
    assert Act.objects.filter(kind="account.unlocked").count() == 1


def test_names_are_looked_for_without_standing_in_the_address(desk):
    page = desk.client.post("/administration/registers/staff/", {"q": "某cdc"}).content.decode()
    assert page.count("<tr") == 2
    assert desk.client.get("/administration/registers/kings/").status_code == 404
    assert desk.client.get("/administration/registers/staff/cdc/fly/").status_code == 404


def test_shared_accounts_are_shown_to_the_security_administrator(desk):
    for _ in range(2):
        desk.people.client("village_doctor").get("/why/")
    page = desk.client.get("/administration/registers/staff/").content.decode()
    assert "同时在两台设备上使用" in page and "某village_doctor" in page


def test_a_staff_member_may_not_be_lost(people):
    from xinglin.registry.actions import By, change_staff, close_account

    with pytest.raises(XinglinError, match="工号"):
        change_staff(staff="nobody", name="x", phone="", by=By("a"))
    with pytest.raises(XinglinError, match="还没有账号"):
        Staff.objects.filter(pk="cdc").update(user=None)
        close_account(staff="cdc", why="x", by=By("b"))
