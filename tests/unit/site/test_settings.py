import stat

import pytest

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.kernel.postgresql import parse_address
from xinglin.site.databases import databases_of
from xinglin.site.logs import drop_personal
from xinglin.site.secret import secret_key


def test_the_two_streams_lie_in_two_files(tmp_path):
    found = databases_of(Home(tmp_path), {})
    assert found["default"]["NAME"] == str(tmp_path / "app.sqlite3")
    assert found["access"]["NAME"] == str(tmp_path / "access.sqlite3")
    assert found["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_sqlite_really_runs_with_our_pragmas(db):
    from django.db import connection

    with connection.cursor() as cursor:
        told = [
            cursor.execute(f"PRAGMA {p}").fetchone()[0] for p in ("busy_timeout", "synchronous")
        ]
    assert told == [20000, 1]


def test_postgresql_by_address(tmp_path):
    address = "postgresql://xing:l%40in@db:5433/county?sslmode=require"
    found = databases_of(Home(tmp_path), {"XINGLIN_DATABASE_URL": address})["default"]
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("county", "xing", "l@in")
    assert (found["HOST"], found["PORT"]) == ("db", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("address", ["mysql://db/county", "postgresql://db", "county", "postgresql://db:port/county"])
def test_another_address_is_refused_without_repeating_it(address):
    with pytest.raises(XinglinError, match="数据库地址不能识别") as refused:
        parse_address(address)
    assert address not in str(refused.value)


def test_the_secret_is_made_once_and_is_ours_alone(tmp_path):
    first = secret_key(tmp_path)
    assert secret_key(tmp_path) == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "django.key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["django.key"]


def test_personal_keys_do_not_reach_the_log():
    told = drop_personal(None, "info", {"event": "saved", "name": "李玉兰", "phone": "138", "n": 2})
    assert told == {"event": "saved", "n": 2, "withheld": 2}
