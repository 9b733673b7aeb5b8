"""The county's keys: sealing small values, keyed hashes for lookup, envelopes for files.

SM4-GCM and HMAC-SM3 (GB/T 32907, 32905). One key file outside the database, a line a
generation; the newest seals, all open. The lookup key comes from the first generation
alone, since lookups must survive a rotation. Losing the file loses the data.
"""

from __future__ import annotations

import io
import os
import struct
import sys
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xinglin.kernel.errors import XinglinError

KEY_FILE = "county.key"
CHUNK = 1 << 20
_MAGIC = b"XLSM4\x01"
_NONCE, _TAG, _MASTER = 12, 16, 32
_AT_ONCE = 2
Part = str | bytes | int


class TamperedError(XinglinError):
    """The sealed bytes were changed, cut or sealed with another key."""

    def __init__(self, where: str = "") -> None:
        super().__init__(
            "加密数据打不开：内容被改动、不完整，或密钥不对",
            where,
            "请核对密钥文件是否属于本县，再用备份比对",
        )


def seal_with(key: bytes, plain: bytes, *, context: bytes = b"") -> bytes:
    """nonce + ciphertext + tag; `context` is authenticated, not stored."""
    nonce = os.urandom(_NONCE)
    return nonce + _encrypt(key, nonce, plain, context)


def open_with(key: bytes, sealed: bytes, *, context: bytes = b"") -> bytes:
    """Raises TamperedError."""
    return _decrypt(key, sealed[:_NONCE], sealed[_NONCE:], context)


def _encrypt(key: bytes, nonce: bytes, plain: bytes, context: bytes) -> bytes:
    cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    if context:
        cipher.authenticate_additional_data(context)
    return cipher.update(plain) + cipher.finalize() + cipher.tag


def _decrypt(key: bytes, nonce: bytes, body: bytes, context: bytes) -> bytes:
    if len(nonce) < _NONCE or len(body) < _TAG:
        raise TamperedError
    cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce, body[-_TAG:])).decryptor()
    if context:
        cipher.authenticate_additional_data(context)
    try:
        return cipher.update(body[:-_TAG]) + cipher.finalize()
    except InvalidTag:
        raise TamperedError from None


def sm3(*parts: bytes) -> bytes:
    """Plain SM3 of the parts joined, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


@dataclass(frozen=True, repr=False)
class DataKey:
    """The key of one delivery. Keep `wrapped` beside the file; forget it, and the file is erased."""

    secret: bytes
    wrapped: bytes

    def encrypt_stream(self, source: BinaryIO, target: BinaryIO) -> int:
        """Copy source to target encrypted, a few chunks of 1 MiB in memory; returns plain bytes read.

        Chunks are independent, and the cipher leaves the interpreter free: two are encrypted at once.
        """
        prefix = os.urandom(8)
        target.write(_MAGIC + prefix)
        size, waiting = 0, deque[Future[bytes]]()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for count, (chunk, last) in enumerate(_chunks_of(source)):
                waiting.append(pool.submit(self._chunk, prefix, count, chunk, last=last))
                size += len(chunk)
                if len(waiting) > _AT_ONCE:
                    target.write(waiting.popleft().result())
            for sealed in waiting:
                target.write(sealed.result())
        return size

    def _chunk(self, prefix: bytes, count: int, chunk: bytes, *, last: bool) -> bytes:
        return _encrypt(self.secret, prefix + struct.pack(">I", count), chunk, _end_mark(last))

    def decrypt_chunks(self, source: BinaryIO) -> Iterator[bytes]:
        """Plain chunks in order. Raises TamperedError on any change, swap or cut (also at the end)."""
        head = source.read(len(_MAGIC) + 8)
        prefix = head[len(_MAGIC) :]
        if not head.startswith(_MAGIC) or len(prefix) != 8:
            raise TamperedError
        count, body = 0, _read_full(source, CHUNK + _TAG)
        while body or count == 0:
            following = _read_full(source, CHUNK + _TAG)
            nonce = prefix + struct.pack(">I", count)
            yield _decrypt(self.secret, nonce, body, _end_mark(not following))
            count, body = count + 1, following

    def decrypt_stream(self, source: BinaryIO, target: BinaryIO) -> int:
        """The way back; returns plain bytes written. What was written before an error is not to be used."""
        return sum(target.write(chunk) for chunk in self.decrypt_chunks(source))

    def reader(self, source: BinaryIO) -> io.BufferedReader:
        """A file-like view of the plain bytes (not seekable), for csv and parsers."""
        return io.BufferedReader(_Chunks(self.decrypt_chunks(source)), CHUNK)

    def encrypt_file(self, source: Path, target: Path) -> int:
        with source.open("rb") as plain, target.open("wb") as sealed:
            return self.encrypt_stream(plain, sealed)

    def decrypt_file(self, source: Path, target: Path) -> int:
        with source.open("rb") as sealed, target.open("wb") as plain:
            return self.decrypt_stream(sealed, plain)


def _chunks_of(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Whole chunks, and whether it is the last; an empty source is one empty chunk."""
    chunk = _read_full(source)
    while True:
        following = _read_full(source) if len(chunk) == CHUNK else b""
        yield chunk, not following
        if not following:
            return
        chunk = following


def _end_mark(last: bool) -> bytes:
    return b"last" if last else b"more"


