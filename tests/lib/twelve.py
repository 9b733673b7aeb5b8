"""Twelve deliveries of a village: new, corrected, void, duplicate, overlapping; and taking them in.

Every order of the twelve comes to a village of its own, with its own senders, in one county.
As a program: `python -m tests.lib.twelve` gathers what is still missing of all orders into
XINGLIN_HOME, breaking itself off once in each, then runs the night; killed, it is run again.
"""

import random
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from tests.lib import postgresql
from xinglin.kernel.home import Home
from xinglin.kernel.identity import with_check_digit

ORG, DAY, PEOPLE = "12330182MB0000001X", date(2026, 6, 30), 12
ORDERS = 1 if postgresql.is_used() else 20
# None chosen: all of them.
PROGRAMMES, FIGURES = (("htn",), ("htn.bp_controlled", "htn.recheck_on_time")) if postgresql.is_used() else ((), ())
MORE = "danger_sign,pregnant,other_emergency,new_complication,adverse_reaction,adr_hard"
QUIET = ",".join(["否"] * 6)
STEPS = ("receive.keep_original", "receive._work", "load._judge", "load._stage", "actions.note_checked",
         "receive.take_in", "actions.finish")
IN_ORDER = list(range(12))


class Killed(BaseException):
    """As if the process ended here."""


def town(k: int) -> str:
    return f"330182{101 + k}"


def _who(k: int, n: int) -> str:
    """Person 11 never shows a number."""
    number = with_check_digit(f"33018219{40 + n * 3}0501{k * PEOPLE + n:03d}")
    return f"P{n},{number if n != 11 else ''}"


class Village:
    """The twelve deliveries of village `k`. Sex follows from the number's last but one digit."""

    def __init__(self, k: int) -> None:
        self.k = k

    def deliveries(self) -> list[tuple[str, str, str]]:
        """(sender, file name, text) of the twelve."""
        a, b = f"{town(self.k)}201", f"{town(self.k)}202"
        return [
            ("register", "person__20260101.csv", self._people("2026-01-01", {n: a if n < 6 else b for n in range(PEOPLE)})),
            ("register", "person__20260501.csv", self._people("2026-05-01", dict.fromkeys((0, 2, 4, 7, 8), b))),
            ("town", "case_change__1.csv", self._changes(*((n, n, f"2025-1{n % 3}-01", "纳入", 1, "否") for n in range(10)))),
            ("town", "case_change__2.csv", self._changes(
                (3, 3, "2026-02-01", "纳入", 2, "否"), (9, 9, "2025-10-01", "纳入", 2, "是"), (20, 5, "2026-04-01", "失访", 1, "否"))),
            ("town", "htn_visit__1.csv", self._first_visits()),
            ("town", "htn_visit__2.csv", self._first_visits() + "\n"),                       # the same again
            ("town", "htn_visit__3.csv", self._visits(
                (2, 2, "2026-03-12", 136, 82, 1, "否"), (8, 8, "2026-03-11", 160, 88, 1, "否"),
                (30, 1, "2026-05-20", 186, 96, 1, "否"), (31, 6, "2026-06-02", 190, 112, 1, "否"))),
            ("town", "htn_visit__4.csv", self._visits(
                (4, 4, "2026-02-14", 120, 78, 2, "否"), (7, 7, "2026-02-10", 156, 87, 2, "是"), (30, 1, "2026-05-20", 146, 92, 3, "否"))),
            ("town", "htn_visit__5.csv", self._visits((30, 1, "2026-05-21", 176, 92, 2, "否"), (7, 7, "2026-02-10", 157, 88, 3, "否"))),
            ("cdc", "death__1.csv", self._deaths((0, "2026-04-02", "I21", 1, "否"), (6, "2026-03-30", "I63", 1, "否"))),
            ("cdc", "death__2.csv", self._deaths((6, "2026-03-30", "I63", 2, "是"))),
            ("his", "diagnosis__1.csv", _file("record_id,day,kind,icd10,words,org", [
                f"{_who(self.k, n)},G{n},2026-05-0{n - 8},出院,I10,高血压,{ORG}" for n in (10, 11)])),
        ]

    def _people(self, day: str, places: dict[int, str]) -> str:
        rows = [f"{_who(self.k, n)},{day},19{40 + n * 3}-05-01,是,{place},{ORG},{'2026-04-02' if n == 0 and day > '2026-04' else ''}"
                for n, place in places.items()]
        return _file("updated_on,birth_date,usual_resident,place,org,died_on", rows)

    def _visits(self, *rows: tuple[int, int, str, int, int, int, str]) -> str:
        """(record id, person, day, sbp, dbp, version, void) each."""
        return _file(f"record_id,day,sbp,dbp,version,void,org,{MORE}", [
            f"{_who(self.k, n)},V{i},{day},{sbp},{dbp},{version},{void},{ORG},{QUIET}"
            for i, n, day, sbp, dbp, version, void in rows])

    def _first_visits(self) -> str:
        return self._visits(*((n, n, f"2026-0{n % 3 + 1}-1{n % 7}", 128 + n * 4, 80 + n, 1, "否") for n in range(10)))

    def _changes(self, *rows: tuple[int, int, str, str, int, str]) -> str:
        return _file("record_id,programme,day,change,version,void,org,confirmed", [
            f"{_who(self.k, n)},C{i},htn,{day},{change},{version},{void},{ORG},是" for i, n, day, change, version, void in rows])

    def _deaths(self, *rows: tuple[int, str, str, int, str]) -> str:
        return _file("record_id,died_on,cause,version,void", [
            f"{_who(self.k, n)},D{n},{day},{cause},{version},{void}" for n, day, cause, version, void in rows])


