"""This year's draft in their own Word styles: numbers in place, years rolled, words of change put
right, gaps marked with who owes them; every number traced to a sheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from xinglin.show.reports.desk.adopt import Row
from xinglin.show.reports.desk.check import Checked, Finding, check
from xinglin.show.reports.desk.collect import Collection, Odd, number_of
from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.edit import Edit, apply
from xinglin.show.reports.desk.read import read
from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.direction import DOWN, LEVEL, UP
from xinglin.show.reports.desk.slots import LOST_DAY, Slot

GAP = "【待填】"
STOCK = re.compile(r"在册|在管|现有|共有|拥有|床位|人口|编制|在编|空缺|下辖|总数|累计建档|辖区")
CUT = re.compile(r"截[至止]$|(?:^|[^日月年\d])[至到]$")  # 至 11 月 30 日, but not 3 月至 5 月
ARITHMETIC = ("parts", "difference", "product", "shares", "rate", "growth", "population")
WORDS_RULE = "direction"
WORDS = {*UP, *DOWN, LEVEL}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The draft as a Word file, the trace of each number, and what a person must still see to."""

    data: bytes
    trace: tuple[dict[str, str], ...]
    gaps: tuple[Row, ...]
    changed_words: tuple[str, ...]
    odd: tuple[Odd, ...]
    checked: Checked

    def as_json(self) -> dict[str, Any]:
        return {
            "filled": len(self.trace), "gaps": [{"code": g.code, "office": g.office, "name": g.name} for g in self.gaps],
            "changed_words": list(self.changed_words), "trace": list(self.trace),
            "odd": [{"code": o.code, "office": o.office, "name": o.name, "reason": o.reason} for o in self.odd],
            "findings": self.checked.as_json()["findings"],
        }  # fmt: skip


def fill(
    document: Document, collection: Collection, *, as_of: date | None = None, estimate: bool = False
) -> Draft:
    """The draft; with `estimate` running totals cut off at `as_of` are carried to the year's end."""
    reading = Reading(document)
    edits, trace, gaps = [], [], []
    for row in collection.rows:
        edit, origin = _edit(row, document, as_of=as_of, estimate=estimate)
        edits.append(edit)
        if origin:
            trace.append(origin)
        else:
            gaps.append(row)
    edits += list(_years(reading, as_of))
    edits += list(_unfilled(reading, {row.start for row in collection.rows}))
    data = apply(document, edits)
    return _with_words(document.name, data, trace, gaps)


def _edit(
    row: Row, document: Document, *, as_of: date | None, estimate: bool
) -> tuple[Edit, dict[str, str]]:
    """The change of one row, and its trace (empty for a gap)."""
    if not row.used:
        last = f"去年 {row.last}{row.unit}" if row.last else "去年也没有填"
        words = f"欠：{row.office}\n{row.code} {row.name}（{last}）"
        return _place(row, document, GAP, comment=words), {}
    value, note = row.used, ""
    if estimate and as_of and number_of(row.used) and not _stands(row):
        value, note = _estimate(row, as_of)
    if row.as_of and as_of and row.as_of > as_of.isoformat():
        note += f"截至日 {row.as_of} 晚于全文的 {as_of.isoformat()}，请核对。"
    value = value if number_of(value) is None else _printed(value, row, document)
    origin = {"code": row.code, "name": row.name, "last": row.last, "value": value, "unit": row.unit, "by": row.by or ("系统" if row.taken == "系统" else ""),
              "checked_by": row.checked_by, "as_of": row.as_of, "when": row.when if row.this and row.taken == "科室" else "", "sheet": row.origin, "scope": row.scope,
              "note": f"{row.note} {note}".strip()}  # fmt: skip
    return _place(row, document, value, comment=note), origin


def _place(row: Row, document: Document, words: str, *, comment: str) -> Edit:
    """Where last year's number stood; a lost one is set before the character that follows."""
    end = row.end
    if row.start == row.end:
        end = min(row.start + 1, len(document.text))
        words += document.text[row.start : end]
    return Edit(start=row.start, end=end, words=words, comment=comment, mark=bool(comment))


def _stands(row: Row) -> bool:
    """Whether a number is a stock or a rate, which time does not add to."""
    return (
        bool(STOCK.search(row.name))
        or row.unit in ("%", "‰", "/10万", "位次", "个百分点")
        or "率" in row.name
    )


