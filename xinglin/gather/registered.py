"""Which organisations, places and staff the registry has, for the distinct codes of a file."""

from collections.abc import Callable, Iterable, Mapping

from xinglin.registry.models import Organisation, Place, Staff

_AT_ONCE = 5_000


def known_codes(kind: str, values: Iterable[str]) -> Mapping[str, str]:
    """Their code → ours, for those that are registered. Places may lack zeros, organisations give names."""
    readers: dict[str, Callable[[list[str]], dict[str, str]]] = {
        "org": _organisations, "place": _places, "staff": _staff}
    return readers[kind](list(values))


def _organisations(values: list[str]) -> dict[str, str]:
    found = {code: code for code in _existing(Organisation, "code", values)}
    named = Organisation.objects.filter(name__in=values).values_list("name", "code")
    return {**dict(named), **found}


def _places(values: list[str]) -> dict[str, str]:
    full = {v: v.ljust(12, "0") for v in values if v.isdigit() and len(v) in (2, 4, 6, 9, 12)}
    existing = _existing(Place, "code", list(set(full.values())))
    return {v: code for v, code in full.items() if code in existing}


def _staff(values: list[str]) -> dict[str, str]:
    return {code: code for code in _existing(Staff, "code", values)}


def _existing(model: type[Organisation | Place | Staff], field: str, values: list[str]) -> set[str]:
    found: set[str] = set()
    for at in range(0, len(values), _AT_ONCE):
        part = values[at:at + _AT_ONCE]
        found.update(model.objects.filter(**{f"{field}__in": part}).values_list(field, flat=True))
    return found
