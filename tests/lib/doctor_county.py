"""The small county with a village of people: managed, suspected, lost, and some of another village.

Run as a program on an empty XINGLIN_HOME: `python -m tests.lib.doctor_county`. Days count from
today, so that what is overdue stays overdue. `WHO` names the people that tests speak of.
"""

import json
from datetime import date, timedelta

from tests.lib import small_county
from xinglin.kernel.home import home

WHO = ("李玉兰", "李国强", "王秀英", "张建国", "陈阿根", "买买提·吐尔逊", "周小燕", "别村人")
LATE, SECOND, HOUSEMATE, SUSPECT, LOST, FAR, DONE, OTHERS = range(8)
_BORN = ("1955-03-01", "1952-07-09", "1960-01-15", "1958-11-30", "1949-05-05", "1963-02-02",
         "1971-08-08", "1950-01-01")  # fmt: skip


def build() -> dict[str, int]:
    """Make the county; name → county number, kept in people.json for the tests."""
    small_county.build()
    numbers = dict(zip(WHO, _register(), strict=True))
    _fill_lake(numbers)
    _project()
    (home().root / "people.json").write_text(json.dumps(numbers, ensure_ascii=False), encoding="utf-8")
    return numbers


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def ago(days: int) -> date:
    """A day before today."""
    return _today() - timedelta(days=days)


def _register() -> list[int]:
    from xinglin.registry import actions
    from xinglin.registry.actions import By, NewOrganisation
    from xinglin.registry.people import NewPerson, register_people
    from xinglin.registry.places import PlaceRow

    actions.add_places(
        rows=[PlaceRow(code="330182107000", name="下涯镇", level=4, parent="330182000000"),
              PlaceRow(code="330182107201", name="下涯村", level=5, parent="330182107000")],
        valid_from=date(2000, 1, 1), by=By(key="villages"),
    )  # fmt: skip
    codes = orgs()
    other = small_county.credit_code("52330182480000003D")
    actions.add_organisations(by=By(key="other"), rows=[
        NewOrganisation(code=other, name="大洲村卫生室", kind="village_clinic", level=5,
                        place="330182107201", parent=codes["bureau"])])  # fmt: skip
    people = [
        NewPerson(name=name, phone=f"1395710{i:04d}", address=f"下涯村{10 + i}号", sex="21"[i % 2],
                  birth_date=date.fromisoformat(_BORN[i]), place_id="330182107201",
                  organisation_id=other if i == OTHERS else codes["clinic"], doctor_id="wang")
        for i, name in enumerate(WHO)
    ]  # fmt: skip
    return register_people(people=people, actor="system", org="", idempotency_key="people")


def orgs() -> dict[str, str]:
    """bureau, township, clinic → credit code."""
    return {k: small_county.credit_code(r[0]) for k, r in small_county.ORGANISATIONS.items()}


def _fill_lake(numbers: dict[str, int]) -> None:
    from tests.lib.lake import put
    from xinglin.datasets import DELIVERED, DERIVED
    from xinglin.lake.store import open_lake
    from xinglin.site.load import catalog

    lake = open_lake(home())
    lake.ensure([*DELIVERED, *DERIVED, *catalog().records.values()])
    for n, (record, rows) in enumerate(_rows(list(numbers.values())).items(), 1):
        put(lake, record, [r | {"record_id": f"{n}-{i}"} for i, r in enumerate(rows)], delivery=n)


def _rows(people: list[int]) -> dict:
    from xinglin.datasets.encounters import Diagnosis
    from xinglin.datasets.people import Person
    from xinglin.datasets.work import CaseChange, ContactAttempt
    from xinglin.site.load import catalog

    clinic = orgs()["clinic"]
    visit = catalog().record("htn_visit")
    plain = {"org": clinic, "doctor": "wang"}
    houses = ["12号", "12号", "12号", "15号", "18号", "20号", "21号", "1号"]
    answers = {n: False for n, c in visit.columns().items() if c.kind == "yesno"}

    def saw(who: int, days: int, sbp: int, dbp: int) -> dict:
        return {"person": people[who], "day": ago(days), "sbp": sbp, "dbp": dbp, "way": "家庭",
                "adherence": "规律", **answers, **plain}  # fmt: skip

    managed = [LATE, SECOND, HOUSEMATE, LOST, FAR, DONE, OTHERS]
    return {
        Person: [{"person": p, "updated_on": ago(400), "birth_date": date.fromisoformat(_BORN[i]),
                  "sex": "女男"[i % 2], "usual_resident": True, "place": "330182107201",
                  "house_no": houses[i], "household": houses[i], **plain}
                 for i, p in enumerate(people)],
        CaseChange: [{"person": people[i], "programme": "htn", "day": ago(700), "change": "纳入", **plain}
                     for i in managed],
        visit: [saw(LATE, 200, 150, 88), saw(LATE, 95, 162, 98), saw(SECOND, 90, 138, 84),
                saw(HOUSEMATE, 100, 130, 80), saw(LOST, 150, 136, 82), saw(FAR, 93, 128, 78),
                saw(DONE, 10, 125, 80), saw(OTHERS, 100, 140, 80)],
        Diagnosis: [{"person": people[SUSPECT], "day": ago(30), "kind": "出院", "icd10": "I10.x00",
                     "words": "高血压病2级", "org": clinic}],
        ContactAttempt: [{"person": people[LOST], "programme": "htn", "day": ago(d), "means": "上门",
                          "outcome": "未见到", **plain} for d in (40, 30, 20)],
    }  # fmt: skip


def _project() -> None:
    """What the night does for the lists: derive, then fill the projections. No figures are needed."""
    from xinglin.site.load import catalog
    from xinglin.site.night import Scene
    from xinglin.site.night_steps import STEPS

    scene = Scene(home(), catalog(), _today())
    for name, _title, step in STEPS:
        if name in ("journal", "derive", "project"):
            step(scene)


if __name__ == "__main__":
    build()
