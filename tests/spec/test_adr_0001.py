"""ADR 1 stays true: what its three throw-away declarations say, they say."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest

from xinglin.act.programmes.fold import History, fold
from xinglin.datasets.immunisation import Vaccination
from xinglin.datasets.work import ContactAttempt

PATH = Path(__file__).parents[2] / "docs/adr/declarations_0001.py"


@pytest.fixture(scope="module")
def adr():
    spec = importlib.util.spec_from_file_location("declarations_0001", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def state(programme, rows, on, *, born="2024-11-01", enrolled=None, sex="女"):
    person = {"birth_date": date.fromisoformat(born), "sex": sex, "usual_resident": True}
    history = History(person, rows, date.fromisoformat(enrolled) if enrolled else None)
    return fold(programme, history, on=date.fromisoformat(on))


def due(programme, rows, on, **more):
    return {k: str(c.due_by) for k, c in state(programme, rows, on, **more).due(date.fromisoformat(on)).items()}


@pytest.mark.parametrize(("born", "first"), [("2024-11-01", "2025-01-01"), ("2024-10-31", "2025-01-31")])
def test_the_schedule_is_picked_by_birth(adr, born, first):
    found = state(adr.IMMUNISATION, [], "2025-03-01", born=born, enrolled=born)
    assert str(found.cycles["dtap"][-1].due_from) == first


def test_a_dose_waits_for_its_gap(adr):
    given = [Vaccination.row(day="2025-04-20", vaccine="百白破1", dose_no=1)]
    found = state(adr.IMMUNISATION, given, "2025-04-21", enrolled="2024-11-01")
    assert str(found.cycles["dtap"][-1].due_from) == "2025-05-18"


def test_windows_of_a_pregnancy_and_its_end(adr):
    book = [adr.PregnancyBook.row(day="2024-02-01", lmp="2024-01-01")]
    assert due(adr.PREGNANCY, book, "2024-02-01", born="1995-01-01") == {"antenatal": "2024-03-31"}
    assert due(adr.PREGNANCY, book, "2024-04-01", born="1995-01-01") == {"antenatal": "2024-05-26"}
    ended = [*book, adr.Delivery.row(day="2024-10-05")]
    assert due(adr.PREGNANCY, ended, "2024-10-06", born="1995-01-01") == {}
    assert state(adr.PREGNANCY, ended, "2024-10-06", born="1995-01-01").end_reason == "分娩"


def test_phases_of_tuberculosis(adr):
    assert due(adr.TUBERCULOSIS, [], "2024-01-01", enrolled="2024-01-01") == {"first": "2024-01-04"}
    visit = [adr.TbVisit.row(day="2024-01-03", phase="强化")]
    assert due(adr.TUBERCULOSIS, visit, "2024-01-03", enrolled="2024-01-01") == {"intensive": "2024-01-13"}
    later = [*visit, adr.TbVisit.row(day="2024-03-05", phase="继续")]
    assert due(adr.TUBERCULOSIS, later, "2024-03-05", enrolled="2024-01-01") == {"continuation": "2024-04-05"}


def test_two_failed_attempts_are_reported_at_once(adr):
    tries = [ContactAttempt.row(programme="tb", day=d, means="上门", outcome="未见到")
             for d in ("2024-01-02", "2024-01-03")]
    found = state(adr.TUBERCULOSIS, tries, "2024-01-03", enrolled="2024-01-01")
    assert [(x.loop, str(x.follow_by)) for x in found.open_loops] == [("unseen", "2024-01-03")]
