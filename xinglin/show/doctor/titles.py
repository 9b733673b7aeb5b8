"""What stands in rows as a code of ours, as people read it: programmes, their loops, sources."""

from collections.abc import Collection

from xinglin.declare.record import Column
from xinglin.gather.models import SOURCE_KINDS, Source
from xinglin.show.common.definitions import catalog
from xinglin.show.common.forms import words

_KINDS = SOURCE_KINDS | {"other": "其他来源"}


def said(column: Column, value: object, *, programme: str = "") -> str:
    """A cell in words. A loop's code is '' where programmes differ in its title and none is named."""
    if column.kind == "text" and column.name == "programme":
        held = catalog().programmes.get(str(value))
        return held.title if held else words(column, value)
    if column.kind == "text" and column.name == "loop" and value is not None:
        return _loop(str(value), programme)
    return words(column, value)


def _loop(code: str, programme: str) -> str:
    titles = {loop.title for p in catalog().programmes.values() if programme in ("", p.code)
              for loop in p.loops if loop.code == code}  # fmt: skip
    return titles.pop() if len(titles) == 1 else "" if titles else code


def source_titles(codes: Collection[str]) -> dict[str, str]:
    """Source → its title; what kind of source it is where nobody has given it one."""
    held = {s.code: s for s in Source.objects.filter(code__in=codes)}
    return {code: _title(held.get(code), code) for code in codes}


def _title(source: Source | None, code: str) -> str:
    if source is None:
        return _KINDS["other"]
    return source.title if source.title not in ("", code) else _KINDS[source.kind]
