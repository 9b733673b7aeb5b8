"""Refusing a whole file: limits, and the header's rules that all forms share."""

from collections.abc import Sequence

import duckdb

from xinglin.kernel.errors import XinglinError

MAX_COLUMNS = 500


class FileRefusedError(XinglinError):
    """The whole file goes back: nothing of it is loaded."""

    of_the_file = True


def unreadable(what: str, where: str, do: str) -> FileRefusedError:
    """A refusal in the sender's words."""
    return FileRefusedError(what, where, do)


def blame_the_file(problem: Exception) -> None:
    """Raises it again where it is the machine's: a good file is not refused since memory or the disk ran out."""
    if isinstance(problem, MemoryError | duckdb.OutOfMemoryException | duckdb.FatalException) or "No space left" in str(problem):
        raise problem


def checked_header(cells: Sequence[str], *, where: str) -> list[str]:
    """Names of the columns, trailing blanks cut. Refuses too many, doubled and unnamed ones."""
    names = [c.strip().strip("\ufeff") for c in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise unreadable(f"表头有 {len(names)} 列，超过 {MAX_COLUMNS} 列", where,
                         "请只导出约定的列，删去右侧空白或无关的列后重传")
    if not names:
        raise unreadable("找不到表头", where, "请在第一行写上列名后重传")
    doubled = sorted({n for n in names if n and names.count(n) > 1})
    if doubled:
        raise unreadable(f"表头有重复的列名：{'、'.join(doubled[:5])}", where, "请给每一列不同的名称后重传")
    return [n or f"第{i}列" for i, n in enumerate(names, 1)]
