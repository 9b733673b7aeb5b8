"""The machine's clock was wrong: which night it is, what still holds, who is let in, what the check-up says."""

from datetime import timedelta
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.utils import timezone

from xinglin.gather import actions as gathering
from xinglin.gather.models import Delivery
from xinglin.journal.actions import record_act, seal_closed
from xinglin.journal.queries import acts_after, verify
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import home
from xinglin.lake.store import forget_lake, open_lake
from xinglin.registry import openings
from xinglin.show.common import second
from xinglin.show.operations.checks import check_all
from xinglin.show.operations.clock import day_of_tonight

pytestmark = pytest.mark.django_db(databases=["default", "access"])
PASSWORD = "a-long-password-1"
NOW, TODAY = timezone.now(), timezone.localdate()


def clock(**moved):
    """The machine's clock elsewhere: by so much from now."""
    there = timezone.now() + timedelta(**moved)
    return mock.patch("django.utils.timezone.now", lambda: there)


def act(key, channel="onsite"):
    with transaction.atomic():
        return record_act(kind="test.done", actor="s", org="", payload={}, idempotency_key=key, channel=channel)


@pytest.fixture
def lake(own_home, monkeypatch):
    monkeypatch.setenv("XINGLIN_LAKE_BUCKETS", "1")
    opened = open_lake(home())
    opened.ensure([])
    yield opened
    forget_lake(home())


def last_night(lake, day):
    with lake.write() as tx:
        tx.watermark("night.day", day.toordinal())


def test_a_night_is_today_where_nothing_speaks_against_it(lake):
    assert day_of_tonight(home()) == TODAY
    last_night(lake, TODAY - timedelta(days=3))
    assert day_of_tonight(home()) == TODAY
    last_night(lake, TODAY)
    assert day_of_tonight(home()) == TODAY


@pytest.mark.parametrize("back", [1, 31])
def test_a_clock_set_back_stops_the_night_with_a_sentence(lake, back):
    last_night(lake, TODAY)
    with clock(days=-back), pytest.raises(XinglinError, match="早于上一夜") as told:
        day_of_tonight(home())
    assert f"--day {TODAY - timedelta(days=back)}" in told.value.do and "NTP" in told.value.do
    assert day_of_tonight(home()) == TODAY


def test_a_clock_set_forward_stops_the_night_unless_the_county_was_at_work(lake):
    last_night(lake, TODAY)
    act("a")
    with clock(days=365):
        with pytest.raises(XinglinError, match="隔了 365 天"):
            day_of_tonight(home())
        act("sealed by itself", channel="system")
        with pytest.raises(XinglinError, match="时钟拨错"):
            day_of_tonight(home())
        Delivery.objects.create(source=gathering.source("his"), record="person", digest="d", form="csv", size=1, mapping="", version=1,
                                received_at=timezone.now() - timedelta(days=3))
        assert day_of_tonight(home()) == TODAY + timedelta(days=365)


def test_the_journal_goes_by_number_and_stays_whole():
    act("first")
    with clock(days=-30):
        act("second")
        assert seal_closed() > 0
    with clock(days=365):
        act("third")
    act("fourth")
    seal_closed()
    assert [a.idempotency_key for a in acts_after(0, ["test.done"])] == ["first", "second", "third", "fourth"]
    assert verify().ok


def test_the_check_up_names_a_clock_behind_what_was_done(lake):
    with clock(days=31):
        act("a")
    assert "时钟被往回拨过" in next(c.words for c in check_all(home()) if c.title == "时钟")
    last_night(lake, TODAY + timedelta(days=2))
    assert next(c.state for c in check_all(home()) if c.title == "时钟") == "问题"


def test_an_emergency_does_not_grow_with_the_clock():
    with transaction.atomic():
        openings.open_with(openings.EMERGENCY, staff="s", org="", person=7, reason="抢救需要查看")
    assert openings.EMERGENCY in openings.held("s", 7)
    with clock(days=-30):
        assert openings.held("s", 7) == {}
    with clock(hours=5):
        assert openings.held("s", 7) == {}


@pytest.fixture
def account():
    return get_user_model().objects.create_user(username="wang", password=PASSWORD)


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_session_does_not_outlive_a_clock_set_back(account):
    client = Client()
    client.post("/sign-in/", {"username": "wang", "password": PASSWORD})
    client.get("/")
    assert signed_in(client)
    with clock(minutes=-4):
        client.get("/")
        assert signed_in(client)
    with clock(days=-30):
        assert client.get("/", follow=True).redirect_chain[-1][0].startswith("/sign-in/")
        assert not signed_in(client)


def test_a_lock_of_a_time_to_come_locks_nobody_out(account):
    client = Client()
    for _ in range(6):
        client.post("/sign-in/", {"username": "wang", "password": "wrong"})
    assert client.post("/sign-in/", {"username": "wang", "password": PASSWORD}).status_code == 429
    AccessAttempt.objects.update(attempt_time=NOW + timedelta(days=365))    # axes reads the clock by its own import
    assert client.post("/sign-in/", {"username": "wang", "password": PASSWORD}).status_code == 302


def test_a_device_trusted_by_a_clock_ahead_is_not_trusted_for_longer(account):
    with clock(days=365):
        second.trust(account, "device")
    assert not second.trusted(account, "device")
    second.trust(account, "device")
    assert second.trusted(account, "device")
