"""The small county with people who stand twice in the registry: one to merge, two who are not one, one to put off.

Run as a program on the home of small_county: `python -m tests.lib.duplicates_county`. Everything comes by delivery, as
only rows that came so can move. `people.json` has the number of each entry; `python -m tests.lib.duplicates_county
figure` writes the figure of the page anew, as a night does.
"""

import json
import sys
from datetime import date
from types import SimpleNamespace

from tests.lib.doctor_county import ago, orgs
from xinglin.kernel.home import home
from xinglin.kernel.identity import with_check_digit
from xinglin.site.commands import databases_ready

FIGURE = "htn.bp_controlled"
VILLAGE = "330182107201"
NUMBER = with_check_digit("33018219540501002")
HEAD = "patient_id,name,id_number,birth_date,sex,phone,address,record_id"
# Who the register knows, and whom a clinic or the hospital knows without a number.
REGISTER = (("R1", "王桂兰", NUMBER, "1954-05-01", "女", "15400001111", "下涯村3号", "12"),
            ("R2", "李国强", "", "1954-05-01", "男", "15400002222", "下涯村9号", "13"),
            ("R3", "陈秀英", "", "1960-07-09", "女", "15400003333", "下涯村15号", "14"))
CLINIC = (("K1", "王贵兰", "", "1954-05-01", "女", "15400001111", "下涯村3号"),
          ("K2", "李国强", "", "1954-09-20", "男", "15400002222", "下涯村9号"),
          ("K3", "陈秀英", "", "1960-09-07", "女", "", ""))


def fill() -> None:
    """Deliver people and visits, and do what the night before would have done."""
    _places()
    clinic = orgs()["clinic"]
    _deliver("person", "register", f"{HEAD},household,updated_on,usual_resident,place,org,doctor",
             (f"{','.join(r[:7])},P{r[0]},{r[7]},{ago(300)},是,{VILLAGE},{clinic},wang" for r in REGISTER))
    _deliver("case_change", "register", f"{HEAD},programme,day,change,org,doctor,confirmed",
             (f"{','.join(r[:7])},C{r[0]},htn,{ago(250)},纳入,{clinic},wang,是" for r in REGISTER[:2]))
    quiet = ",".join(["否"] * 6)
    signs = "danger_sign,pregnant,other_emergency,new_complication,adverse_reaction,adr_hard"
    _deliver("htn_visit", "clinic", f"{HEAD},day,way,sbp,dbp,org,{signs}",
             (f"{','.join(r)},V{r[0]}{n},{ago(days)},门诊,{sbp},82,{clinic},{quiet}" for r in CLINIC for n, (days, sbp) in enumerate(VISITS)))
    _night()
    _note_numbers()


VISITS = ((100, 156), (20, 128))


def _places() -> None:
    from xinglin.registry import actions
    from xinglin.registry.actions import By
    from xinglin.registry.places import PlaceRow

    actions.add_places(valid_from=date(2000, 1, 1), by=By(key="villages"), rows=[
        PlaceRow(code="330182107000", name="下涯镇", level=4, parent="330182000000"),
        PlaceRow(code=VILLAGE, name="下涯村", level=5, parent="330182107000")])


def _deliver(record, source, head, rows) -> None:
    from xinglin.gather.receive import receive

    path = home().tmp / f"{record}.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    receipt = receive(home(), path, source=source, record=record)
    path.unlink()
    assert not receipt.problem and receipt.rejected == 0, receipt.words()


def _night() -> None:
    """Of a night, what these pages show: pairs, cases and lists, one figure."""
    from xinglin.site.load import catalog
    from xinglin.site.night_steps import compare_people, derive, project
    from xinglin.site.scene import Scene

    known = catalog()
    some = SimpleNamespace(records=known.records, programmes={"htn": known.programmes["htn"]}, indicators={})
    scene = Scene(home(), some, ago(0), full=True)
    for step in (compare_people, derive, project):
        step(scene)
    count()


def count() -> None:
    from xinglin.know.indicators.readers import run_figures
    from xinglin.lake.store import open_lake
    from xinglin.site.load import catalog

    run_figures(open_lake(home()), {FIGURE: catalog().indicators[FIGURE]}, catalog().records, day=ago(0), full=True, code="one program")


def _note_numbers() -> None:
    """Which number each entry has, by its own name and day of birth."""
    from xinglin.registry.models import Person
    from xinglin.registry.queries import people

    found = {f"{v.name} {v.birth_date}": n for n, v in people(Person.objects.values_list("pk", flat=True)).items()}
    (home().root / "people.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    databases_ready()
    count() if sys.argv[1:] == ["figure"] else fill()
