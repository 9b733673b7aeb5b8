"""Names of places and organisations for pages, and the places that a picker offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xinglin.registry.models import Organisation, Place
from xinglin.show.common.county import county

UNPLACED = "地址不明，未归入乡镇"
NO_ORG = "未注明机构"


@dataclass(frozen=True)
class Choice:
    """A line of a picker; `depth` 0 county, 1 town, 2 village."""

    code: str
    name: str
    depth: int


_SAID = (("社区居民委员会", "社区"), ("社区居委会", "社区"), ("村民委员会", "村"), ("村委会", "村"))


def short(name: str) -> str:
    """A village's name as people say it: 下涯村, not 下涯村民委员会 (nor 下涯村村)."""
    for long, said in _SAID:
        if name.endswith(long):
            return name.removesuffix(long).removesuffix(said) + said
    return name


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """12-digit code → name; '' and unknown codes say so."""
    wanted = [c for c in codes if c]
    found = {code: short(name) for code, name in
             Place.objects.filter(pk__in=wanted).values_list("code", "name")}
    return {"": UNPLACED, **{c: found.get(c, f"区划 {c}（登记册中没有）") for c in wanted}}


def org_names(codes: Iterable[str]) -> dict[str, str]:
    """Organisation code → name."""
    wanted = [c for c in codes if c]
    found = dict(Organisation.objects.filter(pk__in=wanted).values_list("code", "name"))
    return {"": NO_ORG, **{c: found.get(c, "登记册中没有的机构") for c in wanted}}


def name_of(prefix: str) -> str:
    """The name of a place by its prefix; '' is the county."""
    if not prefix:
        return county().name
    code = prefix.ljust(12, "0")
    return place_names([code])[code]


def towns() -> list[Choice]:
    """The county's towns, by code."""
    rows = Place.objects.filter(level=4, valid_to=None, code__startswith=county().code)
    return [Choice(code[:9], name, 1) for code, name in rows.order_by("code").values_list("code", "name")]


def choices(prefix: str | None, chosen: str) -> list[Choice]:
    """What the place picker offers within a reader's scope: the county, towns, villages of the chosen town."""
    found = [Choice("", county().name, 0)]
    if prefix is None:
        return found
    within = [t for t in towns() if t.code.startswith(prefix) or prefix.startswith(t.code)]
    for town in within:
        if town.code.startswith(prefix):
            found.append(town)
        if chosen.startswith(town.code) or len(prefix) > 6:
            found += _villages(town.code, prefix)
    return found


def _villages(town: str, prefix: str) -> list[Choice]:
    rows = Place.objects.filter(level=5, parent_id=town.ljust(12, "0"), valid_to=None).order_by("code")
    return [Choice(code, short(name), 2) for code, name in rows.values_list("code", "name")
            if code.startswith(prefix)]
