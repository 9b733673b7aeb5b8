"""Sources and clauses, and which definitions cite each: a norm changes, this says what to edit."""

from collections.abc import Iterator

from xinglin.declare.catalog import Catalog
from xinglin.declare.norm import Clause, Norm, Source
from xinglin.declare.pack import Pack
from xinglin.show.handbook.markdown import page, section, table
from xinglin.show.handbook.numbers import amount


def sources_page(catalog: Catalog) -> str:
    """All sources in order of issue, each clause with what cites it."""
    cited = list(citations(catalog))
    sources = sorted({c.source for c, _ in cited}, key=lambda s: (s.issued, s.title))
    lines = ["规范改了哪一条，就到这里查要改哪些定义。⚠ 表示对原文的理解待核。"]
    for source in sources:
        lines += section(f"《{source.title}》", _source(source, cited))
    return page("依据与条款", lines)


def _source(source: Source, cited: list[tuple[Clause, str]]) -> list[str]:
    clauses = dict.fromkeys(c for c, _ in cited if c.source == source)
    number = f"{source.number}　" if source.number else ""
    rows = [
        (c.text + ("" if c.sure else " ⚠"), "；".join(dict.fromkeys(w for x, w in cited if x == c)))
        for c in clauses
    ]
    return [f"{number}{source.issued} 发布", "", *table(("条款", "引用它的定义"), rows)]


def citations(catalog: Catalog) -> Iterator[tuple[Clause, str]]:
    """(clause, definition that cites it) over the whole catalog."""
    for pack in catalog.packs:
        yield from _of_pack(pack)
    for adjustment in catalog.locality.adjusts:
        for line in adjustment.values:
            yield line.clause, f"{catalog.locality.title}：调整“{adjustment.norm.title}”"


def _of_pack(pack: Pack) -> Iterator[tuple[Clause, str]]:
    for norm in pack.norms:
        yield from _of_norm(pack, norm)
    for programme in pack.programmes:
        for task in programme.tasks:
            yield task.cites, f"{pack.title}：任务“{task.title}”"
        for loop in programme.loops:
            yield loop.cites, f"{pack.title}：闭环“{loop.title}”"
    for indicator in pack.indicators:
        yield indicator.cites, f"{pack.title}：指标“{indicator.title}”（{indicator.since} 起）"


def _of_norm(pack: Pack, norm: Norm) -> Iterator[tuple[Clause, str]]:
    for line in norm.values:
        yield line.clause, f"{pack.title}：标准值“{norm.title}”{amount(norm, line)}"
