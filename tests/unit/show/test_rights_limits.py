"""Rights have ends: midnight, an emergency's hours, sensitive Records, exports."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from tests.lib.rights_county import FIGURE, NAME
from xinglin.act.programmes.models import OpenLoop, OpenTask, SuspectRow
from xinglin.journal.models import Access, Act
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import mask_name
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.registry import openings
from xinglin.registry.actions import By, end_post
from xinglin.registry.models import Person, Post, Staff
from xinglin.registry.people import PersonChange, update_people
from xinglin.registry.permissions import PURPOSES
from xinglin.show.doctor import looks
from xinglin.show.doctor.looks import seen_words
from xinglin.show.figures.views import export
from xinglin.site.load import catalog

pytestmark = pytest.mark.django_db(databases=["default", "access"])


@pytest.fixture
def clock(monkeypatch):
    """Sets the county's clock: `clock(day, "23:59")`."""

    def put(day, time="12:00", seconds=0):
        there = timezone.make_aware(datetime.fromisoformat(f"{day} {time}")) + timedelta(seconds=seconds)
        monkeypatch.setattr(timezone, "now", lambda: there)

    return put


# -- the day a post ends ---------------------------------------------------------------------------


def test_a_running_session_loses_its_rights_at_midnight(people, clock):
    last = timezone.localdate() + timedelta(days=3)
    end_post(post=Post.objects.get(role="village_doctor").pk, day=last, why="调离", by=By("end"))
    clock(last - timedelta(days=1), "23:59", 59)
    client, page = people.client("village_doctor"), f"/person/{people.people['clinic_a']}/"
    assert client.get(page).status_code == 200
    clock(last, "00:00")
    assert client.get(page).status_code == 404
    assert client.get("/today/").status_code == 403
    assert client.get("/figures/").status_code == 403
    assert "这里还没有您的页面" in client.get("/").content.decode()


def test_a_running_session_gets_its_rights_on_the_first_day(people, clock):
    first = timezone.localdate() + timedelta(days=3)
    Post.objects.filter(role="village_doctor").update(from_day=first)
    clock(first - timedelta(days=1), "23:59", 59)
    client, page = people.client("village_doctor"), f"/person/{people.people['clinic_a']}/"
    assert client.get(page).status_code == 404
    clock(first, "00:00")
    assert client.get(page).status_code == 200


def test_a_persons_own_doctor_is_tied_wherever_the_person_is_managed(people):
    number = people.people["clinic_a"]
    Staff.objects.filter(pk="cdc").update(name="疾控医生")
    Person.objects.filter(pk=number).update(doctor_id="cdc")
    assert people.client("cdc").get(f"/person/{number}/").status_code == 200


# -- break-glass -----------------------------------------------------------------------------------


def _break_glass(people, who="clinic_b", reason="突发胸痛，就近救治", role="village_doctor"):
    client = people.client(role)
    return client, client.post("/emergency/", {"who": str(people.people[who]), "reason": reason})


def test_an_emergency_opens_anybody_to_read_for_hours(people, clock):
    client, answer = _break_glass(people)
    page = f"/person/{people.people['clinic_b']}/"
    assert answer["Location"] == page
    shown = client.get(page).content.decode()
    assert NAME in shown and "紧急查看" in shown and "只能看，不能改" in shown
    assert "突发胸痛" in client.get(f"{page}why/").content.decode()
    assert client.get(f"{page}visit/htn/").status_code == 404
    assert people.client("township_public_health").get(page).status_code == 404
    clock(timezone.localdate(), timezone.localtime().strftime("%H:%M"), 4 * 3600 + 120)
    assert client.get(page).status_code == 404


def test_an_emergency_needs_a_reason_a_whole_number_and_a_role(people):
    assert _break_glass(people, reason="急")[1].status_code == 422
    client = people.client("village_doctor")
    for typed in (NAME, "13957100001", "99999999", ""):
        assert client.post("/emergency/", {"who": typed, "reason": "突发胸痛"}).status_code == 422
    assert _break_glass(people, role="bureau_chief")[1].status_code == 403
    assert not Act.objects.filter(kind=openings.EMERGENCY).exists()


