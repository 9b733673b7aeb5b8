"""A MariaDB server of one's own for a test: in a temporary folder, on a free port of loopback."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.lib.machine import mariadb_program
from tests.lib.postgresql import _free_port


@contextmanager
def server():
    """Yields mysql+pymysql://… of an empty database as an administrator; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="xinglin-maria-", dir="/tmp"))
    account = "mysql" if os.geteuid() == 0 else None     # the server refuses to run as root
    if account:
        shutil.chown(folder, account)
    port, data = _free_port(), folder / "data"
    install = [mariadb_program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
               "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M"]
    subprocess.run([str(w) for w in install], check=True, user=account, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    serve = [mariadb_program("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
             f"--socket={folder}/s", f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=16M", "--skip-log-bin",
             "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve", "--character-set-server=utf8mb4"]
    run = subprocess.Popen([str(w) for w in serve], user=account, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, run)
        with pymysql.connect(host="127.0.0.1", port=port, user="root") as con:
            con.cursor().execute("CREATE DATABASE xinglin CHARACTER SET utf8mb4")
        yield f"mysql+pymysql://root@127.0.0.1:{port}/xinglin"
    finally:
        run.kill()
        run.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port, run):
    for _ in range(200):
        assert run.poll() is None, "mariadbd ended before it answered"
        try:
            pymysql.connect(host="127.0.0.1", port=port, user="root").close()
        except pymysql.err.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("mariadbd did not answer within 20 s")
