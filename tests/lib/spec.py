"""What a paragraph of the manual says: a little table, one expression, the answer.

`spec(...)` takes the answer by name and compares it with what the machines give; where there are
two machines (Python and DuckDB) both must give it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from tests.lib import little_table
from tests.lib.small_world import RECORDS, RULE, THREE_DAYS, TWO_WEEKS, Visit
from tests.lib.town import Town
from xinglin.act.programmes.assure import assure
from xinglin.act.programmes.fold import CaseState, History, fold
from xinglin.datasets import DELIVERED
from xinglin.datasets.people import Person
from xinglin.declare.example import Example
from xinglin.declare.expr import Condition, Ladder, classify, holds
from xinglin.declare.indicator import Coverage, Indicator, Mean, Share
from xinglin.declare.norm import Norm
from xinglin.declare.programme import Enrol, Escalate, Loop, Programme, Task
from xinglin.declare.record import Record
from xinglin.declare.refuse import DeclarationError
from xinglin.declare.table import ladder_at, to_ibis
from xinglin.declare.words import to_words
from xinglin.kernel.dates import Period

CON = ibis.duckdb.connect()
KNOWN = {r.about.code: r for r in (*RECORDS, *DELIVERED)}
EVERYONE = Enrol(who=Person.usual_resident.is_true(), confirmed_by="责任医生")
TO_TOWN, TO_COUNTY = Escalate(THREE_DAYS, "乡镇"), Escalate(TWO_WEEKS, "县")


def programme_of(**parts: Any) -> Programme:
    """A programme with the given parts, everything else plain."""
    return Programme(**{"code": "p", "title": "示例方案", "enrol": EVERYONE, "tasks": (), **parts})


def task_of(rule: Any, closed_by: tuple[type[Record], ...] = (Visit,)) -> Task:
    """One task with this rule."""
    return Task(
        code="task", title="任务", due=rule, closed_by=closed_by, doer="责任医生", cites=RULE
    )


def loop_of(*opens: Any, closed_by: tuple[type[Record], ...] = (Visit,)) -> Loop:
    """One loop opened by these rules: 转出 → 接诊 → 了结."""
    return Loop(
        code="loop",
        title="闭环",
        steps=("转出", "接诊", "了结"),
        opens=opens,
        closed_by=closed_by,
        owner="责任医生",
        escalate=(TO_TOWN, TO_COUNTY),
        cites=RULE,
    )


def spec(**said: Any) -> None:
    """Check one paragraph; what is asked decides which machine answers."""
    for word, check in CHECKS.items():
        if word in said:
            check(**said)
            return
    raise AssertionError(f"一段里要有其中一个：{list(CHECKS)}")


# -- one person ---------------------------------------------------------------------------------


def _rule(*, rule: Any, closed_by: tuple[type[Record], ...] = (Visit,), **said: Any) -> None:
    _case(programme=programme_of(tasks=(task_of(rule, closed_by),)), **said)


def _opens(*, opens: Any, closed_by: tuple[type[Record], ...] = (Visit,), **said: Any) -> None:
    _case(programme=programme_of(loops=(loop_of(*opens, closed_by=closed_by),)), **said)


def _case(
    *,
    programme: Programme,
    history: str = "",
    enrolled: str | None = "2024-01-05",
    on: str | None = None,
    born: str = "1964-01-01",
    record: type[Record] = Visit,
    turns: list[str] | None = None,
    opened: list[str] | None = None,
    due: Any = ...,
    person: dict[str, Any] | None = None,
    **claims: Any,
) -> None:
    rows = (
        little_table.rows(history, KNOWN, record, {"programme": programme.code, "loop": "loop"})
        if history
        else []
    )
    if due is not ...:
        claims["due"] = {"task": due} if isinstance(due, str) else due or {}
    example = Example(
        "说明书", enrolled=enrolled, born=born, records=rows, on=on, person=person or {}, **claims
    )
    assert assure(programme, example) == []
    state = fold(programme, History(example.who, rows, _day(enrolled)), on=example.day)
    if turns is not None:
        assert _turns(state, example.day) == turns
    if opened is not None:
        assert [f"{x.opened} → {x.closed or '未了'}" for x in state.loops] == opened


def _turns(state: CaseState, on: date) -> list[str]:
    return [
        f"{c.due_from} 至 {c.due_by}：{c.done_on or c.state(on)}"
        for turns in state.cycles.values()
        for c in turns
    ]


# -- rows and tables ----------------------------------------------------------------------------


def _table(
    *,
    table: str,
    expression: Condition | Ladder | Norm,
    answer: list[Any],
    on: str = "2024-01-01",
    record: type[Record] = Visit,
) -> None:
    rows = [{"day": date.fromisoformat(on), **v} for v in little_table.values(table, record)]
    assert [_of_row(expression, row) for row in rows] == answer
    assert _of_table(expression, rows, record) == answer


def _of_row(expression: Any, row: dict[str, Any]) -> Any:
    day = row["day"]
    if isinstance(expression, Norm):
        return expression.value_or_none(day)
    person = {n.removeprefix("person__"): v for n, v in row.items() if n.startswith("person__")}
    reader: Callable[..., Any] = classify if isinstance(expression, Ladder) else holds
    return reader(expression, row, on=day, person=person)


def _of_table(expression: Any, rows: list[dict[str, Any]], record: type[Record]) -> list[Any]:
    kinds = {**record.schema(), **{f"person__{n}": k for n, k in Person.schema().items()}}
    schema = ibis.schema({"i": "int64", **kinds}).to_pyarrow()
    made = ibis.memtable(pa.Table.from_pylist([{"i": i, **r} for i, r in enumerate(rows)], schema))
    if isinstance(expression, Norm):
        column = expression.at(made.day)
    elif isinstance(expression, Ladder):
        column = ladder_at(expression, made, on=made.day)
    else:
        column = to_ibis(expression, made, on=made.day)
    said = CON.to_pyarrow(made.select("i", said=column).order_by("i"))
    return said["said"].to_pylist()


def _checks(*, delivered: str, record: type[Record] = Visit, answer: list[tuple[str, ...]]) -> None:
    """Which of the Record's checks a delivered row meets, by their sentences."""
    given = little_table.values(delivered, record)
    assert [
        tuple(
            f"{c.act} {c.words}" for c in record.checks if holds(c.when, row, on=row["day"]) is True
        )
        for row in given
    ] == answer


