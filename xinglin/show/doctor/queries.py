"""What the pages read of registry and gather: a person's head, a row in full."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils import timezone

from xinglin.act.programmes.history import OWN, SAVED, VOIDED
from xinglin.declare.catalog import Catalog
from xinglin.declare.programme import Programme
from xinglin.declare.record import Record
from xinglin.gather.models import Delivery, Question
from xinglin.journal.models import Act
from xinglin.journal.queries import act_by_uid, acts_about, versions_of
from xinglin.kernel.dates import age_on
from xinglin.kernel.errors import XinglinError
from xinglin.lake import timeline as lake_timeline
from xinglin.registry.history import post_on, valid_on
from xinglin.registry.models import Organisation, Place, Staff
from xinglin.registry.queries import Found, PersonView
from xinglin.show.common.wording import day_words
from xinglin.show.doctor.history import SEXES, lake_or_none
from xinglin.show.doctor.titles import said, source_titles


@dataclass(frozen=True, repr=False)
class Head:
    """The head of a person's page. `warnings` are sentences."""

    person: PersonView
    sex: str
    age: int | None
    place: str
    organisation: str
    doctor: str
    warnings: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """Where the person lives: the address, with the village where it does not begin with it."""
        address = self.person.address
        return address if address.startswith(self.place) and address else f"{self.place}　{address}".strip()

    @property
    def who(self) -> str:
        """「女 71」, as lists write it."""
        return sex_age(self.person, on=timezone.localdate())


def sex_age(person: PersonView, *, on: date) -> str:
    """「女 71」; what is unknown is left out."""
    age = age_on(person.birth_date, on) if person.birth_date else None
    return " ".join(str(x) for x in (SEXES.get(person.sex, person.sex), age) if x not in (None, ""))


def head_of(person: PersonView, *, on: date, facts: Mapping[str, Any] | None = None) -> Head:
    """The person's head; `facts` are those of the population register, where read."""
    place = Place.objects.filter(pk=person.place).select_related("parent").first()
    above = place.parent.name if place and place.parent and place.parent.level >= 4 else ""
    return Head(
        person=person,
        sex=SEXES.get(person.sex, person.sex),
        age=age_on(person.birth_date, on) if person.birth_date else None,
        place=f"{above}{place.name}" if place else "",
        organisation=_one(Organisation, person.organisation),
        doctor=_one(Staff, person.doctor),
        warnings=tuple(warnings(facts or {}, on=on)),
    )


def _one(model: Any, key: str | None) -> str:
    return str(model.objects.filter(pk=key).values_list("name", flat=True).first() or "") if key else ""


def warnings(facts: Mapping[str, Any], *, on: date) -> Iterable[str]:
    """Sentences that anybody who serves must know first."""
    if facts.get("died_on"):
        yield f"已于 {day_words(facts['died_on'], today=on)} 死亡"
    if facts.get("moved_out_on"):
        yield f"已于 {day_words(facts['moved_out_on'], today=on)} 迁出"
    if facts.get("usual_resident") is False:
        yield "不是常住居民"


@dataclass(frozen=True, repr=False)
class FoundRow:
    """A hit of the search."""

    person: PersonView
    who: str
    place: str
    organisation: str
    why: str


def found_rows(found: Sequence[Found], *, masked: bool, on: date) -> list[FoundRow]:
    """Hits as the page shows them; places and organisations read once."""
    people = [f.person.masked() if masked else f.person for f in found]
    places = dict(Place.objects.filter(pk__in={p.place for p in people}).values_list("code", "name"))
    orgs = dict(Organisation.objects.filter(pk__in={p.organisation for p in people})
                .values_list("code", "name"))  # fmt: skip
    return [
        FoundRow(p, sex_age(p, on=on), places.get(p.place or "", ""), orgs.get(p.organisation or "", ""), f.why)
        for p, f in zip(people, found, strict=True)
    ]


@dataclass(frozen=True)
class Version:
    """One version of a row: what it said, who typed it and when."""

    number: int
    at: datetime | None
    by: str
    cells: tuple[tuple[str, str], ...]
    void: bool = False
    reason: str = ""
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Detail:
    """A row opened: its versions newest first, where it came from, what may be done about it."""

    title: str
    day: date | None
    source: str
    delivery: str
    record: str
    uid: str = ""
    rk: str = ""
    versions: tuple[Version, ...] = ()
    ours: bool = False
    asked: tuple[str, ...] = ()
    service: str = ""
    delivery_id: int = 0
    row_no: int = 0

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def older(self) -> tuple[Version, ...]:
        return self.versions[1:]


def lake_detail(catalog: Catalog, *, person: int, record: str, rk: int) -> Detail:
    """A row of the lake with its versions. One typed here is shown from the journal instead."""
    kind = _record(catalog, record)
    lake = lake_or_none()
    if lake is None:
        raise Http404
    with lake.cursor() as con:
        found = lake_timeline.versions(con, kind, rk=rk, person=person)
    if not found:
        raise Http404
    newest = found[0]
    if newest["source"] == OWN:
        return act_detail(catalog, person=person, uid=newest["record_id"])
    versions = [_lake_version(kind, row) for row in found]
    return Detail(
        title=kind.about.title,
        day=newest.get(kind.about.dated_by),
        source=source_titles([newest["source"]])[newest["source"]],
        delivery=_delivery(newest["delivery"], newest["row_no"]),
        record=record, rk=str(rk), versions=_compared(versions),
        asked=_asked(newest), delivery_id=newest["delivery"], row_no=newest["row_no"],
    )  # fmt: skip


