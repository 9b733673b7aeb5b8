"""A PostgreSQL server of one's own for a test: in a temporary folder, on a free port."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.lib.machine import postgresql_bin


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
        run("initdb", "-D", data, "-U", "xinglin", "--auth=trust", "-E", "UTF8", "--no-sync")
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