def test_an_emergency_by_identity_number_finds_the_person(people):
    number = people.people["clinic_b"]
    update_people(changes=[PersonChange(number=number, id_number="110101194910010010")], actor="x", org="", idempotency_key="id")
    client = people.client("village_doctor")
    answer = client.post("/emergency/", {"who": "110101194910010010", "reason": "突发胸痛"})
    assert answer["Location"] == f"/person/{number}/"


def test_ones_own_patient_needs_no_emergency(people):
    answer = _break_glass(people, who="clinic_a")[1]
    assert answer.status_code == 302
    assert not Act.objects.filter(kind=openings.EMERGENCY).exists()


def test_another_person_reviews_it_and_the_outcome_stays(people):
    _break_glass(people)
    (waiting,) = openings.reviews()
    assert waiting.due > timezone.localdate() and not waiting.late
    client = people.client("audit_admin")
    page = client.get("/administration/reviews/").content.decode()
    assert "突发胸痛" in page and NAME not in page
    sent = {"uid": waiting.uid, "outcome": "misuse", "words": ""}
    assert client.post("/administration/reviews/", sent).status_code == 400
    assert client.post("/administration/reviews/", sent | {"words": "并无急诊"}).status_code == 302
    assert client.post("/administration/reviews/", sent | {"words": "再来一次"}).status_code == 400
    (judged,) = openings.reviews()
    assert (judged.outcome, judged.by, judged.words) == ("misuse", "audit_admin", "并无急诊")
    with pytest.raises(XinglinError, match="自己"):
        _break_glass(people, who="clinic_a2")
        openings.review(uid=openings.reviews()[0].uid, outcome="fit", words="", staff="village_doctor", org="")


def test_the_auditor_sees_who_looked_at_a_person_and_not_the_person(people):
    number, address = people.people["clinic_a"], "/administration/looks/"
    auditor = people.client("audit_admin")

    def ask(**sends):
        return auditor.post(address, sends).content.decode()

    assert "还没有人看过这位居民" in ask(person=people.people["clinic_b"])
    people.client("village_doctor").get(f"/person/{number}/")
    page = ask(person=number)
    assert "居民页" in page and "诊疗与随访" in page and NAME not in page and "审计：查谁看过" not in page
    assert "审计：查谁看过" in ask(person=number)           # the first asking
    assert "登记册里没有这个县内编号" in ask(person="99999999")
    assert "县内编号只有数字" in ask(person="33018219540501002X")
    assert people.client("security_admin").post(address, {"person": number}).status_code == 403
    assert "居民页" not in auditor.get(address, {"person": number}).content.decode()     # not by address


def test_the_auditor_sees_what_a_member_of_staff_looked_at(people):
    people.client("village_doctor").get(f"/person/{people.people['clinic_a']}/")
    people.client("township_public_health").get("/people/duplicates/")
    auditor = people.client("audit_admin")

    def ask(staff):
        return auditor.post("/administration/looks/", {"staff": staff}).content.decode()

    who = Staff.objects.get(pk="village_doctor")
    assert all("居民页" in ask(typed) for typed in (who.name, who.code, who.user.username))
    assert "登记册里没有这位工作人员" in ask("查无此人")
    assert "还没有看过居民" in ask("statistician")
    Staff.objects.filter(pk="township_public_health").update(name=who.name)
    assert f"{who.name}（village_doctor）" in ask(who.name)         # two of one name


def test_older_looks_are_pages_and_none_is_lost_between_them(people, monkeypatch):
    monkeypatch.setattr(looks, "SHOWN", 3)
    number, village = people.people["clinic_b"], people.client("village_doctor")
    for _ in range(4):
        village.get(f"/person/{number}/")       # refused
    _break_glass(people)
    for _ in range(3):
        village.get(f"/person/{number}/")
    pages, before = [], None
    while before or not pages:
        page = looks.looks_of(number, before=before)
        pages, before = [*pages, page.lines], page.older
    monkeypatch.setattr(looks, "SHOWN", 100)
    assert [look for page in pages for look in page] == looks.looks_of(number).lines
    assert len(pages) > 2 and sum(look.what == "紧急查看" for page in pages for look in page) == 1


