"""What waits: the list by house or by day, suspects with evidence in words, open loops."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Min, Q, QuerySet

from xinglin.act.programmes import queries as acts
from xinglin.act.programmes.door import shown_door
from xinglin.act.programmes.models import CaseRow, OpenLoop, OpenTask
from xinglin.act.programmes.queries import ALL, Scope, worklist
from xinglin.declare.catalog import Catalog
from xinglin.declare.programme import Programme
from xinglin.declare.rules import Confirm
from xinglin.kernel.dates import days_between
from xinglin.lake.tables import at_lake
from xinglin.registry.models import Place
from xinglin.registry.queries import PersonView, find_person, people
from xinglin.show.common.wording import day_words, due_words
from xinglin.show.doctor.history import lake_or_none
from xinglin.show.doctor.queries import sex_age
from xinglin.show.doctor.timeline import line_words
from xinglin.show.doctor.visit import offered

SIZE = 40
MOST = 200  # suspects of one page: as many as one saving takes
WHENS = {"overdue": "逾期", "today": "今天", "week": "本周", "all": "全部"}


@dataclass(frozen=True)
class Due:
    """The first thing due for a person. `also`: other forms that can be filled at the same visit."""

    title: str
    programme: str
    kind: str
    words: str
    also: str = ""


@dataclass(frozen=True)
class Line:
    """One person of the list."""

    number: int
    name: str
    who: str
    main: Due
    others: tuple[str, ...]
    last: str
    tries: int = 0


@dataclass(frozen=True)
class House:
    """One door with those who wait in it; without a title when the list is by day."""

    title: str
    lines: tuple[Line, ...]
    items: int

    @property
    def count_words(self) -> str:
        return f"{len(self.lines)} 人 {self.items} 项"


@dataclass(frozen=True)
class Listed:
    """One page of the list; `after` is the person with whom the next one goes on."""

    houses: tuple[House, ...]
    after: int | None = None

    @property
    def numbers(self) -> list[int]:
        return [line.number for house in self.houses for line in house.lines]


@dataclass(frozen=True)
class Asked:
    """Which list: whose, when due, in which order, from whom on."""

    scope: Scope
    today: date
    when: str = ALL
    by_day: bool = False
    masked: bool = False
    after: int | None = None
    size: int = SIZE
    programme: str = ""


def listed(asked: Asked, catalog: Catalog) -> Listed:
    """A page of the list, with everything due for each person in it."""
    if asked.by_day:
        keys, after = _by_day(asked)
    else:
        page = worklist(asked.scope, today=asked.today, when=asked.when, size=asked.size,
                        programme=asked.programme, after=_key_of(asked))  # fmt: skip
        keys = [(h.org, h.house, v.person) for h in page.houses for v in h.visits]
        after = page.after[2] if page.after else None
    return Listed(_houses(keys, asked, catalog), after)


def _key_of(asked: Asked) -> acts.Key | None:
    if asked.after is None:
        return None
    row = OpenTask.objects.filter(person=asked.after).values_list("org", "house").first()
    return (row[0], row[1], asked.after) if row else None


def _by_day(asked: Asked) -> tuple[list[acts.Key], int | None]:
    rows = _open(asked).values("person").annotate(first=Min("due_by")).order_by("first", "person")
    if asked.after is not None:
        day = _open(asked).filter(person=asked.after).aggregate(d=Min("due_by"))["d"]
        rows = rows.filter(Q(first__gt=day) | Q(first=day, person__gt=asked.after)) if day else rows
    found = [r["person"] for r in rows[: asked.size + 1]]
    more = found[asked.size - 1] if len(found) > asked.size else None
    return [("", "", n) for n in found[: asked.size]], more


def _open(asked: Asked) -> QuerySet[OpenTask]:
    rows = OpenTask.objects.filter(closed_on__isnull=True, paused=False)
    return asked.scope.of(rows.filter(_when(asked.when, asked.today)))


def _when(when: str, today: date) -> Q:
    return {"overdue": Q(due_by__lt=today), "today": Q(due_by=today),
            "week": Q(due_by__gt=today, due_by__lte=acts.sunday(today))}.get(when, Q())  # fmt: skip


def search(asked: Asked, typed: str, catalog: Catalog) -> Listed:
    """Those of the list whose house holds the typed number, or where somebody of that name lives."""
    found = [f.person.number for f in find_person(typed, organisations=asked.scope.orgs, limit=50)]
    doors = set(CaseRow.objects.filter(person__in=found).exclude(house__in=("", "|"))
                .values_list("house", flat=True))  # fmt: skip
    rows = _open(asked).filter(
        Q(person__in=found) | Q(house__in=doors) | Q(house__icontains=typed)
    )
    keys = rows.order_by("org", "house", "person").values_list("org", "house", "person").distinct()
    return Listed(_houses(list(keys[: asked.size]), asked, catalog))


def _houses(keys: Sequence[acts.Key], asked: Asked, catalog: Catalog) -> tuple[House, ...]:
    numbers = [number for _org, _house, number in keys]
    shown = _shown(numbers, asked.scope, masked=asked.masked)
    items = _items(numbers, asked.scope)
    cases = {(c.person, c.programme): c for c in acts.cases_of(numbers)}
    places = dict(Place.objects.filter(pk__in={p.place for p in shown.values()}).values_list("code", "name"))
    houses = []
    for (_org, door), group in groupby(keys, key=lambda k: k[:2]):
        here = [n for _o, _h, n in group if n in shown and items.get(n)]
        lines = tuple(_line(shown[n], items[n], cases, catalog, asked.today) for n in here)
        if lines:
            place = places.get(shown[here[0]].place or "", "")
            title = "" if asked.by_day else _door(door, place, shown[here[0]])
            houses.append(House(title, lines, sum(len(items[n]) for n in here)))
    return tuple(houses)


def _shown(numbers: Iterable[int], scope: Scope, *, masked: bool) -> dict[int, PersonView]:
    """Names of those within right. The registry decides: a source may still name an earlier place."""
    found = {n: p for n, p in people(numbers).items() if p.organisation in scope.orgs}
    return {n: p.masked() if masked else p for n, p in found.items()}


def _items(numbers: Collection[int], scope: Scope) -> dict[int, list[OpenTask]]:
    """All that is due for people of the list, in whatever organisation; sensitive programmes left out."""
    rows = Scope(without=scope.without).of(
        OpenTask.objects.filter(person__in=numbers, closed_on__isnull=True, paused=False))
    found: dict[int, list[OpenTask]] = {}
    for row in rows.order_by("due_by", "programme", "task"):
        found.setdefault(row.person, []).append(row)
    return found


def _door(door: str, place: str, first: PersonView) -> str:
    """「东坞 12号　李家」: village, number, the surname of the first who waits."""
    number = shown_door(door)
    surname = f"{first.name[0]}家" if first.name and number else ""
    return "　".join(x for x in (f"{place} {number}".strip(), surname) if x)


def _line(
    view: PersonView, items: Sequence[OpenTask], cases: Mapping[tuple[int, str], CaseRow],
    catalog: Catalog, today: date,
) -> Line:  # fmt: skip
    first = items[0]
    programme = catalog.programmes[first.programme]
    kind, words = due_words(first.due_by, today=today)
    case = cases.get((first.person, first.programme))
    return Line(
        number=view.number,
        name=view.name or f"{view.number}",
        who=sex_age(view, on=today),
        main=Due(programme.task(first.task).title, first.programme, kind, words,
                 _also(programme, items)),
        others=tuple(_other(catalog, i, today) for i in items[1:]),
        last=_last(case, today) if case else "",
    )


def _other(catalog: Catalog, item: OpenTask, today: date) -> str:
    title = catalog.programmes[item.programme].task(item.task).title
    late = days_between(item.due_by, today)
    return f"{title}（逾期 {late} 天）" if late > 0 else title


def _also(programme: Programme, items: Sequence[OpenTask]) -> str:
    """Other forms of the same programme that are due too: asked at one visit."""
    others = offered(programme)
    due = [r.about.code for i in items if i.programme == programme.code
           for r in programme.task(i.task).closing if r.about.code in others]  # fmt: skip
    return ",".join(dict.fromkeys(due))


def _last(case: CaseRow, today: date) -> str:
    said = " ".join(x for x in (case.line, case.last_class) if x)
    if not said:
        return ""
    return f"{said}（{day_words(case.last_day, today=today)}）" if case.last_day else said


# -- suspects and loops ----------------------------------------------------------------------------


@dataclass(frozen=True)
class SuspectLine:
    """Somebody to verify, with the evidence in words."""

    number: int
    name: str
    who: str
    place: str
    day: date
    evidence: str


@dataclass(frozen=True)
class SuspectGroup:
    """The suspects of one programme, and what makes one."""

    code: str
    title: str
    rule: str
    rows: tuple[SuspectLine, ...]


def suspects(scope: Scope, catalog: Catalog, *, masked: bool, on: date) -> list[SuspectGroup]:
    """Everybody to verify, by programme, the longest waiting first."""
    found = [(p, acts.suspects(scope, p.code, size=MOST)) for p in catalog.programmes.values()]
    numbers = {r.person for _p, rows in found for r in rows}
    shown = _shown(numbers, scope, masked=masked)
    places = dict(Place.objects.filter(pk__in={p.place for p in shown.values()}).values_list("code", "name"))
    said = _evidence({r.why_rk for _p, rows in found for r in rows}, catalog)
    return [
        SuspectGroup(p.code, p.title, _kinds(p, on), tuple(
            SuspectLine(r.person, shown[r.person].name, sex_age(shown[r.person], on=on),
                        places.get(shown[r.person].place or "", ""), r.day,
                        said.get(r.why_rk) or catalog.records[r.why_record].about.title)
            for r in rows if r.person in shown))
        for p, rows in found if rows
    ]  # fmt: skip


def _kinds(programme: Programme, on: date) -> str:
    titles = [f"《{e.record.about.title}》" + ("非同日多次" if isinstance(e, Confirm) else "")
              for e in programme.enrol.suspects]  # fmt: skip
    return f"依据来自{'、'.join(dict.fromkeys(titles))}；核实后纳入或排除，排除须写理由。"


def _evidence(keys: Collection[int], catalog: Catalog) -> dict[int, str]:
    """Row key → title and line of the row, in one read of the lake."""
    lake = lake_or_none()
    if lake is None or not keys:
        return {}
    with lake.cursor() as con:
        rows = con.execute(
            f"SELECT rk, record, n1, n2, c1, c2 FROM {at_lake('person_event')} "  # noqa: S608
            "WHERE rk IN (SELECT unnest(?))",
            [list(keys)],
        ).fetchall()
    return {
        rk: f"{catalog.records[code].about.title} {line_words(catalog.records[code], (n1, n2), (c1, c2))}"
        for rk, code, n1, n2, c1, c2 in rows
        if code in catalog.records
    }


@dataclass(frozen=True)
class LoopLine:
    """An open loop of somebody, with its steps."""

    number: int
    name: str
    who: str
    place: str
    programme: str
    loop: str
    title: str
    opened: date
    follow_by: date
    kind: str
    words: str
    steps: tuple[tuple[str, bool], ...]
    told: tuple[str, ...]
    reasons: str

    @property
    def next_step(self) -> str:
        return next((s for s, done in self.steps if not done), "")


def loops(scope: Scope, catalog: Catalog, *, masked: bool, on: date) -> list[LoopLine]:
    """Open loops, the longest waiting first."""
    rows = acts.loops(scope, size=MOST)
    shown = _shown({r.person for r in rows}, scope, masked=masked)
    places = dict(Place.objects.filter(pk__in={p.place for p in shown.values()}).values_list("code", "name"))
    return [_loop_line(r, shown[r.person], places, catalog, on) for r in rows if r.person in shown]


def _loop_line(
    row: OpenLoop, view: PersonView, places: Mapping[str, str], catalog: Catalog, on: date
) -> LoopLine:
    loop = catalog.programmes[row.programme].loop(row.loop)
    reached = loop.steps.index(row.step) if row.step in loop.steps else -1
    late = days_between(row.follow_by, on)
    kind, words = due_words(row.follow_by, today=on)
    return LoopLine(
        row.person, view.name, sex_age(view, on=on), places.get(view.place or "", ""), row.programme,
        row.loop, loop.title, row.opened, row.follow_by, kind, words,
        tuple((s, i <= reached) for i, s in enumerate(loop.steps)),
        tuple(e.to for e in loop.escalate if late >= e.days.on(on)), row.reasons,
    )  # fmt: skip
