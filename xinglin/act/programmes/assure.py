"""Run a pack's worked examples and say in sentences where they do not hold."""

from collections.abc import Iterator
from datetime import date

from xinglin.act.programmes.fold import SUSPECT, CaseState, History, fold, told
from xinglin.declare.example import Example
from xinglin.declare.pack import Pack
from xinglin.declare.programme import Programme


def assure(programme: Programme, example: Example) -> list[str]:
    """What the example claims and the programme does not give; empty when it holds."""
    history = History(example.who, list(example.records), _day(example.enrolled))
    state = fold(programme, history, on=example.day)
    return [f"{example.story}：{line}" for line in _differences(programme, example, state)]


def assure_pack(pack: Pack) -> list[str]:
    """The same over all examples of a pack that name one of its programmes."""
    return [line for example in pack.examples
            for line in assure(pack.programme(example.programme), example)]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _differences(programme: Programme, example: Example, state: CaseState) -> Iterator[str]:
    on = example.day
    if example.due is not None:
        yield from _differ("应做", dict(example.due),
                           {k: str(c.due_by) for k, c in state.due(on).items()})
    if example.loops is not None:
        yield from _differ("未了闭环", dict(example.loops),
                           {x.loop: str(x.follow_by) for x in state.open_loops})
    if example.classes is not None:
        yield from _differ("分类", list(example.classes), [c for _, c in state.classes])
    if example.suspect is not None:
        yield from _differ("待核实", example.suspect, state.state == SUSPECT)
    if example.state is not None:
        yield from _differ("状态", example.state, state.state)
    if example.told is not None:
        yield from _differ("已上报", dict(example.told), {
            x.loop: told(programme.loop(x.loop), x, on=on) for x in state.open_loops})


def _differ(what: str, claimed: object, given: object) -> Iterator[str]:
    if claimed != given:
        yield f"{what}应为 {claimed}，实为 {given}"
