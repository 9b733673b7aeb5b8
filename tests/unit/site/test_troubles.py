"""What the machine does to us is a sentence; what we did wrong stays an error."""

import errno
import sqlite3

import django.db
import duckdb
import pytest

from xinglin.site.troubles import trouble_of


def test_a_cause_further_down_is_found():
    with pytest.raises(ValueError) as caught:
        try:
            raise OSError(errno.ENOSPC, "No space left on device", "/srv/secret name")
        except OSError as full:
            raise ValueError("wrapped") from full
    told = str(trouble_of(caught.value))
    assert "磁盘满了" in told and "再运行同一条命令" in told and "secret" not in told


@pytest.mark.parametrize(("problem", "words"), [
    (sqlite3.OperationalError("database or disk is full"), "磁盘满了"),
    (sqlite3.OperationalError("database is locked"), "另一个程序占用"),
    (duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"), "内存不够"),
    (MemoryError(), "内存不够"),
    (duckdb.IOException('Unable to connect to Postgres at "": connection to server at "db", port 5432 failed: FATAL'), "连不上"),
    (django.db.OperationalError("terminating connection due to administrator command"), "连不上"),
    (PermissionError(errno.EACCES, "Permission denied"), "权限"),
])  # fmt: skip
def test_troubles(problem, words):
    assert words in str(trouble_of(problem))


def test_our_own_faults_are_none():
    assert trouble_of(KeyError("person")) is None
