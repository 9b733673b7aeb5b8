"""Inside one county: what `xinglin due` says of people, what the night's rows say, what pages show."""

import random
from collections import Counter
from datetime import date

from tests.lib.plain_figures import FIGURES, Plain
from xinglin.act.programmes import queries as work
from xinglin.act.programmes.history import catalog, history_of
from xinglin.act.programmes.history_file import history_file, read_history, what_is_due
from xinglin.act.programmes.models import CaseRow, OpenLoop, SuspectRow
from xinglin.kernel.dates import Period, plus_days
from xinglin.kernel.home import home
from xinglin.know.indicators import queries
from xinglin.know.indicators.readers import opener
from xinglin.lake.store import open_lake

AHEAD = 60
PACKS = {"htn": ("htn", "htn_watch"), "dm": ("dm", "dm_watch")}


def chosen_people(con, how_many: int) -> list[int]:
    """Managed, ended, suspects, watched, and others, all by chance."""
    chance, found = random.Random(5), list[int]()
    for share, sql in ((50, "programme = 'htn' AND state IN ('在管', '失访', '拒绝')"), (30, "programme = 'dm' AND state = '在管'"),
                       (10, "programme = 'htn' AND ended IS NOT NULL"), (30, "programme = 'htn' AND state = '待核实'"),
                       (20, "programme = 'dm' AND state = '待核实'"), (20, "programme = 'htn_watch'"), (10, "programme = 'dm_watch'")):
        people = sorted({r[0] for r in con.execute(f'SELECT person FROM "case" WHERE {sql}').fetchall()} - set(found))
        found += chance.sample(people, min(share, len(people)))
    others = sorted({r[0] for r in con.execute("SELECT DISTINCT person FROM person").fetchall()} - set(found))
    return found + chance.sample(others, how_many - len(found))


def due_says(person: int, on: date, code: str = "htn") -> dict:
    """By the exported file alone."""
    pack = catalog().pack(code)
    file = history_file(history_of(person, pack.programmes))
    return what_is_due(pack.programmes, read_history(file, catalog().records, pack.programme()), on=on)


def lake_says(con, person: int, code: str) -> dict:
    """The night's rows of the person in a pack's programmes, in the words of `due`."""
    mine = f"person = ? AND programme IN ({', '.join(repr(p) for p in PACKS[code])})"
    cases = con.execute(f'SELECT programme, state, enrolled, ended, last_class FROM "case" WHERE {mine}', [person]).fetchall()
    tasks = con.execute(f"SELECT programme, task, arg_max(due_from, due_by), max(due_by) FROM task WHERE {mine} AND "
                        "done_on IS NULL AND state <> '错过' GROUP BY ALL", [person]).fetchall()
    loops = con.execute(f"SELECT loop, opened, follow_by, closed FROM loop WHERE {mine}", [person]).fetchall()
    return {"cases": sorted(map(str, cases)), "due": sorted(str(t[1:]) for t in tasks), "loops": sorted(map(str, loops))}


def same_words(answer: dict, code: str) -> dict:
    """`due`'s answer in the words of the lake's rows, which begin with the year before."""
    since = f"{int(answer['on'][:4]) - 1}-01-01"
    classes = [c["class"] for c in answer["classes"]]
    cases = [(c["programme"], c["state"], _day(c["enrolled"]), _day(c["ended"]),
              classes[-1] if classes and c["programme"] == code else None) for c in answer["cases"] if c["state"]]
    return {"cases": sorted(map(str, cases)),
            "due": sorted(str((t["task"], _day(t["from"]), _day(t["by"]))) for t in answer["due"]),
            "loops": sorted(str((x["loop"], _day(x["opened"]), _day(x["follow_by"]), _day(x["closed"]))) for x in answer["loops"]
                            if x["open"] or x["closed"] >= since)}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def page_shows(person: int, code: str) -> dict:
    """What the person's page and the lists read."""
    items, mine = {}, PACKS[code]
    for row in (r for r in work.items_of(person) if r.programme in mine):
        items[row.task] = str(max(row.due_by, _day(items.get(row.task)) or row.due_by))
    return {"cases": sorted(f"{c.programme} {c.state} {c.last_class}" for c in work.cases_of([person]) if c.programme in mine),
            "items": items, "suspect": SuspectRow.objects.filter(person=person, programme__in=mine).exists(),
            "loops": sorted(f"{x.loop} {x.opened}" for x in OpenLoop.objects.filter(person=person, programme__in=mine, closed_on=None))}


