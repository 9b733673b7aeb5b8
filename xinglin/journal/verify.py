"""Verification: every entry, body, batch and link is computed again and compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xinglin.journal.digests import (
    GENESIS,
    access_body_digest,
    act_body_digest,
    chain_digest,
    entry_digest,
)
from xinglin.journal.models import Act
from xinglin.journal.seals import STREAMS, Stream, batch_digest, read_anchor

_STREAM_NAMES = {"act": "操作日志", "access": "查阅日志"}


@dataclass(frozen=True)
class Problem:
    """The first thing that does not fit; `seq` is 0 when no single entry can be named."""

    stream: str
    seq: int
    what: str

    def __str__(self) -> str:
        entry = f"第{self.seq}条" if self.seq else ""
        return f"{_STREAM_NAMES[self.stream]}{entry}：{self.what}"


@dataclass(frozen=True)
class VerifyReport:
    """`checked` entries in all, `unsealed` of them wait for the next seal."""

    ok: bool
    checked: int
    unsealed: int
    first_bad: Problem | None = None


@dataclass(frozen=True)
class _Erasure:
    """A schedule carried out: the kinds and the day before which bodies may be empty."""

    stream: str
    kinds: frozenset[str]
    before: datetime

    def covers(self, stream: str, entry: Any) -> bool:
        if stream != self.stream or entry.at >= self.before:
            return False
        return stream == "access" or entry.kind in self.kinds


class _BadError(Exception):
    """Carries a Problem to the end of the walk."""

    def __init__(self, stream: Stream, seq: int, what: str) -> None:
        super().__init__(what)
        self.problem = Problem(stream.name, seq, what)


class _Walk:
    """Counts while it goes over a stream."""

    def __init__(self) -> None:
        self.checked = self.unsealed = 0
        self.erasures = _erasures()

    def stream(self, stream: Stream) -> None:
        last_seq, chain = 0, GENESIS
        links: dict[int, bytes] = {}
        for number, seal in enumerate(stream.seal.objects.order_by("number"), start=1):
            if seal.number != number or seal.last_seq <= last_seq:
                raise _BadError(stream, 0, f"第{number}个封存批次缺失或次序不对")
            chain = self._sealed(stream, seal, after=last_seq, chain=chain)
            last_seq, links[number] = seal.last_seq, chain
        _check_anchor(stream, links)
        rest = stream.entry.objects.filter(seq__gt=last_seq)
        self.unsealed += sum(1 for _ in self._entries(stream, rest))

    def _sealed(self, stream: Stream, seal: Any, *, after: int, chain: bytes) -> bytes:
        rows = stream.entry.objects.filter(seq__gt=after, seq__lte=seal.last_seq)
        digests = list(self._entries(stream, rows))
        if len(digests) != seal.count:
            raise _BadError(
                stream, 0, f"第{seal.number}个封存批次应有{seal.count}条，现有{len(digests)}条"
            )
        if batch_digest(digests) != bytes(seal.batch):
            raise _BadError(stream, 0, f"第{seal.number}个封存批次的内容被改动")
        link = chain_digest(chain, seal)
        if link != bytes(seal.chain):
            raise _BadError(stream, 0, f"第{seal.number}个封存批次与前一批接不上")
        return link

    def _entries(self, stream: Stream, rows: Any) -> Iterator[bytes]:
        rows = rows.select_related("body").order_by("seq")
        if stream.name == "access":
            rows = rows.prefetch_related("members")
        for entry in rows.iterator(chunk_size=2000):
            self.checked += 1
            if entry_digest(entry) != bytes(entry.digest):
                raise _BadError(stream, entry.seq, "内容被改动")
            self._body(stream, entry)
            yield bytes(entry.digest)

    def _body(self, stream: Stream, entry: Any) -> None:
        body = getattr(entry, "body", None)
        if body is None:
            raise _BadError(stream, entry.seq, "正文缺失")
        if body.erased_at is not None:
            if not any(e.covers(stream.name, entry) for e in self.erasures):
                raise _BadError(stream, entry.seq, "正文被清空，但没有对应的销毁记录")
        elif _body_digest(stream, entry) != bytes(entry.body_digest):
            raise _BadError(stream, entry.seq, "正文被改动")


def _body_digest(stream: Stream, entry: Any) -> bytes:
    if stream.name == "act":
        return act_body_digest(entry.body)
    return access_body_digest(entry.body, [m.person for m in entry.members.all()])


def _check_anchor(stream: Stream, links: dict[int, bytes]) -> None:
    known = read_anchor(stream)
    if known is None:
        if links:
            raise _BadError(stream, 0, "密钥文件夹里找不到封存凭据，无法判断末尾是否被截去")
        return
    if known[0] not in links:
        raise _BadError(stream, 0, f"封存到第{known[0]}批，现在只有{len(links)}批：末尾被截去")
    if links[known[0]] != known[1]:
        raise _BadError(stream, 0, f"第{known[0]}批与保存的封存凭据不符：整条链被重写")


def _erasures() -> list[_Erasure]:
    acts = Act.objects.select_related("body").filter(kind="journal.erased")
    return [
        _Erasure(p["stream"], frozenset(p["kinds"]), datetime.fromisoformat(p["before"]))
        for p in (act.payload for act in acts)
        if p
    ]


def verify() -> VerifyReport:
    """Check both streams to the first fault. A walk over everything: for the night and the auditor."""
    walk = _Walk()
    try:
        for stream in STREAMS:
            walk.stream(stream)
    except _BadError as bad:
        return VerifyReport(False, walk.checked, walk.unsealed, bad.problem)
    return VerifyReport(True, walk.checked, walk.unsealed)
