"""Reporting what was typed here to an outer platform, in its import layout; each row 未报, 已报 or 退回.

The layout is the same map by which the platform's own export is read (gather/maps/province_platform), backwards.
Rows are put together by DuckDB; only the distinct people's identifiers pass through Python, to be opened.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from xinglin.gather.mapping import OURS, ColumnMap, parse_map
from xinglin.gather.records import record_of
from xinglin.gather.sources.files import read_file
from xinglin.gather.sources.own_journal import SOURCE
from xinglin.gather.sql import q, text
from xinglin.gather.workbook import blocks_of, rejected_workbook, row_sql
from xinglin.journal.actions import record_access, record_act
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home
from xinglin.lake.store import open_lake
from xinglin.lake.tables import at_lake
from xinglin.registry.queries import people
from xinglin.show.deliveries.models import REPORTED, Reported

MOST = 5_000        # rows of one sheet: what platforms take at once


@dataclass(frozen=True)
class Layout:
    """A platform's sheet for one Record."""

    record: str
    title: str
    platform: str
    columns: ColumnMap
    id: str
    order: tuple[str, ...]
    result: str
    taken: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Standing:
    """Our own rows of one Record by state."""

    layout: Layout
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Answer:
    """What an answer sheet said: rows taken, returned, and those that are none of ours."""

    taken: int
    returned: int
    strange: int


def layouts(home: Home) -> dict[str, Layout]:
    """Record → layout: those that come with Xinglin, and over them those of XINGLIN_HOME/sources/platform."""
    shipped = resources.files("xinglin.gather") / "maps" / "province_platform"
    texts = {f.name: f.read_text("utf-8") for f in shipped.iterdir() if f.name.endswith(".toml")}
    own = home.root / "sources" / "platform"
    texts |= {f.name: f.read_text("utf-8") for f in sorted(own.glob("*.toml"))}
    return {made.record: made for made in (_layout(t, name) for name, t in sorted(texts.items()))}


def _layout(body: str, name: str) -> Layout:
    raw, columns = tomllib.loads(body)["platform"], parse_map(body, where=name)
    theirs = {f.theirs for f in columns.fields.values()}
    strange = [c for c in raw["layout"] if c not in theirs and c != raw["id"]]
    if strange:
        raise XinglinError(f"导入模板里的列没有来处：{'、'.join(strange)}", name, "请在 [columns] 里写明它们是我们的哪一列")
    return Layout(columns.record, columns.title, raw["title"], columns, raw["id"], tuple(raw["layout"]), raw["result"],
                  tuple(raw["taken"]), raw["reason"])


def layout_of(home: Home, record: str) -> Layout:
    """The layout of a Record. Raises XinglinError that lists what there is."""
    found = layouts(home)
    if record not in found:
        raise XinglinError(f"“{record[:40]}”没有省平台的模板", do=f"有：{'、'.join(found)}；别的照样例写在 sources/platform 下")
    return found[record]


def _own_rows(con: duckdb.DuckDBPyConnection, layout: Layout, orgs: Collection[str]) -> str:
    """SQL of our own rows of these organisations with their state; registers what it joins."""
    held = list(Reported.objects.filter(record=layout.record).values_list("record_id", "version", "state"))
    con.register("reported", pa.table({"record_id": pa.array([h[0] for h in held], pa.string()),
                                       "sent": pa.array([h[1] for h in held], pa.int64()),
                                       "state": pa.array([h[2] for h in held], pa.string())}))
    some = ", ".join(text(o) for o in sorted(orgs)) or "''"
    state = "CASE WHEN r.sent IS NULL OR v.version > r.sent THEN 'waiting' ELSE r.state END"
    return (f"SELECT v.*, {state} AS reported FROM {at_lake(layout.record)} v LEFT JOIN reported r USING (record_id) "
            f"WHERE v.source = {text(SOURCE)} AND v.org IN ({some})")


