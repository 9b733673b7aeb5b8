"""The delivery as it came: encrypted with a key of its own, found again by its digest."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
from django.utils import timezone

from xinglin.gather.models import Delivery, SourceState
from xinglin.kernel.clock import moment
from xinglin.kernel.crypto import DataKey
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.registry.keys import county_keys

_CHUNK = 1 << 20
_PACKED = ".zst.sm4"


def digest_of(path: Path) -> str:
    """SHA-256 of the file, hex."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def keep_original(home: Home, path: Path) -> tuple[str, bytes]:
    """Encrypt into home.raw, on disk before it returns: its name there, and the wrapped key."""
    key, name = county_keys().data_key(), f"{uuid.uuid4().hex}{_PACKED}"
    target = home.raw / name
    with path.open("rb") as plain, target.open("wb") as sealed:
        key.encrypt_stream(cast(BinaryIO, _Packed(plain)), sealed)
        sealed.flush()
        os.fsync(sealed.fileno())
    return name, key.wrapped


@contextmanager
def opened_original(home: Home, delivery: Delivery) -> Iterator[Path]:
    """The delivery's file in the private scratch folder, for as long as the block lasts.

    Raises XinglinError when its key was destroyed.
    """
    if delivery.key_wrapped is None:
        raise XinglinError("这份原件已按期销毁", f"交付 {delivery.pk}", "请来源重新报送")
    folder = home.raw if (home.raw / delivery.raw).exists() else home.quarantine   # killed while it was being refused, too
    key = county_keys().unwrap(bytes(delivery.key_wrapped))
    with tempfile.TemporaryDirectory(dir=home.tmp) as scratch:
        plain = Path(scratch) / f"original.{delivery.form}"
        _unsealed(key, folder / delivery.raw, plain)
        yield plain


def _unsealed(key: DataKey, stored: Path, plain: Path) -> None:
    """Originals of earlier versions were not packed."""
    if not stored.name.endswith(_PACKED):
        key.decrypt_file(stored, plain)
        return
    with stored.open("rb") as sealed, plain.open("wb") as out, \
            pa.CompressedInputStream(key.reader(sealed), "zstd") as packed:
        shutil.copyfileobj(packed, out, _CHUNK)


class _Packed:
    """A file read in compressed pieces: deliveries shrink to a fifth, and the cipher is the slower part."""

    def __init__(self, plain: BinaryIO) -> None:
        self._plain, self._rest, self._codec = plain, b"", pa.Codec("zstd", compression_level=1)

    def read(self, size: int) -> bytes:
        while len(self._rest) < size and (chunk := self._plain.read(_CHUNK)):
            self._rest += self._codec.compress(chunk, asbytes=True)
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


def quarantine(home: Home, delivery: Delivery) -> None:
    """Move a refused file's encrypted original out of the way."""
    if (home.raw / delivery.raw).exists():
        (home.raw / delivery.raw).replace(home.quarantine / delivery.raw)


def seal_workbook(home: Home, delivery: Delivery, content: bytes) -> str:
    """Keep a workbook of rejected rows, encrypted with the delivery's key; its name."""
    name = f"{delivery.pk}-{uuid.uuid4().hex[:8]}.xlsx.sm4"
    (home.quarantine / name).write_bytes(county_keys().seal(content, context=str(delivery.pk).encode()))
    return name


def open_workbook(home: Home, delivery: Delivery) -> bytes:
    """The .xlsx of rejected rows. Raises XinglinError when there is none, or none any more."""
    if not delivery.workbook:
        raise XinglinError("这次交付没有退回的行", f"交付 {delivery.pk}")
    kept = home.quarantine / delivery.workbook
    if not kept.exists():
        raise XinglinError("退回的行已不在", f"交付 {delivery.pk}", "请在原文件里照原因改好，重传这份文件")
    sealed = kept.read_bytes()
    return county_keys().open(sealed, context=str(delivery.pk).encode())


def sweep(home: Home, *, older: timedelta = timedelta(days=1)) -> int:
    """Remove what killed runs encrypted and never noted: nobody has its key or its name; how many."""
    known = {name for model, fields in ((Delivery, ("raw", "workbook")), (SourceState, ("snapshot",)))
             for row in model.objects.values_list(*fields) for name in row}
    before, gone = (moment(timezone.now()) - older).timestamp(), 0
    for path in (*home.raw.glob("*.sm4"), *home.quarantine.glob("*.sm4")):
        if path.name not in known and path.stat().st_mtime <= before:
            path.unlink()
            gone += 1
    return gone
