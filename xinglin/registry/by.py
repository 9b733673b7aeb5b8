"""Who changes the registry, and the act that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xinglin.journal.actions import record_act
from xinglin.kernel.errors import XinglinError


@dataclass(frozen=True)
class By:
    """Who does it and the key under which a repetition is known. `staff` and `org` are codes."""

    key: str
    staff: str = "system"
    org: str = ""
    channel: str = "system"

    def record(self, kind: str, payload: dict[str, Any]) -> None:
        """Append the act; in the transaction of its effect."""
        record_act(
            kind=kind,
            actor=self.staff,
            org=self.org,
            payload=payload,
            idempotency_key=self.key,
            channel=self.channel,
        )


def must_exist(model: Any, keys: Sequence[Any], words: str) -> None:
    """Refuse primary keys that the registry does not have; `words` names their kind."""
    found = set(model.objects.filter(pk__in=keys).values_list("pk", flat=True))
    missing = [str(key) for key in keys if key not in found]
    if missing:
        raise XinglinError(
            f"登记册中没有这个{words}：{'、'.join(missing[:5])}", do="请先登记，或核对代码"
        )
