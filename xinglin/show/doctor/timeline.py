"""A person's timeline: the lake's events, and what was done here since the night, by year."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.act.programmes.history import OWN, SAVED, VOIDED, mark
from xinglin.declare.catalog import Catalog
from xinglin.declare.record import Column, Record
from xinglin.declare.words import norm_value
from xinglin.journal.models import Act
from xinglin.journal.queries import acts_about
from xinglin.lake.timeline import Event, events
from xinglin.registry.models import Organisation
from xinglin.show.doctor.history import lake_or_none
from xinglin.show.doctor.titles import said, source_titles

# The subject of a Record is the module that holds it; what packs add are follow-ups.
WATERMARK = "journal"  # the lake's name for the act up to which it has read
KINDS: Mapping[str, str | Promise] = {
    "encounters": _("就诊"),
    "visits": _("随访"),
    "laboratory": _("检验"),
    "pharmacy": _("用药"),
    "immunisation": _("接种"),
    "work": _("转诊与联系"),
    "others": _("其他"),
}


def kind_of(record: type[Record] | None) -> str:
    """The filter under which a Record's lines stand: a key of KINDS."""
    if record is None:
        return "others"
    module = record.__module__.rsplit(".", 1)[-1]
    if module in KINDS:
        return module
    own = record.__module__.startswith("xinglin.datasets.") and module != "chronic"
    return "others" if own else "visits"


@dataclass(frozen=True)
class Entry:
    """One line: what, when, by whom it came. `address` opens it in full."""

    day: date | None
    title: str
    kind: str
    words: str
    org: str
    source: str
    address: str
    numbers: tuple[float | None, float | None] = (None, None)
    record: str = ""
    today: bool = False
    void: bool = False

    @property
    def year(self) -> str:
        return str(self.day.year) if self.day else ""


@dataclass(frozen=True)
class Timeline:
    """All lines, newest first; `last_delivery` is None when there is no lake yet."""

    entries: Sequence[Entry] = field(default=())
    lake: bool = True

    def only(self, kind: str) -> "Timeline":
        """The lines of one kind; an unknown kind shows all."""
        if kind not in KINDS:
            return self
        return Timeline([e for e in self.entries if e.kind == kind], self.lake)

    def years(self) -> list[tuple[str, list[list[Entry]]]]:
        """Year → its days; what one day and place brought stands together."""
        return [
            (year, [list(day) for _key, day in groupby(rows, key=lambda e: (e.day, e.org, e.source))])
            for year, rows in groupby(self.entries, key=lambda e: e.year)
        ]

    def counts(self) -> dict[str, int]:
        """How many lines each kind has, those with none left out, in the order of KINDS."""
        found = [e.kind for e in self.entries]
        return {k: found.count(k) for k in KINDS if k in found}


def timeline_of(number: int, catalog: Catalog, *, hidden: Collection[str] = ()) -> Timeline:
    """One read of the lake's person_event, and the acts after its watermark; Records in `hidden` left out."""
    lake = lake_or_none()
    rows: list[Event] = []
    # The fill's mark never lies after the lake's: what both hold is shown once, as the act.
    if lake is not None:
        with lake.cursor() as con:
            rows = events(con, number)
    acts = acts_about(number, mark("journal"), (SAVED, VOIDED))
    shown = _Names.of(rows, acts)
    changed = {act.corrects or act.uid for act in acts}
    lines = [_line(e, number, catalog, shown) for e in rows
             if not (e.source == OWN and e.record_id in changed)]  # fmt: skip
    lines += _today(acts, number, catalog, shown)
    lines = [e for e in lines if e.record not in hidden]
    lines.sort(key=lambda e: (e.day or date.min, e.today, e.org, e.source), reverse=True)
    return Timeline(lines, lake is not None)


@dataclass(frozen=True)
class _Names:
    orgs: Mapping[str, str]
    sources: Mapping[str, str]

    @classmethod
    def of(cls, rows: Sequence[Event], acts: Sequence[Act]) -> "_Names":
        orgs = {e.org for e in rows if e.org} | {a.org for a in acts}
        return cls(
            dict(Organisation.objects.filter(code__in=orgs).values_list("code", "name")),
            source_titles({e.source for e in rows}),
        )


