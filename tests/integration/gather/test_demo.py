"""`xinglin demo` and `xinglin demo check` in a home of their own: what was planted is found."""

import json
import os
import subprocess
import sys
import tomllib

import pytest


def run(home, *words):
    few = ("XINGLIN_THREADS", "XINGLIN_LAKE_BUCKETS")      # here with what a machine has
    env = {**{k: v for k, v in os.environ.items() if k not in few}, "XINGLIN_HOME": str(home)}
    return subprocess.run([sys.executable, "-m", "xinglin", *words], env=env, capture_output=True,
                          text=True, timeout=280, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def built(home):
    done = run(home, "demo", "--people", "1500", "--until", "2026-11-20", "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_every_row_is_accounted_for(built):
    assert built["received"] == built["accepted"] + built["rejected"] + built["queried"] == built["rows"]
    assert built["refused"] == []
    assert 0 < built["rejected"] < built["rows"] // 1000


def test_the_county_is_marked_and_shows_its_accounts(home, built):
    told = tomllib.loads((home / "county.toml").read_text("utf-8"))
    assert (told["code"], told["kind"]) == ("330182", "synthetic")
    assert len({a["username"] for a in told["accounts"]}) == 10
    assert not (home / "synthetic.building").exists()


def test_no_delivery_stays_in_the_open(home, built):
    assert [p for p in (home / "tmp").rglob("*") if p.suffix in (".parquet", ".csv", ".xlsx", ".ndjson")] == []
    assert sorted(p.name for p in (home / "truth").iterdir()) == ["manifest.json", "truth.parquet"]


def test_what_was_planted_is_found_and_the_honest_are_left_alone(home, built):
    done = run(home, "demo", "check", "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    scores = {s["kind"]: s for s in json.loads(done.stdout)}
    assert len([s for s in scores.values() if not s["honest"]]) >= 20
    assert {k: s["recall"] for k, s in scores.items() if s["recall"] < 1} == {}
    unsure = {k: s["precision"] for k, s in scores.items() if s["precision"] is not None and s["precision"] < 0.5}
    assert unsure == {}


def test_a_real_county_is_not_replaced(tmp_path):
    (tmp_path / "county.toml").write_text('code = "330182"\nkind = "real"\n', encoding="utf-8")
    done = run(tmp_path, "demo", "--people", "1500")
    assert done.returncode == 2
    assert "真实的县" in done.stderr
    assert (tmp_path / "county.toml").exists()