def test_the_auditor_goes_on_to_older_looks(people, monkeypatch):
    monkeypatch.setattr(looks, "SHOWN", 2)
    number = people.people["clinic_a"]
    for _ in range(3):
        people.client("village_doctor").get(f"/person/{number}/")
    for asked in ({"person": number}, {"staff": "village_doctor"}):
        auditor = people.client("audit_admin")
        first = auditor.post("/administration/looks/", asked)
        assert "更早的" in first.content.decode()
        last = auditor.post("/administration/looks/", asked | {"before": first.context["older"]})
        assert last.context["older"] is None and "居民页" in last.content.decode()
    shown = people.client("village_doctor").get(f"/person/{number}/seen/").content.decode()
    assert "?before=" in shown
    assert people.client("village_doctor").get(f"/person/{number}/seen/?before=x").status_code == 200


@pytest.mark.parametrize("odd", ["²", "9" * 40, "-1", "x"])
def test_a_number_that_is_none_breaks_no_page(people, odd):
    number = people.people["clinic_a"]
    for role, address in (("village_doctor", f"/today/?after={odd}"), ("village_doctor", f"/person/{number}/seen/?before={odd}"),
                          ("hospital_it", f"/deliveries/questions/?delivery={odd}"), ("bureau_chief", f"/figures/{FIGURE}/rows/?page={odd}"),
                          ("bureau_chief", f"/reports/annual/?year={odd}"), ("bureau_chief", f"/people/duplicates/?page={odd}")):
        assert people.client(role).get(address).status_code < 500, address
    for role, address, sends in (("audit_admin", "/administration/looks/", {"person": odd}),
                                 ("audit_admin", "/administration/looks/", {"person": number, "before": odd}),
                                 ("village_doctor", "/emergency/", {"who": odd, "reason": "突发胸痛，就近救治"})):
        assert people.client(role).post(address, sends).status_code < 500, address


def test_a_look_says_its_page_and_what_it_was_about():
    assert seen_words("figure.rows:htn.bp_controlled") == f"指标名单：{catalog().indicator('htn.bp_controlled')[-1].title}"
    assert seen_words("delivery.workbook:12") == "下载退回的行：交付 12"
    assert seen_words("platform.export:htn_visit") == "按省平台模板导出：高血压随访"
    assert seen_words("people.duplicates") == "疑似重复档案"


def test_a_review_is_due_on_the_next_working_day():
    assert openings.next_working_day(date(2024, 6, 7)) == date(2024, 6, 11)    # Friday before the Dragon Boat days
    assert openings.next_working_day(date(2024, 6, 12)) == date(2024, 6, 13)


def test_the_person_reads_who_opened_in_an_emergency_and_why(people):
    _break_glass(people)
    shown = people.client("cdc")
    number = people.people["clinic_b"]
    shown.post(f"/person/{number}/reason/", {"reason": "核对上报的个案"})
    seen = shown.get(f"/person/{number}/seen/").content.decode()
    assert "紧急查看" in seen and "突发胸痛" in seen and "核对上报的个案" in seen


# -- sensitive Records -----------------------------------------------------------------------------


@pytest.fixture
def sensitive(monkeypatch):
    """The pressure form as if it were of HIV, tuberculosis or mental illness: for disease control only."""
    monkeypatch.setattr(HtnVisit, "about", replace(HtnVisit.about, sensitive="disease_control"))


def _work(people):
    common = {"person": people.people["clinic_a"], "programme": "htn", "org": people.orgs["clinic_a"]}
    day = timezone.localdate() - timedelta(days=5)
    OpenTask.objects.create(rk=1, task="visit", cycle="x", due_from=day, due_by=day, **common)
    OpenLoop.objects.create(rk=2, loop="referral", opened=day, follow_by=day, **common)
    SuspectRow.objects.create(rk=3, day=day, why_record="htn_visit", why_rk=1, **common)


def _pages(people, role):
    client, number = people.client(role), people.people["clinic_a"]
    addresses = ("/today/?view=list", "/today/?view=list&sort=day", "/today/", "/today/print/", "/today/suspects/",
                 "/today/loops/", f"/person/{number}/", f"/person/{number}/programmes/")
    told = [client.get(a).content.decode() for a in addresses]
    return [*told, client.post("/find/", {"q": str(number)}).content.decode(),
            client.post("/today/?view=list", {"house": NAME}).content.decode()]


