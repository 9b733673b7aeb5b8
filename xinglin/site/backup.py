"""A county in one encrypted file, its key in another; and the way back, proved equal.

What is copied is one moment of each part: the data under the writer's lock, the databases by SQLite's
own online copy (or pg_dump, site/backup_database.py) after it, so that they know at least what the data
know. People may go on working. This process never opens the data itself: totals come from a process of their own.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from xinglin.kernel.crypto import DataKey, TamperedError
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import PRIVATE, Home
from xinglin.lake.lock import writer_lock
from xinglin.site import backup_database

FORM = 1
MANIFEST = "manifest.json"
_COPIED = ("app.sqlite3", "access.sqlite3", "lake/catalog.sqlite")
_LEFT = ("tmp", "logs", "gather.lock", "lake/writer.lock")     # scratch, and locks of running processes
_GROWING = ("people", "acts", "accesses")       # of the control totals: never fewer
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """A finished backup or restoration: where, how many files and plain bytes, the totals."""

    path: Path
    files: int
    size: int
    totals: dict[str, Any]


def backup(home: Home, target: Path, key: Path) -> Kept:
    """Write the whole home to `target`, encrypted by the key in `key` (made if absent).

    Raises XinglinError where the key would lie beside the backup, or the target is there already.
    """
    _refuse(home, target, key)
    secret = _secret(key, make=True)
    partly = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=home.tmp) as scratch, _still(home):
        totals = _totals(home)
        entries = list(_entries(home, Path(scratch)))
        manifest = {"form": FORM, "made": datetime.now(UTC).isoformat(), "totals": totals,
                    "files": {name: _digest(path) for name, path in entries}}
        with partly.open("wb") as sealed:
            size = _seal(secret, sealed, manifest, entries)
            sealed.flush()
            os.fsync(sealed.fileno())
    partly.replace(target)
    return Kept(target, len(entries), size, totals)


def restore(file: Path, key: Path, home: Home) -> Kept:
    """Bring a backup into an empty home, and prove it: every file's digest, then the totals.

    Raises XinglinError for a wrong key, a changed or cut file, a home that holds something, or totals
    that differ; nothing is left at the home's place then.
    """
    if home.root.exists() and any(home.root.iterdir()):
        raise XinglinError("恢复的去处不是空的", str(home.root), "换一个空的 XINGLIN_HOME，核对无误再替换旧的")
    backup_database.refuse_full()
    partly = Home(home.root.with_name(home.root.name + ".restoring"))
    shutil.rmtree(partly.root, ignore_errors=True)
    try:
        manifest = _unseal(file, _secret(key, make=False), partly)
        _prove(partly, manifest)
        if home.root.exists():
            home.root.rmdir()
        partly.root.replace(home.root)
        backup_database.moved(home)
    finally:
        shutil.rmtree(partly.root, ignore_errors=True)
    sizes = sum((home.root / name).stat().st_size for name in manifest["files"] if name != backup_database.NAME)
    return Kept(home.root, len(manifest["files"]), sizes, manifest["totals"])


def _refuse(home: Home, target: Path, key: Path) -> None:
    if target.exists():
        raise XinglinError("备份文件已存在", str(target), "换一个文件名")
    if target.resolve().parent == key.resolve().parent:
        raise XinglinError("钥匙与备份放在同一个文件夹", str(key.parent), "把钥匙放到另一处（最好是另一块盘），丢了备份也打不开")
    if target.resolve().is_relative_to(home.root.resolve()):
        raise XinglinError("备份不能放在县目录里", str(target), "放到另一块盘上")


def _secret(path: Path, *, make: bool) -> bytes:
    """The 16 bytes of a key file; made where allowed and absent, readable by its owner alone."""
    if not path.exists():
        if not make:
            raise XinglinError("找不到备份的钥匙", str(path), "用备份时写下的那个钥匙文件")
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(16).hex() + "\n")
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != 16:
        raise XinglinError("这不是备份的钥匙文件", str(path), "钥匙是一行 32 个十六进制字符")
    return secret


@contextlib.contextmanager
def _still(home: Home) -> Iterator[None]:
    """Nobody gathers or writes data meanwhile; saving goes on."""
    with (home.root / "gather.lock").open("a") as gathering:
        fcntl.flock(gathering, fcntl.LOCK_EX)
        with writer_lock(home.lake / "writer.lock"):
            yield


def _entries(home: Home, scratch: Path) -> Iterator[tuple[str, Path]]:
    """(name in the backup, file); databases as they copy themselves, the data's catalog first."""
    if backup_database.dump(scratch / backup_database.NAME):
        yield backup_database.NAME, scratch / backup_database.NAME
    for name in reversed(_COPIED):
        if (home.root / name).exists():
            yield name, _copied(home.root / name, scratch / name.replace("/", "_"))
    for path in sorted(p for p in home.root.rglob("*") if p.is_file() and not p.is_symlink()):
        name = path.relative_to(home.root).as_posix()
        if not name.startswith((*_COPIED, *_LEFT)):
            yield name, path
    if not home.keys.resolve().is_relative_to(home.root.resolve()):
        yield from ((f"keys/{p.name}", p) for p in sorted(home.keys.iterdir()) if p.is_file())


