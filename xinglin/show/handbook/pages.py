"""The handbook's pages: one for each pack, the dictionary, the indicators, the sources, the index."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

from xinglin.declare.catalog import Catalog
from xinglin.declare.fingerprint import fingerprint
from xinglin.declare.pack import Pack
from xinglin.show.handbook.entries import entries, entries_index
from xinglin.show.handbook.figures import KIND_WORDS, indicator_lines
from xinglin.show.handbook.forms import dictionary_entry, printed
from xinglin.show.handbook.markdown import page, section, table
from xinglin.show.handbook.numbers import last_change, numbers
from xinglin.show.handbook.programmes import programme_lines
from xinglin.show.handbook.rights import rights_page
from xinglin.show.handbook.sources import sources_page
from xinglin.show.handbook.stories import story


def pages(catalog: Catalog, *, derived: tuple[str, ...] = ()) -> Mapping[str, str]:
    """File name → text of every page. `derived`: codes of Records that nobody delivers."""
    return {name: write() for name, write in writers(catalog, derived=derived).items()}


def writers(catalog: Catalog, *, derived: tuple[str, ...] = ()) -> Mapping[str, Callable[[], str]]:
    """File name → what writes that page: a reader of one does not wait for all."""
    return {
        **{f"packs/{p.code}.md": partial(pack_page, p) for p in catalog.packs},
        **entries(catalog, derived=derived),
        "dictionary.md": partial(dictionary_page, catalog, derived),
        "indicators.md": partial(indicators_page, catalog),
        "sources.md": partial(sources_page, catalog),
        "rights.md": rights_page,
        "README.md": partial(index_page, catalog),
    }


def pack_page(pack: Pack, *, on: date | None = None) -> str:
    """One business on one page, to be read and signed; numbers as of a day, else the last change."""
    day = on or last_change(pack.norms)
    return page(pack.title, _pack(pack, day))


def _pack(pack: Pack, on: date) -> Iterator[str]:
    cited = "".join(f"《{s.title}》" for s in pack.sources)
    yield f"主管：{pack.office}　依据：{cited}　代码：`{pack.code}`"
    yield ""
    yield f"现值指 {on} 的取值；⚠ 表示对原文的理解待核。"
    if pack.words:
        yield from ("", pack.words)
    yield from section("标准值", numbers(pack.norms, on))
    for programme in pack.programmes:
        yield from section(
            programme.title, [f"方案代码 `{programme.code}`", *programme_lines(programme, on)]
        )
    for record in pack.records:
        yield from section(f"表单：{record.about.title}", printed(record))
    if pack.indicators:
        yield from ("", "## 指标")
    for code in dict.fromkeys(i.code for i in pack.indicators):
        yield from _figure(pack, code)
    yield from section(
        "例",
        [
            f"{i}. {story(e, pack.programme(e.programme))}"
            for i, e in enumerate(pack.examples, start=1)
        ],
    )
    yield from section(
        "签字",
        [
            f"本页所载定义的指纹：`{fingerprint(pack)}`。定义改动，指纹随之改变，须重新审核签字。",
            "",
            "审核人：____________　单位：____________　日期：____年__月__日",
        ],
    )


def _figure(pack: Pack, code: str) -> list[str]:
    editions = [i for i in pack.indicators if i.code == code]
    return section(editions[-1].title, indicator_lines(editions), level=3)


def dictionary_page(catalog: Catalog, derived: tuple[str, ...]) -> str:
    """Every Record of the county."""
    day = last_change(n for p in catalog.packs for n in p.norms)
    lines = [
        "每一种记录的列、类型、单位、范围、代码与核对。“推算”的由系统每夜算出，不接收报送。",
        "",
    ]
    lines += table(
        ("记录", "代码", "一行", "来处"),
        [
            (r.about.title, f"`{c}`", r.about.grain, "推算" if c in derived else "报送")
            for c, r in catalog.records.items()
        ],
    )
    for code, record in catalog.records.items():
        lines += section(
            record.about.title, dictionary_entry(record, on=day, delivered=code not in derived)
        )
    return page("数据字典", lines)


def indicators_page(catalog: Catalog) -> str:
    """Every indicator with its editions."""
    lines = table(
        ("指标", "代码", "种类", "现行口径自"),
        [
            (e[-1].title, f"`{c}`", KIND_WORDS[e[-1].kind].split("：")[0], e[-1].since)
            for c, e in sorted(catalog.indicators.items())
        ],
    )
    for _, editions in sorted(catalog.indicators.items()):
        lines += section(editions[-1].title, indicator_lines(editions))
    return page("指标口径手册", lines)


def index_page(catalog: Catalog) -> str:
    """The handbook's first page."""
    lines = [
        f"{catalog.locality.title}的业务口径，由运行中的定义生成。",
        "",
        "- [数据字典](dictionary.md)",
        "- [指标口径手册](indicators.md)",
        "- [依据与条款](sources.md)",
        "- [谁能看什么](rights.md)",
        "",
    ]
    return page(
        "口径手册",
        lines
        + table(
            ("业务", "主管", "指纹"),
            [
                (f"[{p.title}](packs/{p.code}.md)", p.office, f"`{fingerprint(p)}`")
                for p in catalog.packs
            ],
        )
        + entries_index(catalog),
    )
