"""Forms from Records: fields to draw, and what was typed read back with a sentence for each slip.

A yes/no question has no default: unanswered is unknown. Identity and place of the service are the
page's own business; `leave_out` names the columns that it fills in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from xinglin.declare.codelist import Codelist
from xinglin.declare.expr import holds
from xinglin.declare.record import Column, Record, Row
from xinglin.declare.words import norm_value
from xinglin.show.common.readings import read_number

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Choice:
    """One answer of a question with few answers."""

    value: str
    title: str


@dataclass(frozen=True)
class Field:
    """One question as drawn: `last` is the person's previous value, grey beside the field."""

    name: str
    title: str
    kind: str
    unit: str = ""
    hint: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None
    value: str = ""
    last: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Answers:
    """What was typed, read: `values` by column name, `problems` by column name in a sentence each."""

    values: Mapping[str, Any]
    problems: Mapping[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()  # queries: kept, but the doctor is asked to look again

    @property
    def fine(self) -> bool:
        return not self.problems


def fields(
    record: type[Record],
    *,
    typed: Mapping[str, str] | None = None,
    last: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    leave_out: Iterable[str] = (),
) -> list[Field]:
    """The Record's questions in the order it was written, with what was typed and the last values."""
    out = {*leave_out, *(c.name for c in record.of_kind("person", "org", "staff", "place"))}
    return [
        _field(c, typed or {}, last or {}, problems or {})
        for name, c in record.columns().items()
        if name not in out
    ]


def not_asked(record: type[Record], person: Mapping[str, Any], *, on: date) -> tuple[str, ...]:
    """Columns that the form does not ask of this person (Column.asked); unknown: it asks."""
    return tuple(
        n
        for n, c in record.columns().items()
        if c.asked is not None and holds(c.asked, {}, on=on, person=person) is False
    )


def _field(
    column: Column, typed: Mapping[str, str], last: Mapping[str, Any], problems: Mapping[str, str]
) -> Field:
    low, high = column.between or (None, None)
    return Field(
        column.name,
        column.title,
        column.kind,
        column.unit,
        column.hint,
        column.required,
        _choices(column),
        low,
        high,
        typed.get(column.name, ""),
        words(column, last.get(column.name)),
        problems.get(column.name, ""),
    )


def _choices(column: Column) -> tuple[Choice, ...]:
    if column.kind == "yesno":
        return (Choice(NO, "无"), Choice(YES, "有"))
    if isinstance(column.codes, Codelist):
        return tuple(Choice(c.code, c.title) for c in column.codes.codes)
    return ()


def words(column: Column, value: Any) -> str:
    """A value as people read it; an unknown one is empty."""
    if value is None:
        return ""
    if column.kind == "yesno":
        return "有" if value else "无"
    if isinstance(column.codes, Codelist):
        return column.codes.title_of(str(value))
    return norm_value(value) if isinstance(value, int | float) else str(value)


def typed_values(record: type[Record], values: Mapping[str, Any]) -> dict[str, str]:
    """Stored values as the texts that the form's inputs hold (to correct a saved record)."""
    kinds = {n: c.kind for n, c in record.columns().items()}
    return {
        n: (YES if v else NO)
        if kinds.get(n) == "yesno"
        else norm_value(v)
        if isinstance(v, int | float)
        else str(v)
        for n, v in values.items()
        if v is not None and n in kinds
    }


def read(
    record: type[Record], typed: Mapping[str, str], *, given: Mapping[str, Any], today: date
) -> Answers:
    """Read a posted form; `given` are the columns that the page fills in.

    Nothing is guessed: what cannot be read is a problem with where and what to do.
    """
    values, problems = dict(given), {}
    for name, column in record.columns().items():
        if name in given or column.kind in ("person", "org", "staff", "place"):
            continue
        try:
            values[name] = _one(column, (typed.get(name) or "").strip(), today)
        except ValueError as problem:
            problems[name] = str(problem)
    return Answers(values, problems, () if problems else _asks(record, values))


def _one(column: Column, text: str, today: date) -> Any:
    if not text:
        if column.required:
            raise ValueError(f"{column.title}没有填。请填写后再保存")
        return None
    match column.kind:
        case "yesno":
            return text == YES
        case "day":
            return _day(column, text, today)
        case "integer" | "number":
            return _number(column, text)
    return _text(column, text)


def _number(column: Column, text: str) -> int | float:
    value = read_number(text)
    if value is None:
        raise ValueError(
            f"{column.title}“{text[:12]}”不是数字。请只填数字，单位是 {column.unit or '个'}"
        )
    if column.between and not column.between[0] <= value <= column.between[1]:
        low, high = (norm_value(x) for x in column.between)
        raise ValueError(
            f"{column.title} {norm_value(value)} 不在 {low}–{high} {column.unit} 之内。请再测一次或核对"
        )
    if column.kind == "integer" and value != int(value):
        raise ValueError(f"{column.title} {norm_value(value)} 要填整数")
    return int(value) if column.kind == "integer" else value


def _day(column: Column, text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column.title}“{text[:12]}”不是有效日期。请写成 2026-03-15") from None
    dated = column.record is not None and column.record.about.dated_by == column.name
    if dated and day > today:
        raise ValueError(f"{column.title} {text} 晚于今天。请改为实际服务的日期")
    return day


def _text(column: Column, text: str) -> str:
    if isinstance(column.codes, Codelist) and not column.codes.has(text):
        raise ValueError(f"{column.title}“{text[:12]}”不在可选项里。请从列出的项中选")
    if len(text) > column.at_most:
        raise ValueError(f"{column.title}有 {len(text)} 个字，最多 {column.at_most} 个")
    return text


def _asks(record: type[Record], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences of the Record's checks that this row meets: shown before saving, not refused."""
    row = Row(record, values)
    day = row.day if not isinstance(row.day, datetime) else row.day.date()
    return tuple(c.words for c in record.checks if holds(c.when, values, on=day) is True)
