"""The manual, from the paragraphs of `tests/spec`: a title, a little table, one expression, the answer.

It reads the files as text, and runs nothing: the paragraphs are true because they are tests.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from xinglin.kernel.errors import XinglinError
from xinglin.show.handbook.markdown import page, table

TABLES = ("history", "table", "delivered")


def manual_page(folder: Path) -> str:
    """All chapters in the order of `toc.py`."""
    lines = ["每一段是一个测试：一张小表，一个式子，一个答案。表中空格是没有填，“空”是填了未知。"]
    for name in chapters(folder):
        lines += _chapter(ast.parse((folder / f"test_{name}.py").read_text("utf-8")))
    world = ast.parse((folder.parent / "lib/small_world.py").read_text("utf-8"))
    lines += ["", "## 附：例中的数字与记录", "", *_code(ast.unparse(n) for n in _declared(world))]
    return page("说明书", lines)


def chapters(folder: Path) -> tuple[str, ...]:
    """The names that `toc.py` lists."""
    for node in ast.parse((folder / "toc.py").read_text("utf-8")).body:
        if isinstance(node, ast.Assign):
            return tuple(ast.literal_eval(node.value))
    raise XinglinError("说明书没有目录", "tests/spec/toc.py", "写 CHAPTERS = (…)")


def _chapter(module: ast.Module) -> Iterator[str]:
    title, *text = (ast.get_docstring(module) or "").splitlines()
    yield from ("", f"## {title}", *text)
    if declared := _declared(module):
        yield from ("", "本章用到：", "", *_code(ast.unparse(n) for n in declared))
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from _paragraph(node)


def _declared(module: ast.Module) -> list[ast.stmt]:
    """Numbers, Records, rules and indicators that the chapter makes for itself."""
    return [
        n
        for n in module.body
        if isinstance(n, ast.Assign | ast.ClassDef)
        or (isinstance(n, ast.FunctionDef) and n.decorator_list)
    ]


def _paragraph(test: ast.FunctionDef) -> Iterator[str]:
    title, *text = (ast.get_docstring(test) or test.name).splitlines()
    yield from ("", f"### {title}", *text)
    for node in ast.walk(test):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "spec":
            yield from _said(node)


def _said(call: ast.Call) -> Iterator[str]:
    drawn = [k for k in call.keywords if k.arg in TABLES]
    for keyword in drawn:
        head, *rows = [
            [c.strip() for c in line.split("|")]
            for line in ast.literal_eval(keyword.value).strip().splitlines()
        ]
        yield from ("", *table(head, rows))
    rest = [k for k in call.keywords if k not in drawn]
    yield from ("", *_code(f"{k.arg} = {ast.unparse(k.value)}" for k in rest))


def _code(lines: Iterator[str]) -> list[str]:
    return ["```python", *lines, "```"]
