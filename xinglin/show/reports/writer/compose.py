"""A declared report and told figures → the written document: every sentence said, every number traced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from string import Formatter

from xinglin.declare.indicator import Indicator
from xinglin.declare.report import (
    Change,
    Chart,
    Extreme,
    Filled,
    Fraction,
    Given,
    Paragraph,
    Report,
    Section,
    Sentence,
    Slot,
    Table,
    Value,
)
from xinglin.show.reports.writer.document import (
    Bars,
    Block,
    Grid,
    Heading,
    Owed,
    Para,
    Run,
    Trace,
    Written,
)
from xinglin.show.reports.writer.numbering import numbered
from xinglin.show.reports.writer.told import NOT_HAD, Figures, Place
from xinglin.show.reports.writer.wording import changed, fraction, printed, turn

SYSTEM, BY_HAND, ANNOUNCED, MISSING = "系统计算", "手工填报", "上级公布", "缺"


def compose(report: Report, figures: Figures, *, owners: Mapping[str, str] | None = None) -> Written:
    """Write the report. `owners`: figure → the office that answers for it, for what is missing."""
    scribe = _Scribe(report, figures, owners or {})
    blocks = tuple(scribe.all())
    return Written(code=report.code, title=report.title.format(year=figures.year), year=figures.year,
                   day=figures.day, office=report.office, blocks=blocks, trace=tuple(scribe.trace),
                   owed=tuple(scribe.owed.values()), notes=_notes(figures))


def _notes(figures: Figures) -> tuple[str, ...]:
    last = date(figures.year, 12, 31)
    return () if figures.day >= last else (f"本年未完，数据截至{said_day(figures.day)}",)


def said_day(day: date) -> str:
    """2026年1月5日: no padded zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass
