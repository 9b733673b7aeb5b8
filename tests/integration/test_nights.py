"""Derived tables and figures of any run of nights: by increments exactly what everything anew gives."""

from datetime import date

import pytest

from tests.lib.random_nights import ORGS, RandomTown, plus
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.work import CaseChange, ContactAttempt
from xinglin.declare.catalog import Catalog
from xinglin.kernel.home import Home
from xinglin.know.indicators.readers import run_figures
from xinglin.lake.store import forget_lake, open_lake
from xinglin.lake.tables import at_lake, is_derived, names, newest_columns, newest_table
from xinglin.packs.disease_control.hypertension import PROGRAMME
from xinglin.site.load import catalog
from xinglin.site.night_steps import derive
from xinglin.site.scene import Scene

CODES = ("htn.bp_controlled", "htn.recheck_on_time", "ntf.cases")
DERIVED = ("cases", "tasks", "loops", "suspects")
# days and events of each night: month ends, a year turn, a night in which nothing came
NIGHTS = ((1, 8), (1, 0), (9, 12), (2, 9), (28, 8), (1, 9), (240, 20), (1, 3))


class HistoryTown(RandomTown):
    """A town in which only history happens: cases begin and end by rows of case_change."""

    def encounter(self):
        """A discharge with high blood pressure: who has no case is suspected."""
        self.put(Diagnosis, [{"person": self._who(), "day": self._someday(), "icd10": "I10.x00", "org": ORGS[0], "kind": "出院"}])

    def __init__(self, seed, **how):
        super().__init__(seed, **how)
        for person in self.people[::2]:
            self._noted("纳入", plus(self.day, -200), person)

    def derive(self):
        """The night's own step does it."""

    def enrol(self):
        self._noted("纳入", self._someday())

    def lose(self):
        who, day = self._who(), self._someday()
        self.put(ContactAttempt, [{"person": who, "programme": PROGRAMME.code, "day": plus(day, -n), "means": "电话",
                                   "outcome": "未联系上"} for n in (1, 2, 3)])
        self._noted(self.chance.choice(["失访", "拒绝"]), day, who)

    def resume(self):
        self._noted(self.chance.choice(["恢复", "排除", "结案"]), self._someday())

    def _noted(self, change, day, who=None):
        self.put(CaseChange, [{"person": who or self._who(), "programme": PROGRAMME.code, "day": day, "change": change,
                               "org": ORGS[0], "confirmed": True}])


def bring(lake, town):
    """Make the lake's history equal to the town's, writing only what differs."""
    with lake.write() as tx:
        for record in (r for r in town.records if not is_derived(r)):
            columns, here = names(newest_columns(record)), at_lake(newest_table(record))
            tx.con.register("now", town.con.execute(f"SELECT {columns} FROM {here}").to_arrow_table())
            tx.con.execute(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT {columns} FROM {here} EXCEPT ALL SELECT {columns} FROM now")
            tx.con.execute(f"CREATE OR REPLACE TEMP TABLE come AS SELECT {columns} FROM now EXCEPT ALL SELECT {columns} FROM {here}")
            if tx.con.execute("SELECT 1 FROM gone").fetchone():
                tx.con.execute(f"DELETE FROM {here} WHERE rk IN (SELECT rk FROM gone)")
            if tx.con.execute("SELECT 1 FROM come").fetchone():
                tx.con.execute(f"INSERT INTO {here} ({columns}) SELECT {columns} FROM come")
            tx.con.unregister("now")


@pytest.fixture
def lake(tmp_path, monkeypatch):
    monkeypatch.setenv("XINGLIN_LAKE_BUCKETS", "2")
    monkeypatch.setenv("XINGLIN_HOME", str(tmp_path))
    opened = open_lake(Home(tmp_path))
    opened.ensure(catalog().records.values())
    yield opened
    forget_lake(Home(tmp_path))


def figures(lake, day, *, full=False):
    editions = {c: catalog().indicators[c] for c in CODES}
    done = run_figures(lake, editions, catalog().records, day=day, full=full, code="" if full else "one program")
    return {d.how for d in done}, [lake.cursor().execute(f"SELECT * FROM {at_lake(t)} ORDER BY ALL").fetchall()
                                   for t in ("contribution", "figure_total")]


def test_nights_by_increments_equal_everything_anew(lake):
    town, known = HistoryTown(11, people=14, start=date(2025, 11, 24)), catalog()
    assert isinstance(known, Catalog)
    seen, kinds = [], set()
    for days, events in NIGHTS:
        town.next_day(days=days, events=events)
        bring(lake, town)
        seen.append(derive(Scene(lake.home, known, town.day)))
        how, stored = figures(lake, town.day)
        kinds |= how
        anew = derive(Scene(lake.home, known, town.day, full=True))
        assert {n: anew[n] for n in DERIVED} == {n: {"removed": 0, "added": 0} for n in DERIVED}, town.day
        assert figures(lake, town.day, full=True)[1] == stored, town.day
    assert kinds == {"full", "increment", "unchanged"}
    assert sum(night["people"] != "全部" for night in seen) >= 5        # else nothing was tried
    for name in DERIVED:
        assert any(night.get(name, {}).get("added") for night in seen), name
