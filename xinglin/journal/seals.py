"""Sealing: closed batches of each stream are chained, and the newest link is kept outside.

The anchor is a small file in the key folder: without it, whoever cuts the end of the
database off would leave a shorter, but faultless chain. Entries not yet sealed are
protected by their own digests alone, so the sealer runs every minute.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, router, transaction
from django.utils import timezone

from xinglin.journal.digests import GENESIS, chain_digest
from xinglin.journal.models import Access, AccessSeal, Act, ActSeal
from xinglin.kernel.crypto import sm3
from xinglin.kernel.home import home

BATCH = 10_000


@dataclass(frozen=True)
class Stream:
    """One of the two: its name, its entries and its seals."""

    name: str
    entry: Any
    seal: Any

    @property
    def database(self) -> str:
        return str(router.db_for_write(self.entry))

    @property
    def anchor_file(self) -> Path:
        return home().keys / f"journal-{self.name}.anchor"


STREAMS = (Stream("act", Act, ActSeal), Stream("access", Access, AccessSeal))


def seal_closed() -> int:
    """Seal all committed entries of both streams; returns how many were sealed."""
    return sum(_seal_stream(stream) for stream in STREAMS)


def _seal_stream(stream: Stream) -> int:
    with transaction.atomic(using=stream.database):
        _wait_for_writers(stream)
        last = stream.seal.objects.order_by("-number").first()
        sealed = 0
        for seal in _new_seals(stream, last):
            seal.save()
            last, sealed = seal, sealed + seal.count
    if last:
        write_anchor(stream, last)
    return sealed


def _wait_for_writers(stream: Stream) -> None:
    """On PostgreSQL a lower number may still be uncommitted; the lock waits for its writer."""
    connection = connections[stream.database]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = stream.entry._meta.db_table
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _new_seals(stream: Stream, last: Any) -> Iterator[Any]:
    number, after, chain = (
        (last.number, last.last_seq, bytes(last.chain)) if last else (0, 0, GENESIS)
    )
    while rows := list(
        stream.entry.objects.filter(seq__gt=after)
        .order_by("seq")
        .values_list("seq", "digest")[:BATCH]
    ):
        number, after = number + 1, rows[-1][0]
        seal = stream.seal(
            number=number,
            last_seq=after,
            count=len(rows),
            batch=batch_digest(digest for _, digest in rows),
            sealed_at=timezone.now(),
        )
        seal.chain = chain = chain_digest(chain, seal)
        yield seal


def batch_digest(digests: Iterable[bytes]) -> bytes:
    """SM3 over the entries' digests in order of seq."""
    return sm3(*(bytes(digest) for digest in digests))


def write_anchor(stream: Stream, seal: Any) -> None:
    """Remember the newest link; never backwards, so that a slower sealer does no harm."""
    known = read_anchor(stream)
    if known and known[0] >= seal.number:
        return
    path = stream.anchor_file
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"number": seal.number, "chain": bytes(seal.chain).hex()}))
    fresh.replace(path)


def read_anchor(stream: Stream) -> tuple[int, bytes] | None:
    """(number, chain) of the newest known seal."""
    try:
        known = json.loads(stream.anchor_file.read_text())
        return int(known["number"]), bytes.fromhex(known["chain"])
    except FileNotFoundError:
        return None
