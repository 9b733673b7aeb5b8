"""Fingerprints: 12 characters that change when a definition says something else.

They cover what is said (parts, conditions, numbers with their history, the body of a function and
what it reads by name), not where it stands in a file nor how it is laid out.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from types import CodeType, FunctionType, ModuleType
from typing import Any

from xinglin.declare.expr import Ladder
from xinglin.declare.norm import Norm, adopted, is_adjusted
from xinglin.declare.programme import Programme
from xinglin.declare.record import Column, Record

# The language's own functions count by name: a faster machine is not another definition.
_BY_NAME = ("xinglin.declare.", "xinglin.kernel.", "ibis.")
_SHARED = (Norm, Programme, Ladder)
_TEXTS: dict[tuple[object, ...], tuple[object, object, str]] = {}
_MOST = 5_000
_UPTO: ContextVar[date | None] = ContextVar("upto", default=None)


def fingerprint(thing: object, *, norms: Iterable[Norm] = (), upto: date | None = None) -> str:
    """12 hex characters, the same in every process for the same definition.

    `norms` are the Norms that a computation looked up besides. Lines of a Norm after `upto` do not
    count: a number decreed for next year leaves last year's figures what they were.
    """
    token = _UPTO.set(upto)
    try:
        texts = [_text(thing, ()), *sorted(_text(n, ()) for n in norms)]
    finally:
        _UPTO.reset(token)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def read_by(function: Callable[..., Any]) -> Iterator[tuple[str, object]]:
    """(name, value) of everything global that a function's body names, in order of the names."""
    plain = inspect.unwrap(function)
    space: Mapping[str, object] = getattr(plain, "__globals__", {})
    names = _names(plain.__code__) if isinstance(plain, FunctionType) else set()
    return ((n, space[n]) for n in sorted(names) if n in space)


def _names(code: CodeType) -> set[str]:
    inner = (c for c in code.co_consts if isinstance(c, CodeType))
    return set(code.co_names).union(*(_names(c) for c in inner))


def _text(thing: object, inside: tuple[object, ...]) -> str:
    if any(thing is x for x in inside):
        return "…"                                  # a function that names itself
    if isinstance(thing, _SHARED) or (isinstance(thing, type) and issubclass(thing, Record)):
        return _shared_text(thing)
    return _said(thing, (*inside, thing))


def _shared_text(thing: Any) -> str:
    """The text of what many definitions name, worked out once for each last day."""
    if is_adjusted():
        return _said(thing, (thing,))
    about = getattr(thing, "about", None)               # of a Record: may be declared anew in a test
    key = (_UPTO.get(), adopted(), id(thing), id(about))
    if key not in _TEXTS:
        if len(_TEXTS) >= _MOST:
            _TEXTS.clear()
        _TEXTS[key] = (thing, about, _said(thing, (thing,)))    # held, so that nothing else can have their ids
    return _TEXTS[key][2]


def _said(thing: object, inside: tuple[object, ...]) -> str:
    match thing:
        case Norm():
            upto = _UPTO.get()
            lines = [s for s in thing.history if upto is None or s.day <= upto]
            return _parts("Norm", [thing.title, thing.unit, thing.picked_by, lines], inside)
        case Column():
            return f"{thing!r}:{thing.kind}:{thing.unit}"
        case type() if issubclass(thing, Record) and thing is not Record:
            whole = [[c, c.title, c.required, c.between, c.codes, c.hint] for c in thing.columns().values()]
            return _parts("Record", [thing.about, whole, thing.checks], inside)
        case FunctionType() if not thing.__module__.startswith(_BY_NAME):
            return _parts(_source(thing), [list(p) for p in read_by(thing)], inside)
        case Enum():
            return str(thing)
        case Mapping():
            return _parts("map", sorted(thing.items(), key=lambda p: str(p[0])), inside)
        case list() | tuple():
            return _parts("", thing, inside)
        case type() | FunctionType() | ModuleType():
            return thing.__name__
    if is_dataclass(thing):
        said = [getattr(thing, f.name) for f in fields(thing) if f.name != "where" or f.type != "str"]
        return _parts(type(thing).__name__, said, inside)
    return repr(thing) if isinstance(thing, str | int | float | bool | date | None) else type(thing).__name__


def _parts(name: str, parts: Any, inside: tuple[object, ...]) -> str:
    return f"{name}({','.join(_text(p, inside) for p in parts)})"


def _source(function: FunctionType) -> str:
    """The body as the parser sees it: comments and layout do not count, the docstring does."""
    return ast.unparse(ast.parse(textwrap.dedent(inspect.getsource(function))))
