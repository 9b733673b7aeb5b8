"""A door's key: both readings alike, doors in the order of their numbers, shown as written."""

import ibis
from hypothesis import given
from hypothesis import strategies as st

from xinglin.act.programmes.door import door_column, door_of, shown_door

HOUSE = st.text("0123456789号-村东甲 ", max_size=9)


@given(doors=st.lists(st.tuples(st.one_of(st.none(), HOUSE), st.one_of(st.none(), st.text("0123", max_size=3))), min_size=1))
def test_the_column_says_what_the_function_says(doors):
    table = ibis.memtable({"h": [h for h, _ in doors], "k": [k for _, k in doors], "n": list(range(len(doors)))},
                          schema={"h": "string", "k": "string", "n": "int64"})
    found = ibis.duckdb.connect().to_pyarrow(table.select("n", door=door_column(table.h, table.k)).order_by("n"))
    assert found["door"].to_pylist() == [door_of(h or "", k or "") for h, k in doors]


def test_twelve_comes_before_a_hundred_and_seven():
    doors = ["107号", "12号", "9号甲", "东坞3号", "东坞21号"]
    assert [shown_door(d) for d in sorted(door_of(d, "1") for d in doors)] == ["9号甲", "12号", "107号", "东坞3号", "东坞21号"]


@given(number=st.integers(1, 10**7), rest=st.text("号甲-", max_size=3))
def test_a_door_is_shown_as_it_was_written(number, rest):
    assert shown_door(door_of(f"{number}{rest}", "2")) == f"{number}{rest}"
