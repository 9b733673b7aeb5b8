"""Settle a home as a synthetic county and gather its deliveries; never into a county marked real.

Deliveries lie in the home's private scratch while they are gathered and are then removed, since
they hold names. What stays beside the lake, in `truth/`, names record ids only.
"""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from xinglin.declare.record import Record
from xinglin.gather.actions import declare_source
from xinglin.gather.receipt import Receipt
from xinglin.gather.receive import receive
from xinglin.gather.sources.synthetic.deliveries import SOURCES
from xinglin.gather.sources.synthetic.make import Made, make
from xinglin.gather.sources.synthetic.world import Doctor, World
from xinglin.kernel.crypto import KEY_FILE, Keys
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import forget_lake, open_lake
from xinglin.registry.actions import (
    By,
    NewOrganisation,
    NewPost,
    NewStaff,
    add_organisations,
    add_places,
    add_staff,
    appoint,
    close_organisation,
    load_places,
    open_account,
    succeed_places,
)
from xinglin.registry.models import SINCE_EVER, Organisation
from xinglin.registry.places import PlaceRow, county_places, places_folder

PASSWORD = "xinglin-demo"  # noqa: S105  (shown on the sign-in page of synthetic counties)
BUILDING = "synthetic.building"     # stands while a build runs; what it leaves may be cleared
TRUTH = "truth"
Told = Callable[[str, int, int], None]      # words, steps done, steps in all


@dataclass(frozen=True, kw_only=True)
class Built:
    """A county ready for its first night."""

    made: Made
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True)
class Account:
    """A demo account: who signs in as what."""

    username: str
    role: str
    title: str
    doctor: Doctor
    org: str


def refuse_real(home: Home) -> None:
    """Raise XinglinError when this home is a real county, or holds one that nobody marked."""
    if home.county_file.exists():
        if tomllib.loads(home.county_file.read_text("utf-8")).get("kind") != "synthetic":
            raise XinglinError("这里是真实的县，不能装入模拟数据", str(home.county_file),
                               "请另设 XINGLIN_HOME 指向一个空文件夹")
    elif not (home.root / BUILDING).exists() and _has_organisations(home):
        raise XinglinError("这里已有登记的机构，却没有标明是模拟县", str(home.root),
                           "请另设 XINGLIN_HOME 指向一个空文件夹")


def _has_organisations(home: Home) -> bool:
    """Whether anybody was ever registered here; without tables nobody was. Makes no file."""
    if connection.vendor == "sqlite" and not home.app_db.exists():
        return False
    return Organisation._meta.db_table in connection.introspection.table_names() and Organisation.objects.exists()


def _refuse_held_database(home: Home) -> None:
    """A database elsewhere may be another county's, whatever this home says: it is never emptied from here."""
    if connection.vendor != "sqlite" and _has_organisations(home):
        raise XinglinError("这个 PostgreSQL 数据库里已有一个县，模拟县只建在空的数据库里", "环境变量 XINGLIN_DATABASE_URL",
                           "用 createdb 另建一个库；不要旧的模拟县了，先 dropdb 再 createdb")


def clear_synthetic(home: Home) -> None:
    """Remove an earlier synthetic county (or what a killed build left). Refuses a real one."""
    refuse_real(home)
    _refuse_held_database(home)
    if not home.county_file.exists() and not (home.root / BUILDING).exists():
        return
    home.ensure()
    forget_lake(home)
    (home.root / BUILDING).touch()
    home.county_file.unlink(missing_ok=True)
    for folder in (home.lake, home.raw, home.quarantine, home.inbox, home.tmp, home.root / TRUTH,
                   home.root / "night"):
        shutil.rmtree(folder, ignore_errors=True)
    for name in (home.app_db.name, home.access_db.name):
        for file in home.root.glob(f"{name}*"):
            file.unlink()
    for anchor in home.keys.glob("journal-*.anchor"):
        anchor.unlink()     # anchors of a journal that is gone would be found missing
    home.ensure()


def build(home: Home, *, records: Mapping[str, type[Record]], until: date, people: int = 50_000,
          years: int = 5, seed: int = 1, county: str = "330182",
          told: Told = lambda words, done, of: None) -> Built:
    """Make a synthetic county in an empty, migrated home, up to but without its first night."""
    refuse_real(home)
    home.ensure()
    (home.root / BUILDING).touch()
    if not (home.keys / KEY_FILE).exists():
        Keys.create(home.keys)
    folder = home.tmp / f"synthetic-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        made = make(folder, records=records, places=county_places(county, places_folder()),
                    until=until, people=people, years=years, seed=seed, county=county,
                    told=lambda words: told(f"生成：{words}", 0, 0))
        told("登记地名、机构、人员", 0, len(made.deliveries))
        accounts = _accounts(made)
        _register(made, accounts)
        _settle_lake(home, records, people)
        with open_lake(home).filling(records.values()):
            receipts = _gather(home, made, told)
            told("汇成每人一页", len(made.deliveries), len(made.deliveries))
        _keep_truth(home, made)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _write_county(home, made, accounts)
    (home.root / BUILDING).unlink()
    return Built(made=made, receipts=receipts)


def _settle_lake(home: Home, records: Mapping[str, type[Record]], people: int) -> None:
    """Make the tables at once, with as many buckets as so many people need: a file a bucket is written
    for every delivery."""
    os.environ.setdefault("XINGLIN_LAKE_BUCKETS", "4" if people < 20_000 else "8" if people < 200_000 else "32")
    open_lake(home).ensure(records.values())


