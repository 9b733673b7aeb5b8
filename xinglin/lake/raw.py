"""Each delivery as it came: one encrypted file under `home.raw`, with its wrapped key inside.

The file's key is wrapped by the county key; destroying the wrapped key is erasure. It is on disk
(fsync of file and folder) before anything of it enters the lake.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes

from xinglin.kernel.crypto import DataKey, Keys
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home

_MAGIC = b"XLRAW\x01"
_CHUNK = 1 << 20


def store(home: Home, keys: Keys, source: Path, *, delivery: int, day: date) -> Path:
    """Encrypt a file into the raw store and return where it lies. `day` names the folder."""
    folder = home.raw / f"{day:%Y}" / f"{day:%m}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{delivery}.sealed"
    fresh = target.with_suffix(".part")
    with source.open("rb") as plain, _private(fresh) as sealed:
        _write(keys.data_key(), plain, sealed)
        sealed.flush()
        os.fsync(sealed.fileno())
    fresh.replace(target)
    _sync_folders(folder, home.raw)
    return target


@contextmanager
def opened(keys: Keys, path: Path) -> Iterator[BinaryIO]:
    """A stream of the plain bytes of a stored delivery (not seekable).

    Raises TamperedError when the file was changed, XinglinError when its key was destroyed.
    """
    with path.open("rb") as sealed:
        yield _key(keys, sealed, path).reader(sealed)


def restore(keys: Keys, path: Path, target: Path) -> int:
    """Decrypt a stored delivery into a file under `home.tmp`; returns its bytes."""
    with path.open("rb") as sealed, _private(target) as plain:
        return _key(keys, sealed, path).decrypt_stream(sealed, plain)


def erase(path: Path) -> None:
    """Destroy the wrapped key: the bytes stay, nobody can read them again."""
    with path.open("r+b") as file:
        length = _head(file, path)
        file.seek(len(_MAGIC) + 2)
        file.write(bytes(length))
        file.flush()
        os.fsync(file.fileno())


def digest(path: Path) -> str:
    """SM3 of a file, hexadecimal: by it a repeated delivery is known."""
    state = hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            state.update(chunk)
    return state.finalize().hex()


def _write(key: DataKey, plain: BinaryIO, sealed: BinaryIO) -> None:
    sealed.write(_MAGIC + struct.pack(">H", len(key.wrapped)) + key.wrapped)
    key.encrypt_stream(plain, sealed)


def _key(keys: Keys, sealed: BinaryIO, path: Path) -> DataKey:
    wrapped = sealed.read(_head(sealed, path))
    if not any(wrapped):
        raise XinglinError("这份数据已按规定销毁，不能再读", path.name, "如需要，请来源方重新报送")
    return keys.unwrap(wrapped)


def _head(file: BinaryIO, path: Path) -> int:
    """Length of the wrapped key, which follows."""
    if file.read(len(_MAGIC)) != _MAGIC:
        raise XinglinError("不是本系统存下的原始数据", path.name, "请核对文件，或用备份恢复")
    length: int = struct.unpack(">H", file.read(2))[0]
    return length


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _sync_folders(folder: Path, top: Path) -> None:
    """The new names too must survive a power loss, up to the raw folder itself."""
    for path in (folder, *folder.parents):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if path == top:
            return
