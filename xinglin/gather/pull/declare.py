"""The declared sources of this county: added, found, listed, run in turn."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xinglin.gather import actions
from xinglin.gather.mapping import checked_map, parse_map
from xinglin.gather.models import SOURCE_KINDS, Source, SourceState
from xinglin.gather.pull.state import FAILED
from xinglin.gather.queries import last_received
from xinglin.gather.records import record_of
from xinglin.gather.sources.database.declared import Declared, read_declared
from xinglin.gather.sources.database.dialects import dialect_of
from xinglin.gather.sources.database.paging import checked_sql
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home

if TYPE_CHECKING:
    from xinglin.gather.pull.run import Run


def folder(home: Home) -> Path:
    """Where source files stand."""
    return home.root / "sources"


def declared_sources(home: Home) -> list[Declared]:
    """All source files, in order of their codes."""
    return [read_declared(path) for path in sorted(folder(home).glob("*.toml"))]


def declared_source(home: Home, code: str) -> Declared:
    """One of them. Raises XinglinError that lists what there is."""
    path = folder(home) / f"{code}.toml"
    if not path.is_file():
        there = "、".join(p.stem for p in sorted(folder(home).glob("*.toml"))) or "还没有"
        raise XinglinError(f"没有登记来源“{code}”", do=f"已登记：{there}；登记新的：xinglin source add 文件.toml")
    return read_declared(path)


def add_source(home: Home, file: Path, *, actor: str) -> Declared:
    """Check a source file, keep it and what lies beside it, make the source known."""
    found = read_declared(file)
    check(found, file.name)
    target = folder(home)
    target.mkdir(mode=0o700, exist_ok=True)
    for beside in _beside(file):
        if (target / beside.name).resolve() != beside.resolve():
            shutil.copy(beside, target / beside.name)
    actions.declare_source(code=found.code, title=found.title, actor=actor, org=found.org, kind=found.kind)
    for record, text in found.maps.items():
        actions.save_map(source=found.code, record=record, text=text, actor=actor, org=found.org)
    return found


def check(found: Declared, where: str) -> None:
    """What a file says against what the county has. Raises XinglinError."""
    if found.kind not in SOURCE_KINDS:
        raise XinglinError(f"kind 不能是“{found.kind}”", where, f"可写：{'、'.join(SOURCE_KINDS)}")
    for record, text in found.maps.items():
        checked_map(parse_map(text, where=f"《{record}》的列对照表"), record_of(record))
    for query in found.queries:
        record_of(query.record)
        assert found.database is not None
        checked_sql(query, dialect_of(found.database.url))


def _beside(file: Path) -> list[Path]:
    """The file itself, and the .sql and .toml files that its queries name."""
    import tomllib

    raw = tomllib.loads(file.read_text("utf-8"))
    named = [q[key] for q in raw.get("query", []) for key in ("file", "map") if q.get(key)] + list(raw.get("maps", {}).values())
    return [file, *(file.parent / Path(name).name for name in named)]


def run_sources(home: Home, *, only: str = "", records: Sequence[str] = (),
                say: Callable[[str], None] = lambda _: None) -> list[Run]:
    """Run one source, or all that have a database. One that fails says why and the others go on."""
    chosen = [declared_source(home, only)] if only else [d for d in declared_sources(home) if d.database]
    if not chosen:
        return []
    from xinglin.gather.pull.run import Run, run_source  # SQLAlchemy comes with it

    runs = []
    for declared in chosen:
        try:
            runs.append(run_source(home, declared, only=records, say=say))
        except XinglinError as problem:
            runs.append(Run(declared.code, problem=str(problem)))
            _note_problem(declared, str(problem))
    return runs


def _note_problem(declared: Declared, problem: str) -> None:
    if Source.objects.filter(pk=declared.code).exists():
        for query in declared.queries:
            SourceState.objects.update_or_create(source_id=declared.code, record=query.record,
                                                 defaults={"complete": False, "note": f"{FAILED}{problem}"[:200]})


def listed(home: Home) -> list[dict[str, Any]]:
    """Every source known here, by file or by delivery."""
    files, last = {d.code: d for d in declared_sources(home)}, last_received()
    known = {s.code: s for s in Source.objects.all()}
    return [_line(code, known.get(code), files.get(code), last.get(code)) for code in sorted({*files, *known})]


def _line(code: str, source: Source | None, declared: Declared | None, last: Any) -> dict[str, Any]:
    way = "文件"
    if declared and declared.database:
        way = f"数据库（{dialect_of(declared.database.url).title}，{len(declared.queries)} 条查询）"
    states = [{"record": s.record, "position": (s.position or {}).get("value", ""), "ran_at": s.ran_at,
               "complete": s.complete, "note": s.note} for s in SourceState.objects.filter(source=code).order_by("record")]
    title = declared.title if declared else source.title if source else code
    return {"code": code, "title": title, "way": way, "last": last,
            "standing": f"最近一次 {last:%Y-%m-%d %H:%M}" if last else "还没有送过", "states": states}