def _record(catalog: Catalog, code: str) -> type[Record]:
    kind = catalog.records.get(code)
    if kind is None:
        raise Http404
    return kind


def _lake_version(record: type[Record], row: Mapping[str, Any]) -> Version:
    return Version(int(row["version"]), row["received_at"], "", cells_of(record, row), bool(row["void"]))


def cells_of(record: type[Record], values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(title, words with unit) of every column that says something."""
    cells = []
    for name, column in record.columns().items():
        if column.kind in ("person", "org", "staff", "place"):
            continue
        told = said(column, values.get(name), programme=str(values.get("programme") or ""))
        if told:
            cells.append((column.title, f"{told} {column.unit}".strip()))
    return tuple(cells)


def _compared(versions: list[Version]) -> tuple[Version, ...]:
    """Each version with the titles of what it changed against the one before it."""
    pairs = zip(versions, [*versions[1:], None], strict=True)
    return tuple(
        Version(v.number, v.at, v.by, v.cells, v.void, v.reason,
                frozenset(dict(set(v.cells) ^ set(older.cells))) if older else frozenset())
        for v, older in pairs
    )  # fmt: skip


def _delivery(number: int, row_no: int) -> str:
    held = Delivery.objects.filter(pk=number).first()
    day = f"，{day_words(timezone.localtime(held.received_at).date(), today=timezone.localdate())}收到" if held else ""
    return f"第 {number} 批第 {row_no} 行{day}"


def _asked(row: Mapping[str, Any]) -> tuple[str, ...]:
    open_ones = Question.objects.filter(
        delivery_id=row["delivery"], row_no=row["row_no"], answered_at=None
    )
    return tuple(open_ones.values_list("words", flat=True))


def act_detail(catalog: Catalog, *, person: int, uid: str) -> Detail:
    """A record typed here with all its versions, corrections and a void, newest first."""
    first = act_by_uid(uid)
    if first is None or first.subject_person != person:
        raise Http404
    acts = [a for a in versions_of(uid) if not a.erased]
    if not acts:
        raise XinglinError("这条记录已按保管期限销毁", do="原始登记表如仍保存，请查原件")
    kind = _record(catalog, acts[0].payload["record"])
    names = dict(Staff.objects.filter(pk__in={a.actor for a in acts}).values_list("code", "name"))
    why = reasons_of(person)
    versions = [_act_version(kind, a, names, n, why) for n, a in enumerate(acts, 1)]
    body = first.body
    service = "，".join(x for x in (
        f"服务人 {_one(Staff, body.service_by)}" if body.service_by else "",
        f"服务日 {body.service_day}" if body.service_day else "",
        body.service_place) if x)  # fmt: skip
    return Detail(
        title=kind.about.title, day=body.service_day, source="本系统",
        delivery=_one(Organisation, first.org), record=kind.about.code, uid=uid,
        versions=_compared(list(reversed(versions))), ours=True, service=service,
    )  # fmt: skip


def _act_version(
    record: type[Record], act: Act, names: Mapping[str, str], number: int, why: Mapping[str, str]
) -> Version:
    values = {} if act.kind == VOIDED else act.payload.get("values", {})
    return Version(number, act.at, names.get(act.actor, ""), cells_of(record, values),
                   act.kind == VOIDED, act.payload.get("reason") or why.get(act.uid, ""))  # fmt: skip


def reasons_of(person: int) -> dict[str, str]:
    """uid of a correction → why it was made, where an act beside it says so (until November 2026)."""
    acts = acts_about(person, kinds=("record.correction_reason",))
    return {a.payload["of"]: a.payload["reason"] for a in acts if not a.erased}


def staff_of(org: str, me: str) -> list[tuple[str, str]]:
    """(code, name) of those in post at an organisation today; the reader first."""
    rows = Staff.objects.filter(post_on(timezone.localdate(), "posts__"), posts__organisation=org)
    found = dict(rows.order_by("name").values_list("code", "name"))
    return sorted(found.items(), key=lambda row: row[0] != me)


def saved_act(*, person: int, uid: str) -> tuple[Act, Act]:
    """The first act of a record typed here and its newest version; 404 for others and for voids."""
    first = act_by_uid(uid)
    if first is None or first.kind != SAVED or first.subject_person != person or first.corrects:
        raise Http404
    acts = [a for a in versions_of(uid) if not a.erased]
    if not acts or acts[-1].kind == VOIDED:
        raise XinglinError("这条记录已撤销，不能再改", do="如撤销有误，请重新录入一次")
    return first, acts[-1]


def programme_of(catalog: Catalog, record: type[Record]) -> Programme:
    """The programme whose work a Record is: its own form before one that closes a task."""
    every = list(catalog.programmes.values())
    own = [p for p in every if p.ladder_of is record]
    closing = [p for p in every for t in p.tasks if record in t.closing]
    if not own and not closing:
        raise Http404
    return (own or closing)[0]


def hospitals() -> list[tuple[str, str]]:
    """(code, name) of where people are referred to: hospitals and township centres of today."""
    kinds = ("county_hospital", "tcm_hospital", "mch", "township_centre")
    rows = Organisation.objects.filter(valid_on(timezone.localdate()), kind__in=kinds)
    return list(rows.order_by("kind", "name").values_list("code", "name"))
