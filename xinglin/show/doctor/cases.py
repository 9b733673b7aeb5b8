"""A person's programmes in words: state, what is due, open loops, and why, by the fold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from xinglin.act.programmes.cycles import Cycle
from xinglin.act.programmes.fold import CaseState, LoopState, fold, told
from xinglin.declare.programme import Loop, Programme, Task
from xinglin.declare.record import Row
from xinglin.kernel.dates import days_between
from xinglin.show.common.wording import due_words
from xinglin.show.doctor.history import Past
from xinglin.show.doctor.timeline import values_words

AHEAD = 60  # days: what lies further is the programme's next date, not work


@dataclass(frozen=True)
class Why:
    """Why something is due: the rule in words, the clause, the record that triggered it."""

    rule: str
    clause: str
    sure: bool
    day: date | None = None
    title: str = ""
    words: str = ""


@dataclass(frozen=True)
class Item:
    """One task or loop of a person. `kind` is late, soon, info or done (with its mark)."""

    code: str
    title: str
    due_by: date
    kind: str
    words: str
    why: Why
    opportunistic: bool = False
    paused: bool = False


@dataclass(frozen=True)
class LoopItem:
    """An open loop: its steps with those reached, who is told by its delay."""

    code: str
    title: str
    opened: date
    follow_by: date
    kind: str
    words: str
    steps: tuple[tuple[str, bool], ...]
    told: tuple[str, ...]
    owner: str
    reasons: tuple[str, ...]
    why: Why

    @property
    def next_step(self) -> str:
        return next((s for s, done in self.steps if not done), "")


@dataclass(frozen=True)
class Case:
    """A person in a programme, as the page shows it."""

    programme: Programme
    state: CaseState
    items: tuple[Item, ...]
    loops: tuple[LoopItem, ...]
    evidence: Why | None = None

    @property
    def code(self) -> str:
        return self.programme.code

    @property
    def title(self) -> str:
        return self.programme.title

    @property
    def kind(self) -> str:
        """The mark of the state."""
        return {"在管": "done", "待核实": "soon", "失访": "late", "拒绝": "late"}.get(
            self.state.state, "info"
        )

    @property
    def next(self) -> Item | None:
        """The first thing that somebody must do."""
        return min((i for i in self.items if not i.opportunistic), key=lambda i: i.due_by, default=None)


def cases_of(past: Past, programmes: Mapping[str, Programme], *, on: date) -> list[Case]:
    """Every programme that has anything to say about the person."""
    found = [case_of(past, p, on=on) for p in programmes.values()]
    return [c for c in found if c.state.state]


def case_of(past: Past, programme: Programme, *, on: date) -> Case:
    """One programme."""
    state = fold(programme, past.of(programme), on=on)
    return Case(
        programme,
        state,
        tuple(sorted(_items(programme, state, on), key=lambda i: i.due_by)),
        tuple(_loop(programme.loop(x.loop), x, on) for x in state.open_loops),
        _evidence(programme, state, on),
    )


def _items(programme: Programme, state: CaseState, on: date) -> Iterator[Item]:
    for code, cycle in state.due(on).items():
        task = programme.task(code)
        paused = state.task_state(cycle, on) == "暂停"
        kind, said = ("info", "暂停") if paused else due_words(cycle.due_by, today=on)
        yield Item(code, task.title, cycle.due_by, kind, said, _why_due(task, cycle, on),
                   task.opportunistic, paused)  # fmt: skip


def _why_due(task: Task, cycle: Cycle, on: date) -> Why:
    return _why(task.due.words(cycle.due_from), str(task.cites), task.cites.sure, cycle.why)


def _why(rule: str, clause: str, sure: bool, row: Row | None) -> Why:
    if row is None:
        return Why(rule, clause, sure)
    return Why(rule, clause, sure, row.day, row.record.about.title, values_words(row.record, row.values))


def _loop(loop: Loop, state: LoopState, on: date) -> LoopItem:
    reached = loop.steps.index(state.step) if state.step in loop.steps else -1
    kind, said = due_words(state.follow_by, today=on)
    return LoopItem(
        code=loop.code, title=loop.title, opened=state.opened, follow_by=state.follow_by,
        kind=kind, words=said, steps=tuple((s, i <= reached) for i, s in enumerate(loop.steps)),
        told=told(loop, state, on=on), owner=loop.owner, reasons=state.reasons,
        why=_why("；".join(state.reasons), str(loop.cites), loop.cites.sure, state.why),
    )  # fmt: skip


def _evidence(programme: Programme, state: CaseState, on: date) -> Why | None:
    row = state.evidence
    if row is None:
        return None
    return Why("有下列依据，需责任医生核实是否纳入", "", True, row.day, row.record.about.title,
               values_words(row.record, row.values))  # fmt: skip


def waiting_days(loop: LoopItem, *, on: date) -> int:
    """Days past the follow-up day; negative before it."""
    return days_between(loop.follow_by, on)
