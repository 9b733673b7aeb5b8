import pytest

from tests.lib.lake import new_lake


@pytest.fixture(autouse=True)
def _few_buckets(monkeypatch):
    monkeypatch.setenv("XINGLIN_LAKE_BUCKETS", "4")
    monkeypatch.setenv("XINGLIN_MEMORY", "2GB")
    monkeypatch.setenv("XINGLIN_THREADS", "1")


@pytest.fixture
def lake(tmp_path):
    with new_lake(tmp_path) as opened:
        yield opened
