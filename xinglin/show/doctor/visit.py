"""The visit: a form made from its Records, and what would follow from what is typed.

Several Records may be filled at one visit (a follow-up with the yearly examination): a question
that they share is asked once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.act.programmes.fold import CaseState, LoopState, class_of_row, fold
from xinglin.declare.catalog import Catalog
from xinglin.declare.expr import holds
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record, Row
from xinglin.declare.words import to_words
from xinglin.kernel.dates import plus_days
from xinglin.show.common import forms
from xinglin.show.common.forms import Answers, Field
from xinglin.show.common.wording import day_words
from xinglin.show.doctor.history import Past

PARTS: Mapping[str, str | Promise] = {
    "service": _("服务"),
    "measure": _("测量"),
    "ask": _("询问"),
    "advise": _("用药与指导"),
    "next": _("下次"),
}
SOON = 200  # days: what lies further is not said at the bedside
_PART_OF = {"integer": "measure", "number": "measure", "yesno": "ask", "coded": "ask",
            "text": "advise", "day": "next", "moment": "next"}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Questions that stand on one line: one, or two of a pair (162 / 98)."""

    fields: tuple[Field, ...]

    @property
    def pair(self) -> bool:
        return len(self.fields) == 2

    @property
    def unit(self) -> str:
        return self.fields[-1].unit

    @property
    def title(self) -> str:
        return " / ".join(f.title for f in self.fields)

    @property
    def last(self) -> str:
        said = [f.last for f in self.fields]
        return "/".join(s or "—" for s in said) if any(said) else ""

    @property
    def problem(self) -> str:
        return " ".join(f.problem for f in self.fields if f.problem)


@dataclass(frozen=True)
class Part:
    """A stage of the encounter."""

    code: str
    title: str | Promise
    lines: tuple[Line, ...]

    @property
    def yesno(self) -> bool:
        return sum(f.kind == "yesno" for line in self.lines for f in line.fields) > 1


@dataclass(frozen=True)
class Sheet:
    """The form. `last_day` dates the grey values."""

    records: tuple[type[Record], ...]
    parts: tuple[Part, ...]
    last_day: date | None = None

    @property
    def title(self) -> str:
        return "、".join(r.about.title for r in self.records)


def records_for(
    programme: Programme, also: Sequence[str], catalog: Catalog
) -> tuple[type[Record], ...]:
    """The programme's own form first, then others that its tasks close with and the doctor adds."""
    main = programme.ladder_of or programme.tasks[0].closing[0]
    others = [catalog.records[c] for c in also if c in catalog.records and c in offered(programme)]
    return tuple(dict.fromkeys((main, *others)))


def offered(programme: Programme) -> dict[str, str]:
    """Code → title of the other Records that the programme's tasks close with and somebody here fills."""
    main = programme.ladder_of or programme.tasks[0].closing[0]
    closing = {r for t in programme.tasks for r in t.closing if r is not main and r.of_kind("staff")}
    return {r.about.code: r.about.title for r in sorted(closing, key=lambda r: r.about.code)}


def sheet(
    records: tuple[type[Record], ...],
    past: Past,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    on: date,
) -> Sheet:
    """The questions in the order of the encounter, each once; what is not asked of this person is left out."""
    last = {r: past.last(r) for r in records}
    asked: dict[str, Field] = {}
    for record in records:
        held = last[record]
        drawn = forms.fields(record, typed=typed, last=held.values if held else {},
                             problems=problems, leave_out=(
                                 record.about.dated_by, *forms.not_asked(record, past.person, on=on)))
        for field in drawn:
            asked[field.name] = _fuller(asked.get(field.name), field)
    newest = last[records[0]]
    lined = frozenset(n for r in records for n in r.about.line)
    return Sheet(records, _parts(list(asked.values()), lined), newest.day if newest else None)


def _fuller(first: Field | None, second: Field) -> Field:
    """A question two Records share: required where one requires it, the first's last value."""
    if first is None:
        return second
    return replace(first, required=first.required or second.required, last=first.last or second.last)


def _parts(fields: list[Field], lined: frozenset[str]) -> tuple[Part, ...]:
    first_number = next((i for i, f in enumerate(fields) if f.unit), 0)
    placed = [("service" if i < first_number else _PART_OF[f.kind], f) for i, f in enumerate(fields)]
    return tuple(
        Part(code, PARTS[code], _lines([f for c, f in placed if c == code], lined))
        for code in PARTS
        if any(c == code for c, _f in placed)
    )


def _lines(fields: list[Field], lined: frozenset[str]) -> tuple[Line, ...]:
    """Two neighbours that a Record's line holds in one unit share a line."""
    def together(field: Field) -> str:
        return f"pair:{field.unit}" if field.unit and field.name in lined else field.name

    lines: list[Line] = []
    for key, run in groupby(fields, key=together):
        rows = list(run)
        step = 2 if key.startswith("pair:") else 1
        lines += [Line(tuple(rows[i : i + step])) for i in range(0, len(rows), step)]
    return tuple(lines)


