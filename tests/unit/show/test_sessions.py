import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from xinglin.journal.models import Act
from xinglin.journal.queries import verify

pytestmark = pytest.mark.django_db(databases=["default", "access"])
PASSWORD = "a-long-password-1"


@pytest.fixture
def account():
    return get_user_model().objects.create_user(username="wang", password=PASSWORD)


def send(client, password, username="wang"):
    return client.post("/sign-in/", {"username": username, "password": password})


def kinds():
    return list(Act.objects.order_by("seq").values_list("kind", flat=True))


def test_coming_and_going_are_in_the_journal(account):
    client = Client()
    assert send(client, PASSWORD).status_code == 302
    client.post("/sign-out/")
    assert kinds() == ["session.opened", "session.closed"]
    assert verify().ok


def test_a_locked_account_is_in_the_journal_without_what_was_typed(account):
    client = Client()
    answers = [send(client, "wrong").status_code for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]
    act = Act.objects.get()
    assert (act.kind, act.actor) == ("session.locked", f"user:{account.pk}")


def test_a_name_that_nobody_has_leaves_nothing(account):
    client = Client()
    for _ in range(6):
        send(client, "wrong", username="李玉兰 13800000000")
    assert kinds() == []


def test_a_picture_cannot_sign_anybody_out(account):
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/sign-out/").status_code == 405


def test_pages_behind_the_door_send_strangers_to_it():
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    part = Client().get("/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == "/sign-in/"


def test_a_form_without_its_token_says_what_to_do(account):
    client = Client(enforce_csrf_checks=True)
    answer = send(client, PASSWORD)
    assert answer.status_code == 403
    assert "草稿仍在" in answer.content.decode()
