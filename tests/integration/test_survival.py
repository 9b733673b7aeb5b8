"""A backup comes back equal or not at all; what is wrong with an installation is said in a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lib.demo import A_DAYS_WORK, ask, environment, run, script

pytestmark = pytest.mark.timeout(600)


def refused(home, *words):
    """The sentence with which `xinglin …` refuses."""
    done = subprocess.run([sys.executable, "-m", "xinglin", *words], env=environment(home), capture_output=True, text=True,
                          timeout=300, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def kept(demo_county, tmp_path_factory):
    """A backup of the demo county, and its key."""
    file, key = tmp_path_factory.mktemp("backup") / "county.xlb", tmp_path_factory.mktemp("key") / "key"
    told = ask(demo_county, "backup", str(file), "--key", str(key))
    return file, key, told


def test_a_backup_comes_back_equal_and_works_on(demo_county, kept, tmp_path):
    file, key, told = kept
    home = tmp_path / "restored"
    back = ask(home, "restore", str(file), "--key", str(key))
    assert back["totals"] == told["totals"] and back["files"] == told["files"]
    assert told["totals"]["people"] > 1000 and told["totals"]["figures"]
    one, other = (ask(h, "figure", "htn.bp_controlled", "--period", "2026", "--place", "330182", "--rows")
                  for h in (demo_county, home))
    assert one["numerator"] == other["numerator"] > 0 and len(one["rows"]) == len(other["rows"])
    assert not list(home.parent.glob("*.restoring"))
    assert len(script(home, A_DAYS_WORK)) == 8          # identities open, people can be seen and saved


def test_the_file_tells_nothing_without_its_key(demo_county, kept):
    file, key, _ = kept
    plain = file.read_bytes()
    assert b"county.toml" not in plain and b"PAR1" not in plain and b"SQLite format" not in plain
    assert key.stat().st_mode & 0o077 == 0


def test_what_is_not_whole_is_not_restored(kept, tmp_path):
    file, key, _ = kept
    whole = file.read_bytes()
    cut, changed, other = tmp_path / "cut.xlb", tmp_path / "changed.xlb", tmp_path / "other"
    cut.write_bytes(whole[: len(whole) // 2])
    changed.write_bytes(whole[:5_000_000] + bytes([whole[5_000_000] ^ 1]) + whole[5_000_001:])
    other.write_text("00" * 16)
    for backup, by in ((cut, key), (changed, key), (file, other)):
        home = tmp_path / "home"
        assert "钥匙不对，或文件被改动、没有传完" in refused(home, "restore", str(backup), "--key", str(by))
        assert not home.exists() and not list(tmp_path.glob("*.restoring"))


def test_a_home_that_holds_something_is_left_alone(demo_county, kept):
    file, key, _ = kept
    assert "不是空的" in refused(demo_county, "restore", str(file), "--key", str(key))


def test_key_and_backup_do_not_lie_together(demo_county, tmp_path):
    assert "钥匙与备份放在同一个文件夹" in refused(demo_county, "backup", str(tmp_path / "a"), "--key", str(tmp_path / "k"))
    assert "不能放在县目录里" in refused(demo_county, "backup", str(demo_county / "a"), "--key", str(tmp_path / "k"))
    assert not list(tmp_path.iterdir())


def test_a_well_county_is_called_well_and_faults_are_named(county):
    told = ask(county, "doctor")
    states = {c["title"]: c["state"] for c in told["checks"]}
    assert set(states.values()) <= {"正常", "注意"}, told
    (Path(county) / "keys").chmod(0o755)
    (Path(county) / "logs" / "gather.begun").write_text("2026-11-21 01:30")      # nobody holds it: its run is dead
    script(county, """
from datetime import timedelta
from django.utils import timezone
from xinglin.gather.models import Delivery
one = Delivery.objects.order_by("id").first()
Delivery.objects.filter(pk=one.pk).update(state="checked", received_at=timezone.now() - timedelta(hours=2))
Delivery.objects.exclude(pk=one.pk).update(received_at=timezone.now() + timedelta(days=2))
answer = 1""")
    done = subprocess.run([sys.executable, "-m", "xinglin", "doctor"], env=environment(county), capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 1
    assert "文件夹 keys 别人也能打开" in done.stdout and "chmod 700" in done.stdout
    assert "xinglin gather（2026-11-21 01:30 开始）没有说一句话就断了" in done.stdout
    assert "1 次交付停在半途" in done.stdout and "机器的时钟被往回拨过" in done.stdout


@pytest.mark.parametrize("words", ["doctor", "journal verify", "figure htn.bp_controlled --period 2026"])
def test_no_county_is_a_sentence_and_nothing_is_made(tmp_path, words):
    said = refused(tmp_path / "nothing", *words.split())
    assert "这里还没有县" in said or "数据湖还是空的" in said
    assert not list(tmp_path.iterdir())


def test_health_is_open_to_a_monitor_and_tells_of_a_broken_catalog(county):
    code = """
from django.test import Client
from xinglin.kernel.home import home
client = Client(headers={"host": "localhost"})
answer = [client.get("/health/").json()]
"""
    assert script(county, code) == [{"ok": True, "database": True, "data": True}]
    catalog = county / "lake" / "catalog.sqlite"
    kept = catalog.read_bytes()
    for rest in catalog.parent.glob("catalog.sqlite-*"):
        rest.unlink()
    catalog.write_bytes(b"not a catalog" * 1000)
    try:
        found = script(county, code.replace(".json()]", ".status_code, client.get('/health/').json()]"))
        assert found == [503, {"ok": False, "database": True, "data": False}]
    finally:
        catalog.write_bytes(kept)
    run(county, "journal", "verify")