def _copied(path: Path, to: Path) -> Path:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as old, \
            contextlib.closing(sqlite3.connect(to)) as new:
        old.backup(new)
    return to


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _seal(secret: bytes, sealed: BinaryIO, manifest: dict[str, Any], entries: list[tuple[str, Path]]) -> int:
    """The manifest and the files as one stream, encrypted on the way: nothing plain touches the disk."""
    read, write = os.pipe()
    failed: list[BaseException] = []

    def pack() -> None:
        try:
            with os.fdopen(write, "wb") as out, tarfile.open(fileobj=out, mode="w|") as tar:
                told = json.dumps(manifest, ensure_ascii=False).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size = len(told)
                tar.addfile(head, io.BytesIO(told))
                for name, path in entries:
                    tar.add(path, arcname=name, recursive=False)
        except BaseException as problem:
            failed.append(problem)

    packing = threading.Thread(target=pack)
    packing.start()
    with os.fdopen(read, "rb") as plain:
        size = DataKey(secret, b"").encrypt_stream(plain, sealed)
    packing.join()
    if failed:
        raise failed[0]
    return size


def _unseal(file: Path, secret: bytes, home: Home) -> dict[str, Any]:
    if not file.exists():
        raise XinglinError("找不到备份文件", str(file), "请核对路径")
    home.root.mkdir(mode=PRIVATE, parents=True)
    try:
        with file.open("rb") as sealed, tarfile.open(fileobj=DataKey(secret, b"").reader(sealed), mode="r|") as tar:
            for entry in tar:
                tar.extract(entry, home.root, filter="data")
    except (TamperedError, tarfile.TarError):
        raise XinglinError("备份打不开：钥匙不对，或文件被改动、没有传完", str(file),
                           "核对钥匙与文件大小，换一份备份再试") from None
    manifest: dict[str, Any] = json.loads((home.root / MANIFEST).read_text("utf-8"))
    (home.root / MANIFEST).unlink()
    return manifest


def _prove(home: Home, manifest: dict[str, Any]) -> None:
    for name, digest in manifest["files"].items():
        if _digest(home.root / name) != digest:
            raise XinglinError("备份里的一个文件与清单不符", name, "换一份备份再试")
    for path in (home.root, *home.root.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    home.ensure()
    backup_database.load(home)
    found = _totals(home)
    if not _proved(found, manifest["totals"]):
        backup_database.empty()
        raise XinglinError("恢复后的总数与备份时不同", f"备份时 {manifest['totals']}，恢复后 {found}", "换一份备份再试")


def _proved(found: dict[str, Any], kept: dict[str, Any]) -> bool:
    """The same data; the journal and the register were copied after the totals, and people may have gone on working."""
    grown = {name for name in _GROWING if found.get(name, 0) >= kept.get(name, 0)}
    return grown == set(_GROWING) and all(found.get(n) == kept.get(n) for n in (found.keys() | kept.keys()) - grown)


def _totals(home: Home) -> dict[str, Any]:
    """Control totals, told by a process of its own: SQLite and the data's engine never share a file in one."""
    kept = {k: v for k, v in os.environ.items() if k != "XINGLIN_KEYS"} if (home.root / "keys").exists() else dict(os.environ)
    done = subprocess.run([sys.executable, "-m", "xinglin.site.totals"],
                          env={**kept, "XINGLIN_HOME": str(home.root)}, capture_output=True, text=True, check=False)
    try:
        totals: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise XinglinError("算不出核对用的总数", str(home.root), "先运行 xinglin doctor，看哪里不对") from None
    return totals
