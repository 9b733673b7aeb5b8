"""The rows behind a figure: people with names by right, events with what may be shown of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from django.urls import NoReverseMatch, reverse

from xinglin.declare.record import Record
from xinglin.kernel.identity import mask_name
from xinglin.know.indicators.members import Member, members
from xinglin.know.indicators.queries import Asked
from xinglin.lake.privacy import safe_columns
from xinglin.lake.tables import at_lake, is_derived, newest_table
from xinglin.registry.models import Person
from xinglin.registry.queries import people
from xinglin.show.common.definitions import catalog
from xinglin.show.figures.places import org_names, place_names
from xinglin.show.figures.scope import Rows

PAGE = 50
COUNTED = {"in": "计入分子", "out": "未计入分子", "unknown": "无法判定", "": "全部"}


@dataclass(frozen=True, repr=False)
class Line:
    """One unit of count as listed: a person's (maybe starred) name, or an event's own words."""

    unit: int
    person: int | None
    name: str
    about: str
    place: str
    org: str
    state: str
    address: str


@dataclass(frozen=True, repr=False)
class Listed:
    """A page of lines. `elsewhere`: units whose rows belong to organisations out of this reader's right."""

    lines: tuple[Line, ...]
    all: int
    mine: int
    page: int

    @property
    def elsewhere(self) -> int:
        return self.all - self.mine

    @property
    def pages(self) -> int:
        return max(1, -(-self.mine // PAGE))

    @property
    def persons(self) -> list[int]:
        return [x.person for x in self.lines if x.person is not None]


def listed(asked: Asked, *, right: Rows, place: str, where: Mapping[str, str], counted: str, page: int) -> Listed:
    """A page of the rows. Raises DeclarationError where a closed period keeps only totals."""
    chosen = {"in": True, "out": False}.get(counted)
    found = [m for m in members(asked, place=place, where=where, counted=chosen)
             if counted == "" or (m.unknown if counted == "unknown" else not m.unknown or counted == "in")]
    owner = _owners(found)
    mine = [m for m in found if right.sees(owner.get(m.person) if m.person else m.org)]
    page = min(max(1, page), max(1, -(-len(mine) // PAGE)))
    shown = mine[(page - 1) * PAGE:page * PAGE]
    return Listed(tuple(lines(asked, shown, right)), len(found), len(mine), page)


def everything(asked: Asked, *, right: Rows, place: str, where: Mapping[str, str]) -> list[Line]:
    """All lines that the reader may see, for an export."""
    found = members(asked, place=place, where=where)
    owner = _owners(found)
    return lines(asked, [m for m in found if right.sees(owner.get(m.person) if m.person else m.org)], right)


def _owners(found: Sequence[Member]) -> dict[int, str | None]:
    """Person → managing organisation, by the thousand."""
    numbers = sorted({m.person for m in found if m.person is not None})
    owner: dict[int, str | None] = {}
    for at in range(0, len(numbers), 5_000):
        owner.update(Person.objects.filter(number__in=numbers[at:at + 5_000]).values_list("number", "organisation_id"))
    return owner


def lines(asked: Asked, shown: Sequence[Member], right: Rows) -> list[Line]:
    """The lines of some members; the caller has checked the right and writes the access."""
    known = people([m.person for m in shown if m.person is not None])
    places, orgs = place_names(m.place for m in shown), org_names(m.org for m in shown)
    events = event_words(asked.con, [m.unit for m in shown if m.unit is not None and m.unit != m.person])
    return [_line(m, known.get(m.person or -1), places[m.place], orgs[m.org], events.get(m.unit or 0, ""), right, asked)
            for m in shown]


def _line(m: Member, who: Any, place: str, org: str, event: str, right: Rows, asked: Asked) -> Line:
    name, about = "", ""
    if who is not None:
        name = mask_name(who.name) if right.masks(who.organisation) else who.name
        age = asked.day.year - who.birth_date.year - (
            (asked.day.month, asked.day.day) < (who.birth_date.month, who.birth_date.day)) if who.birth_date else None
        about = " ".join(x for x in ({"1": "男", "2": "女"}.get(who.sex, who.sex), str(age or "")) if x)
    is_event = m.unit is not None and m.unit != m.person
    opened = event_address(asked, m.unit) if is_event else person_address(m.person)
    return Line(m.unit or 0, m.person, name, event or about, place, org, _state(asked, m), opened)


def _state(asked: Asked, m: Member) -> str:
    if m.unknown:
        return COUNTED["unknown"]
    if asked.indicator.kind == "count":
        return ""
    return COUNTED["in" if m.counted else "out"]


def person_address(number: int | None) -> str:
    """The person's page, where this installation has one."""
    if number is None:
        return ""
    try:
        return reverse("person", args=[number])
    except NoReverseMatch:
        return ""


def event_address(asked: Asked, unit: int | None) -> str:
    """The page of one event's row."""
    return f"{reverse('figure_row', args=[asked.indicator.code, str(unit)])}?period={asked.period}"


# -- events: rows of Records -------------------------------------------------------------------------

def event_records() -> list[type[Record]]:
    """Records whose rows may be counted one by one."""
    return [r for c, r in catalog().records.items() if not is_derived(r) and c not in ("person", "death")]


def event_words(con: duckdb.DuckDBPyConnection, units: Sequence[int]) -> dict[int, str]:
    """Row key → its record, day and the words of its line."""
    found: dict[int, str] = {}
    for record in event_records():
        missing = [u for u in units if u not in found]
        if not missing:
            break
        found.update(_words_of(con, record, missing))
    return found


def _words_of(con: duckdb.DuckDBPyConnection, record: type[Record], units: Sequence[int]) -> dict[int, str]:
    columns = [record.about.dated_by, *(c for c in record.about.line if c in safe_columns(record))]
    listed_columns = ", ".join(f'"{c}"' for c in columns)
    rows = con.execute(f"SELECT rk, {listed_columns} FROM {at_lake(newest_table(record))} WHERE rk IN "
                       f"({', '.join('?' for _ in units)})", list(units)).fetchall()
    return {r[0]: "　".join(_told(record, c, v) for c, v in zip(columns, r[1:], strict=True) if v is not None) for r in rows}


def _told(record: type[Record], name: str, value: Any) -> str:
    column = record.columns()[name]
    codes = getattr(column.codes, "codes", ())
    if codes and not isinstance(codes, str):
        value = next((c.title for c in codes if c.code == value), value)
    if isinstance(value, bool):
        value = "是" if value else "否"
    return f"{value}{column.unit}"


@dataclass(frozen=True, repr=False)
class Event:
    """One row with the columns that this reader may see."""

    title: str
    person: int | None
    org: str | None
    fields: tuple[tuple[str, str], ...]
    origin: tuple[tuple[str, str], ...]


def event(con: duckdb.DuckDBPyConnection, unit: int, *, right: Rows) -> Event | None:
    """The newest version of a row by its key; free text and staff only for those who see names."""
    for record in (r for r in event_records() if right.opens([r.about.sensitive])):
        found = con.execute(f"SELECT * FROM {at_lake(newest_table(record))} WHERE rk = ?", [unit])
        names = [c[0] for c in found.description or []]
        row = found.fetchone()
        if row:
            return _event(record, dict(zip(names, row, strict=True)), right)
    return None


def _event(record: type[Record], row: Mapping[str, Any], right: Rows) -> Event:
    org = next((row[c.name] for c in record.of_kind("org")), None)
    owner = _owner_of(row["person"], org)
    hidden = right.masks(owner)
    columns = [c for n, c in record.columns().items() if c.kind != "person" and (not hidden or n in safe_columns(record))]
    fields = [(c.title, _named(record, c, row[c.name])) for c in columns if row.get(c.name) is not None]
    origin = [("来源", str(row["source"])), ("交付", str(row["delivery"])), ("第几行", str(row["row_no"])),
              ("版次", str(row["version"])), ("收到", f"{row['received_at']:%Y-%m-%d %H:%M}")]
    return Event(record.about.title, row["person"], owner, tuple(fields), tuple(origin))


def _owner_of(person: int | None, org: str | None) -> str | None:
    if person is None:
        return org
    return Person.objects.filter(pk=person).values_list("organisation_id", flat=True).first()


def _named(record: type[Record], column: Any, value: Any) -> str:
    if column.kind == "org":
        return org_names([value])[value]
    if column.kind == "place":
        return place_names([value])[value]
    return _told(record, column.name, value)
