"""The few forms of Markdown that the handbook uses."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- 由定义生成（make docs），不要手改 -->"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table; empty when it has no rows."""
    body = [_line([str(c) for c in row]) for row in rows]
    return [_line(head), _line(["---"] * len(head)), *body] if body else []


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(c.replace('|', '／').replace(chr(10), ' ').strip() for c in cells)} |"


def section(title: str, lines: Iterable[str], *, level: int = 2) -> list[str]:
    """A heading with its lines; nothing at all when there are no lines."""
    body = list(lines)
    return ["", f"{'#' * level} {title}", "", *body] if body else []


def page(title: str, lines: Iterable[str]) -> str:
    """A whole page, with the note that it is generated."""
    return "\n".join([NOTE, "", f"# {title}", "", *lines]).rstrip() + "\n"