def page_should(answer: dict, on: date, code: str) -> dict:
    """What of `due`'s answer belongs on a page: soon or overdue, and not only when met."""
    classes = [c["class"] for c in answer["classes"]]
    edge = plus_days(on, AHEAD).isoformat()
    return {"cases": sorted(f"{c['programme']} {c['state']} {(classes[-1] or '') if classes and c['programme'] == code else ''}"
                            for c in answer["cases"] if c["state"]),
            "items": {t["task"]: t["by"] for t in answer["due"] if not t["opportunistic"] and t["by"] <= edge},
            "suspect": any(c["state"] == "待核实" for c in answer["cases"]),
            "loops": sorted(f"{x['loop']} {x['opened']}" for x in answer["loops"] if x["open"])}


def people_compared(on: date, how_many: int = 200) -> dict:
    """How many were compared by kind of state, and what did not agree."""
    con = open_lake(home(), read_only=True).cursor()
    kinds, wrong = Counter[str](), list[list]()
    for person in chosen_people(con, how_many):
        for code in PACKS:
            answer = due_says(person, on, code)
            state = next((c["state"] for c in answer["cases"] if c["programme"] == code and c["state"]), "无")
            kinds[state if code == "htn" else f"{code} {state}"] += 1
            pairs = ((same_words(answer, code), lake_says(con, person, code)), (page_should(answer, on, code), page_shows(person, code)))
            wrong += [[code, k, said[k], found[k]] for said, found in pairs for k in said if said[k] != found[k]]
    return {"kinds": kinds, "wrong": wrong, "cases_shown": CaseRow.objects.count()}


def figures_compared(on: date, how_many: int = 20) -> list[list]:
    """[code, period, place, the county's answer, plain counting's answer] of figures by chance."""
    lake = open_lake(home(), read_only=True)
    con, chance, found = lake.cursor(), random.Random(9), list[list]()
    plain = Plain(con, on)
    villages = sorted({p["place"] for p in plain.persons.values() if p["place"]})
    codes = [*FIGURES, *chance.choices(list(FIGURES), k=how_many - len(FIGURES))]
    for code in codes:
        period, village = Period.parse(chance.choice(["2025", "2026"])), chance.choice(villages)
        place = village[:chance.choice([0, 9, 12])]
        asked = queries.ask(con, catalog().indicator(code), period, open_=opener(con, on), day=on, snapshot=lake.snapshot())
        amount = queries.figure(asked, place=place).amount
        counted = FIGURES[code](plain, period.first, period.last, place)
        found.append([code, period.text, place, [int(amount.numerator), None if amount.denominator is None else int(amount.denominator)],
                      list(counted)])
    return found


def drill_downs(on: date) -> list[list]:
    """[role, code, numerator at the widest place of the role, rows behind it, rows of others] for all with rows."""
    import tomllib

    from django.contrib.auth import get_user_model

    from xinglin.show.figures.members import listed
    from xinglin.show.figures.scope import scope_of

    lake = open_lake(home(), read_only=True)
    con, found = lake.cursor(), list[list]()
    accounts = tomllib.loads(home().county_file.read_text("utf-8"))["accounts"]
    for user in get_user_model().objects.filter(username__in=[a["username"] for a in accounts]):
        scope = scope_of(user)
        if scope is None or not scope.rows.any or scope.prefix is None:
            continue
        for code in ("htn.bp_controlled", "htn.managed_count", "htn.visits", "htn.referral_closed", "rec.coverage"):
            asked = queries.ask(con, catalog().indicator(code), Period.parse("2026"), open_=opener(con, on), day=on,
                                snapshot=lake.snapshot())
            numerator = queries.figure(asked, place=scope.prefix).amount.numerator
            rows = listed(asked, right=scope.rows, place=scope.prefix, where={}, counted="in", page=1)
            found.append([user.username, code, int(numerator), rows.all, rows.elsewhere, scope.whole])
    return found
