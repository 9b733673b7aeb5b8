"""The second factor, its recovery, trusted devices, the code before an export, and accounts in two places."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from tests.lib.rights_county import FIGURE
from xinglin.journal.models import Act
from xinglin.kernel.home import home
from xinglin.registry.keys import county_keys
from xinglin.show.common import second
from xinglin.show.common.models import SecondFactor, TrustedDevice

pytestmark = pytest.mark.django_db(databases=["default", "access"])
PASSWORD = "a-long-password-1"


@pytest.fixture
def real(people):
    """The county marked real: administrators sign in with a code; the village doctor by the county's choice."""
    home().county_file.write_text('code = "330182"\nname = "建德市"\nkind = "real"\nsecond_factor = ["village_doctor"]\n')
    for role in ("security_admin", "village_doctor", "cdc"):
        people.users[role].set_password(PASSWORD)
        people.users[role].save()
    return people


@pytest.fixture
def clock(monkeypatch):
    """Moves the county's clock on by seconds from now."""
    start = timezone.now()

    def on(seconds):
        monkeypatch.setattr(timezone, "now", lambda: start + timedelta(seconds=seconds))

    on(0)
    return on


def sign_in(client, who):
    return client.post("/sign-in/", {"username": who, "password": PASSWORD})


def code_of(user):
    held = SecondFactor.objects.get(user=user)
    secret = county_keys().open_text(bytes(held.secret_sealed))
    return pyotp.TOTP(secret).at(int(timezone.now().timestamp()))


