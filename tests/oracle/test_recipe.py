"""A recipe run for a day is the plan of that day, statement by statement."""

from datetime import date

import pytest

from tests.lib.memory_lake import MemoryLake
from xinglin.act.programmes.plan import plan
from xinglin.act.programmes.plan_rows import Stages
from xinglin.act.programmes.recipe import NEVER, Recorder, for_day, record
from xinglin.datasets.people import Person
from xinglin.kernel.errors import XinglinError
from xinglin.lake.compile import duckdb_sql
from xinglin.site.load import catalog

RESULTS = ("cases", "tasks", "loops", "suspects")
DAYS = (date(2024, 2, 29), date(2025, 12, 31))


@pytest.fixture(scope="module")
def lake():
    return MemoryLake()


def planned(programme, lake, on, stages):
    made = plan(programme, lake, on=on, stages=stages)
    return {name: getattr(made, name) for name in RESULTS}


def plain(sql):
    """Without layout: where lines are broken depends on how long a date is."""
    return " ".join(sql.split())


@pytest.mark.parametrize("code", sorted(catalog().programmes))
def test_a_recipe_for_a_day_is_the_plan_built_for_it(code, lake):
    programme = catalog().programmes[code]
    con = lake.rows(Person).get_backend()
    recipe = record(con, code, lambda stages: planned(programme, lake, NEVER, stages))
    for day in DAYS:
        stages = Recorder(con, code)
        results = planned(programme, lake, day, stages)
        assert [(n, plain(for_day(s, day))) for n, s in recipe.steps] == [(n, plain(s)) for n, s in stages.steps]
        assert {n: plain(for_day(s, day)) for n, s in recipe.results.items()} == {
            n: plain(duckdb_sql(t)) for n, t in results.items()}
        stages.close()


def test_a_recipe_answers_as_the_plan_does_and_leaves_nothing_behind(lake):
    con, programme = lake.rows(Person).get_backend(), next(iter(catalog().programmes.values()))
    recipe = record(con, "one", lambda stages: planned(programme, lake, NEVER, stages))
    with recipe.made(con.con, on=DAYS[0]) as made:
        rows = {name: con.con.execute(sql).fetchall() for name, sql in made.items()}
    direct = planned(programme, lake, DAYS[0], stages := Stages(con))
    assert rows == {name: con.con.execute(duckdb_sql(t)).fetchall() for name, t in direct.items()}
    stages.close()
    left = con.con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert left == []


def test_a_day_that_cannot_be_put_in_again_is_refused():
    with pytest.raises(XinglinError, match="日期不能换成当天"):
        for_day(f"SELECT {NEVER.year * 10000 + 713}", DAYS[0])
