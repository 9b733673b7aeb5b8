"""Where the synthetic county lives: its towns and villages (from the real place list), its
organisations with valid credit codes, and its staff. Plain Python: a few hundred of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import duckdb

from xinglin.gather.sources.synthetic.names import staff_names
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import credit_code

PEOPLE_A_VILLAGE = 170      # on average; a small county has fewer villages, not emptier ones
PEOPLE_A_TOWN = 1000
COUNTY_KINDS = {"bureau": "卫生健康局", "cdc": "疾病预防控制中心", "county_hospital": "人民医院",
                "tcm_hospital": "中医院", "mch": "妇幼保健院"}
DOCTORS = {"bureau": 6, "cdc": 6, "county_hospital": 40, "tcm_hospital": 20, "mch": 10,
           "township_centre": 6, "village_clinic": 1}


class PlaceRow(NamedTuple):
    """One division: 12-digit code, name, level 1 (province) to 5 (village), code above it."""

    code: str
    name: str
    level: int
    parent: str | None


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An organisation; `closed_on` is the first day on which it no longer works."""

    code: str
    name: str
    kind: str
    level: int
    place: str
    parent: str | None
    closed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Doctor:
    """Somebody on the staff of an organisation; `left_on` is the first day away."""

    code: str
    name: str
    org: str
    kind: str
    left_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Succession:
    """An old place that became a new one; both are PlaceRows, the old is in no real list."""

    old: PlaceRow
    new: str
    day: date
    why: str


@dataclass(frozen=True, kw_only=True)
class World:
    """The county before anybody lives in it."""

    county: str
    places: tuple[PlaceRow, ...]
    towns: tuple[PlaceRow, ...]
    villages: tuple[PlaceRow, ...]
    organisations: tuple[Organisation, ...]
    doctors: tuple[Doctor, ...]
    successions: tuple[Succession, ...] = field(default=())

    def org(self, kind: str, place: str = "") -> str:
        """Code of the first organisation of a kind (at a place)."""
        return next(o.code for o in self.organisations
                    if o.kind == kind and (not place or o.place == place))


def build_world(*, county: str, places: Sequence[Any], people: int, until: date,
                key: int) -> World:
    """Settle towns, villages, organisations and staff for so many people."""
    rows = tuple(PlaceRow(p.code, p.name, p.level, p.parent) for p in places)
    towns, villages = _settled(rows, county, people)
    successions = (*_merged(villages, until), *_renamed(towns, villages, until))
    organisations = _organisations(county, rows, towns, villages, until)
    return World(county=county, places=rows, towns=towns, villages=villages,
                 organisations=organisations, successions=successions,
                 doctors=_doctors(organisations, until, key))


