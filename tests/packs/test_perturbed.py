"""A finished pack's examples notice every number moved by one, and every part taken away."""

from dataclasses import replace

import pytest

from xinglin.act.programmes.assure import assure
from xinglin.declare.catalog import norms_of
from xinglin.declare.expr import Ladder
from xinglin.declare.norm import Norm, Since, adjusted
from xinglin.site.load import found_packs

PACKS = found_packs()


def survives(pack, programme=None, *, instead=None):
    """Do all examples (of one programme) still hold?"""
    for example in pack.examples:
        own = pack.programme(example.programme)
        if programme is None or own is programme:
            try:
                if assure(instead or own, example):
                    return False
            except (LookupError, StopIteration):
                return False
    return True


def moved(norm, by):
    lines = tuple(Since(s.day, None if s.value is None else s.value + by, s.clause) for s in norm.values)
    return Norm(norm.title, norm.unit, lines, norm.picked_by, norm.where)


NUMBERS = [(p, n, by) for p in PACKS for n in dict.fromkeys(norms_of(p)) for by in (1, -1)]


@pytest.mark.parametrize(("pack", "norm", "by"), NUMBERS,
                         ids=[f"{p.code}: {n.title} {by:+d}" for p, n, by in NUMBERS])
def test_a_number_moved_by_one_is_noticed(pack, norm, by):
    with adjusted({norm: moved(norm, by)}):
        assert not survives(pack)


def without(programme):
    """The programme with one part taken away, each in turn, with its name."""
    for task in programme.tasks:
        yield f"任务 {task.code}", replace(programme, tasks=tuple(t for t in programme.tasks if t is not task))
    for loop in programme.loops:
        yield f"闭环 {loop.code}", replace(programme, loops=tuple(x for x in programme.loops if x is not loop))
        for i in range(len(loop.opens)):
            rest = loop.opens[:i] + loop.opens[i + 1:]
            if rest:
                changed = replace(loop, opens=rest)
                yield f"闭环 {loop.code} 第 {i + 1} 条路", replace(
                    programme, loops=tuple(changed if x is loop else x for x in programme.loops))
        for i in range(len(loop.escalate)):
            changed = replace(loop, escalate=loop.escalate[:i] + loop.escalate[i + 1:])
            if changed.escalate:
                yield f"闭环 {loop.code} 第 {i + 1} 级上报", replace(
                    programme, loops=tuple(changed if x is loop else x for x in programme.loops))
    for i, evidence in enumerate(programme.enrol.suspects):
        rest = programme.enrol.suspects[:i] + programme.enrol.suspects[i + 1:]
        yield f"待核实依据 {type(evidence).__name__}", replace(
            programme, enrol=replace(programme.enrol, suspects=rest))
    for stop in programme.stops:
        yield f"结束 {stop.value}", replace(programme, stops=tuple(s for s in programme.stops if s is not stop))
    for pause in programme.pauses:
        yield f"暂停 {pause.value}", replace(
            programme, pauses=tuple(p for p in programme.pauses if p is not pause))
    if programme.ladder is not None:
        rungs = dict(programme.ladder.rungs)
        for name in rungs:
            rest = {k: v for k, v in rungs.items() if k != name}
            yield f"级别 {name}", replace(programme, ladder=Ladder(
                programme.ladder.title, rest, otherwise=programme.ladder.otherwise))


PARTS = [(pack, p, name, less) for pack in PACKS for p in pack.programmes for name, less in without(p)]


@pytest.mark.parametrize(("pack", "programme", "name", "less"), PARTS,
                         ids=[f"{q.code}: 去掉{n}" for _, q, n, _ in PARTS])
def test_a_part_taken_away_is_noticed(pack, programme, name, less):
    assert not survives(pack, programme, instead=less)
