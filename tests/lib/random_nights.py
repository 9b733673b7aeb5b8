"""A small town whose history changes at random from night to night, and a feed of what changed.

Cases, tasks and loops are worked out from the history by a few plain lines: the figures only need
derived tables that move when the history moves.
"""

import random
from datetime import date, datetime, timedelta

from tests.lib.town import Town
from xinglin.datasets.arrivals import Arrival
from xinglin.datasets.births_deaths import Death
from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.encounters import Encounter
from xinglin.datasets.infectious import CaseReport
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.people import Person
from xinglin.datasets.work import Case, ContactAttempt, LoopCase, Task
from xinglin.lake.tables import at_lake, newest_table, q
from xinglin.packs.disease_control import diabetes, hypertension
from xinglin.packs.disease_control.diabetes import DmVisit
from xinglin.packs.disease_control.hypertension import HtnVisit

PLACES = ("330182101001", "330182101002", "330182102001", "330182102002")
ORGS = ("12330182A", "12330182B")
DERIVED = (Case, Task, LoopCase)
# programme: its visits, which of them are bad, which are grave
PROGRAMMES = {hypertension.PROGRAMME.code: (HtnVisit, "sbp >= 140", "sbp >= 180"),
              diabetes.PROGRAMME.code: (DmVisit, "fbg >= 7", "fbg >= 16.7")}


def plus(day, n):
    return day + timedelta(days=n)


