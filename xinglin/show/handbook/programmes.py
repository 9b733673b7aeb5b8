"""A programme in the words that staff read: who comes in, what falls due, which loops must close."""

from datetime import date

from xinglin.declare.programme import Evidence, First, Loop, Programme, Twice, closer_words
from xinglin.declare.rules import Confirm
from xinglin.declare.words import norm_value, to_words
from xinglin.show.handbook.markdown import section, table


def programme_lines(programme: Programme, on: date) -> list[str]:
    """The whole programme."""
    return [
        *_enrol(programme, on),
        *_tasks(programme, on),
        *_loops(programme, on),
        *_classes(programme, on),
        *_endings(programme, on),
    ]


def _enrol(programme: Programme, on: date) -> list[str]:
    enrol = programme.enrol
    told = [f"- 对象：{to_words(enrol.who, on=on)}"]
    told += [f"- 待核实依据：{evidence_words(e, on)}" for e in enrol.suspects]
    told += [f"- 由{enrol.confirmed_by}确认后纳入"] if enrol.confirmed_by else []
    told += [f"- 自动纳入：{evidence_words(e, on)}" for e in enrol.automatic]
    told += (
        [f"- 已在 {'、'.join(enrol.unless)} 方案的人不纳入，转入之日起结案"] if enrol.unless else []
    )
    return section("谁进来", told, level=3)


def evidence_words(evidence: Evidence, on: date) -> str:
    """What counts as evidence, in words."""
    match evidence:
        case First(record, where):
            return f"《{record.about.title}》中首次{to_words(where, on=on)}"
        case Twice(record, where, apart):
            span = f"{norm_value(apart.value_or_none(on))} {apart.unit}"
            return f"《{record.about.title}》中两次{to_words(where, on=on)}，相隔至少 {span}"
        case Confirm():
            return evidence.words(on)
    raise TypeError(type(evidence).__name__)


def _tasks(programme: Programme, on: date) -> list[str]:
    head = ("任务", "何时", "谁做", "由什么了结", "条款")
    return section(
        "要做的事",
        table(
            head,
            [
                (
                    t.title + ("（遇见时做）" if t.opportunistic else ""),
                    t.due.words(on),
                    t.doer,
                    closer_words(t.closed_by, on),
                    t.cites,
                )
                for t in programme.tasks
            ],
        ),
        level=3,
    )


def _loops(programme: Programme, on: date) -> list[str]:
    return [
        line
        for loop in programme.loops
        for line in section(f"闭环：{loop.title}", _loop(loop, on), level=3)
    ]


def _loop(loop: Loop, on: date) -> list[str]:
    told = "，".join(
        f"{norm_value(e.days.value_or_none(on))} {e.days.unit}报{e.to}" for e in loop.escalate
    )
    return [
        *(f"- 开启：{rule.words(on)}" for rule in loop.opens),
        f"- 步骤：{' → '.join(loop.steps)}",
        f"- 了结：{closer_words(loop.closed_by, on)}，或走完最后一步",
        f"- 负责：{loop.owner}；逾期 {told}",
        f"- 依据：{loop.cites}",
    ]


def _classes(programme: Programme, on: date) -> list[str]:
    if programme.ladder is None or programme.ladder_of is None:
        return []
    rungs = [(name, to_words(c, on=on)) for name, c in programme.ladder.rungs]
    told = table(
        ("级别（由重到轻）", "成立条件"), [*rungs, (programme.ladder.otherwise, "以上都不成立")]
    )
    told += [
        "",
        "取成立的最重一级；较重的一级不能判定，分类即不能判定，退回补填，不算作较轻的一级。",
    ]
    if programme.emergency is not None:
        told += ["", f"紧急：{to_words(programme.emergency, on=on)}。{programme.emergency_words}"]
    return section(
        f"{programme.ladder.title}（《{programme.ladder_of.about.title}》）", told, level=3
    )


def _endings(programme: Programme, on: date) -> list[str]:
    told = (
        [f"- 结案（自当日起不在分母）：{'、'.join(s.value for s in programme.stops)}"]
        if programme.stops
        else []
    )
    told += [f"- 结案：{evidence_words(e, on)}" for e in programme.ends_by]
    told += (
        [f"- 暂停（仍在分母，不算达标）：{'、'.join(p.value for p in programme.pauses)}"]
        if programme.pauses
        else []
    )
    if programme.lost_after is not None:
        times = norm_value(programme.lost_after.value_or_none(on))
        told += [f"- 失访须先在 {times} 个不同日联系，并由上级确认"]
    return section("结案与暂停", told, level=3)
