"""本院 (本县 …): a township's week by village, what is stuck, who may be lost."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from duckdb import DuckDBPyConnection

from xinglin.act.programmes.history import SAVED
from xinglin.act.programmes.models import DONE, CaseRow, OpenLoop, OpenTask
from xinglin.act.programmes.queries import Scope, sunday
from xinglin.datasets.work import ContactAttempt
from xinglin.declare.catalog import Catalog
from xinglin.declare.programme import Programme
from xinglin.gather.models import Delivery
from xinglin.gather.queries import waiting_rows
from xinglin.journal.queries import acts_after
from xinglin.kernel.dates import plus_days
from xinglin.lake.tables import at_lake
from xinglin.registry.models import Organisation
from xinglin.registry.permissions import ROLES
from xinglin.registry.queries import people
from xinglin.show.common.tables import Column, Row, Table
from xinglin.show.doctor.history import lake_or_none
from xinglin.show.doctor.queries import sex_age
from xinglin.show.doctor.reader import Reader
from xinglin.show.doctor.timeline import WATERMARK

TOWNSHIP = "township_centre"
NOT_MET = ("未见到", "外出")
ATTEMPT = ContactAttempt.about.code
# How a reader calls where they work, by the last sign of its name; of a county, what the page covers.
HERE: Mapping[str, str | Promise] = {
    "院": _("本院"), "心": _("本中心"), "局": _("本局"), "委": _("本委"), "站": _("本站"), "室": _("本室"),
    "县": _("本县"), "市": _("本市"), "区": _("本区"), "旗": _("本旗"),
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """The week's numbers: overdue now and a week ago, open loops, open questions, by village or township."""

    overdue: int
    before: int
    loops: int
    loops_late: int
    questions: int
    table: Table

    @property
    def overdue_words(self) -> str:
        return f"{self.overdue} 项"

    @property
    def loops_words(self) -> str:
        return f"{self.loops} 个"

    @property
    def late_words(self) -> str:
        return f"其中逾期 {self.loops_late}"

    @property
    def questions_words(self) -> str:
        return f"{self.questions} 条"

    @property
    def change(self) -> str:
        more = self.overdue - self.before
        return "与上周持平" if not more else f"比上周{'多' if more > 0 else '少'} {abs(more)}"


def here(who: Reader) -> str | Promise:
    """「本院」, 「本中心」, and 「本县」 for who reads the whole county: the page's first word."""
    post = next((p for p in who.posts if (who.purpose or "") in ROLES[p.role].reach), who.posts[0])
    name = post.organisation.place.name if who.everywhere(who.purpose or "") else post.organisation.name
    return HERE.get(name[-1:], _("本机构"))


def town_of(scope: Scope, *, today: date) -> Town:
    """Everything that 本院 shows."""
    orgs, tasks = scope.orgs, scope.of(OpenTask.objects.all())
    open_ = tasks.filter(closed_on__isnull=True, paused=False)
    week_ago = plus_days(today, -7)
    late = open_.filter(due_by__lt=today).count()
    then = tasks.filter(Q(closed_on__isnull=True, paused=False) | Q(closed_on__gte=week_ago), due_by__lt=week_ago)
    loops = scope.of(OpenLoop.objects.filter(closed_on__isnull=True))
    return Town(
        late, then.count(), loops.count(), loops.filter(follow_by__lt=today).count(),
        sum(waiting_rows("source", Delivery.objects.filter(source__org__in=orgs)).values()),
        _by_unit(scope, today),
    )  # fmt: skip


def _by_unit(scope: Scope, today: date) -> Table:
    """The week by village; by township where the reader has several."""
    monday = plus_days(today, -today.weekday())
    open_ = Q(closed_on__isnull=True, paused=False)
    told = scope.of(OpenTask.objects.all()).values("org").annotate(
        waiting=Count("rk", filter=open_ & Q(due_by__lte=sunday(today))),
        late=Count("rk", filter=open_ & Q(due_by__lt=today)),
        done=Count("rk", filter=Q(closed_on__gte=monday, closed_on__lte=today, closed_as=DONE)),
    )  # fmt: skip
    missed = not_met(scope, since=monday, today=today)
    heads = heads_of({*(r["org"] for r in told), *missed})
    units: dict[str, Counter[str]] = {head: Counter() for head in heads.values()}
    for row in told:
        units[heads[row["org"]]].update({n: row[n] for n in ("waiting", "late", "done")})
    for org, times in missed.items():
        units[heads[org]]["missed"] += times
    return _table(units, several=len(set(heads.values())) < len(heads))


def heads_of(orgs: Collection[str]) -> dict[str, str]:
    """Organisation → the township's institution above it, where these are of several townships; else itself."""
    held = {o.code: o for o in Organisation.objects.only("code", "kind", "parent_id")}

    def head(code: str) -> str:
        above: str | None = code
        while above in held and held[above].kind != TOWNSHIP:
            above = held[above].parent_id
        return above or code

    found = {o: head(o) for o in orgs}
    several = len({h for h in found.values() if h in held and held[h].kind == TOWNSHIP}) > 1
    return found if several else {o: o for o in orgs}


