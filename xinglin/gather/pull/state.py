"""How far a source has been read: watermarks with their kind, kept after each page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from xinglin.gather.models import Source, SourceState
from xinglin.kernel.dates import plus_days
from xinglin.kernel.errors import XinglinError

_WRITTEN = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y%m%d%H%M%S", "%Y%m%d", "%Y/%m/%d %H:%M:%S")
FAILED = "没有读成："        # how the note of a run begins that ended in a problem
AHEAD = timedelta(days=1)       # a watermark later than tomorrow is a slip of the sender's clock


def state_of(source: Source, record: str) -> SourceState:
    """The row of a source and Record, made when there is none."""
    found, _ = SourceState.objects.get_or_create(source=source, record=record)
    return found


def moved(state: SourceState, value: Any) -> None:
    """Keep a watermark; the page before it is safe."""
    state.position = kept(value)
    state.save(update_fields=["position"])


def ended(state: SourceState, *, rows: int, complete: bool, note: str = "") -> None:
    """How a run ended."""
    state.ran_at, state.rows, state.complete, state.note = timezone.now(), rows, complete, note[:200]
    state.save(update_fields=["ran_at", "rows", "complete", "note"])


def kept(value: Any) -> dict[str, str]:
    """A watermark for JSON. Raises XinglinError for a kind that has no order."""
    if isinstance(value, datetime):
        return {"kind": "moment", "value": value.isoformat()}
    if isinstance(value, date):
        return {"kind": "day", "value": value.isoformat()}
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"kind": "number", "value": str(value)}
    if isinstance(value, bytes | memoryview):
        return {"kind": "bytes", "value": bytes(value).hex()}
    if isinstance(value, str):
        return {"kind": "text", "value": value}
    raise XinglinError(f"水位列是{type(value).__name__}，不能用来分先后", "watermark", "请换成最后修改时间、自增编号或行版本号")


def opened(position: dict[str, str] | None) -> Any:
    """The watermark as it was; None at the beginning."""
    if not position:
        return None
    value = position["value"]
    kinds: dict[str, Any] = {"moment": datetime.fromisoformat, "day": date.fromisoformat, "bytes": bytes.fromhex,
                             "number": lambda v: int(v) if "." not in v else Decimal(v)}
    return kinds.get(position["kind"], str)(value)


def _written(text: str) -> tuple[datetime, str] | None:
    """A moment kept as text, and how it is written: many systems do."""
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form), form  # noqa: DTZ007
        except ValueError:
            continue
    return None


def a_little_before(value: Any, overlap: timedelta) -> Any:
    """Where to begin again: rows may have been committed after later ones were read."""
    if isinstance(value, str) and (found := _written(value)):
        return (found[0] - overlap).strftime(found[1])
    if isinstance(value, datetime):
        return value - overlap
    if isinstance(value, date):     # a day is not over when it is read
        return plus_days(value, -max(1, overlap.days))
    return value


def not_after_tomorrow(value: Any) -> Any:
    """The watermark itself, or tomorrow where it lies in the future."""
    if isinstance(value, str) and (found := _written(value)):
        tomorrow = (timezone.localtime() + AHEAD).replace(tzinfo=None)
        return value if found[0] <= tomorrow else tomorrow.strftime(found[1])
    if isinstance(value, datetime):
        limit = datetime.now(UTC) + AHEAD
        local = limit if value.tzinfo else timezone.localtime(limit).replace(tzinfo=None)
        return min(value, local)
    if isinstance(value, date):
        return min(value, timezone.localdate() + AHEAD)
    return value
