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
    assert {"t1", "v1", "t2"} <= hidden         # t2 and t3 are of one size: by key, the same every night


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(8, 15), min_size=2, max_size=6), st.data())
def test_a_night_of_small_changes_hides_the_same_cells(sizes, data):
    """Else the cover of the first night stood open in the second, and what it covered could be reckoned."""
    nights = [sizes, [data.draw(st.integers(8, 15)) for _ in sizes]]
    told = [{"small": 2, **{f"c{n}": size for n, size in enumerate(night)}} for night in nights]
    hidden = [hidden_counts(t | {"county": sum(t.values())}, parents=dict.fromkeys(t, "county"), known=frozenset({"county"})) for t in told]
    assert hidden[0] == hidden[1] and "small" in hidden[0] and len(hidden[0]) == 2


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


# -- a list with its total above it, of which the reader has some cells anyway -------------------------

CELLS = st.lists(st.integers(0, 9), min_size=1, max_size=5)


def _worlds(numbers, hidden, known):
    """The plain twin: every list of numbers that would show the same, by trying all of them.

    Who sees a list with anything shown knows that what is hidden is above zero.
    """
    total, all_hidden = sum(numbers), hidden >= set(range(len(numbers))) - known
    least = 0 if all_hidden else 1
    worlds = [()]
    for i, number in enumerate(numbers):
        options = range(least, total + 1) if i in hidden else (number,)
        worlds = [(*w, v) for w in worlds for v in options if sum(w) + v <= total]
    return [w for w in worlds if sum(w) == total]


@settings(deadline=None, max_examples=150)
@given(CELLS, st.sets(st.integers(0, 4), max_size=2))
def test_the_total_above_a_list_and_ones_own_number_do_not_betray_another(numbers, own):
    known = {i for i in own if i < len(numbers)}
    counts = {str(i): n for i, n in enumerate(numbers)} | {"whole": sum(numbers)}
    told = hidden_counts(counts, parents={str(i): "whole" for i in range(len(numbers))},
                         known=frozenset({"whole", *map(str, known)}))
    hidden = {int(k) for k in told}
    assert not hidden & known
    worlds = _worlds(numbers, hidden, known)
    strangers = set(range(len(numbers))) - known
    for i in (i for i in strangers if 0 < numbers[i] < LEAST):
        assert i in hidden
        values = {w[i] for w in worlds}
        # At least LEAST numbers are possible, or everything is hidden and only the total speaks.
        assert len(values) >= LEAST or hidden == strangers


def test_ones_own_number_cannot_hide_another():
    counts = {"whole": 63, "small": 3, "own": 20, "other": 40}
    parents = dict.fromkeys(("small", "own", "other"), "whole")
    assert hidden_counts(counts, parents=parents, known=frozenset({"whole", "own"})) == {"small", "other"}


def test_where_the_total_cannot_be_hidden_the_whole_list_is():
    counts = {"whole": 2, "a": 1, "b": 1, "c": 0}
    assert hidden_counts(counts, parents=dict.fromkeys("abc", "whole"), known=frozenset({"whole"})) == {"a", "b", "c"}


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=2, max_size=4))
def test_shares_hide_those_in_and_those_out(pairs):
    """Numerator, the rest and denominator of a small cell: none can be worked out from the list."""
    shares = {str(i): Share(n, n + m) for i, (n, m) in enumerate(pairs)}
    whole = Share(sum(n for n, _ in pairs), sum(n + m for n, m in pairs))
    names = [str(i) for i in range(len(pairs))]
    hidden = {int(k) for k in hidden_shares(shares | {"whole": whole}, parents=dict.fromkeys(names, "whole"),
                                            known=frozenset({"whole"}))}
    everything = hidden == set(range(len(pairs)))
    for numbers in ([n for n, _ in pairs], [m for _, m in pairs], [n + m for n, m in pairs]):
        worlds = _worlds_of_shares(numbers, hidden)
        for i, n in enumerate(numbers):
            assert not 0 < n < LEAST or (i in hidden and (everything or len({w[i] for w in worlds}) > 1))


def _worlds_of_shares(numbers, hidden):
    """All lists that would show the same; a share may be hidden for its other half, so zero is possible."""
    total, worlds = sum(numbers), [()]
    for i, number in enumerate(numbers):
        options = range(total + 1) if i in hidden else (number,)
        worlds = [(*w, v) for w in worlds for v in options if sum(w) + v <= total]
    return [w for w in worlds if sum(w) == total]