def _line(event: Event, number: int, catalog: Catalog, shown: _Names) -> Entry:
    record = catalog.records.get(event.record)
    own = event.source == OWN
    return Entry(
        day=event.day,
        title=record.about.title if record else event.record,
        kind=kind_of(record),
        words=line_words(record, (event.n1, event.n2), (event.c1, event.c2)) if record else "",
        org=shown.orgs.get(event.org or "", ""),
        source="本系统" if own else shown.sources[event.source],
        address=reverse("person_event", args=[number, event.record, str(event.rk)]),
        numbers=(event.n1, event.n2),
        record=event.record,
    )


def line_words(
    record: type[Record], numbers: Sequence[float | None], codes: Sequence[str | None]
) -> str:
    """A row's line in words, in the order declared: 162/98 mmHg, or 空腹血糖 7.2 mmol/L."""
    columns = [record.columns()[n] for n in record.about.line]
    measured = [c for c in columns if c.kind in ("integer", "number")]
    named = [c for c in columns if c.kind not in ("integer", "number")]
    told = {c.name: said(c, v) for c, v in zip(named, codes, strict=False) if v}
    told |= _measured(measured, numbers)
    return " ".join(filter(None, (told.get(c.name) for c in columns)))


def _measured(columns: Sequence[Column], numbers: Sequence[float | None]) -> dict[str, str]:
    pairs = [(c, v) for c, v in zip(columns, numbers, strict=False) if v is not None]
    if len(pairs) == 2 and pairs[0][0].unit == pairs[1][0].unit:
        return {pairs[0][0].name: f"{norm_value(pairs[0][1])}/{norm_value(pairs[1][1])} {pairs[0][0].unit}"}
    return {c.name: f"{norm_value(v)} {c.unit}".strip() for c, v in pairs}


def _today(
    acts: Sequence[Act], number: int, catalog: Catalog, shown: _Names
) -> list[Entry]:
    """One line a record saved here since the night, as its newest version stands."""
    newest: dict[str, Act] = {}
    for act in acts:
        newest[act.corrects or act.uid] = act
    lines = [_act_line(uid, act, number, catalog, shown) for uid, act in newest.items()]
    return [line for line in lines if line]


def _act_line(
    uid: str, act: Act, number: int, catalog: Catalog, shown: _Names
) -> Entry | None:
    record = catalog.records.get(act.payload.get("record", ""))
    if record is None:
        return None
    values = act.payload.get("values", {})
    return Entry(
        day=day_of(record, values) or timezone.localtime(act.at).date(),
        title=record.about.title,
        kind=kind_of(record),
        words=values_words(record, values),
        org=shown.orgs.get(act.org, ""),
        source="今日录入",
        address=reverse("person_act", args=[number, uid]),
        numbers=_numbers(record, values),
        record=record.about.code,
        today=True,
        void=act.kind == VOIDED,
    )


def day_of(record: type[Record], values: Mapping[str, Any]) -> date | None:
    """The day that dates saved values."""
    text = values.get(record.about.dated_by)
    return date.fromisoformat(str(text)[:10]) if text else None


def values_words(record: type[Record], values: Mapping[str, Any]) -> str:
    """The line of saved values."""
    codes = [values.get(n) for n in record.about.line
             if record.columns()[n].kind not in ("integer", "number")]  # fmt: skip
    numbers = _numbers(record, values)
    if len(codes) > 2 and numbers == (None, None):          # as lake.tables.event_select
        codes[1] = codes[2] or codes[1]
    return line_words(record, numbers, [str(c) if c else None for c in codes[:2]])


def _numbers(
    record: type[Record], values: Mapping[str, Any]
) -> tuple[float | None, float | None]:
    found = [values.get(n) for n in record.about.line
             if record.columns()[n].kind in ("integer", "number")]  # fmt: skip
    first, second = [*found, None, None][:2]
    return first, second
