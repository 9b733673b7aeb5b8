"""Reports: chapters of sentences over figures. A sentence knows its numbers; none is typed into it.

    sentence("期末在管{n}，规范管理率{rate}，{change}。", n=Value(managed), rate=Value(standard),
             change=Change(standard))

Numbers that the county does not count itself (a population announced by the statistics bureau, an
amount of money) are `Given`: they have an office that owes them and are filled with their source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal

from xinglin.declare.indicator import Indicator
from xinglin.declare.refuse import authors_line, refuse

Turn = Literal["rising", "falling", "flat", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Given:
    """A number from outside: filled by hand or announced by the superior. `office` owes it."""

    code: str
    title: str
    unit: str
    office: str
    decimals: int = 0


@dataclass(frozen=True)
class Value:
    """The figure of the report's year; `last` that of the year before (at the same time of the year)."""

    indicator: Indicator
    last: bool = False


@dataclass(frozen=True)
class Fraction:
    """Numerator and denominator, as 1204/1761."""

    indicator: Indicator


@dataclass(frozen=True)
class Change:
    """Against the year before, in words: 上升 2.3 个百分点, 减少 12 人, 持平."""

    indicator: Indicator


@dataclass(frozen=True)
class Extreme:
    """The township with the best (`best=False`: the worst) value, and the value."""

    indicator: Indicator
    best: bool = True


@dataclass(frozen=True)
class Filled:
    """A Given number with its unit."""

    given: Given


Slot = Value | Fraction | Change | Extreme | Filled


@dataclass(frozen=True)
class When:
    """A sentence is said only when the figure turned so against the year before."""

    indicator: Indicator
    turned: tuple[Turn, ...]


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Words with named slots; every slot is filled by the machine."""

    words: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
    when: When | None = None


def sentence(words: str, *, when: When | None = None, **slots: Slot) -> Sentence:
    """A sentence; its slots and the names in braces must be the same."""
    named = {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    if named != set(slots):
        refuse(f"句子“{words}”的空位 {sorted(named)} 与所给的 {sorted(slots)} 不一致", "名称写成一样")
    if re.search(r"\d", re.sub(r"\d+ ?型", "", Formatter().vformat(words, (), _Blank()))):
        refuse(f"句子“{words}”里写了数字", "数字只从指标或填报数来：写成 {名称}，并给 Value 或 Filled")
    return Sentence(words=words, slots=dict(slots), when=when)


class _Blank(dict[str, str]):
    """Every slot empty."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Sentences that run on in one paragraph."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Figures side by side, one line a township and one for the county."""

    title: str
    columns: tuple[Indicator, ...]
    by: Literal["township"] = "township"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Bars of one figure, one a township."""

    title: str
    indicator: Indicator
    by: Literal["township"] = "township"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with what stands below it; numbered 一、（一）1.（1） by its depth."""

    title: str
    items: tuple[Section | Paragraph | Table | Chart, ...]


def section(title: str, *items: Section | Paragraph | Table | Chart) -> Section:
    """A chapter or a part of one."""
    return Section(title=title, items=items)


def paragraph(*sentences: Sentence) -> Paragraph:
    """Sentences in one paragraph; one that is not said leaves no gap."""
    return Paragraph(sentences=sentences)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report of a year. `title` has {year}; `office` signs it."""

    code: str
    title: str
    office: str
    opening: tuple[Paragraph, ...] = ()
    chapters: tuple[Section, ...]
    where: str = ""

    def __post_init__(self) -> None:
        if not self.where:
            object.__setattr__(self, "where", authors_line())
        codes = [g.code for g in self.givens]
        if len(codes) != len(set(codes)):
            refuse(f"报告“{self.title}”的填报数代码重复：{sorted(codes)}", "每个代码只用一次", self.where)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every figure it reads, each once, in order of first use."""
        found = {i.code: i for i in _indicators(self)}
        return tuple(found.values())

    @property
    def givens(self) -> tuple[Given, ...]:
        """Every number from outside, each once."""
        return tuple(dict.fromkeys(s.given for one in _sentences(self) for s in one.slots.values()
                                   if isinstance(s, Filled)))


def _items(report: Report) -> Iterator[Paragraph | Table | Chart]:
    yield from report.opening
    for chapter in report.chapters:
        yield from _below(chapter)


def _below(part: Section) -> Iterator[Paragraph | Table | Chart]:
    for item in part.items:
        if isinstance(item, Section):
            yield from _below(item)
        else:
            yield item


def _sentences(report: Report) -> Iterator[Sentence]:
    return (s for item in _items(report) if isinstance(item, Paragraph) for s in item.sentences)


def _indicators(report: Report) -> Iterator[Indicator]:
    for item in _items(report):
        match item:
            case Paragraph(sentences=said):
                for one in said:
                    yield from (one.when.indicator,) if one.when else ()
                    yield from (s.indicator for s in one.slots.values() if not isinstance(s, Filled))
            case Table(columns=columns):
                yield from columns
            case Chart(indicator=indicator):
                yield indicator
