"""Conditions: a small tree with three readers.

`holds` reads one row in plain Python (the oracle), `to_ibis` (table.py) a table of any size,
`to_words` (words.py) the page that staff sign. All three know three values: yes, no, unknown.
A tree covers one record and the person's own columns on that record's day; what spans many
records is an engine's or an indicator's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from xinglin.declare.codelist import Codelist
from xinglin.declare.norm import Norm
from xinglin.declare.refuse import refuse
from xinglin.kernel.dates import age_on

if TYPE_CHECKING:
    pass


OPS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}


class Condition:
    """A yes/no/unknown question about one row. Combine with & | ~, never and/or/not."""

    def __and__(self, other: Condition) -> Condition:
        return All((self, _condition(other)))

    def __or__(self, other: Condition) -> Condition:
        return Any_((self, _condition(other)))

    def __invert__(self) -> Condition:
        return Not(self)

    def __bool__(self) -> NoReturn:  # noqa: PLE0304 - always refuses
        refuse("条件不能用 and、or、not、if 判断", "改用 &、|、~ 组合，并给每个比较加括号")


class Operand:
    """What can be compared: a column, an age, a class on a ladder."""

    name = ""

    @property
    def belongs_to_person(self) -> bool:
        return False

    def _compare(self, op: str, other: object) -> Condition:
        return Compare(op, self, _right_side(op, self, other))

    def __ge__(self, other: object) -> Condition:
        return self._compare(">=", other)

    def __le__(self, other: object) -> Condition:
        return self._compare("<=", other)

    def __gt__(self, other: object) -> Condition:
        return self._compare(">", other)

    def __lt__(self, other: object) -> Condition:
        return self._compare("<", other)

    def equals(self, other: object) -> Condition:
        return self._compare("=", other)

    def is_null(self) -> Condition:
        return IsNull(self)

    def is_true(self) -> Condition:
        return IsTrue(self)

    def is_any(self, *codes: str) -> Condition:
        """The value is one of these codes."""
        return IsAny(self, codes or refuse("is_any 里没有代码", "至少写一个代码"))

    def mentions(self, *words: str) -> Condition:
        """The text contains one of these words."""
        return Mentions(self, words or refuse("mentions 里没有词", "至少写一个词"))

    def is_in(self, codes: Codelist) -> Condition:
        """The value is a member of a codelist."""
        return InList(self, codes)


def _condition(value: object) -> Condition:
    if not isinstance(value, Condition):
        refuse(f"“{value!r}”不是条件", "每个比较各加一对括号，再用 & | 连接")
    return value


def _right_side(op: str, left: Operand, value: object) -> Operand | Norm | Literal:
    if isinstance(value, Operand | Norm):
        return value
    if isinstance(value, bool) or (isinstance(value, int | float) and value not in (0, 1)):
        refuse(f"条件里写了数字 {value}", "写成 Norm（名称、单位、条款），数字只在 since(…) 里出现")
    if not isinstance(value, int | float | str):
        refuse(f"不能与 {value!r} 比较", "右边写 Norm、另一列、代码、0 或 1")
    return Literal(value)


@dataclass(frozen=True)
class Literal:
    """A code, a yes/no, 0 or 1 written in a condition."""

    value: int | float | str


@dataclass(frozen=True)
class Age(Operand):
    """Full years on the record's day, from a birth date column."""

    birth: Operand
    title: str = "年龄"
    unit: str = "岁"


@dataclass(frozen=True)
class Compare(Condition):
    """left op right; unknown when either side is."""

    op: str
    left: Operand
    right: Operand | Norm | Literal


@dataclass(frozen=True)
class IsNull(Condition):
    """Nothing is filled in; never unknown."""

    of: Operand


@dataclass(frozen=True)
class IsTrue(Condition):
    """A yes/no is yes."""

    of: Operand


@dataclass(frozen=True)
class IsAny(Condition):
    """A value is one of a few codes."""

    of: Operand
    codes: tuple[str, ...]


@dataclass(frozen=True)
class InList(Condition):
    """A value is a member of a codelist."""

    of: Operand
    codes: Codelist


@dataclass(frozen=True)
class Mentions(Condition):
    """A text contains one of the words."""

    of: Operand
    words: tuple[str, ...]


@dataclass(frozen=True)
class All(Condition):
    """Every part holds; one no decides."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any_(Condition):  # noqa: N801 - Any is typing's
    """Some part holds; one yes decides."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not(Condition):
    """The part does not hold; unknown stays unknown."""

    of: Condition


