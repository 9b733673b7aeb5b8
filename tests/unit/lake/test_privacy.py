"""Small numbers cannot be found out by adding up; columns say whether they identify."""

from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.datasets import LabResult, Person
from xinglin.lake.privacy import (
    LEAST,
    Share,
    hidden_counts,
    hidden_shares,
    identifies,
    safe_columns,
)


def test_nothing_small_nothing_hidden():
    assert hidden_counts({"county": 30, "a": 10, "b": 20, "c": 0},
                         parents={"a": "county", "b": "county", "c": "county"}) == frozenset()  # fmt: skip


def test_a_small_cell_takes_the_smallest_other_with_it():
    counts = {"county": 63, "a": 3, "b": 40, "c": 20, "d": 0}
    assert hidden_counts(counts, parents=dict.fromkeys("abcd", "county")) == {"a", "c"}


def test_two_ones_among_zeros_take_the_total_with_them():
    counts = {"county": 2, "a": 1, "b": 1, "c": 0}
    assert hidden_counts(counts, parents=dict.fromkeys("abc", "county")) == {"a", "b", "county"}


def test_a_hidden_town_is_not_given_away_by_its_villages():
    counts = {"county": 100, "t1": 3, "t2": 50, "t3": 47, "v1": 3, "v2": 0}
    parents = {"t1": "county", "t2": "county", "t3": "county", "v1": "t1", "v2": "t1"}
    hidden = hidden_counts(counts, parents=parents)
    assert {"t1", "v1", "t3"} <= hidden


def test_few_who_do_not_qualify_are_hidden_too():
    shares = {"county": Share(98, 100), "a": Share(48, 50), "b": Share(50, 50)}
    assert "a" in hidden_shares(shares, parents={"a": "county", "b": "county"})


VILLAGES = st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=4), min_size=1, max_size=4)


@settings(deadline=None, max_examples=60)
@given(VILLAGES)
def test_whoever_adds_up_cannot_pin_a_small_number(towns):
    """Every small cell could, for all that is shown, be at least `LEAST` different numbers."""
    counts, parents = _county(towns)
    hidden = hidden_counts(counts, parents=parents)
    for cell in (k for k, n in counts.items() if 0 < n < LEAST):
        assert cell in hidden
        possible = {v for v in range(1, 60) if _possible(counts, parents, hidden, cell, v)}
        assert len(possible) >= LEAST, (cell, counts, hidden)


def _county(towns):
    counts, parents = {"county": sum(map(sum, towns))}, {}
    for i, villages in enumerate(towns):
        counts[f"t{i}"], parents[f"t{i}"] = sum(villages), "county"
        for j, people in enumerate(villages):
            counts[f"t{i}v{j}"], parents[f"t{i}v{j}"] = people, f"t{i}"
    return counts, parents


def _possible(counts, parents, hidden, cell, value):
    """Is there a county with this value that shows the same? By the set of sums each town can have."""
    def values(key):
        if key == cell:
            return {value}
        return set(range(1, 60)) if key in hidden else {counts[key]}

    def sums(keys):
        reach = {0}
        for options in keys:
            reach = {a + b for a in reach for b in options if a + b < 240}
        return reach

    children = {p: [c for c in parents if parents[c] == p] for p in set(parents.values())}
    towns = [values(t) & sums([values(v) for v in children[t]]) for t in children["county"]]
    return bool(values("county") & sums(towns)) if "county" not in hidden else all(towns)


def test_columns_say_by_their_type_whether_they_identify():
    kinds = {n: identifies(c) for n, c in Person.columns().items()}
    assert (kinds["person"], kinds["household"], kinds["birth_date"], kinds["sex"]) == (
        "identifies", "may", "may", "no")  # fmt: skip
    assert "report_no" not in safe_columns(LabResult)
    assert {"item", "value", "unit", "org", "reported_at"} <= set(safe_columns(LabResult))