def _table(units: Mapping[str, Counter[str]], *, several: bool) -> Table:
    held = Organisation.objects.in_bulk(units)
    lines = sorted(held, key=lambda o: (-units[o]["late"], held[o].name))
    columns = [Column(title="乡镇（街道）机构" if several else "村（社区）机构"), Column(title="应随访", unit="项", number=True),
               Column(title="已做", unit="项", number=True), Column(title="未见到", unit="次", number=True),
               Column(title="逾期", unit="项", number=True)]  # fmt: skip
    cells = [[held[o].name, u["waiting"] + u["done"], u["done"], u["missed"], u["late"]] for o in lines for u in [units[o]]]
    table = [Row(cells=c, address=f"/today/?town={o}" if several and held[o].kind == TOWNSHIP else f"/today/?view=list&org={o}")
             for o, c in zip(lines, cells, strict=True)]
    if len(cells) > 1:
        sums = [sum(column) for column in list(zip(*cells, strict=True))[1:]]
        table.append(Row(cells=["合计", *sums], total=True))
    caption = "本周（周一至周日）按乡镇，点一行看各村" if several else "本周（周一至周日）按村，点一行看名单"
    return Table(columns=columns, rows=table, caption=caption,
                 empty="各村的任务由每晚的推算得出；先要有卫生院、医院送来的随访与诊断数据。")  # fmt: skip


def not_met(scope: Scope, *, since: date, today: date) -> Counter[str]:
    """Organisation → attempts that met nobody since a day of the last year, those of today among them."""
    return Counter(row[0] for row in _unmet(scope, today) if row[3] >= since)


_Attempt = tuple[str, int, str, date, str, str]


def _unmet(scope: Scope, today: date) -> list[_Attempt]:
    """Attempts of a year that met nobody: the lake's, then those typed since it last read the journal."""
    orgs, since = scope.orgs, plus_days(today, -366)
    lake = lake_or_none()
    told = partial(_told, orgs, since)
    mark, rows = lake.remembered((ATTEMPT, frozenset(orgs), since), told) if lake else (0, [])
    found = list(rows)
    for act in acts_after(mark, (SAVED,)):
        if not act.erased and act.org in orgs and act.payload["record"] == ATTEMPT:
            v = act.payload["values"]
            if v["outcome"] in NOT_MET:
                found.append((act.org, act.payload["person"], v["programme"], date.fromisoformat(v["day"]),
                              v["means"], v.get("reason") or ""))  # fmt: skip
    return [a for a in found if a[2] not in scope.without]


def _told(orgs: Collection[str], since: date, con: DuckDBPyConnection) -> tuple[int, list[_Attempt]]:
    """How far the lake has read the journal, and its attempts that met nobody."""
    mark = con.execute(f"SELECT value FROM {at_lake('watermark')} WHERE name = ?", [WATERMARK]).fetchone()  # noqa: S608
    rows = con.execute(
        f"SELECT org, person, programme, day, means, reason FROM {at_lake(ATTEMPT)} "  # noqa: S608
        "WHERE day >= ? AND org IN (SELECT unnest(?)) AND outcome IN (SELECT unnest(?)) ORDER BY day",
        [since, list(orgs), list(NOT_MET)],
    ).fetchall()
    return (int(mark[0]) if mark else 0), rows


@dataclass(frozen=True)
class LostLine:
    """Somebody whom several attempts did not reach: the township decides."""

    number: int
    name: str
    who: str
    programme: str
    title: str
    org: str
    needed: int
    tries: tuple[tuple[date, str, str], ...]
    last_day: date | None


def may_be_lost(scope: Scope, catalog: Catalog, *, today: date) -> list[LostLine]:
    """People in care with enough attempts on different days since they were last served."""
    tries: dict[tuple[int, str], list[tuple[date, str, str]]] = {}
    for _org, person, code, day, means, reason in _unmet(scope, today):
        tries.setdefault((person, code), []).append((day, means, reason or ""))
    cases = scope.of(CaseRow.objects.filter(person__in={p for p, _c in tries}, state="在管"))
    shown = people({c.person for c in cases})
    names = dict(Organisation.objects.filter(pk__in={c.org for c in cases}).values_list("code", "name"))
    found = []
    for case in cases:
        programme = catalog.programmes[case.programme]
        since = [t for t in tries.get((case.person, case.programme), []) if not case.last_day or t[0] > case.last_day]
        needed = needed_for(programme, today)
        view = shown.get(case.person)
        if needed and len({t[0] for t in since}) >= needed and view and view.organisation in scope.orgs:
            found.append(LostLine(case.person, view.name, sex_age(view, on=today),
                                  case.programme, programme.title, names.get(case.org, ""), needed,
                                  tuple(since), case.last_day))  # fmt: skip
    return found


def needed_for(programme: Programme, today: date) -> int:
    """Attempts on different days before somebody may be called lost; 0 where nobody can be."""
    if programme.lost_after is None:
        return 0
    return int(programme.lost_after.value_or_none(today) or 0)
