"""The catalog: all packs of a locality, checked against one another, then frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType
from typing import NoReturn, TypeVar

from xinglin.declare.expr import Compare, Condition, parts_of
from xinglin.declare.fingerprint import read_by
from xinglin.declare.indicator import Indicator
from xinglin.declare.norm import Norm
from xinglin.declare.pack import Locality, Pack
from xinglin.declare.programme import First, Programme, Showing, Twice
from xinglin.declare.record import Record
from xinglin.declare.refuse import DeclarationError
from xinglin.declare.report import Report
from xinglin.declare.rules import After, Confirm, Rule

T = TypeVar("T")


@dataclass(frozen=True)
class Catalog:
    """What a county does. `records` are the lake's own datasets; packs add theirs."""

    locality: Locality
    datasets: tuple[type[Record], ...]

    def __post_init__(self) -> None:
        for check in (self._codes_once, self._names_known, self._norms_used, self._units_agree, self._adjusts_known):
            check()

    @property
    def packs(self) -> tuple[Pack, ...]:
        return self.locality.packs

    @cached_property
    def records(self) -> Mapping[str, type[Record]]:
        """Code → Record, the lake's own first."""
        every = (*self.datasets, *(r for p in self.packs for r in p.records))
        return {r.about.code: r for r in every}

    @cached_property
    def programmes(self) -> Mapping[str, Programme]:
        return {p.code: p for pack in self.packs for p in pack.programmes}

    @cached_property
    def indicators(self) -> Mapping[str, tuple[Indicator, ...]]:
        """Code → editions, oldest first."""
        found: dict[str, list[Indicator]] = {}
        for pack in self.packs:
            for indicator in pack.indicators:
                found.setdefault(indicator.code, []).append(indicator)
        return {code: tuple(sorted(every, key=lambda i: i.since)) for code, every in found.items()}

    @cached_property
    def reports(self) -> Mapping[str, Report]:
        return {r.code: r for p in self.packs for r in p.reports}

    def report(self, code: str) -> Report:
        return _get(self.reports, code, "报告")

    def pack(self, code: str) -> Pack:
        return _get({p.code: p for p in self.packs}, code, "业务包")

    def record(self, code: str) -> type[Record]:
        return _get(self.records, code, "记录")

    def programme(self, code: str) -> Programme:
        return _get(self.programmes, code, "方案")

    def indicator(self, code: str) -> tuple[Indicator, ...]:
        return _get(self.indicators, code, "指标")

    def pack_of(self, programme: Programme) -> Pack:
        return next(p for p in self.packs if programme in p.programmes)

    # -- checks ---------------------------------------------------------------------------------

    def _codes_once(self) -> None:
        _once("业务包", [(p.code, p.where) for p in self.packs])
        _once("方案", [(q.code, p.where) for p in self.packs for q in p.programmes])
        _once("记录", [(r.about.code, r.__module__) for r in self.datasets]
              + [(r.about.code, p.where) for p in self.packs for r in p.records])
        _once("报告", [(r.code, p.where) for p in self.packs for r in p.reports])
        _once("指标版次", [(f"{i.code}@{i.since}", p.where) for p in self.packs for i in p.indicators])

    def _names_known(self) -> None:
        for pack in self.packs:
            for programme in pack.programmes:
                for code in programme.enrol.unless:
                    _get(self.programmes, code, f"方案（“{programme.title}”的 unless）", pack.where)
                for record in programme.records:
                    _get(self.records, record.about.code, f"记录（“{programme.title}”用到）", pack.where)
            for example in pack.examples:
                pack.programme(example.programme)
            for counted in pack.counted:
                _get(self.indicators, counted.figure, f"指标（例“{counted.story}”用到）", pack.where)
            for report in pack.reports:
                for indicator in report.indicators:
                    _get(self.indicators, indicator.code, f"指标（报告“{report.title}”用到）", report.where)

    def _norms_used(self) -> None:
        everywhere = {n for p in self.packs for n in p.norms}
        for pack in self.packs:
            stated, computed = set(norms_of(pack)), _in_bodies(pack)
            listed = set(pack.norms)
            for norm in (stated - listed) | (computed - everywhere):
                _stop(f"业务包“{pack.title}”用了“{norm.title}”却没有列出", norm.where, "加进 norms=[…]")
            for norm in listed - stated - computed:
                _stop(f"“{norm.title}”没有被任何规则或指标用到", norm.where, "删去，或在规则里用它")

    def _units_agree(self) -> None:
        for pack in self.packs:
            for left, right in _compared(pack):
                one, other = getattr(left, "unit", ""), getattr(right, "unit", "")
                if one and other and one != other:
                    where = right.where if isinstance(right, Norm) else pack.where
                    _stop(f"“{_title(left)}”以 {one} 计，却与以 {other} 计的“{_title(right)}”比较", where,
                          "统一单位，或换一个比较的对象")

    def _adjusts_known(self) -> None:
        known = {n for p in self.packs for n in p.norms}
        for adjustment in self.locality.adjusts:
            if adjustment.norm not in known:
                _stop(f"{self.locality.title}调整了“{adjustment.norm.title}”，但没有业务包用它",
                      adjustment.norm.where, "删去这一调整，或加上业务包")