# -- figures ------------------------------------------------------------------------------------


def _figure(
    *,
    figure: Indicator,
    lake: str,
    period: str,
    answer: Any,
    on: str = "2026-01-01",
    record: type[Record] = Visit,
) -> None:
    """Numerator, denominator and undecided of a share; both counts of a coverage; one number else."""
    town = Town((record,))
    town.put(record, little_table.values(lake, record))
    opened = town.lake(day=date.fromisoformat(on))
    result = figure.compute(opened, Period.parse(period))
    backend = ibis.duckdb.from_connection(town.con)
    assert tuple(_number(backend.execute(x)) for x in _asked(result)) == answer


def _asked(result: Any) -> list[Any]:
    match result:
        case Share(of, having):
            return [having.sum(), of.count(), having.isnull().sum()]
        case Coverage(reached, expected, weight):
            return [reached.count(), expected[weight].sum() if weight else expected.count()]
        case Mean(_, value):
            return [value.mean()]
    return [result.of.count()]


def _number(value: Any) -> float | int | None:
    return None if value is None or value != value else value


# -- words and refusals -------------------------------------------------------------------------


def _words(*, words: str, expression: Any, on: str = "2024-01-01") -> None:
    day = date.fromisoformat(on)
    said = expression.words(day) if hasattr(expression, "words") else to_words(expression, on=day)
    assert said == words


def _refused(*, refused: str, when: Callable[[], object], do: str = "") -> None:
    try:
        when()
    except DeclarationError as problem:
        assert refused in str(problem)
        assert do == (problem.do if do else "")
        return
    raise AssertionError(f"没有被拒绝：应说“{refused}”")


def _gives(*, gives: Any, expression: Callable[[], object]) -> None:
    assert expression() == gives


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


CHECKS: dict[str, Callable[..., None]] = {
    "refused": _refused,
    "words": _words,
    "delivered": _checks,
    "table": _table,
    "figure": _figure,
    "rule": _rule,
    "opens": _opens,
    "programme": _case,
    "gives": _gives,
}
