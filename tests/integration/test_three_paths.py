"""Three paths, one answer: `xinglin due` on exported files, the night's rows, what pages show; figures counted by hand."""

import json

import pytest

from tests.lib.demo import TODAY, ask, run, script

HEAD = f"from datetime import date\nfrom tests.lib import three_paths\non = date.fromisoformat('{TODAY}')\n"

pytestmark = pytest.mark.timeout(1200)       # whole nights, on a machine that may be busy


def test_two_hundred_people_are_the_same_by_three_paths(county):
    found = script(county, HEAD + "answer = three_paths.people_compared(on)")
    assert found["wrong"] == []
    assert sum(found["kinds"].values()) == 400         # two hundred people, each by two businesses
    assert min(found["kinds"][k] for k in ("在管", "待核实", "无", "dm 在管", "dm 待核实", "dm 无")) >= 10


@pytest.mark.parametrize("n", range(2))
def test_the_command_line_says_the_same(county, tmp_path, n):
    person, wanted = script(county, HEAD + f"""
from xinglin.kernel.home import home
from xinglin.lake.store import open_lake
person = three_paths.chosen_people(open_lake(home(), read_only=True).cursor(), 200)[{n * 90}]
answer = [person, three_paths.due_says(person, on)]""")
    file = tmp_path / "history.json"
    run(county, "person", "export", str(person), "--to", str(file))
    text = json.loads(file.read_text("utf-8"))
    assert text["records"] and not {"household", "house_no", "place"} & text["person"].keys()
    assert json.loads(run(county, "due", "--pack", "htn", "--history", str(file), "--on", TODAY, "--json")) == wanted
    assert ask(county, "journal", "verify")["ok"]


def test_an_export_stands_in_the_access_stream(county):
    seen = "from xinglin.journal.models import Access\nanswer = Access.objects.filter(body__isnull=False).count()"
    before = script(county, seen)
    run(county, "person", "export", str(script(county, "from xinglin.registry.models import Person\nanswer = Person.objects.first().number")))
    assert script(county, seen) == before + 1


def test_figures_are_what_plain_counting_gives(county):
    found = script(county, HEAD + "answer = three_paths.figures_compared(on)")
    assert [f for f in found if f[3] != f[4]] == []
    assert len(found) == 20 and sum(f[3][0] > 0 for f in found) >= 12


def test_the_rows_behind_a_figure_are_its_numerator_for_every_role(county):
    found = script(county, HEAD + "answer = three_paths.drill_downs(on)")
    assert [f for f in found if f[2] != f[3]] == []
    assert [f for f in found if f[5] and f[4]] == []            # who sees the whole county sees every row
    assert len({f[0] for f in found}) >= 4
