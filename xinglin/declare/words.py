"""Conditions and rules in the words that staff read and sign."""

from __future__ import annotations

from datetime import date

from xinglin.declare.expr import (
    Age,
    All,
    Any_,
    Compare,
    Condition,
    InList,
    IsAny,
    IsNull,
    IsTrue,
    Ladder,
    Literal,
    Mentions,
    Not,
    Operand,
)
from xinglin.declare.norm import Norm
from xinglin.declare.record import Column

_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}


def to_words(condition: Condition, *, on: date) -> str:
    """The condition as a Chinese sentence with the numbers of that day."""
    match condition:
        case All(parts):
            return " 且 ".join(_wrapped(p, on, inside=All) for p in parts)
        case Any_(parts):
            return " 或 ".join(_wrapped(p, on, inside=Any_) for p in parts)
        case Not(IsNull(of)):
            return f"{_title(of)}已填"
        case Not(of):
            return f"不是（{to_words(of, on=on)}）"
        case IsNull(of):
            return f"{_title(of)}未填"
        case IsTrue(of):
            return _title(of)
        case IsAny(of, codes):
            return f"{_title(of)}为{'、'.join(_code_title(of, c) for c in codes)}"
        case InList(of, codes):
            return f"{_title(of)}在《{codes.title}》之内（{len(codes.codes)} 个编码）"
        case Mentions(of, words):
            return f"{_title(of)}写有{'、'.join(f'“{w}”' for w in words)}"
        case Compare(op, left, right):
            return f"{_title(left)} {_SIGNS[op]} {_amount(right, on)}"
    raise TypeError(type(condition).__name__)


def _wrapped(part: Condition, on: date, *, inside: type) -> str:
    words = to_words(part, on=on)
    return f"（{words}）" if isinstance(part, All | Any_) and not isinstance(part, inside) else words


def _title(of: Operand) -> str:
    return of.title if isinstance(of, Column | Age | Ladder) else "?"


def _code_title(of: Operand, code: str) -> str:
    codes = getattr(of, "codes", "")
    return codes.title_of(code) if codes and not isinstance(codes, str) else code


def _amount(right: Operand | Norm | Literal, on: date) -> str:
    match right:
        case Norm():
            value = right.value_or_none(on)
            return f"{norm_value(value)} {right.unit}（{right.title}）".replace("  ", " ")
        case Literal(value):
            return str(value)
    return _title(right)


def norm_value(value: float | None) -> str:
    """A norm's value as printed; a repealed one is 废止."""
    return "废止" if value is None else f"{value:.12g}"
