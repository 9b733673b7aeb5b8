"""How often a source sends, and what silence means."""

from datetime import date, timedelta

from xinglin.show.deliveries.rhythm import standing, state_on, strip, usual_gap

START = date(2026, 3, 1)


def every(gap, times):
    return [START + timedelta(days=gap * n) for n in range(times)]


def test_two_deliveries_are_no_rule_yet():
    assert usual_gap(every(7, 2)) is None
    assert usual_gap(every(7, 3)) == 7


def test_one_late_file_does_not_change_the_rule():
    days = [*every(1, 6), START + timedelta(days=12)]
    assert usual_gap(days) == 1


def test_a_day_is_late_after_the_usual_gap_and_silent_after_three():
    days = every(2, 4)
    last = days[-1]
    seen = [state_on(last + timedelta(days=n), days, 2) for n in range(8)]
    assert seen == ["in", "", "", "late", "late", "late", "late", "silent"]


def test_nothing_is_late_before_the_first_file():
    assert state_on(START - timedelta(days=1), every(1, 5), 1) == ""


def test_the_strip_has_a_cell_a_day_with_its_rows():
    cells = strip({START: (2, 30)}, first=START, last=START + timedelta(days=27))
    assert len(cells) == 28
    assert (cells[0].state, cells[0].deliveries, cells[0].rows) == ("in", 2, 30)


def test_how_a_source_stands_is_said_in_words():
    days = every(7, 4)
    assert standing([], START) == ("info", "还没有送过数据")
    assert standing(days, days[-1] + timedelta(days=10))[0] == "soon"
    assert "迟 3 天" in standing(days, days[-1] + timedelta(days=10))[1]
    assert standing(days, days[-1] + timedelta(days=22))[0] == "late"
