"""The county of rights, for the tests that ask who may see what."""

import pytest
from django.http import HttpResponse

from tests.lib import rights_county
from xinglin.gather.workbook import rejected_workbook
from xinglin.kernel.crypto import Keys
from xinglin.kernel.home import home
from xinglin.lake.store import forget_lake
from xinglin.site.load import catalog


@pytest.fixture
def own_home(db, tmp_path, monkeypatch, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # made-up passwords, many times
    monkeypatch.setenv("XINGLIN_HOME", str(tmp_path))
    Keys.create(home().ensure().keys)


@pytest.fixture
def people(own_home):
    return rights_county.build(data=False)


@pytest.fixture
def world(own_home, monkeypatch):
    for runner in ("start_gather", "start_reread"):
        monkeypatch.setattr(f"xinglin.show.deliveries.runs.{runner}", lambda *_a: None)
    monkeypatch.setattr("xinglin.show.deliveries.views.delivery.opened_workbook", lambda *_a: rejected_workbook(["编号"], []))
    # Two thousand refusals and rows: their pages are plain, and a row is looked for in its own table.
    for status, name in ((403, "handler403"), (404, "handler404")):
        monkeypatch.setattr(f"xinglin.site.urls.{name}", lambda *_a, s=status, **_k: HttpResponse(status=s))
    monkeypatch.setattr("xinglin.show.figures.members.event_records", lambda: [catalog().record("htn_visit")])
    yield rights_county.build()
    forget_lake(home())