class _Scribe:
    """Says blocks in order, numbering what it prints."""

    report: Report
    figures: Figures
    owners: Mapping[str, str]
    trace: list[Trace] = field(default_factory=list)
    owed: dict[str, Owed] = field(default_factory=dict)

    def all(self) -> Iterator[Block]:
        for opening in self.report.opening:
            yield from self._item(opening, 1)
        yield from self._sections(self.report.chapters, 1)

    def _sections(self, parts: tuple[Section, ...], level: int) -> Iterator[Block]:
        for n, part in enumerate(parts, 1):
            yield Heading(level, numbered(level, n, part.title))
            plain = [i for i in part.items if not isinstance(i, Section)]
            for item in plain:
                yield from self._item(item, level)
            yield from self._sections(tuple(i for i in part.items if isinstance(i, Section)), level + 1)

    def _item(self, item: Paragraph | Table | Chart, level: int) -> Iterator[Block]:
        match item:
            case Paragraph(sentences=said):
                runs = [r for s in said for r in self._sentence(s)]
                if runs:
                    yield Para(tuple(_joined(runs)))
            case Table():
                yield self._grid(item)
            case Chart():
                yield self._bars(item)

    # -- sentences -------------------------------------------------------------------------------

    def _sentence(self, one: Sentence) -> Iterator[Run]:
        if one.when is not None:
            code = one.when.indicator.code
            if turn(one.when.indicator, self.figures.now(code), self.figures.before(code)) not in one.when.turned:
                return
        for words, name, _, _ in Formatter().parse(one.words):
            if words:
                yield Run(words)
            if name is not None:
                yield self._slot(one.slots[name])

    def _slot(self, slot: Slot) -> Run:
        match slot:
            case Value(indicator, last):
                return self._before(indicator) if last else self._now(indicator)
            case Fraction(indicator):
                return self._now(indicator, as_fraction=True)
            case Change(indicator):
                return self._change(indicator)
            case Extreme(indicator, best):
                return self._extreme(indicator, best)
            case Filled(given):
                return self._filled(given)

    def _now(self, indicator: Indicator, *, as_fraction: bool = False) -> Run:
        told = self.figures.now(indicator.code)
        if told is None:
            return self._gap(indicator.code, indicator.title, self.owners.get(indicator.code, self.report.office),
                             "系统里还没有这一时期的数")
        text = fraction(indicator, told) if as_fraction else printed(indicator, told.value)
        return self._noted(text, indicator)

    def _noted(self, text: str, indicator: Indicator, **more: object) -> Run:
        told = self.figures.now(indicator.code)
        assert told is not None
        line = Trace(ref=len(self.trace) + 1, text=text, kind=SYSTEM, title=indicator.title, code=indicator.code,
                     period=told.period, edition=told.edition, fraction=fraction(indicator, told), day=told.day,
                     snapshot=told.snapshot, fingerprint=told.fingerprint, source=str(indicator.cites), note=told.note)
        return self._keep(replace(line, **more))  # type: ignore[arg-type]

    def _keep(self, line: Trace) -> Run:
        self.trace.append(line)
        return Run(line.text, ref=line.ref, gap=line.kind == MISSING)

    def _before(self, indicator: Indicator) -> Run:
        before, told = self.figures.before(indicator.code), self.figures.now(indicator.code)
        if before is None or told is None:
            return self._gap(f"{indicator.code}@{self.figures.year - 1}", f"{indicator.title}（上年）",
                             self.owners.get(indicator.code, self.report.office), "上年没有留下可比的数")
        return self._noted(printed(indicator, before.value), indicator, period=str(self.figures.year - 1),
                           day=before.day, fraction="", note=before.words)

    def _change(self, indicator: Indicator) -> Run:
        now, before = self.figures.now(indicator.code), self.figures.before(indicator.code)
        text = changed(indicator, now, before)
        if now is None or before is None:
            return Run(text)
        compared = f"{printed(indicator, now.value)} 与 {before.words} {printed(indicator, before.value)} 相比"
        return self._noted(text, indicator, note=compared)

    def _extreme(self, indicator: Indicator, best: bool) -> Run:
        known = [p for p in self.figures.townships(indicator.code) if p.value is not None and not p.hidden]
        if not known:
            return Run("各乡镇均无可比的数")
        high = best == (indicator.better != "low")
        found = (max if high else min)(known, key=lambda p: p.value or 0.0)
        return self._noted(f"{found.name}（{printed(indicator, found.value)}）", indicator,
                           note="各乡镇中" + ("最高" if high else "最低"), fraction="")

    def _filled(self, given: Given) -> Run:
        hand = self.figures.given(given.code)
        if hand is None:
            return self._gap(given.code, given.title, given.office, "还没有填报")
        kind = ANNOUNCED if hand.announced else BY_HAND
        return self._keep(Trace(ref=len(self.trace) + 1, text=f"{hand.value}{given.unit}", kind=kind, title=given.title,
                                code=given.code, day=hand.day, source=hand.source, signer=hand.signer))

    def _gap(self, key: str, title: str, office: str, why: str) -> Run:
        self.owed.setdefault(key, Owed(key=key, title=title, office=office, why=why))
        return self._keep(Trace(ref=len(self.trace) + 1, text=NOT_HAD, kind=MISSING, title=title, code=key,
                                source=office, note=why))

    # -- tables and charts -----------------------------------------------------------------------

    def _grid(self, table: Table) -> Grid:
        columns = {i.code: {p.name: p for p in self.figures.townships(i.code)} for i in table.columns}
        names = list(dict.fromkeys(n for held in columns.values() for n in held))
        whole = (Run("全县"), *(self._now(i) for i in table.columns))
        refs = {i.code: run.ref for i, run in zip(table.columns, whole[1:], strict=True)}
        rows = [(Run(n), *(Run(_cell(i, columns[i.code].get(n)), ref=refs[i.code]) for i in table.columns)) for n in names]
        return Grid(table.title, ("乡镇", *(i.title for i in table.columns)), (*rows, whole))

    def _bars(self, chart: Chart) -> Bars:
        held = self.figures.townships(chart.indicator.code)
        return Bars(chart.title, chart.indicator.unit, tuple(p.name for p in held),
                    tuple(None if p.value is None or p.hidden else round(p.value, 1) for p in held))


def _cell(indicator: Indicator, place: Place | None) -> str:
    if place is None:
        return "—"
    if place.hidden:
        return "＊"
    return "—" if place.value is None else printed(indicator, place.value)


def _joined(runs: list[Run]) -> Iterator[Run]:
    """Neighbouring plain words as one run."""
    held: Run | None = None
    for run in runs:
        if held is not None and not held.ref and not run.ref:
            held = Run(held.text + run.text)
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held
