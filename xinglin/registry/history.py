"""What held on a day: validity as a filter, and what became of a place."""

from datetime import date

from django.db.models import Q

from xinglin.kernel.errors import XinglinError
from xinglin.registry.models import PlaceSuccession


def valid_on(day: date, prefix: str = "") -> Q:
    """Filter for `valid_from` ≤ day < `valid_to`; `prefix` e.g. "organisation__"."""
    return _holds(day, f"{prefix}valid_from", f"{prefix}valid_to")


def post_on(day: date, prefix: str = "") -> Q:
    """The same for posts: rights end the day the post ends."""
    return _holds(day, f"{prefix}from_day", f"{prefix}to_day")


def _holds(day: date, first: str, end: str) -> Q:
    return Q(**{f"{first}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day}))


def place_on(code: str, day: date) -> str | None:
    """The place that this one is on that day, through mergers; None where it was split.

    A split has several successors: whose villager went where is not in the registry.
    """
    seen = {code}
    while True:
        nexts = list(
            PlaceSuccession.objects.filter(old_id=code, day__lte=day).values_list(
                "new_id", flat=True
            )[:2]
        )
        if not nexts:
            return code
        if len(nexts) > 1:
            return None
        code = nexts[0]
        if code in seen:
            raise XinglinError("地点沿革成了环", f"区划代码 {code}", "请在登记册中核对撤并记录")
        seen.add(code)


def succession_map(day: date) -> dict[str, str]:
    """Old code → the place that it is on that day, for all that were merged or renamed by then."""
    olds = set(PlaceSuccession.objects.filter(day__lte=day).values_list("old_id", flat=True))
    found = {old: place_on(old, day) for old in olds}
    return {old: new for old, new in found.items() if new and new != old}
