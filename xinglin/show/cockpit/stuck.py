"""What is stuck: loops past their day, sources that went silent, suspects that wait. With owner and hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from xinglin.gather.models import Source
from xinglin.journal.queries import acts_after
from xinglin.kernel.dates import days_between
from xinglin.lake.tables import at_lake
from xinglin.registry.models import Organisation
from xinglin.show.common.definitions import catalog
from xinglin.show.deliveries.board import title_of
from xinglin.show.deliveries.matters import open_matters
from xinglin.show.reports.annual.queries import hands, raised

ASSIGNED = "matter.assigned"
MOST = 11


@dataclass(frozen=True)
class Matter:
    """Something that waits: how many, since when, whose it is. `key` names it in the journal."""

    key: str
    what: str
    count: int
    since: date
    days: int
    org: str
    owner: str
    assigned: str = ""


def stuck(con: duckdb.DuckDBPyConnection, day: date) -> list[Matter]:
    """The longest waiting first; by the township that answers for it."""
    answers = _answering()
    found = [*_loops(con, day, answers), *_suspects(con, day, answers), *_sources(day), *_owed(day)]
    handed = _handed_over()
    names = dict(Organisation.objects.filter(pk__in={m.org for m in found}).values_list("code", "name"))
    told = [Matter(m.key, m.what, m.count, m.since, m.days, m.org, names.get(m.org, m.owner or "未注明机构"), handed.get(m.key, ""))
            for m in found]
    return sorted(told, key=lambda m: (-m.days, m.key))


def _answering() -> dict[str, str]:
    """Organisation → the one of the township (or itself) that answers for it."""
    rows = Organisation.objects.values_list("code", "parent_id", "kind")
    return {code: (parent or code) if kind == "village_clinic" else code for code, parent, kind in rows}


def _loops(con: duckdb.DuckDBPyConnection, day: date, answers: dict[str, str]) -> Iterable[Matter]:
    titles = {f"{p.code}.{loop.code}": f"{p.title}，{loop.title}" for p in catalog().programmes.values() for loop in p.loops}
    rows = con.execute(f"SELECT programme || '.' || loop, org, count(*), min(follow_by) FROM {at_lake('loop')} "
                       "WHERE closed IS NULL AND follow_by < ? GROUP BY 1, 2", [day]).fetchall()
    return _by_owner("loop", [(f"{titles.get(r[0], r[0])}：过期未了", r[0], *r[1:]) for r in rows], day, answers)


def _suspects(con: duckdb.DuckDBPyConnection, day: date, answers: dict[str, str]) -> Iterable[Matter]:
    titles = {code: p.title for code, p in catalog().programmes.items()}
    rows = con.execute(f"SELECT programme, org, count(*), min(day) FROM {at_lake('suspect')} GROUP BY 1, 2").fetchall()
    return _by_owner("suspect", [(f"{titles.get(r[0], r[0])}：待核实", r[0], *r[1:]) for r in rows], day, answers)


def _by_owner(kind: str, rows: Iterable[tuple], day: date, answers: dict[str, str]) -> Iterable[Matter]:
    added: dict[tuple[str, str, str], tuple[int, date]] = {}
    for what, code, org, count, since in rows:
        key = (what, code, answers.get(org or "", org or ""))
        held = added.get(key, (0, since))
        added[key] = (held[0] + count, min(held[1], since))
    return [Matter(f"{kind}:{code}:{org}", what, count, since, days_between(since, day), org, "")
            for (what, code, org), (count, since) in added.items()]


def _sources(day: date) -> Iterable[Matter]:
    """Sources that are late, silent, fallen or could not be read, as the night found them."""
    sources = {s.code: s for s in Source.objects.all()}
    for m in open_matters(sources):
        source = sources[m.source]
        what = f"{source.title}{'《' + title_of(m.record) + '》' if m.record else ''}：{m.get_kind_display()}"
        yield Matter(m.key, what, 1, m.since, max(0, days_between(m.since, day)), source.org, "")


def _owed(day: date) -> Iterable[Matter]:
    """Numbers that a report of this year waits for, until they are filled."""
    for report in catalog().reports.values():
        filled = hands(report.code, day.year)
        for one in raised(report.code, day.year).values():
            if one.key not in filled:
                yield Matter(f"report:{report.code}.{day.year}.{one.key}", f"年度报告缺数：{one.title}", 1, one.since,
                             max(0, days_between(one.since, day)), "", one.office)


def _handed_over() -> dict[str, str]:
    """Key → until when it was handed over, as the newest act says."""
    return {a.payload["matter"]: a.payload["until"] for a in acts_after(0, [ASSIGNED]) if not a.erased}