class RandomTown(Town):
    """People 1…n; half of them are patients from some day on."""

    def __init__(self, seed: int, *, people: int = 16, start: date = date(2026, 1, 9)) -> None:
        super().__init__([HtnVisit, DmVisit])
        self.chance = random.Random(seed)
        self.day = start
        self.people = list(range(1, people + 1))
        self.cases = {p: {"enrolled": plus(start, -self.chance.randrange(600)), "state": "在管",
                          "paused_on": None} for p in self.people[: people // 2]}
        self.put(Person, [self._person(p) for p in self.people])
        for _ in range(people * 6):
            self.happen()
        self.derive()

    def _person(self, p):
        pick = self.chance
        return {"person": p, "updated_on": date(2024, 1, 1), "birth_date": plus(date(1940, 1, 1), pick.randrange(20000)),
                "sex": pick.choice("男女"), "usual_resident": pick.random() < 0.9, "place": pick.choice(PLACES),
                "org": pick.choice(ORGS), "record_opened_on": pick.choice([None, date(2025, 3, 1), date(2026, 6, 6)])}

    # -- one thing that happens ------------------------------------------------------------------

    def happen(self):
        acts = [self.visit] * 4 + [self.sugar] * 3 + [self.lab, self.attempt, self.arrive, self.exam, self.screen, self.encounter, self.report, self.report,
                                   self.void, self.correct, self.correct, self.move, self.merge,
                                   self.lose, self.resume, self.enrol, self.die, self.unsee]
        self.chance.choice(acts)()

    def _someday(self):
        return plus(self.day, self.chance.choice([0, -1, -3, -10, -40, -100, -200, -400, 2, 6]))

    def _who(self):
        return self.chance.choice(self.people)

    def visit(self):
        pick = self.chance
        self.put(HtnVisit, [{"person": self._who(), "day": self._someday(), "org": pick.choice(ORGS),
                             "way": pick.choice(["门诊", "家庭", "电话", None]), "sbp": pick.choice([128, 130, 135, 139, 140, 149, 150, 182]),
                             "dbp": pick.choice([78, 80, 85, 89, 90]), "adherence": pick.choice(["规律", None]),
                             "danger_sign": False, "new_complication": False}])

    def sugar(self):
        pick = self.chance
        self.put(DmVisit, [{"person": self._who(), "day": self._someday(), "org": pick.choice(ORGS), "way": pick.choice(["门诊", "家庭", None]),
                            "fbg": pick.choice([None, 5.2, 6.9, 7.0, 8.4, 17.1]), "glucose": pick.choice([None, 6.5, 12.0]),
                            "glucose_kind": pick.choice(["空腹", "随机", None]), "sbp": 130, "dbp": 80,
                            "foot_pulse": "触及正常", "adherence": "规律", "danger_sign": False, "new_complication": False}])

    def lab(self):
        day = self._someday()
        self.put(LabResult, [{"person": self._who(), "report_no": "r", "item": self.chance.choice(["GLU", "TC"]), "value": 6.6,
                              "unit": "mmol/L", "reported_at": datetime(day.year, day.month, day.day, 9)}])

    def arrive(self):
        received = self.chance.choice([0, 3, 40])
        self.put(Arrival, [{"number": next(self.keys), "sender": "s", "dataset": "lab_result", "every": self.chance.choice(["每日", None]),
                            "day": self._someday(), "org": self.chance.choice(ORGS), "received": received,
                            "accepted": received - received // 3, "gap": self.chance.choice([None, 1, 3, 4])}])

    def attempt(self):
        self.put(ContactAttempt, [{"person": self._who(), "programme": self.chance.choice(list(PROGRAMMES)), "day": self._someday(),
                                   "means": "电话", "outcome": self.chance.choice(["未见到", "外出"])}])

    def exam(self):
        self.put(AnnualExam, [{"person": self._who(), "day": self._someday(), "sbp": self.chance.choice([None, 130]),
                               "fbg": self.chance.choice([None, 5.0, 6.1, 6.9, 7.0])}])

    def screen(self):
        self.put(BpScreening, [{"person": self._who(), "day": self._someday(), "sbp": 135, "dbp": 85}])

    def encounter(self):
        self.put(Encounter, [{"person": self._who(), "day": self._someday(), "org": ORGS[0], "kind": "门诊"}])

    def report(self):
        pick = self.chance
        self.put(CaseReport, [{"person": pick.choice([None, self._who()]), "disease": pick.choice(["dengue", "h7n9"]),
                               "case_class": pick.choice(["确诊", "疑似", None]), "onset_on": pick.choice([None, self._someday()]),
                               "district": pick.choice(["甲区", "乙区"]), "place": pick.choice([None, *PLACES])}])

    def _pick_row(self, record):
        found = self.con.execute(f"SELECT rk FROM {at_lake(newest_table(record))} ORDER BY rk").fetchall()
        return self.chance.choice(found)[0] if found else -1

    def void(self):
        record = self.chance.choice([HtnVisit, DmVisit, AnnualExam, CaseReport, BpScreening, LabResult])
        self.clear(record, f"rk = {self._pick_row(record)}")

    def correct(self):
        if self.chance.random() < 0.3:
            self._set(CaseReport, self._pick_row(CaseReport), f"district = '丙区', onset_on = DATE '{self._someday()}'")
        else:
            self._set(HtnVisit, self._pick_row(HtnVisit), f"version = version + 1, sbp = {self.chance.choice([128, 145, 160])}, "
                      f"day = DATE '{self._someday()}'")

    def _set(self, record, rk, what):
        self.con.execute(f"UPDATE {at_lake(newest_table(record))} SET {what} WHERE rk = {rk}")

    def move(self):
        self._of_person(f"place = '{self.chance.choice(PLACES)}', updated_on = DATE '{self.day}'")

    def unsee(self):
        self._of_person(f"moved_out_on = DATE '{self._someday()}'")

    def _of_person(self, what):
        self.con.execute(f"UPDATE {at_lake('person')} SET {what} WHERE person = {self._who()}")

    def merge(self):
        """Two numbers turn out to be one person: every row goes to the other number."""
        if len(self.people) < 6 or self.chance.random() < 0.6:
            return
        gone, stays = self.chance.sample(self.people, 2)
        for record in (HtnVisit, DmVisit, AnnualExam, BpScreening, CaseReport, Encounter, LabResult, ContactAttempt, Person, Death):
            self.con.execute(f"UPDATE {at_lake(newest_table(record))} SET person = {stays} WHERE person = {gone}")
        self.people.remove(gone)
        moved = self.cases.pop(gone, None)
        if moved:
            self.cases.setdefault(stays, moved)

    def _some_case(self):
        return self.cases[self.chance.choice(sorted(self.cases))] if self.cases else {}

    def lose(self):
        self._some_case().update(state=self.chance.choice(["失访", "拒绝"]), paused_on=self._someday())

    def resume(self):
        self._some_case().update(state="在管", paused_on=None)

    def enrol(self):
        self.cases.setdefault(self._who(), {"enrolled": self._someday(), "state": "在管", "paused_on": None})

    def die(self):
        if self.chance.random() < 0.2:
            self.put(Death, [{"person": self._who(), "died_on": self._someday()}])

    # -- derived ---------------------------------------------------------------------------------

    def derive(self):
        """Fill case, task and loop from the history as of the day."""
        died = dict(self.con.execute(f"SELECT person, min(died_on) FROM {at_lake('death')} GROUP BY 1").fetchall())
        home = dict(self.con.execute(f"SELECT person, arg_max(place, (updated_on, rk)) FROM {at_lake('person')} GROUP BY 1").fetchall())
        for record in DERIVED:
            self.clear(record)
        for programme, (record, bad, grave) in PROGRAMMES.items():
            visits = self.con.execute(f"SELECT person, day, {bad}, {grave} FROM {at_lake(newest_table(record))} WHERE day <= ? "
                                      "ORDER BY person, day, version, rk", [self.day]).fetchall()
            for person, case in self.cases.items():
                common = {"person": person, "programme": programme, "place": home.get(person), "org": ORGS[person % 2]}
                ended = died.get(person)
                self.put(Case, [{**common, **case, "ended": ended if ended and ended <= self.day else None}])
                self._work_of(common, [v[1:] for v in visits if v[0] == person])

    def _work_of(self, common, visits):
        tasks, loops = {}, {}
        for i, (day, bad, grave) in enumerate(visits):
            after = next((d for d, *_ in visits[i + 1:] if d > day), None)
            done = {"done_on": after, "state": "已了" if after else "到期"}
            tasks["visit", day] = {**common, "task": "visit", "cycle": f"v{day}", "due_from": day, "due_by": plus(day, 91), **done}
            if bad:
                tasks["recheck", day] = {**common, "task": "recheck", "cycle": str(day), "due_from": day, "due_by": plus(day, 14), **done}
            if grave:
                loops[day] = {**common, "loop": "referral", "opened": day, "follow_by": plus(day, 14), "closed": after}
        self.put(Task, tasks.values())
        self.put(LoopCase, loops.values())

    # -- the night -------------------------------------------------------------------------------

    def next_day(self, *, days: int, events: int):
        """Remember the tables as they are, let things happen, and work out the derived ones."""
        for record in self.records:
            table = newest_table(record)
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE {q('was_' + table)} AS FROM {at_lake(table)}")
        self.day = plus(self.day, days)
        for _ in range(events):
            self.happen()
        self.derive()


class TownFeed:
    """What changed since `next_day` remembered the tables."""

    def __init__(self, con):
        self.con = con

    def people(self, record):
        return f"SELECT person FROM ({self._changes(record)})"

    def changed(self, record, period):
        return bool(self.con.execute(
            f"SELECT 1 FROM ({self._changes(record)}) WHERE {q(record.about.dated_by)}::DATE BETWEEN ? AND ? LIMIT 1",
            [period.first, period.last]).fetchone())

    def _changes(self, record):
        now, was = at_lake(newest_table(record)), f"temp.{q('was_' + newest_table(record))}"
        return f"(FROM {now} EXCEPT ALL FROM {was}) UNION ALL (FROM {was} EXCEPT ALL FROM {now})"