@transaction.atomic
def _register(made: Made, accounts: list[Account]) -> None:
    world, by = made.world, By("synthetic")
    load_places(county_code=world.county)
    _register_old_places(world)
    add_organisations(by=By("synthetic:orgs"), rows=[
        NewOrganisation(code=o.code, name=o.name, kind=o.kind, level=o.level, place=o.place, parent=o.parent)
        for o in world.organisations])
    add_staff(by=By("synthetic:staff"), rows=[NewStaff(code=d.code, name=d.name) for d in world.doctors])
    appoint(by=By("synthetic:posts"), rows=_posts(world, {a.doctor.code for a in accounts}))
    appoint(by=By("synthetic:accounts"), rows=[
        NewPost(staff=a.doctor.code, organisation=a.org, role=a.role, from_day=date(2019, 1, 1)) for a in accounts])
    for o in world.organisations:
        if o.closed_on:
            close_organisation(code=o.code, day=o.closed_on, why="村卫生室整合", by=By(f"{by.key}:close:{o.code}"))
    hashed = make_password(PASSWORD)
    for a in accounts:
        open_account(staff=a.doctor.code, username=a.username, password=PASSWORD, hashed=hashed,
                     by=By(f"{by.key}:account:{a.username}"))


def _register_old_places(world: World) -> None:
    olds = [PlaceRow(s.old.code, s.old.name, s.old.level, s.old.parent) for s in world.successions]
    add_places(rows=sorted(olds, key=lambda p: p.level), valid_from=SINCE_EVER, by=By("synthetic:old"))
    for s in world.successions:
        succeed_places(old=[s.old.code], new=[s.new], day=s.day, why=s.why, by=By(f"synthetic:{s.old.code}"))


def _posts(world: World, taken: set[str]) -> list[NewPost]:
    """Clinics' doctors and township centres' staff; who has an account gets that post instead."""
    roles = {"village_clinic": "village_doctor", "township_centre": "township_public_health"}
    return [NewPost(staff=d.code, organisation=d.org, role=roles[d.kind], from_day=date(2019, 1, 1),
                    to_day=d.left_on)
            for d in world.doctors if d.kind in roles and d.code not in taken]


def _accounts(made: Made) -> list[Account]:
    """One account a role; the doctor is the one with most managed patients."""
    clinic = _busiest_clinic(made)
    orgs = {o.code: o for o in made.world.organisations}
    centre = orgs[clinic].parent or ""
    staff = {code: [d for d in made.world.doctors if d.org == code] for code in orgs}
    bureau, hospital, cdc = (made.world.org(k) for k in ("bureau", "county_hospital", "cdc"))
    wanted = [("yisheng", "village_doctor", "责任医生", clinic, 0),
              ("gongwei", "township_public_health", "卫生院公卫科", centre, 0),
              ("yuanzhang", "township_manager", "卫生院院长", centre, 1),
              ("xinxi", "hospital_it", "医院信息科", hospital, 0), ("jikong", "cdc", "疾控", cdc, 0),
              ("juzhang", "bureau_chief", "局长", bureau, 0), ("tongji", "statistician", "统计", bureau, 1),
              ("xitong", "system_admin", "系统管理员", bureau, 2),
              ("anquan", "security_admin", "安全管理员", bureau, 3),
              ("shenji", "audit_admin", "审计管理员", bureau, 4)]
    return [Account(name, role, f"{title} · {orgs[org].name}", staff[org][n], org)
            for name, role, title, org, n in wanted]


def _busiest_clinic(made: Made) -> str:
    files = [str(made.folder / d.file) for d in made.deliveries if d.record == "case_change"]
    with duckdb.connect() as con:
        row = con.sql("SELECT org FROM read_parquet($files) GROUP BY org ORDER BY count(*) DESC, org LIMIT 1",
                      params={"files": files}).fetchone()
    return str(row[0]) if row else made.world.org("village_clinic")


def _gather(home: Home, made: Made, told: Told) -> tuple[Receipt, ...]:
    orgs = {"register": "bureau", "primary_care": "bureau", "town_system": "township_centre"}
    for code, title in SOURCES.items():
        declare_source(code=code, title=title, actor="system", synthetic=True,
                       org=made.world.org(orgs.get(code, code)),
                       kind="register" if code in ("register", "cdc") else "hospital")
    receipts = []
    for n, d in enumerate(made.deliveries):
        told(f"接收：{SOURCES[d.source]} · {d.record}（{d.rows:,} 行）", n, len(made.deliveries))
        receipts.append(receive(home, made.folder / d.file, source=d.source, record=d.record))
    return tuple(receipts)


def _keep_truth(home: Home, made: Made) -> None:
    folder = home.root / TRUTH
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in (made.truth, made.folder / "manifest.json"):
        shutil.copy2(file, folder / file.name)


def _write_county(home: Home, made: Made, accounts: list[Account]) -> None:
    name = next(p.name for p in made.world.places if p.code == made.county.ljust(12, "0"))
    lines = [f"code = {json.dumps(made.county)}", f"name = {json.dumps(name, ensure_ascii=False)}",
             'kind = "synthetic"', f"until = {made.until.isoformat()}"]
    for a in accounts:
        lines += ["", "[[accounts]]", f"username = {json.dumps(a.username)}",
                  f"password = {json.dumps(PASSWORD)}", f"about = {json.dumps(a.title, ensure_ascii=False)}"]
    home.county_file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def truth_file(home: Home) -> Path:
    """Where the planted truth of this home lies. Raises XinglinError when there is none."""
    path = home.root / TRUTH / "truth.parquet"
    if not path.exists():
        raise XinglinError("这里没有模拟县的真值表", str(path), "请先运行 xinglin demo")
    return path
