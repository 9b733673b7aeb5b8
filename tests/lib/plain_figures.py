"""Figures by plain Python over rows read with plain SELECTs: nothing of the engine's, nothing of Ibis.

Thresholds are written out here, as the norm has them; each function gives (numerator, denominator).
"""

from datetime import date, datetime

OLD_AGE, SBP_GOAL, SBP_GOAL_OLD, DBP_GOAL, SCREENED_FROM = 65, 140, 150, 90, 35
BP = ("bp_screening", "htn_visit", "annual_exam")
CARE = {"encounter": "day", "dispense": "day", "lab_result": "reported_at", "vaccination": "day", "annual_exam": "day",
        "bp_screening": "day", "htn_visit": "day", "dm_visit": "day"}


class Plain:
    """The rows of a lake, and counting them. `day`: the night; `first`, `last`: the period."""

    def __init__(self, con, day: date) -> None:
        self.con, self.day = con, day
        self.persons = self._persons()

    def rows(self, table: str) -> list[dict]:
        found = self.con.execute(f'SELECT * FROM lk.main."{table}"')
        names = [c[0] for c in found.description]
        return [dict(zip(names, r, strict=True)) for r in found.fetchall()]

    def _persons(self) -> dict[int, dict]:
        newest: dict[int, dict] = {}
        for row in self.rows("person"):
            held = newest.get(row["person"])
            if held is None or self._rank(row) > self._rank(held):
                newest[row["person"]] = row
        for row in self.rows("death"):
            who = newest.get(row["person"])
            if who and row["died_on"] <= self.day:
                who["died_on"] = min(row["died_on"], who["died_on"] or row["died_on"])
        return newest

    def _rank(self, row: dict) -> tuple:
        return (row["updated_on"] <= self.day, row["updated_on"], row["version"], row["rk"])

    def residents(self, on: date) -> list[dict]:
        return [p for p in self.persons.values() if p["usual_resident"] and not (p["birth_date"] and p["birth_date"] > on)
                and not (p["died_on"] and p["died_on"] <= on) and not (p["moved_out_on"] and p["moved_out_on"] <= on)]

    def within(self, table: str, dated: str, first: date, last: date) -> list[dict]:
        found = []
        for row in self.rows(table):
            when = row[dated].date() if isinstance(row[dated], datetime) else row[dated]
            if when and first <= when <= min(last, self.day):
                row["place"] = row.get("place") or self.persons.get(row["person"], {}).get("place")
                found.append(row)
        return found

    def cases(self, last: date) -> list[dict]:
        until = min(last, self.day)
        return [c for c in self.rows("case") if c["programme"] == "htn" and c["enrolled"] and c["enrolled"] <= until
                and not (c["ended"] and c["ended"] <= until) and c["state"] not in ("待核实", "已排除")]


def age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def at(rows: list[dict], place: str) -> list[dict]:
    return [r for r in rows if not place or (r["place"] or "").startswith(place)]


def managed_count(p: Plain, first: date, last: date, place: str) -> tuple:
    return len(at(p.cases(last), place)), None


def bp_controlled(p: Plain, first: date, last: date, place: str) -> tuple:
    newest: dict[int, dict] = {}
    for row in p.within("htn_visit", "day", first, last):
        held = newest.get(row["person"])
        if held is None or (row["day"], row["version"], row["rk"]) > (held["day"], held["version"], held["rk"]):
            newest[row["person"]] = row
    rows = at(p.cases(last), place)
    return sum(_controlled(p, c, newest.get(c["person"]), min(last, p.day)) for c in rows), len(rows)


def _controlled(p: Plain, case: dict, visit: dict | None, until: date) -> bool:
    if visit is None or _paused(case, until, ("失访", "拒绝")):
        return False
    birth = p.persons[case["person"]]["birth_date"]
    if visit["dbp"] >= DBP_GOAL or visit["sbp"] >= SBP_GOAL_OLD:
        return False
    return visit["sbp"] < SBP_GOAL or (birth is not None and age(birth, visit["day"]) >= OLD_AGE)


def _paused(case: dict, until: date, states: tuple[str, ...]) -> bool:
    return case["state"] in states and (case["paused_on"] is None or case["paused_on"] <= until)


def lost_share(p: Plain, first: date, last: date, place: str) -> tuple:
    rows = at(p.cases(last), place)
    return sum(_paused(c, min(last, p.day), ("失访",)) for c in rows), len(rows)


def new_cases(p: Plain, first: date, last: date, place: str) -> tuple:
    rows = [c for c in at(p.rows("case"), place) if c["programme"] == "htn" and c["state"] not in ("待核实", "已排除", None)]
    return sum(bool(c["enrolled"]) and first <= c["enrolled"] <= min(last, p.day) for c in rows), None


def visits(p: Plain, first: date, last: date, place: str) -> tuple:
    return len(at(p.within("htn_visit", "day", first, last), place)), None


def recheck_on_time(p: Plain, first: date, last: date, place: str) -> tuple:
    return _on_time(p, at(p.rows("task"), place), "task", "recheck", ("due_by", "due_by", "done_on"), first, last)


def referral_closed(p: Plain, first: date, last: date, place: str) -> tuple:
    return _on_time(p, at(p.rows("loop"), place), "loop", "referral", ("opened", "follow_by", "closed"), first, last)


def _on_time(p: Plain, rows: list[dict], kind: str, code: str, columns: tuple[str, str, str], first: date, last: date) -> tuple:
    dated, limit, done = columns
    mine = [r for r in rows if r["programme"] == "htn" and r[kind] == code and first <= r[dated] <= min(last, p.day)]
    over = [r for r in mine if r[done] or r[limit] < p.day]
    return sum(bool(r[done]) and r[done] <= r[limit] for r in over), len(over)


def screened_35(p: Plain, first: date, last: date, place: str) -> tuple:
    until = min(last, p.day)
    measured = {r["person"] for table in BP for r in p.within(table, "day", first, last) if r["sbp"] is not None}
    rows = [r for r in at(p.residents(until), place) if r["birth_date"] and age(r["birth_date"], until) >= SCREENED_FROM]
    return sum(r["person"] in measured for r in rows), len(rows)


def coverage(p: Plain, first: date, last: date, place: str) -> tuple:
    rows = at(p.residents(min(last, p.day)), place)
    return sum(_filed(r, min(last, p.day)) for r in rows), len(rows)


def use(p: Plain, first: date, last: date, place: str) -> tuple:
    moved = {r["person"] for table, dated in CARE.items() for r in p.within(table, dated, first, last)}
    rows = [r for r in at(p.residents(min(last, p.day)), place) if _filed(r, min(last, p.day))]
    return sum(r["person"] in moved for r in rows), len(rows)


def _filed(row: dict, until: date) -> bool:
    return bool(row["record_opened_on"]) and row["record_opened_on"] <= until


def notified(p: Plain, first: date, last: date, place: str) -> tuple:
    rows = at(p.within("case_report", "onset_on", first, last), place)
    return sum(r["case_class"] not in ("疑似", "携带") for r in rows), None


FIGURES = {
    "htn.managed_count": managed_count, "htn.bp_controlled": bp_controlled, "htn.lost_share": lost_share,
    "htn.new_cases": new_cases, "htn.visits": visits, "htn.recheck_on_time": recheck_on_time,
    "htn.referral_closed": referral_closed, "htn.screened_35": screened_35, "rec.coverage": coverage, "rec.use": use,
    "ntf.cases": notified,
}