def standings(home: Home, orgs: Collection[str]) -> list[Standing]:
    """Counts by state of every layout, as of last night."""
    found = []
    with open_lake(home, read_only=True).cursor() as con:
        there = {r[0] for r in con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lk'").fetchall()}
        for layout in layouts(home).values():
            rows = con.execute(f"SELECT reported, count(*) FROM ({_own_rows(con, layout, orgs)}) GROUP BY 1").fetchall() \
                if layout.record in there else []
            found.append(Standing(layout, dict.fromkeys(REPORTED, 0) | {str(s): int(n) for s, n in rows}))
    return found


def returned(home: Home, record: str, orgs: Collection[str], *, most: int = 50) -> list[tuple[int, Any, str]]:
    """(person, day, reason) of rows that the platform sent back, to be corrected here."""
    layout = layout_of(home, record)
    with open_lake(home, read_only=True).cursor() as con:
        day = q(record_of(record).about.dated_by)
        rows = con.execute(f"SELECT record_id, person, {day} FROM ({_own_rows(con, layout, orgs)}) WHERE reported = 'returned' "
                           f"ORDER BY {day}, record_id LIMIT {most}").fetchall()
    why = dict(Reported.objects.filter(record=record, record_id__in=[r[0] for r in rows]).values_list("record_id", "reason"))
    return [(r[1], r[2], why.get(r[0], "")) for r in rows]


def export(home: Home, record: str, *, orgs: Collection[str], actor: str, org: str, reason: str) -> tuple[bytes, int]:
    """The platform's sheet of rows that are 未报, oldest first, and how many. An act, and an access to each person.

    Raises XinglinError without a reason, or when nothing waits.
    """
    if len(reason.strip()) < 4:
        raise XinglinError("没有写导出的用途", do="写一句，例如：3 月上报省平台")
    layout = layout_of(home, record)
    with open_lake(home, read_only=True).cursor() as con:
        day = q(record_of(record).about.dated_by)
        con.execute(f"CREATE OR REPLACE TEMP TABLE going AS SELECT * FROM ({_own_rows(con, layout, orgs)}) WHERE reported = 'waiting' "
                    f"ORDER BY {day}, record_id LIMIT {MOST}")
        ids = con.execute("SELECT record_id, version FROM going").fetchall()
        if not ids:
            raise XinglinError("没有未报的行", layout.title, "今天录入的要过一夜才能报；退回的请先更正")
        persons = [r[0] for r in con.execute("SELECT DISTINCT person FROM going").fetchall()]
        _register_people(con, persons)
        cells = [_cell(layout, c, record) for c in layout.order]
        rows = con.execute(f"SELECT {row_sql(cells)} FROM going v LEFT JOIN who w USING (person) ORDER BY {day}, record_id").fetchall()
    book = rejected_workbook(layout.order, blocks_of(r[0] for r in rows))
    _note_written(record, ids, persons=persons, actor=actor, org=org, reason=reason)
    return book, len(ids)


def _register_people(con: duckdb.DuckDBPyConnection, persons: Sequence[int]) -> None:
    found = people(persons)
    con.register("who", pa.table({"person": pa.array(list(found), pa.int64()),
                                  "name": pa.array([p.name for p in found.values()], pa.string()),
                                  "id_number": pa.array([p.id_number for p in found.values()], pa.string())}))


def _cell(layout: Layout, theirs: str, record: str) -> str:
    """SQL: a column of theirs as text, codes turned back into theirs."""
    if theirs == layout.id:
        return f"{text(OURS)} || v.record_id"
    ours = next(o for o, f in layout.columns.fields.items() if f.theirs == theirs)
    if ours in ("name", "id_number"):
        return f"w.{ours}"
    if ours == "record_id":
        return "v.record_id"
    column, sql = record_of(record).columns()[ours], f"v.{q(ours)}"
    if column.kind == "yesno":
        return f"CASE WHEN {sql} THEN '是' WHEN NOT {sql} THEN '否' END"
    back = {ours_: theirs_ for theirs_, ours_ in reversed([*layout.columns.codes.get(ours, {}).items()])}
    cases = " ".join(f"WHEN {text(a)} THEN {text(b)}" for a, b in back.items())
    return f"CASE {sql} {cases} ELSE {sql} END" if cases else f"{sql}::VARCHAR"


@transaction.atomic
def _note_written(record: str, ids: Sequence[tuple[str, int]], *, persons: Iterable[int], actor: str, org: str, reason: str) -> None:
    now = timezone.now()
    Reported.objects.bulk_create([Reported(record=record, record_id=i, version=v, state="waiting", written_at=now) for i, v in ids],
                                 update_conflicts=True, unique_fields=["record", "record_id"],
                                 update_fields=["version", "state", "written_at"])
    record_act(kind="platform.exported", actor=actor, org=org, channel="system", idempotency_key=f"platform.exported:{record}:{now.timestamp()}",
               payload={"record": record, "rows": len(ids), "reason": reason[:200]})
    record_access(actor=actor, org=org, purpose="delivery", what=f"platform.export:{record}", persons=persons, page="deliveries/platform")


def read_answer(home: Home, record: str, path: Path, *, orgs: Collection[str], actor: str, org: str) -> Answer:
    """Set every row's state by the platform's answer sheet. Raises XinglinError when it is not that sheet."""
    layout = layout_of(home, record)
    with duckdb.connect() as con:
        file = read_file(con, path, scratch=home.tmp)
        missing = [c for c in (layout.id, layout.result) if c not in file.columns]
        if missing:
            raise XinglinError(f"这不是{layout.platform}的导入结果：缺少列 {'、'.join(missing)}", "表头", "请从平台下载带导入结果的那张表，原样传回")
        cell = {c: f"c{file.columns.index(c)}" for c in (layout.id, layout.result, layout.reason) if c in file.columns}
        why = cell.get(layout.reason, "NULL::VARCHAR")
        told = con.execute(f"SELECT DISTINCT ON (id) substr(trim({cell[layout.id]}), {len(OURS) + 1}) AS id, trim({cell[layout.result]}), {why} "
                           f"FROM raw WHERE starts_with(trim({cell[layout.id]}), {text(OURS)}) ORDER BY id").fetchall()
        strange = file.rows - len(told)
    mine = _of_orgs(home, layout, orgs)
    return _note_answer(layout, [t for t in told if t[0] in mine], strange + sum(t[0] not in mine for t in told), actor=actor, org=org)


def _of_orgs(home: Home, layout: Layout, orgs: Collection[str]) -> set[str]:
    with open_lake(home, read_only=True).cursor() as con:
        return {r[0] for r in con.execute(f"SELECT record_id FROM ({_own_rows(con, layout, orgs)})").fetchall()}


@transaction.atomic
def _note_answer(layout: Layout, told: Sequence[tuple[str, str | None, str | None]], strange: int, *, actor: str, org: str) -> Answer:
    held = {r.record_id: r for r in Reported.objects.filter(record=layout.record, record_id__in=[t[0] for t in told])}
    counts = {"taken": 0, "returned": 0}
    for number, result, why in told:
        row = held.get(number)
        if row is None:
            strange += 1
            continue
        row.state = "taken" if (result or "") in layout.taken else "returned"
        row.reason = "" if row.state == "taken" else _plain(why or result or "平台没有写原因")
        row.answered_at = timezone.now()
        counts[row.state] += 1
    Reported.objects.bulk_update(held.values(), ["state", "reason", "answered_at"], batch_size=1_000)
    record_act(kind="platform.answered", actor=actor, org=org, channel="system", payload={"record": layout.record, **counts},
               idempotency_key=f"platform.answered:{layout.record}:{timezone.now().timestamp()}")
    return Answer(counts["taken"], counts["returned"], strange)


def _plain(words: str) -> str:
    """The platform's reason without numbers that might be somebody's."""
    return re.sub(r"[0-9Xx]{6,}", "……", words)[:200]