def read_all(
    records: Sequence[type[Record]], typed: Mapping[str, str], *, given: Mapping[str, Any], today: date
) -> dict[str, Answers]:
    """Record code → its answers. `given`: day, org and doctor, put into each Record's own columns."""
    return {r.about.code: forms.read(r, typed, given=given_for(r, given), today=today) for r in records}


def given_for(record: type[Record], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the page fills in, by the Record's own names."""
    found = {record.about.dated_by: given["day"]}
    for kind, key in (("org", "org"), ("staff", "doctor")):
        for column in record.of_kind(kind)[:1]:  # type: ignore[arg-type]
            found[column.name] = given[key]
    return found


@dataclass(frozen=True)
class Outlook:
    """What follows from the draft: the class, the next dates, loops that open, what to ask again."""

    cls: str = ""
    unknown: str = ""
    kind: str = "info"
    nexts: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    again: str = ""
    emergency: str = ""
    asks: tuple[str, ...] = ()


def outlook(
    programme: Programme, past: Past, rows: Sequence[Row], *, on: date, asks: Sequence[str] = ()
) -> Outlook:
    """Fold the person with the draft's rows added; nothing is stored."""
    before = fold(programme, past.of(programme), on=on)
    after = _with(past, programme, rows, on)
    cls, unknown = _class(programme, past, rows)
    return Outlook(
        cls=cls,
        unknown=unknown,
        kind="info" if not cls else "done" if programme.ladder and cls == programme.ladder.otherwise else "soon",
        nexts=tuple(_nexts(programme, after, on)),
        opens=tuple(f"{programme.loop(x.loop).title}已开启：{day_words(x.follow_by, today=on)}前追踪"
                    for x in _opened(before, after)),
        reasons=tuple(r for x in _opened(before, after) for r in x.reasons),
        again=_again(programme, past, after, rows),
        emergency=programme.emergency_words if _emergency(programme, past, rows) else "",
        asks=tuple(asks),
    )


def _with(past: Past, programme: Programme, rows: Sequence[Row], on: date) -> CaseState:
    return fold(programme, past.with_rows(rows).of(programme), on=on)


def _main(programme: Programme, rows: Sequence[Row]) -> Row | None:
    return next((r for r in rows if r.record is programme.ladder_of), None)


def _class(programme: Programme, past: Past, rows: Sequence[Row]) -> tuple[str, str]:
    row = _main(programme, rows)
    if row is None or programme.ladder is None:
        return "", ""
    found = class_of_row(programme.ladder, row, past.person)
    return (found, "") if found else ("", "、".join(_missing(row, past)))


def _missing(row: Row, past: Past) -> list[str]:
    """What is not answered yet of what is asked of this person, at most four of them."""
    out = forms.not_asked(row.record, past.person, on=row.day)
    asked = [c.title for n, c in row.record.columns().items()
             if (c.kind == "yesno" or c.required) and row.values.get(n) is None
             and c.kind not in ("person", "org", "staff") and n not in out]  # fmt: skip
    return asked if len(asked) <= 4 else [*asked[:3], f"等 {len(asked)} 项"]


def _nexts(programme: Programme, state: CaseState, on: date) -> list[str]:
    due = [(c.due_by, programme.task(code)) for code, c in state.due(on).items()]
    said = [(day, t) for day, t in due if not t.opportunistic and day <= plus_days(on, SOON)]
    said.sort(key=lambda row: row[0])
    return [f"{task.title}：{day_words(day, today=on)}前" for day, task in said]


def _opened(before: CaseState, after: CaseState) -> list[LoopState]:
    held = {(x.loop, x.opened) for x in before.open_loops}
    return [x for x in after.open_loops if (x.loop, x.opened) not in held]


def _again(
    programme: Programme, past: Past, after: CaseState, rows: Sequence[Row]
) -> str:
    """What the same answers once more would open: 连续第二次仍如此，将开启转诊闭环."""
    row = _main(programme, rows)
    if row is None:
        return ""
    later = plus_days(row.day, 14)
    same = Row(row.record, {**row.values, row.record.about.dated_by: later})
    then = _with(past, programme, [*rows, same], later)
    held = {x.loop for x in after.open_loops}
    new = [programme.loop(x.loop).title for x in then.open_loops if x.loop not in held]
    return f"下次仍如此，将开启{'、'.join(dict.fromkeys(new))}" if new else ""


def _emergency(programme: Programme, past: Past, rows: Sequence[Row]) -> bool:
    row = _main(programme, rows)
    if row is None or programme.emergency is None:
        return False
    return holds(programme.emergency, row.values, on=row.day, person=past.person) is True


def emergency_rule(programme: Programme, *, on: date) -> str:
    """The emergency condition in words, for 为什么."""
    return to_words(programme.emergency, on=on) if programme.emergency else ""
