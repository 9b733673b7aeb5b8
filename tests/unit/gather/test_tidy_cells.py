"""Short ways through whole columns give what the long ones give, cell by cell."""

import io
import random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.gather import codes, originals
from xinglin.gather.codes import code_sql
from xinglin.gather.mapping import ColumnMap, Field
from xinglin.gather.standardise import cells_sql, tidy_columns
from xinglin.kernel.crypto import Keys

CELLS = st.one_of(st.none(), st.text("09:=<>@AMNZaz'\\ \t\u3000\u3001\u00a0—张Ａ-/#", max_size=3),
                  st.sampled_from(["NULL", "null", "NA", "N/A", "None", "\\N", "#N/A", '="01"', "2024-03-01", "张三 ", "R7"]))
HEADER = {"甲": "c0", "乙": "c1"}


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.sampled_from([None, ("", "0"), ("", "张三")]))
def test_tidy_columns_are_read_as_they_stand(rows, empty):
    columns = ColumnMap(fields={"a": Field(theirs="甲"), "b": Field(theirs="乙")}, **({"empty": empty} if empty else {}))
    con = duckdb.connect()
    con.execute("CREATE TABLE raw (c0 VARCHAR, c1 VARCHAR)")
    con.executemany("INSERT INTO raw VALUES (?, ?)", rows)
    short = cells_sql(columns, HEADER, tidy_columns(con, columns, HEADER))
    assert con.execute(short).fetchall() == con.execute(cells_sql(columns, HEADER)).fetchall()


@pytest.mark.parametrize(("cells", "tidy"), [
    (["7.2", "5"], True), (["GLU", "TC"], True), (["mmol/L", None], True), (["R1", "R2"], True), ([None], True), (["张三", "李四"], True),
    (["GLU", "NA"], False), ([" 5", "6"], False), (["5 ", "6"], False), (["5", "=1", "A"], False), (["张三\u3000", "李四"], False)])
def test_which_columns_are_tidy(cells, tidy):
    con = duckdb.connect()
    con.execute("CREATE TABLE raw AS SELECT unnest(?::VARCHAR[]) AS c0", [cells])
    assert tidy_columns(con, ColumnMap(fields={"a": Field(theirs="甲")}), HEADER) == ({"c0"} if tidy else set())


@pytest.mark.parametrize("rows", [
    [("A", "A", 0), ("B", "B", 0)], [("a'b", "A", 7), ("B", "B", 0), ("?", None, 0)],
    [(f"t{n}", f"o{n}" if n % 3 else None, n % 2) for n in range(codes._IN_PLACE + 5)], []])
def test_codes_are_read_alike_in_place_and_joined(rows):
    con = duckdb.connect()
    con.execute("CREATE TABLE code_x (theirs VARCHAR, ours VARCHAR, how TINYINT)")
    if rows:
        con.executemany("INSERT INTO code_x VALUES (?, ?, ?)", rows)
    con.execute("CREATE TABLE cells AS SELECT unnest(?::VARCHAR[]) AS r_x", [[*(r[0] for r in rows), None]])
    value, how, join = code_sql(con, "x")
    assert bool(join) == (len(rows) > codes._IN_PLACE)
    found = con.execute(f"SELECT r_x, {value}, {how} FROM cells {join} ORDER BY r_x NULLS LAST").fetchall()
    assert found == [*sorted(rows), (None, None, 0)]


@pytest.mark.parametrize("size", [0, 1, 1000, (1 << 20) - 1, 1 << 20, 3_000_000])
def test_an_original_is_packed_and_comes_back(size, tmp_path):
    plain = random.Random(size).randbytes(size // 2) + b"7" * (size - size // 2)
    key, sealed = Keys((bytes(range(32)),)).data_key(), io.BytesIO()
    key.encrypt_stream(originals._Packed(io.BytesIO(plain)), sealed)
    for name, content in (("x.zst.sm4", sealed.getvalue()), ("x.sm4", _as_earlier(key, plain))):
        (tmp_path / name).write_bytes(content)
        originals._unsealed(key, tmp_path / name, tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == plain
    assert size < 1000 or len(sealed.getvalue()) < size * 0.6


def _as_earlier(key, plain):
    sealed = io.BytesIO()
    key.encrypt_stream(io.BytesIO(plain), sealed)
    return sealed.getvalue()