def _settled(rows: Sequence[PlaceRow], county: str, people: int
             ) -> tuple[tuple[PlaceRow, ...], tuple[PlaceRow, ...]]:
    towns = [p for p in rows if p.level == 4 and p.code.startswith(county)]
    towns = towns[:max(2, min(len(towns), people // PEOPLE_A_TOWN))]
    below = {t.code: [p for p in rows if p.level == 5 and p.parent == t.code] for t in towns}
    if not towns or not all(below.values()):
        raise XinglinError("没有该县的乡镇和村", f"县代码 {county}", "请核对县代码和地名表")
    each = max(2, people // PEOPLE_A_VILLAGE // len(towns))
    most = max(len(v) for v in below.values())
    short = sum(len(v) for v in below.values()) <= each * len(towns)
    return tuple(towns), tuple(v for t in towns for v in below[t.code][:most if short else each])


def _merged(villages: Sequence[PlaceRow], until: date) -> list[Succession]:
    """Old villages that were merged into today's: two for every hundred, at least one."""
    day = until - timedelta(days=700)
    into = villages[::50]
    return [Succession(old=PlaceRow(f"{v.code[:9]}9{n:02d}", f"旧{v.name}", 5, v.parent),
                       new=v.code, day=day, why="村规模调整") for n, v in enumerate(into)]


def _renamed(towns: Sequence[PlaceRow], villages: Sequence[PlaceRow], until: date
             ) -> list[Succession]:
    """The last town had another name and code; its villages therefore had other codes too."""
    town, day = towns[-1], until - timedelta(days=500)
    old = PlaceRow(f"{town.code[:6]}990000", f"老{town.name[0]}乡", 4, town.parent)
    inside = [v for v in villages if v.parent == town.code]
    why = "撤乡设镇，名称和代码变更"
    return [Succession(old=old, new=town.code, day=day, why=why),
            *(Succession(old=PlaceRow(f"{old.code[:9]}{v.code[9:]}", v.name, 5, old.code),
                         new=v.code, day=day, why=why) for v in inside)]


def _organisations(county: str, rows: Sequence[PlaceRow], towns: Sequence[PlaceRow],
                   villages: Sequence[PlaceRow], until: date) -> tuple[Organisation, ...]:
    seat = next(p for p in rows if p.code == county.ljust(12, "0"))
    made: list[Organisation] = []

    def add(kind: str, name: str, place: str, level: int, parent: str | None,
            closed_on: date | None = None) -> str:
        prefix = "52" if kind == "village_clinic" else "11" if kind == "bureau" else "12"
        made.append(Organisation(code=_credit(prefix, county, len(made) + 1), name=name, kind=kind,
                                 level=level, place=place, parent=parent, closed_on=closed_on))
        return made[-1].code

    bureau = add("bureau", f"{seat.name}卫生健康局", seat.code, 3, None)
    for kind, title in list(COUNTY_KINDS.items())[1:]:
        add(kind, f"{seat.name}{title}", seat.code, 3, bureau)
    closed = {v.code for v in villages[7::45] or villages[-1:]}
    for town in towns:
        suffix = "社区卫生服务中心" if town.name.endswith("街道") else "卫生院"
        centre = add("township_centre", town.name + suffix, town.code, 4, bureau)
        for v in (v for v in villages if v.parent == town.code):
            short = v.name.removesuffix("委会").removesuffix("居民").removesuffix("居")
            add("village_clinic", f"{short}卫生室", v.code, 5, centre)
            if v.code in closed:
                add("village_clinic", f"{short}第二卫生室", v.code, 5, centre,
                    until - timedelta(days=300))
    return tuple(made)


def _credit(prefix: str, county: str, number: int) -> str:
    """A credit code whose organisation number (MX…) is given to nobody."""
    base = f"MX{number:06d}"
    values = [int(c, 36) for c in base]
    rest = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    check = "X" if rest == 10 else "0" if rest == 11 else str(rest)
    return credit_code(f"{prefix}{county}{base}{check}")


def _doctors(organisations: Sequence[Organisation], until: date, key: int) -> tuple[Doctor, ...]:
    """Staff of every organisation; the last of each township centre has left."""
    posts = [(o, n) for o in organisations for n in range(DOCTORS[o.kind])]
    names = staff_names(len(posts), key)
    left = until - timedelta(days=250)
    index = {o.code: i for i, o in enumerate(organisations)}
    return tuple(
        Doctor(code=f"Y{index[o.code]:04d}{n + 1:02d}", name=name, org=o.code, kind=o.kind,
               left_on=left if o.kind == "township_centre" and n == 5 else o.closed_on)
        for (o, n), name in zip(posts, names, strict=True))


def settle(con: duckdb.DuckDBPyConnection, world: World) -> None:
    """Give the steps their tables: org, doctor, village (with its clinic and weight), succession."""
    _table(con, "org", "code VARCHAR, kind VARCHAR, place VARCHAR, parent VARCHAR, closed_on DATE",
           [(o.code, o.kind, o.place, o.parent, o.closed_on) for o in world.organisations])
    _table(con, "doctor", "code VARCHAR, org VARCHAR, kind VARCHAR, left_on DATE",
           [(d.code, d.org, d.kind, d.left_on) for d in world.doctors])
    _table(con, "place", "code VARCHAR, name VARCHAR, parent VARCHAR",
           [(p.code, p.name, p.parent) for p in (*world.towns, *world.villages)])
    _table(con, "succession", "old VARCHAR, old_parent VARCHAR, level BIGINT, new VARCHAR, day DATE",
           [(s.old.code, s.old.parent, s.old.level, s.new, s.day) for s in world.successions])
    con.execute(VILLAGES)


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: str,
           rows: Sequence[tuple[Any, ...]]) -> None:
    con.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
    lists = [list(values) for values in zip(*rows, strict=True)]
    told = ", ".join("unnest(?)" for _ in lists)
    con.execute(f"INSERT INTO {name} SELECT {told}", lists)


VILLAGES = """
CREATE OR REPLACE TABLE village AS
WITH v AS (
    SELECT row_number() OVER (ORDER BY p.code) - 1 AS v, p.code AS place, p.name, t.code AS town,
           t.name AS town_name, o.code AS clinic, o.parent AS centre, d.code AS doctor,
           o.code AS org
    FROM place p JOIN place t ON p.parent = t.code
    JOIN org o ON o.place = p.code AND o.kind = 'village_clinic' AND o.closed_on IS NULL
    JOIN doctor d ON d.org = o.code
), w AS (SELECT *, exp(0.75 * z(v, 1)) AS weight FROM v)
SELECT *, (sum(weight) OVER (ORDER BY v) - weight) / sum(weight) OVER () AS share_from FROM w;

CREATE OR REPLACE TABLE centre AS
SELECT o.code AS org, o.place AS town,
       list(d.code ORDER BY d.code) FILTER (d.left_on IS NULL) AS doctors,
       any_value(d.code) FILTER (d.left_on IS NOT NULL) AS gone, max(d.left_on) AS left_on
FROM org o JOIN doctor d ON d.org = o.code WHERE o.kind = 'township_centre' GROUP BY ALL;

CREATE OR REPLACE TABLE hospital AS
SELECT o.kind, o.code AS org, list(d.code ORDER BY d.code) AS doctors
FROM org o JOIN doctor d ON d.org = o.code
WHERE o.kind IN ('county_hospital', 'tcm_hospital', 'mch', 'cdc') GROUP BY ALL;
"""
