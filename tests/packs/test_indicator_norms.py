"""Worked examples of the numbers that indicators read: people on both sides of each, in one table."""

from datetime import date

import pytest

from tests.lib.town import Town
from xinglin.datasets.arrivals import Arrival
from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.people import Person
from xinglin.datasets.work import Case
from xinglin.declare.norm import Norm, Since, adjusted, noting
from xinglin.kernel.dates import Period
from xinglin.know.indicators import explain, queries
from xinglin.know.indicators.contribute import compile_figure
from xinglin.packs.disease_control.diabetes import DmVisit
from xinglin.packs.disease_control.hypertension import HtnVisit
from xinglin.packs.disease_control.hypertension.norms import ADULT_AGE, PREVALENCE
from xinglin.site.load import catalog, found_packs

DAY, YEAR = date(2026, 6, 30), Period.parse("2026")
PLACE = "330182101001"

# person, born, last pressure (none: not a patient), how old on the day it was taken
PEOPLE = (
    (1, date(2008, 6, 30), None),               # 18 on the day: an adult, not yet 35
    (2, date(2008, 7, 1), None),                # 17
    (3, date(1991, 6, 30), None),               # 35 on the day
    (4, date(1991, 7, 1), None),                # 34
    (5, date(1980, 1, 1), (139, 89)),
    (6, date(1980, 1, 1), (140, 89)),
    (7, date(1980, 1, 1), (139, 90)),
    (8, date(1961, 6, 1), (149, 89)),           # 65 on the day of the visit
    (9, date(1961, 6, 1), (150, 89)),
    (10, date(1961, 6, 2), (149, 89)),          # 64
    (11, date(1980, 1, 1), (130, 89)),
)
VISITED = date(2026, 6, 1)
# person: fasting glucose at each follow-up of the year, oldest first
SUGARS = {5: (6.9,), 6: (8.0, 7.0), 7: (7.0, 6.9, 6.5), 8: (None,)}
# person: fasting glucose at last year's examination
EXAMS = {1: 6.0, 2: 6.1, 3: 6.9, 4: 7.0, 5: 6.5}
# indicator: numerator, denominator
EXPECTED = {
    "htn.managed_count": (7, None),
    "htn.bp_controlled": (3, 7),
    "htn.managed_share": (7, pytest.approx(10 * 0.279)),
    "htn.screened_35": (7, 8),
    "htn.visits": (7, None),
    "htn.lost_share": (0, 7),
    "htn.new_cases": (0, None),
    "rec.coverage": (0, 11),
    "dm.managed_count": (4, None),
    "dm.glucose_controlled": (2, 4),            # the last fasting one decides: 6.9 and 6.5
    "dm.managed_share": (4, pytest.approx(10 * 0.112)),
    "dm.tested": (2, 4),                        # at midyear two of the four are due
    "dm.high_risk_tested": (0, 2),              # 6.1 and 6.9; person 5 is a patient already
    "dm.visits": (7, None),
    "dm.lost_share": (0, 4),
    "src.deliveries": (8, None),
    "src.accepted": (pytest.approx(790), 8),    # seven whole ones, and one of which 9 of 10 rows were taken
    "src.late": (3, 6),                         # without an agreement, or the first of its kind: not judged
}


@pytest.fixture(scope="module")
def town():
    made = Town([r for p in found_packs() for r in p.records])
    made.put(Person, [{"person": p, "updated_on": date(2024, 1, 1), "birth_date": born, "usual_resident": True,
                       "place": PLACE} for p, born, _ in PEOPLE])
    patients = [(p, reading) for p, _, reading in PEOPLE if reading]
    made.put(Case, [{"person": p, "programme": "htn", "state": "在管", "enrolled": date(2025, 1, 1), "place": PLACE}
                    for p, _ in patients])
    made.put(HtnVisit, [{"person": p, "day": VISITED, "sbp": sbp, "dbp": dbp} for p, (sbp, dbp) in patients])
    _sugar(made)
    _arrivals(made)
    return made


def _sugar(made):
    made.put(Case, [{"person": p, "programme": "dm", "state": "在管", "enrolled": date(2025, 1, 1), "place": PLACE} for p in SUGARS])
    made.put(DmVisit, [{"person": p, "day": date(2026, 2 + n, 1), "fbg": fbg, "sbp": 130, "dbp": 80}
                       for p, values in SUGARS.items() for n, fbg in enumerate(values)])
    made.put(AnnualExam, [{"person": p, "day": date(2025, 5, 1), "fbg": fbg} for p, fbg in EXAMS.items()])


# agreed rhythm, days since the one before
CAME = (("每日", 3), ("每日", 4), ("每周", 10), ("每周", 11), ("每月", 40), ("每月", 41), ("每日", None), (None, 90))


def _arrivals(made):
    made.put(Arrival, [{"number": n, "sender": "s", "dataset": "d", "every": every, "day": date(2026, 3, 1), "org": "o",
                        "received": 10, "accepted": 9 if n == 1 else 10, "gap": gap} for n, (every, gap) in enumerate(CAME, 1)])


def counted(town, code):
    asked = queries.ask(town.con, catalog().indicators[code], YEAR, day=DAY, snapshot=0,
                        open_=lambda **how: town.lake(day=DAY, **how))
    amount = queries.figure(asked).amount
    return float(amount.numerator), None if amount.denominator is None else float(amount.denominator)


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_a_worked_example(town, code):
    assert counted(town, code) == EXPECTED[code]


def read_by_indicators():
    """(indicator, Norm) of every number that an indicator of a pack looks up."""
    town = Town([r for p in found_packs() for r in p.records])
    for indicator in (i for p in found_packs() for i in p.indicators):
        with noting() as norms:
            compile_figure(indicator, town.lake(day=DAY), Period.of(date(2026, 3, 1), indicator.every))
        yield from ((indicator.code, n) for n in norms)


READ = sorted(read_by_indicators(), key=lambda pair: (pair[0], pair[1].title))


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize(("code", "norm"), READ, ids=[f"{c}: {n.title}" for c, n in READ])
def test_a_number_moved_by_one_is_noticed(town, code, norm, by):
    lines = tuple(Since(s.day, None if s.value is None else s.value + by, s.clause) for s in norm.values)
    with adjusted({norm: Norm(norm.title, norm.unit, lines, norm.picked_by, norm.where)}):
        assert counted(town, code) != EXPECTED[code]


def test_the_numbers_are_those_expected():
    assert {ADULT_AGE, PREVALENCE} <= {n for _, n in READ}
    assert len(READ) >= 6


def test_a_figure_is_explained_with_its_numbers_and_clauses(town):
    told = explain.explain(catalog().indicators["htn.managed_share"], town.lake(day=DAY), YEAR, records=catalog().records,
                           con=town.con)
    assert told.words.startswith("年内已管理高血压患者人数 ÷")
    used = {n.title: n for n in told.norms}
    assert used[ADULT_AGE.title].values[0][1] == "18"
    assert used[PREVALENCE.title].values == ((date(2017, 2, 28), "27.9", str(PREVALENCE.values[0].clause)),)
    assert "居民" in "".join(told.records)
    assert told.sql.startswith("SELECT") or told.sql.startswith("WITH")
    assert told.data == ()