def _read_full(source: BinaryIO, size: int = CHUNK) -> bytes:
    """Exactly size bytes unless the source ends: sockets and pipes return less at will."""
    data = source.read(size)
    while 0 < len(data) < size and (more := source.read(size - len(data))):
        data += more
    return data


class _Chunks(io.RawIOBase):
    """Turns an iterator of chunks into a raw stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            following = next(self._chunks, None)
            if following is None:
                return 0
            self._rest = following
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


class Keys:
    """All generations of the county key; made by `create` once, read by `load`."""

    def __init__(self, masters: tuple[bytes, ...]) -> None:
        self._seal = [_derive(m, b"seal") for m in masters]
        self._wrap = [_derive(m, b"wrap") for m in masters]
        self._hmac = hmac.HMAC(_derive(masters[0], b"lookup", 32), hashes.SM3())

    @classmethod
    def create(cls, folder: Path) -> Keys:
        """Write a new key file (0600). Refuses to replace one: that would lose the data."""
        path = folder / KEY_FILE
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise XinglinError(
                "县密钥已经存在，不能覆盖", str(path), "要换密钥请用轮换命令"
            ) from None
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(os.urandom(_MASTER).hex() + "\n")
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Keys:
        """Raises XinglinError when the file is missing or broken."""
        path = folder / KEY_FILE
        try:
            masters = tuple(bytes.fromhex(x) for x in path.read_text("ascii").split())
        except FileNotFoundError:
            raise XinglinError(
                "找不到县密钥", str(path), "请恢复密钥备份，或设置 XINGLIN_KEYS"
            ) from None
        except ValueError:
            masters = ()
        if not masters or len(masters) > 255 or any(len(m) != _MASTER for m in masters):
            raise XinglinError("县密钥文件已损坏", str(path), "请恢复密钥备份")
        return cls(masters)

    @classmethod
    def rotate(cls, folder: Path) -> Keys:
        """Add a generation: new values are sealed with it, old ones still open."""
        cls.load(folder)
        path = folder / KEY_FILE
        fresh = path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(path.read_text("ascii") + os.urandom(_MASTER).hex() + "\n")
        fresh.replace(path)
        return cls.load(folder)

    def seal(self, plain: bytes, *, context: bytes = b"") -> bytes:
        """Generation byte + nonce + ciphertext + tag: 29 bytes longer than the value."""
        generation = len(self._seal) - 1
        return bytes([generation]) + seal_with(self._seal[generation], plain, context=context)

    def open(self, sealed: bytes, *, context: bytes = b"") -> bytes:
        """Raises TamperedError."""
        return open_with(self._of(self._seal, sealed), bytes(sealed[1:]), context=context)

    def seal_text(self, text: str) -> bytes:
        return self.seal(text.encode())

    def open_text(self, sealed: bytes) -> str:
        return self.open(sealed).decode()

    @staticmethod
    def _of(keys: list[bytes], sealed: bytes) -> bytes:
        if not sealed or sealed[0] >= len(keys):
            raise TamperedError
        return keys[sealed[0]]

    def digest(self, *parts: Part) -> bytes:
        """HMAC-SM3 of the parts (32 bytes); parts cannot run into one another."""
        mac = self._hmac.copy()
        for part in parts:
            mac.update(_measured(part))
        return mac.finalize()

    def hash64(self, *parts: Part) -> int:
        """Signed 64-bit keyed hash, for BIGINT columns. Begin with the kind: hash64("phone", …)."""
        return int.from_bytes(self.digest(*parts)[:8], "big", signed=True)

    def hash64_all(self, kind: str, values: Iterable[str]) -> dict[str, int]:
        """value → hash64(kind, value), over distinct values."""
        distinct = list(set(values))
        return dict(zip(distinct, self.hash64_each(distinct, kind), strict=True))

    def hash64_each(self, values: Iterable[str], *before: Part) -> list[int]:
        """hash64(*before, value) of each value in order: what stands before is digested once."""
        start = self._hmac.copy()
        for part in before:
            start.update(_measured(part))
        digests, copy, size = [], start.copy, struct.Struct(">I").pack
        for value in values:
            mac, raw = copy(), value.encode()
            mac.update(size(len(raw)) + raw)
            digests.append(mac.finalize())
        # The first eight bytes of each, all at once: every fourth of the numbers that they are.
        numbers = array("q", b"".join(digests))[::4]
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers.tolist()

    def hash_hex(self, *parts: Part) -> str:
        return self.digest(*parts).hex()

    def data_key(self) -> DataKey:
        """A new key for one delivery, wrapped by the newest generation."""
        secret, generation = os.urandom(16), len(self._wrap) - 1
        return DataKey(secret, bytes([generation]) + seal_with(self._wrap[generation], secret))

    def unwrap(self, wrapped: bytes) -> DataKey:
        """Raises TamperedError."""
        return DataKey(open_with(self._of(self._wrap, wrapped), bytes(wrapped[1:])), bytes(wrapped))


def _measured(part: Part) -> bytes:
    """A part behind its length, so that parts cannot run into one another."""
    raw = part if isinstance(part, bytes) else str(part).encode()
    return struct.pack(">I", len(raw)) + raw


def _derive(master: bytes, purpose: bytes, length: int = 16) -> bytes:
    return HKDF(
        algorithm=hashes.SM3(), length=length, salt=None, info=b"xinglin " + purpose
    ).derive(master)
