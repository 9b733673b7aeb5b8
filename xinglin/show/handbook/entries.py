"""A page of its own for every number, record, programme and figure: words, history, stories, signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from xinglin.declare.catalog import Catalog, norms_of, read_in
from xinglin.declare.example import Example
from xinglin.declare.fingerprint import fingerprint
from xinglin.declare.indicator import Indicator
from xinglin.declare.norm import PICKED_WORDS, Norm
from xinglin.declare.pack import Pack
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.show.handbook.figures import indicator_lines
from xinglin.show.handbook.forms import dictionary_entry, printed
from xinglin.show.handbook.markdown import page, section, table
from xinglin.show.handbook.numbers import amount, last_change
from xinglin.show.handbook.programmes import programme_lines
from xinglin.show.handbook.stories import counted_story, story

STORIES = 12        # of one page: enough to read before signing


def entries(catalog: Catalog, *, derived: tuple[str, ...] = ()) -> Mapping[str, Callable[[], str]]:
    """File name → what writes its text: norms/, records/, programmes/ and figures/."""
    made: dict[str, Callable[[], str]] = {}
    for pack in catalog.packs:
        for n, norm in enumerate(pack.norms, 1):
            made[norm_name(pack, n)] = partial(_page, norm.title, _norm, pack, norm, catalog)
        for programme in pack.programmes:
            made[f"programmes/{programme.code}.md"] = partial(_page, programme.title, _programme, pack, programme)
    for code, record in catalog.records.items():
        made[f"records/{code}.md"] = partial(_page, record.about.title, _record, catalog, record, code not in derived)
    for code, editions in catalog.indicators.items():
        made[f"figures/{code}.md"] = partial(_page, editions[-1].title, _figure, catalog, editions)
    return made


def _page(title: str, lines: Callable[..., Iterable[str]], *about: object) -> str:
    return page(title, lines(*about))


def norm_name(pack: Pack, number: int) -> str:
    """The page of a pack's number, by its place in the list."""
    return f"norms/{pack.code}-{number:02d}.md"


def norm_pages(pack: Pack) -> Mapping[Norm, str]:
    """Number → its page."""
    return {norm: norm_name(pack, n) for n, norm in enumerate(pack.norms, 1)}


def signature(thing: object, *, norms: Iterable[Norm] = ()) -> list[str]:
    """Which definition is signed, and where."""
    told = fingerprint(thing, norms=tuple(norms))
    return section("签字", [f"本页所载定义的指纹：`{told}`。定义改动，指纹随之改变，须重新审核签字。", "",
                          "审核人：____________　单位：____________　日期：____年__月__日"])


# -- numbers ----------------------------------------------------------------------------------------

def _norm(pack: Pack, norm: Norm, catalog: Catalog) -> Iterator[str]:
    yield f"业务：[{pack.title}](../packs/{pack.code}.md)　单位：{norm.unit}　取值：{PICKED_WORDS[norm.picked_by]}"
    rows = [(str(s.day), amount(norm, s), str(s.clause), s.clause.source.number or "—") for s in reversed(norm.history)]
    yield from section("沿革", table(("自", "取值", "条款", "文号"), rows))
    yield from section("用在哪里", [f"- {u}" for u in _uses(pack, norm, catalog)])
    told = [e for e in pack.examples if norm in _norms_of(pack.programme(e.programme))]
    yield from section("例", _stories(pack, told))
    yield from signature(norm)


def _uses(pack: Pack, norm: Norm, catalog: Catalog) -> Iterator[str]:
    for programme in pack.programmes:
        if norm in _norms_of(programme):
            yield f"方案[{programme.title}](../programmes/{programme.code}.md)"
    for indicator in (i for p in catalog.packs for i in p.indicators):
        if norm in numbers_in(indicator):
            yield f"指标[{indicator.title}](../figures/{indicator.code}.md)"


def _norms_of(programme: Programme) -> set[Norm]:
    return set(norms_of(Pack(code="", title="", office="", sources=[], norms=[], programmes=(programme,), where="-")))


