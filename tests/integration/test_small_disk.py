"""A disk that fills while a delivery is taken in: a sentence, the state before it, and room makes it whole."""

import json
import resource
import shutil
import subprocess
import sys

import pytest

from tests.lib.demo import environment, run

pytestmark = pytest.mark.timeout(600)
ROWS, ROOM = 200_000, 6 << 20


class Small:
    """The demo county on a full file system; where mounting is not ours to do, under a limit on files."""

    def __init__(self, county, disk):
        used = sum(p.stat().st_size for p in county.rglob("*") if p.is_file())
        self.disk = disk
        self.mounted = self._mount("-t", "tmpfs", "-o", f"size={used + ROOM}", "tmpfs", disk)
        self.home = shutil.copytree(county, disk / "county")

    def _mount(self, *words):
        return subprocess.run(["mount", *map(str, words)], capture_output=True, check=False).returncode == 0

    def limit(self):
        if not self.mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    def give_room(self):
        assert not self.mounted or self._mount("-o", "remount,size=1g", self.disk)

    def close(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.disk], check=True)


@pytest.fixture
def small(demo_county, tmp_path):
    (tmp_path / "disk").mkdir()
    made = Small(demo_county, tmp_path / "disk")
    yield made
    made.close()


def test_a_full_disk_loses_nothing_and_doubles_nothing(small, tmp_path):
    totals = _totals(small.home)
    file = tmp_path / "encounter__20261121.csv"
    file.write_text("record_id,patient_id,day,kind,department,org\n" + "".join(
        f"E{i},p{i % 500},2026-10-{1 + i % 28:02d},门诊,内科{i},12330182470320019X\n" for i in range(ROWS)), "utf-8")
    gather = ["gather", str(file), "--source", "his", "--record", "encounter", "--json"]
    done = subprocess.run([sys.executable, "-m", "xinglin", *gather], env=environment(small.home), capture_output=True, text=True,
                          timeout=300, check=False, preexec_fn=small.limit)
    assert done.returncode == 2 and "磁盘满了" in done.stderr, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    small.give_room()
    left = _totals(small.home)
    assert {k: left[k] for k in ("lines", "figures")} == {k: totals[k] for k in ("lines", "figures")}
    receipt = json.loads(run(small.home, *gather))
    receipt = receipt[0] if isinstance(receipt, list) else receipt
    assert receipt["received"] == ROWS == receipt["accepted"] + receipt["rejected"] + receipt["queried"]
    assert _totals(small.home)["lines"] == totals["lines"] + receipt["accepted"] + receipt["queried"]


def _totals(home):
    """What the county holds; that its disk is small is a finding, so the check-up may end with 1."""
    done = subprocess.run([sys.executable, "-m", "xinglin", "doctor", "--totals", "--json"], env=environment(home),
                          capture_output=True, text=True, timeout=120, check=False)
    return json.loads(done.stdout)["totals"]