@dataclass(frozen=True)
class Ladder(Operand):
    """Named rungs from the gravest down; a row's class is the gravest rung that holds.

    If a rung above every rung that holds cannot be decided, the class is unknown: never
    silently the mildest.
    """

    title: str
    rungs: tuple[tuple[str, Condition], ...]
    otherwise: str

    def __init__(self, title: str, rungs: Mapping[str, Condition], *, otherwise: str) -> None:
        if not rungs or otherwise in rungs:
            refuse(f"阶梯“{title}”的级别有误", "至少一级，且“其余”不与各级同名")
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "rungs", tuple((k, _condition(v)) for k, v in rungs.items()))
        object.__setattr__(self, "otherwise", otherwise)

    @property
    def names(self) -> tuple[str, ...]:
        return (*(name for name, _ in self.rungs), self.otherwise)

    def is_any(self, *codes: str) -> Condition:
        unknown = [c for c in codes if c not in self.names]
        if unknown:
            refuse(f"阶梯“{self.title}”没有 {unknown}；有：{list(self.names)}")
        return IsAny(self, tuple(codes))


# -- reader 1: one row, plain Python -------------------------------------------------------------

Row = Mapping[str, Any]


def holds(condition: Condition, row: Row, *, on: date, person: Row | None = None) -> bool | None:
    """Does the condition hold on this row? None is unknown (three-valued as in SQL).

    `row` maps the record's column names to values, `person` the columns of Person.
    """
    return _holds(condition, _Scene(row, person or {}, on))


@dataclass(frozen=True)
class _Scene:
    row: Row
    person: Row
    on: date


def _holds(c: Condition, at: _Scene) -> bool | None:
    match c:
        case All(parts):
            return _kleene([_holds(p, at) for p in parts], absorbing=False)
        case Any_(parts):
            return _kleene([_holds(p, at) for p in parts], absorbing=True)
        case Not(of):
            inner = _holds(of, at)
            return None if inner is None else not inner
        case IsNull(of):
            return _value(of, at) is None
        case IsTrue(of):
            value = _value(of, at)
            return None if value is None else bool(value)
        case IsAny(of, codes):
            value = _value(of, at)
            return None if value is None else value in codes
        case InList(of, codes):
            return codes.has(_value(of, at))
        case Mentions(of, words):
            text = _value(of, at)
            return None if text is None else any(w in text for w in words)
        case Compare(op, left, right):
            a, b = _value(left, at), _value(right, at)
            return None if a is None or b is None else bool(OPS[op](a, b))
    raise TypeError(type(c).__name__)


def _kleene(parts: list[bool | None], *, absorbing: bool) -> bool | None:
    if absorbing in parts:
        return absorbing
    return None if None in parts else not absorbing


def _value(of: Operand | Norm | Literal, at: _Scene) -> Any:
    match of:
        case Literal(value):
            return value
        case Norm():
            return of.value_or_none(at.on)
        case Age(birth):
            born = _value(birth, at)
            return None if born is None else age_on(born, at.on)
        case Ladder(_, rungs, otherwise):
            return _rung(rungs, otherwise, at)
    source = at.person if of.belongs_to_person else at.row
    return source.get(of.name)


def _rung(rungs: tuple[tuple[str, Condition], ...], otherwise: str, at: _Scene) -> str | None:
    for name, condition in rungs:
        held = _holds(condition, at)
        if held is None:
            return None
        if held:
            return name
    return otherwise


def classify(ladder: Ladder, row: Row, *, on: date, person: Row | None = None) -> str | None:
    """The row's class on a Ladder, None when it cannot be decided."""
    return _rung(ladder.rungs, ladder.otherwise, _Scene(row, person or {}, on))


# -- walking ------------------------------------------------------------------------------------

def parts_of(node: object) -> Iterator[object]:
    """Every node below and including `node`: operands, norms and ladders too."""
    yield node
    match node:
        case All(parts) | Any_(parts):
            below: tuple[object, ...] = parts
        case Compare(_, left, right):
            below = (left, right)
        case Not(of) | IsNull(of) | IsTrue(of) | IsAny(of, _) | InList(of, _) | Mentions(of, _):
            below = (of,)
        case Age(birth):
            below = (birth,)
        case Ladder(_, rungs, _):
            below = tuple(c for _, c in rungs)
        case _:
            below = ()
    for part in below:
        yield from parts_of(part)