def test_what_is_sensitive_is_in_no_timeline_hit_list_or_count(people, sensitive):
    _work(people)
    for role in ("village_doctor", "township_public_health", "township_manager"):
        for page in _pages(people, role):
            assert "血压" not in page
            assert "待核实 1" not in page and "未了闭环 1" not in page and "逾期 1" not in page
    client, number, uid = people.client("village_doctor"), people.people["clinic_a"], people.acts["clinic_a"]
    for address in (f"act/{uid}/", f"act/{uid}/correct/", f"act/{uid}/void/", "visit/htn/", "attempt/htn/"):
        assert client.get(f"/person/{number}/{address}").status_code == 404


def test_what_is_not_sensitive_is_there(people):
    _work(people)
    doctor, township = _pages(people, "village_doctor"), _pages(people, "township_public_health")
    assert "高血压" in doctor[6] and "逾期 5 天" in doctor[0]
    assert "待核实 1" in doctor[0] and "未了闭环 1" in township[2]


def test_who_has_the_purpose_sees_it(people, sensitive):
    client, page = people.client("cdc"), f"/person/{people.people['clinic_a']}/"
    client.post(f"{page}reason/", {"reason": "核对上报的个案"})
    assert "高血压" in client.get(page).content.decode()
    assert client.get(f"{page}act/{people.acts['clinic_a']}/").status_code == 200


def test_the_purposes_that_records_name_exist():
    asked = {r.about.sensitive for r in catalog().records.values()} | {
        i.sensitive for editions in catalog().indicators.values() for i in editions}  # fmt: skip
    assert asked - {""} <= set(PURPOSES)


# -- exports and figures ---------------------------------------------------------------------------


def _export(client, **more):
    return client.post(f"/figures/{FIGURE}/export/", {"reason": "季度通报附表", "form": "csv", "what": "rows", **more})


def test_an_export_is_masked_reasoned_marked_limited_and_in_the_journal(world, monkeypatch):
    client = world.client("statistician")
    assert _export(client, reason="看").status_code == 400
    answer = _export(client)
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    text = answer.content.decode()
    assert len(lines) > 8 and NAME not in text and mask_name(NAME) in text
    assert "statistician" in lines[1][0] and timezone.localtime().strftime("%Y-%m-%d") in lines[1][0]
    assert "季度通报附表" in lines[2][0] and lines[-1][0] == lines[1][0]
    act = Act.objects.get(kind="figure.exported")
    assert (act.actor, act.payload["reason"], act.payload["rows"]) == ("statistician", "季度通报附表", len(lines) - 5)
    assert act.uid[:8] in lines[1][0]
    assert Access.objects.filter(what=f"figure.exported:{FIGURE}").get().members_count == len(lines) - 5
    monkeypatch.setattr(export, "MOST", 2)
    assert _export(client).status_code == 400
    monkeypatch.setattr(export, "MOST", 5_000)
    monkeypatch.setattr(export, "A_DAY", 1)
    assert _export(client).status_code == 400
    assert _export(client, what="sums").status_code == 200
    monkeypatch.setattr(HtnVisit, "about", replace(HtnVisit.about, sensitive="disease_control"))
    assert client.get(f"/figures/{FIGURE}/rows/").status_code == 403
    assert client.get(f"/figures/{FIGURE}/rows/{world.events['clinic_a']}/").status_code == 404
    assert world.client("cdc").get(f"/figures/{FIGURE}/rows/").status_code == 200


def test_why_a_figure_changed_is_for_those_who_may_see_small_numbers_there(world):
    """Two nights compared would name a single person's step; others are sent to their own place (ADR 20)."""
    pages = {role: world.client(role).get(f"/figures/{FIGURE}/why/?place=330182").content.decode() for role in ("village_doctor", "bureau_chief")}
    assert "全县的变动由县级查看" in pages["village_doctor"] and "<table" not in pages["village_doctor"]
    assert "全县的变动由县级查看" not in pages["bureau_chief"]
