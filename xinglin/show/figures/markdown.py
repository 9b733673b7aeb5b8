"""The handbook's Markdown as HTML: headings, tables, lists, paragraphs, bold, code, links. All escaped first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_INLINE = ((re.compile(r"`([^`]+)`"), r"<code>\1</code>"), (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
           (re.compile(r"\[([^\]]+)\]\(([\w./-]+)\)"), r'<a href="\2">\1</a>'))
_ITEM = re.compile(r"(?:- |\d+\. )")


def html_of(text: str) -> SafeString:
    """A page without its title (the frame shows that) as HTML."""
    return mark_safe("\n".join(_blocks(_without_notes(text))))  # noqa: S308  (every part is escaped)


def title_of(text: str) -> str:
    """The page's first heading."""
    return next((line[2:] for line in text.splitlines() if line.startswith("# ")), "")


def _without_notes(text: str) -> list[str]:
    return [x for x in text.splitlines() if not x.startswith(("<!--", "# "))]


def _kind(line: str) -> str:
    if line.startswith("|"):
        return "table"
    if line.startswith("#"):
        return "heading"
    if _ITEM.match(line):
        return "ol" if line[0].isdigit() else "ul"
    return "text" if line.strip() else "gap"


def _blocks(lines: list[str]) -> Iterator[str]:
    code: list[str] | None = None
    plain: list[str] = []
    for line in lines:
        if line.startswith("```"):
            if code is None:
                yield from _grouped(plain)
                code, plain = [], []
            else:
                yield f"<pre><code>{escape(chr(10).join(code))}</code></pre>"
                code = None
        else:
            (plain if code is None else code).append(line)
    yield from _grouped(plain)


def _grouped(lines: list[str]) -> Iterator[str]:
    for kind, group in groupby(lines, _kind):
        held = list(group)
        if kind == "heading":
            yield from (_heading(x) for x in held)
        elif kind == "table":
            yield _table(held)
        elif kind in ("ul", "ol"):
            items = [_inline(_ITEM.sub("", x, count=1)) for x in held]
            yield f"<{kind}>{''.join(f'<li>{x}</li>' for x in items)}</{kind}>"
        elif kind == "text":
            yield f"<p>{'<br>'.join(_inline(x) for x in held)}</p>"


def _heading(line: str) -> str:
    marks, _, title = line.partition(" ")
    return f"<h{len(marks)}>{_inline(title)}</h{len(marks)}>"


def _table(lines: list[str]) -> str:
    head, *rows = [[c.strip() for c in x.strip().strip("|").split("|")] for x in lines]
    body = [r for r in rows if not all(set(c) <= {"-", ":"} for c in r)]
    top = "".join(f'<th scope="col">{_inline(c)}</th>' for c in head)
    cells = ["".join(f"<td>{_inline(c)}</td>" for c in r) for r in body]
    drawn = "".join(f"<tr>{c}</tr>" for c in cells)
    return (f'<div class="x-table-wrap" tabindex="0" role="region" aria-label="{escape(head[0])}">'
            f'<table class="x-table"><thead><tr>{top}</tr></thead><tbody>{drawn}</tbody></table></div>')


def _inline(text: str) -> str:
    told = str(escape(text))
    for pattern, form in _INLINE:
        told = pattern.sub(form, told)
    return told