def _file(head: str, rows: list[str]) -> str:
    return "\n".join([f"patient_id,id_number,{head}", *rows]) + "\n"


def order(k: int) -> list[int]:
    """All twelve in a random order with random repetitions; village 0 has each once, in order."""
    if k == 0:
        return IN_ORDER
    chosen = random.Random(k)
    listed = IN_ORDER + chosen.choices(range(12), k=chosen.randint(1, 3))
    chosen.shuffle(listed)
    return listed


def settle() -> None:
    """The places, and the one organisation that they all belong to."""
    from xinglin.registry.models import Organisation, Place

    rows = [("330182000000", "县", 3, None)]
    for k in range(ORDERS + 1):
        rows.append((f"{town(k)}000", f"{k}镇", 4, "330182000000"))
        rows += [(f"{town(k)}{v}", f"{k}镇{v}村", 5, f"{town(k)}000") for v in ("201", "202")]
    Place.objects.bulk_create([Place(code=c, name=n, level=x, parent_id=p) for c, n, x, p in rows], ignore_conflicts=True)
    Organisation.objects.get_or_create(code=ORG, defaults={
        "name": "县医院", "kind": "county_hospital", "level": 3, "place_id": "330182000000"})


def put_in_inbox(home: Home, k: int, n: int) -> Path:
    sender, name, text = Village(k).deliveries()[n]
    folder = home.inbox / f"{sender}_{k}"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.part").write_text(text, encoding="utf-8")
    return (folder / f"{name}.part").rename(folder / name)


def gather_village(home: Home, k: int) -> None:
    """Every delivery of the village's order; once something breaks off, as a kill would, and is run again."""
    from xinglin.gather.receive import gather_waiting

    listed, chosen = order(k), random.Random(k)
    dying = listed.index(chosen.choice(listed)) if k else None   # a file's first sight: a repeat is no work
    for at, n in enumerate(listed):
        put_in_inbox(home, k, n)
        if at == dying:
            _break_off(home, k, chosen)
        for receipt in gather_waiting(home):
            assert not receipt.problem and not receipt.rejected, receipt.words()
        print("gathered", k, at, flush=True)


def _break_off(home: Home, k: int, chosen: random.Random) -> None:
    """Gather, ending before or after a random step; a file in the home says that it did."""
    from xinglin.gather import actions, load, receive

    module, name = chosen.choice(STEPS).split(".")
    module = {"actions": actions, "load": load, "receive": receive}[module]
    real, late = getattr(module, name), chosen.random() < 0.5

    def killed(*args: object, **kwargs: object) -> None:
        if late:
            real(*args, **kwargs)
        raise Killed

    try:
        with mock.patch.object(module, name, killed):
            receive.gather_waiting(home)
    except Killed:
        (home.root / f"broken-{k}").touch()


def night(home: Home, day: date = DAY, *, figures: Sequence[str] = FIGURES, times: int = 1) -> None:
    """The night's steps that take in, derive, count and project. Each done twice is a kill before it was noted."""
    from xinglin.site import night_steps as steps
    from xinglin.site.load import catalog
    from xinglin.site.scene import Scene

    known = catalog()
    chosen = {code: known.indicators[code] for code in figures or known.indicators}
    programmes = {code: known.programmes[code] for code in PROGRAMMES or known.programmes}
    some = SimpleNamespace(records=known.records, programmes=programmes, indicators=chosen)
    scene = Scene(home, some, day)
    for step in (steps.take_journal, steps.derive, steps.figures, steps.project):
        for _ in range(times):
            step(scene)


def _main() -> None:
    from xinglin.kernel.home import home
    from xinglin.lake.maintenance import tidy
    from xinglin.lake.store import open_lake
    from xinglin.site.commands import databases_ready

    databases_ready()
    settle()
    here = home().ensure()
    for k in range(ORDERS + 1):
        if not (here.root / f"village-{k}").exists():
            gather_village(here, k)
            (here.root / f"village-{k}").touch()
            if k % 4 == 3:          # as nights between would
                tidy(open_lake(here))
    night(here)


if __name__ == "__main__":
    sys.exit(_main())
