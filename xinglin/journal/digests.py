"""How entries and bodies are digested. Changing a line here breaks every chain written so far."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from xinglin.journal.models import Access, AccessBody, Act, ActBody, Seal
from xinglin.kernel.crypto import sm3

GENESIS = bytes(32)


def canonical(value: Any) -> str:
    """One JSON text for one value: sorted keys, no blanks, ISO dates. Refuses NaN."""
    return json.dumps(
        value,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
        default=_plain,
    )


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not a plain value: {type(value).__name__}")


def act_body_digest(body: ActBody) -> bytes:
    """Salted, over subject, service and answers."""
    content = canonical(
        [body.subject_person, body.service_by, body.service_day, body.service_place, body.text]
    )
    return sm3(bytes(body.salt or b""), content.encode())


def access_body_digest(body: AccessBody, persons: Iterable[int]) -> bytes:
    """Salted, over the page and the people on it."""
    content = canonical([body.page, sorted(persons)])
    return sm3(bytes(body.salt or b""), content.encode())


def entry_digest(entry: Act | Access) -> bytes:
    """Over everything of the entry but `seq`: its place in the order is kept by the batch."""
    common = [entry.uid, _instant(entry.at), entry.actor, entry.org]
    if isinstance(entry, Act):
        own: list[Any] = [
            entry.kind,
            entry.on_behalf_of,
            entry.channel,
            entry.corrects,
            entry.idempotency_key,
        ]
    else:
        own = [entry.purpose, entry.what, entry.members_count]
    return sm3(canonical(common + own).encode(), bytes(entry.body_digest))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def chain_digest(previous: bytes, seal: Seal) -> bytes:
    """The link of a batch to the one before."""
    numbers = canonical([seal.number, seal.last_seq, seal.count])
    return sm3(previous, numbers.encode(), bytes(seal.batch))