def _estimate(row: Row, as_of: date) -> tuple[str, str]:
    """The running total carried to 31 December in proportion to the days."""
    day = date.fromisoformat(row.as_of) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", row.as_of) else as_of
    gone, whole = (
        (day - date(day.year, 1, 1)).days + 1,
        (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1,
    )
    value = (number_of(row.used) or 0) * whole / gone
    shown = f"{value:.{row.decimals}f}"
    return (
        shown,
        f"全年预计：截至 {day.isoformat()} 为 {row.used}{row.unit}，按 {gone}/{whole} 天折算为 {shown}{row.unit}。",
    )


def _printed(value: str, row: Row, document: Document) -> str:
    """With the thousands commas that last year's number had."""
    if "," in document.text[row.start : row.end] and "." not in value and value.isdigit():
        return f"{int(value):,}"
    return value


def _years(r: Reading, as_of: date | None) -> Iterator[Edit]:
    """Years one on, except in titles of papers; a day of last year is left and asked about."""
    quoted = [
        (m.start(), m.end()) for m in re.finditer(r"《[^》]*》|〔[^〕]*〕|（20\d\d年版）", r.text)
    ]
    for s in r.slots:
        if (
            s.kind not in ("date", "period", "blank")
            or any(a <= s.start < b for a, b in quoted)
            or r.is_residue(s.start)
        ):
            continue
        years = list(re.finditer(r"(?:19|20)\d\d(?=年|\s*[—\-–~～至]+\s*(?:19|20)\d\d)", s.text))
        told = _is_event(r, s)
        if told:
            yield Edit(
                start=s.start,
                end=s.end,
                mark=True,
                comment="这是去年的日期，年份没有改：请核对是否还要写。",
            )
        elif as_of and _is_cutoff(r, s):
            yield Edit(
                start=s.start,
                end=s.end,
                words=f"{as_of.year}年{as_of.month}月{as_of.day}日"
                if years
                else f"{as_of.month}月{as_of.day}日",
            )
        else:
            for m in years:
                yield Edit(
                    start=s.start + m.start(), end=s.start + m.end(), words=str(int(m.group()) + 1)
                )


def _unfilled(r: Reading, own: set[int]) -> Iterator[Edit]:
    """Blanks that are no number (a date, a name) and were blank last year: marked, said once a paragraph."""
    told: set[int] = set()
    for s in r.slots:
        if s.start in own or not _is_empty(s) or r.is_residue(s.start):
            continue
        paragraph = r.document.paragraph_at(s.start)
        words = "" if paragraph in told else "去年的稿子这里就是空的（日期、地名或名称）：请填上，或者删去。"
        told.add(paragraph)
        yield Edit(start=s.start, end=s.end, mark=True, comment=words)


def _is_empty(s: Slot) -> bool:
    lost = s.kind == "lost" and (s.what == LOST_DAY or s.unit == "岁")
    return s.kind == "blank" or lost or (s.kind == "place" and "x" in s.text.lower())


def _is_cutoff(r: Reading, s: Slot) -> bool:
    before = r.text[max(0, s.start - 2) : s.start]
    return s.kind == "date" and "月" in s.text and bool(CUT.search(before))


def _is_event(r: Reading, s: Slot) -> bool:
    """A month (and day) of last year at which something happened."""
    dated = s.kind == "date" and re.search(r"月", s.text)
    return bool(dated) and not re.search(
        r"截[至止]$|[—\-~～至到]$", r.text[max(0, s.start - 2) : s.start]
    )


def _with_words(name: str, data: bytes, trace: list[dict[str, str]], gaps: list[Row]) -> Draft:
    """Read the draft back: words of change that no longer fit are put right, sums are looked at."""
    filled = read(data, name=name)
    found = check(filled, only=(WORDS_RULE,)).findings
    wrong = [f for f in found if f.suggest in WORDS]
    said = [f"{f.quote} → {f.suggest}：{f.reason}" for f in wrong]
    if wrong:
        data = apply(filled, [_turned(f, filled.text[f.end : f.end + 1]) for f in wrong])
    checked = check(read(data, name=name))
    odd = [Odd(code="", office="", name=f.quote[:24], reason=f"填上以后算不平：{f.reason}")
           for f in checked.findings if f.rule in ARITHMETIC]  # fmt: skip
    return Draft(
        data=data,
        trace=tuple(trace),
        gaps=tuple(gaps),
        changed_words=tuple(said),
        odd=tuple(odd),
        checked=checked,
    )


def _turned(f: Finding, after: str) -> Edit:
    """The word put right; “由 38 持平到 38” is no Chinese, so that one is only marked."""
    if f.suggest == LEVEL and after in ("到", "至", "为"):
        comment = f"去年写“{f.quote}”。{f.reason}两个数相同，请改写这一句。"
        return Edit(start=f.start, end=f.end, mark=True, comment=comment)
    comment = f"去年写“{f.quote}”。{f.reason}已改为“{f.suggest}”，请核对后面的文字。"
    return Edit(start=f.start, end=f.end, words=f.suggest, mark=True, comment=comment)


def with_sums(document: Document, collection: Collection) -> Collection:
    """The collection with what does not add up once its numbers stand in the text."""
    if not any(row.used for row in collection.rows):
        return collection
    complete = replace(
        collection,
        rows=tuple(
            row if row.used else replace(row, this=row.last, chosen="") for row in collection.rows
        ),
    )
    return replace(collection, odd=(*collection.odd, *fill(document, complete).odd))
