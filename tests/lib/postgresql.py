"""A PostgreSQL server of one's own for a test; and the tests marked `both_databases` run again on it.

`failures_again(…)` starts a pytest of its own with XINGLIN_TEST_DATABASE_URL. In there the application's
tables lie in Django's test database; every lake opened in the process has a catalog of its own beside it,
every home of another process a database of its own.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.lib.machine import postgresql_bin

ROOT = Path(__file__).parents[2]
VARIABLE = "XINGLIN_TEST_DATABASE_URL"


@contextmanager
def server():
    """Yields postgresql://… of an empty database; the server and its files are gone afterwards."""
    programs = postgresql_bin()
    folder = Path(tempfile.mkdtemp(prefix="xinglin-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root, as containers and CI do.
    account = "postgres" if os.geteuid() == 0 else None
    if account:
        shutil.chown(folder, account)
    port, data = _free_port(), folder / "data"

    def run(program, *words):
        command = [str(programs / program), *map(str, words)]
        subprocess.run(command, check=True, user=account, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        # Text sorts as in Chinese, as a county's own server would: not as Python and SQLite sort it.
        run("initdb", "-D", data, "-U", "xinglin", "--auth=trust", "-E", "UTF8", "--no-sync",
            "--locale-provider=icu", "--icu-locale=zh-CN", "--locale=C.UTF-8")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", port, "-U", "xinglin", "xinglin")
            yield f"postgresql://xinglin@127.0.0.1:{port}/xinglin"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def failures_again(*paths):
    """The names of the marked tests of these paths that fail on a server of their own; what they say is printed."""
    with server() as address:
        # With the settings named outside, pytest-django reads them before our conftest.
        inherited = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE" and not k.startswith("PYTEST_")}
        command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist",
                   "-m", "both_databases or only_postgresql", *paths]
        run = subprocess.run(command, cwd=ROOT, env={**inherited, VARIABLE: address}, capture_output=True, text=True, check=False)
    print(run.stdout, run.stderr)
    failed = [line for line in run.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return failed if failed or run.returncode == 0 else [f"pytest ended with {run.returncode}"]


# -- within such a run -------------------------------------------------------------------------------

def is_used():
    """Whether this run is one on PostgreSQL."""
    return VARIABLE in os.environ


def catalog_of(home):
    """The schema of this home's catalog, where one process opens many homes."""
    return f"lake_{_short(home.lake)}"


def forget_catalog(home):
    """Drop it, as removing the folder removes a catalog in a file."""
    if is_used():
        with psycopg.connect(os.environ[VARIABLE], autocommit=True) as con:
            con.execute(f"DROP SCHEMA IF EXISTS {catalog_of(home)} CASCADE")


def variables_of(home):
    """The variables of a process that works in this home: a database of its own, made when first asked for."""
    if not is_used():
        return {}
    address, name = os.environ[VARIABLE], f"home_{_short(home)}"
    with psycopg.connect(address, autocommit=True) as con:
        if not con.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            con.execute(f"CREATE DATABASE {name}")
    return {"XINGLIN_DATABASE_URL": address.rpartition("/")[0] + f"/{name}"}


def _short(path):
    return hashlib.md5(str(path).encode(), usedforsecurity=False).hexdigest()[:16]