def enrol(client, user):
    assert "<svg" in client.get("/sign-in/second/setup/").content.decode()
    return client.post("/sign-in/second/setup/", {"code": code_of(user)})


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, SHA-1: the last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [pyotp.TOTP(secret).at(t) for t in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_an_administrator_enrols_at_the_first_sign_in_and_gives_a_code_each_time(real, clock):
    client, user = Client(), real.users["security_admin"]
    assert sign_in(client, "security_admin")["Location"] == "/sign-in/second/setup/"
    assert client.get("/administration/").status_code == 302
    assert client.post("/sign-in/second/setup/", {"code": "000000"}).status_code == 422
    shown = enrol(client, user)
    assert shown.content.decode().count("<code>") == second.RECOVERY
    assert client.get("/administration/").status_code == 200
    client.post("/sign-out/")
    clock(60)
    assert sign_in(client, "security_admin")["Location"] == "/sign-in/second/"
    assert client.get("/administration/").status_code == 302
    sent = {"code": code_of(user), "trust": "1"}
    assert client.post("/sign-in/second/", sent)["Location"] == "/"
    client.post("/sign-out/")
    assert not TrustedDevice.objects.exists()
    assert sign_in(client, "security_admin")["Location"] == "/sign-in/second/"
    kinds = list(Act.objects.values_list("kind", flat=True))
    assert kinds.count("second_factor.enrolled") == 1 and kinds.count("session.opened") == 2


def test_a_code_serves_once_and_five_wrong_ones_lock(real, clock):
    client, user = Client(), real.users["security_admin"]
    sign_in(client, "security_admin")
    enrol(client, user)
    client.post("/sign-out/")
    sign_in(client, "security_admin")
    assert client.post("/sign-in/second/", {"code": code_of(user)}).status_code == 422
    clock(60)
    for _ in range(4):
        assert "不对" in client.post("/sign-in/second/", {"code": "123"}).content.decode()
    good = code_of(user)
    assert "已锁定" in client.post("/sign-in/second/", {"code": good}).content.decode()
    clock(60 + 16 * 60)
    assert client.post("/sign-in/second/", {"code": code_of(user)}).status_code == 302
    assert client.get("/administration/").status_code == 302, "the password was given too long ago"


def test_a_recovery_code_opens_once(real, clock):
    client, user = Client(), real.users["security_admin"]
    sign_in(client, "security_admin")
    text = enrol(client, user).content.decode()
    spare = text.split("<code>")[1].split("</code>")[0]
    assert spare not in str(SecondFactor.objects.get().recovery)
    for works in (302, 422):
        client.post("/sign-out/")
        sign_in(client, "security_admin")
        assert client.post("/sign-in/second/", {"code": f" {spare.upper()}"}).status_code == works
    assert Act.objects.filter(kind="second_factor.recovered").count() == 1


def test_a_doctors_own_device_is_trusted_for_thirty_days(real, clock):
    client, user = Client(), real.users["village_doctor"]
    assert sign_in(client, "village_doctor")["Location"] == "/sign-in/second/setup/"
    enrol(client, user)
    client.post("/sign-out/")
    clock(60)
    sign_in(client, "village_doctor")
    client.post("/sign-in/second/", {"code": code_of(user), "trust": "1"})
    client.post("/sign-out/")
    assert sign_in(client, "village_doctor")["Location"] == "/"
    assert sign_in(Client(), "village_doctor")["Location"] == "/sign-in/second/", "another device"
    client.post("/sign-out/")
    clock(31 * 24 * 3600)
    assert sign_in(client, "village_doctor")["Location"] == "/sign-in/second/"


def test_an_export_asks_for_a_fresh_code(real, clock):
    client, user = Client(), real.users["village_doctor"]
    sign_in(client, "village_doctor")
    enrol(client, user)
    address = f"/figures/{FIGURE}/export/"
    assert client.post(address, {"reason": "季度通报"}).status_code == 400, "no figures yet, but asked no code"
    clock(16 * 60)
    asked = client.post(address, {"reason": "季度通报"})
    assert asked["Location"] == f"/sign-in/second/?next=%2Ffigures%2F{FIGURE}%2F"
    back = client.post("/sign-in/second/", {"code": code_of(user), "next": f"/figures/{FIGURE}/"})
    assert back["Location"] == f"/figures/{FIGURE}/"
    assert client.post(address, {"reason": "季度通报"}).status_code == 400


def test_roles_that_need_none_sign_in_as_before_and_the_demo_needs_none(real):
    assert sign_in(Client(), "cdc")["Location"] == "/"
    home().county_file.write_text('code = "330182"\nname = "建德市"\nkind = "synthetic"\n')
    assert sign_in(Client(), "security_admin")["Location"] == "/"
    assert "未启用动态口令" in Client().get("/sign-in/").content.decode()


@pytest.mark.parametrize("told", ['second_factor = "off"', ""])
def test_a_real_county_cannot_switch_it_off(real, told):
    home().county_file.write_text(f'code = "330182"\nname = "建德市"\nkind = "real"\n{told}\n')
    assert sign_in(Client(), "security_admin")["Location"] == "/sign-in/second/setup/"


def test_the_code_page_knows_nobody_without_a_password(people):
    for page in ("/sign-in/second/", "/sign-in/second/setup/"):
        assert Client().get(page)["Location"] == "/sign-in/"


# -- an account in two places ------------------------------------------------------------------------


def _told(client, page="/why/"):
    return "这个账号此刻也在另一台设备上使用" in client.get(page).content.decode()


def test_an_account_on_two_devices_at_once_is_said_and_is_a_matter(people, clock):
    first, other = people.client("village_doctor"), people.client("village_doctor")
    assert not _told(first)
    assert _told(other), "the second who comes is told"
    assert not _told(other), "once a session"
    clock(90)
    assert _told(first), "so is the first, within a minute"
    act = Act.objects.get(kind="account.shared")
    assert act.actor == "village_doctor"


def test_going_from_one_device_to_another_is_no_sharing(people, clock):
    first = people.client("village_doctor")
    assert not _told(first)
    first.post("/sign-out/")
    assert not _told(people.client("village_doctor"))
    clock(11 * 60)
    assert not _told(people.client("village_doctor")), "the other was left eleven minutes ago"
    assert not Act.objects.filter(kind="account.shared").exists()


def test_two_windows_of_one_device_are_one_seat(people):
    first, second_window = people.client("village_doctor"), people.client("village_doctor")
    assert not _told(first)
    second_window.cookies["xl_device"] = first.cookies["xl_device"].value
    assert not _told(second_window)


def test_a_new_password_puts_others_out_of_the_account(real):
    client, other = Client(), Client()
    for one in (client, other):
        sign_in(one, "cdc")
    sent = {"old_password": PASSWORD, "new_password1": "1234567890", "new_password2": "1234567890"}
    assert client.post("/sign-in/password/", sent).status_code == 200, "too simple"
    sent |= dict.fromkeys(("new_password1", "new_password2"), "杏林新密码-2026")
    assert client.post("/sign-in/password/", sent).status_code == 302
    assert client.get("/why/").status_code == 200
    assert other.get("/why/").status_code == 302
    assert Act.objects.filter(kind="account.password").count() == 1