def numbers_in(indicator: Indicator) -> set[Norm]:
    """The numbers that an indicator's body, or what it calls, reads."""
    return {n for n in read_in(indicator.body) if isinstance(n, Norm)}


# -- records, programmes, figures -------------------------------------------------------------------

def _record(catalog: Catalog, record: type[Record], delivered: bool) -> Iterator[str]:
    day = last_change(n for p in catalog.packs for n in p.norms)
    yield from dictionary_entry(record, on=day, delivered=delivered)
    yield from section("表单", printed(record)) if delivered else ()
    used = [f"- 方案[{p.title}](../programmes/{p.code}.md)" for p in catalog.programmes.values() if record in p.records]
    yield from section("用在哪里", used)
    told = [(pack, e) for pack in catalog.packs for e in pack.examples if any(r.record is record for r in e.records)]
    stories = [f"{n}. {story(e, pack.programme(e.programme))}" for n, (pack, e) in enumerate(told[:STORIES], 1)]
    yield from section("例", stories)
    yield from signature(record)


def _programme(pack: Pack, programme: Programme) -> Iterator[str]:
    on = last_change(pack.norms)
    yield f"业务：[{pack.title}](../packs/{pack.code}.md)　主管：{pack.office}　代码：`{programme.code}`"
    yield from programme_lines(programme, on)
    pages = norm_pages(pack)
    used = [n for n in pack.norms if n in _norms_of(programme)]
    rows = [(f"[{n.title}](../{pages[n]})", amount(n, held) if (held := n.line(on)) else "尚未生效", str(n.first_day),
             str(len(n.history))) for n in used]
    yield from section("所用标准值", table(("项", "现值", "最早自", "沿革（次）"), rows))
    told = [e for e in pack.examples if pack.programme(e.programme) is programme]
    yield from section("例", _stories(pack, told, most=len(told)))
    yield from signature(programme)


def _figure(catalog: Catalog, editions: tuple[Indicator, ...]) -> Iterator[str]:
    newest = editions[-1]
    pack = next(p for p in catalog.packs if newest in p.indicators)
    yield f"业务：[{pack.title}](../packs/{pack.code}.md)　主管：{pack.office}　代码：`{newest.code}`"
    yield from section("口径与沿革", indicator_lines(editions))
    used = numbers_in(newest)
    pages = {n: name for p in catalog.packs for n, name in norm_pages(p).items()}
    rows = [(f"[{n.title}](../{pages[n]})", amount(n, s), str(s.day), str(s.clause)) for n in sorted(used, key=str) if n in pages
            for s in reversed(n.history)]
    yield from section("所用标准值", table(("项", "取值", "自", "条款"), rows))
    told = [e for p in catalog.packs for e in p.counted if e.figure == newest.code]
    yield from section("例", [f"{n}. {counted_story(e, newest.unit)}" for n, e in enumerate(told, 1)])
    reports = [f"- {r.title.format(year='某')}" for r in catalog.reports.values() if newest.code in {i.code for i in r.indicators}]
    yield from section("写进的报告", reports)
    yield from signature(newest, norms=used)


def _stories(pack: Pack, examples: Iterable[Example], *, most: int = STORIES) -> list[str]:
    told = list(examples)
    lines = [f"{n}. {story(e, pack.programme(e.programme))}" for n, e in enumerate(told[:most], 1)]
    more = [f"- 另有 {len(told) - most} 个例，见[{pack.title}](../packs/{pack.code}.md)"] if len(told) > most else []
    return [*lines, *more]


def entries_index(catalog: Catalog) -> list[str]:
    """The lists of the handbook's first page."""
    norms = [f"- {p.title}：{'、'.join(f'[{n.title}]({name})' for n, name in norm_pages(p).items())}"
             for p in catalog.packs if p.norms]
    programmes = [f"- [{p.title}](programmes/{c}.md)" for c, p in catalog.programmes.items()]
    records = [f"- [{r.about.title}](records/{c}.md)" for c, r in catalog.records.items()]
    figures = [f"- [{e[-1].title}](figures/{c}.md)" for c, e in sorted(catalog.indicators.items())]
    return [*section("标准值", norms), *section("方案", programmes), *section("记录", records), *section("指标", figures)]
