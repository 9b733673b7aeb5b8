"""Engines run what is declared and know no pack: none of them says the code of a pack's Record, programme or figure."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.repo.facts import ROOT, tracked
from xinglin.site.load import found_packs

ENGINES = ("declare", "kernel", "lake", "gather", "know", "act", "journal", "registry", "show")
PAGES = (".html", ".js", ".toml", ".sql")
# path (or what it begins with), code ("" is any) → why it may
MAY = {
    ("xinglin/gather/sources/synthetic/", ""): "what the made-up county's offices send is data of the sample county",
    ("xinglin/gather/maps/", ""): "a column map belongs to a foreign system's table, and says which Record it becomes",
    ("xinglin/gather/sources/database/dialects.py", "dm"): "the dialect of 达梦 is called so",
}


def codes() -> set[str]:
    packs = found_packs()
    return {*(r.about.code for p in packs for r in p.records), *(q.code for p in packs for q in p.programmes),
            *(i.code for p in packs for i in p.indicators)}


def said(path) -> Iterator[str]:
    """The literals of a Python file without its docstrings; the text of another."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        yield text
        return
    tree = ast.parse(text)
    bodies = [n.body for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)]
    docs = {id(b[0].value) for b in bodies if b and isinstance(b[0], ast.Expr)}
    yield from (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs)


@cache
def named() -> set[tuple[str, str]]:
    """(file, code) of every code that an engine's folder names."""
    word = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, sorted(codes(), key=len, reverse=True)))})(?!\w)")
    files = [p for p in tracked() if p.is_relative_to(ROOT / "xinglin") and p.relative_to(ROOT).parts[1] in ENGINES
             and p.suffix in (".py", *PAGES) and "migrations" not in p.parts]
    return {(str(p.relative_to(ROOT)), m.group(1)) for p in files for text in said(p) for m in word.finditer(text)}


def excused(file: str, code: str) -> list[tuple[str, str]]:
    return [key for key in MAY if file.startswith(key[0]) and key[1] in ("", code)]


def test_no_engine_names_what_a_pack_declares():
    assert sorted((f, c) for f, c in named() if not excused(f, c)) == [], "read it from the catalog, by what it declares"


def test_the_list_of_exceptions_only_shrinks():
    used = {key for f, c in named() for key in excused(f, c)}
    assert set(MAY) - used == set(), "nobody needs these any more: take them off"