def _once(what: str, codes: Iterable[tuple[str, str]]) -> None:
    listed = list(codes)
    twice = [code for code, n in Counter(c for c, _ in listed).items() if n > 1]
    for code in twice:
        where = "、".join(w for c, w in listed if c == code)
        _stop(f"{what}代码“{code}”用了不止一次", where, "换一个代码")


def _stop(what: str, where: str, do: str) -> NoReturn:
    raise DeclarationError(what, where, do)


def _title(of: object) -> str:
    return getattr(of, "title", "") or repr(of)


def _get(found: Mapping[str, T], code: str, what: str, where: str = "") -> T:
    if code not in found:
        _stop(f"没有代码为“{code}”的{what}；有：{sorted(found)}", where, "核对代码")
    return found[code]


# -- what a pack reads --------------------------------------------------------------------------

def conditions_of(programme: Programme) -> Iterable[Condition]:
    """Every condition a programme states."""
    yield programme.enrol.who
    for evidence in (*programme.enrol.suspects, *programme.enrol.automatic):
        yield evidence.when if isinstance(evidence, Confirm) else evidence.where
    yield from (first.where for first in programme.ends_by)
    yield from (c.where for c in programme.closers if isinstance(c, Showing))
    for rule in rules_of(programme):
        if isinstance(rule, After | Confirm):
            yield rule.when
    if programme.emergency is not None:
        yield programme.emergency
    if programme.ladder is not None:
        yield from (c for _, c in programme.ladder.rungs)


def rules_of(programme: Programme) -> Iterable[Rule]:
    """Every due rule of its tasks and every opening of its loops."""
    for task in programme.tasks:
        yield task.due
    for loop in programme.loops:
        yield from loop.opens


def norms_of(pack: Pack) -> Iterable[Norm]:
    """Every Norm that the pack's rules and conditions read."""
    for programme in pack.programmes:
        for rule in rules_of(programme):
            yield from rule.norms
        for condition in conditions_of(programme):
            yield from (n for n in parts_of(condition) if isinstance(n, Norm))
        yield from _other_norms(programme)
    for check in (c for record in pack.records for c in record.checks):
        yield from (n for n in parts_of(check.when) if isinstance(n, Norm))


def _other_norms(programme: Programme) -> Iterable[Norm]:
    if programme.lost_after is not None:
        yield programme.lost_after
    for loop in programme.loops:
        yield from (e.days for e in loop.escalate)
    for evidence in (*programme.enrol.suspects, *programme.enrol.automatic):
        match evidence:
            case Twice(_, _, apart):
                yield apart
            case Confirm():
                yield from evidence.norms
            case First():
                pass


def _in_bodies(pack: Pack) -> set[Norm]:
    """Norms that are an indicator's target, or read by its body or what the body calls and names."""
    targets = {i.target for i in pack.indicators if isinstance(i.target, Norm)}
    return targets.union(*({n for n in read_in(i.body) if isinstance(n, Norm)} for i in pack.indicators))


def read_in(function: Callable[..., object], depth: int = 3) -> Iterable[object]:
    """Everything declared that a body names, or what it calls names."""
    for _, value in read_by(function):
        if isinstance(value, FunctionType) and depth:
            yield from read_in(value, depth - 1)
        yield from parts_of(value)


def _compared(pack: Pack) -> Iterable[tuple[object, object]]:
    """Both sides of every comparison in rules, checks and the conditions that indicators name."""
    stated = [c for p in pack.programmes for c in conditions_of(p)]
    stated += [c.when for r in pack.records for c in r.checks]
    nodes = [n for c in stated for n in parts_of(c)]
    nodes += [n for i in pack.indicators for n in read_in(i.body)]
    return ((n.left, n.right) for n in nodes if isinstance(n, Compare))
