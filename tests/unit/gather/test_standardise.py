"""Cells as people type them, column by column, on a bare DuckDB."""

import duckdb
import pytest

from xinglin.declare.record import (
    About,
    Day,
    Integer,
    Moment,
    Number,
    PersonRef,
    Record,
    Text,
    YesNo,
)
from xinglin.gather.identify import make_who
from xinglin.gather.mapping import Field
from xinglin.gather.sql import make_macros
from xinglin.gather.standardise import _cell, cell_sql
from xinglin.kernel.identity import IdentityProblem, parse_resident_id, with_check_digit


class Thing(Record):
    """东西：试验用。"""

    about = About(code="thing", title="东西", grain="一件", dated_by="day")
    person = PersonRef("人")
    day = Day("日期")
    at = Moment("时间")
    sbp = Integer("收缩压", unit="mmHg")
    weight = Number("体重", unit="kg")
    value = Number("数值结果")
    words = Text("文字结果")
    yes = YesNo("是否")


def read(column, cell, **field):
    con = duckdb.connect()
    make_macros(con)
    con.execute("CREATE TABLE cells AS SELECT ?::VARCHAR AS r_" + column, [cell])
    found = cell_sql(Thing.columns()[column], Field(theirs="x", **field), Thing)
    value, how = con.execute(f"SELECT ({found.value}) AS v, {found.how} FROM cells").fetchone()
    return (str(value) if column in ("day", "at") and value is not None else value), how


@pytest.mark.parametrize(("column", "cell", "value", "how"), [
    ("day", "2024-03-01", "2024-03-01", 0), ("day", "2024/3/1", "2024-03-01", 0),
    ("day", "2024年3月1日", "2024-03-01", 5), ("day", "20240301", "2024-03-01", 5),
    ("day", "２０２４－０３－０１", "2024-03-01", 5), ("day", "45352", "2024-03-01", 3),
    ("day", "1900-01-01", None, 4), ("day", "2023-02-30", None, 0), ("day", "待查", None, 0),
    ("at", "2024-03-01T02:00:00Z", "2024-03-01 10:00:00", 0),
    ("at", "2024-03-01T10:00:00+08:00", "2024-03-01 10:00:00", 0),
    ("at", "45352.5", "2024-03-01 12:00:00", 3), ("at", "2024-03-01 10:05", "2024-03-01 10:05:00", 0),
    ("sbp", "135", 135, 0), ("sbp", "135.0", 135, 0), ("sbp", "135.6", None, 0), ("sbp", "１３５", 135, 1),
    ("sbp", "18kPa", 135, 2), ("sbp", "135↑", 135, 2), ("sbp", "135 mmHg", 135, 2), ("sbp", "nan", None, 0),
    ("weight", "1,234.5", 1234.5, 2), ("weight", "120斤", 60.0, 2), ("weight", "70 吨", None, 0),
    ("value", "<0.5", None, 8), ("value", "阴性(-)", None, 8), ("value", "5.6↑", 5.6, 2),
    ("value", "#N/A!", None, 0), ("yes", "是", True, 0), ("yes", "Ｎ", False, 0), ("yes", "也许", None, 0),
])
def test_a_cell(column, cell, value, how):
    assert read(column, cell) == (value, how)


@pytest.mark.parametrize("empty", [("", "-", "NULL"), ("", "-", "NULL", "0", "A"), ("", "-", "NULL", "ZZ")])
@pytest.mark.parametrize(("cell", "text"), [
    ("135", "135"), (" 135", "135"), ("135 ", "135"), ("\u3000张三\u3000", "张三"), ('="0012"', "0012"), ("-", None),
    ("NULL", None), (" - ", None), ("NaN", "NaN"), ("Q1", "Q1"), ("无", "无"), ("=", "="), (None, None)])
def test_blanks_and_the_senders_words_for_nothing(cell, text, empty):
    con = duckdb.connect()
    con.execute("CREATE TABLE raw AS SELECT ?::VARCHAR AS c0", [cell])
    assert con.execute(f"SELECT {_cell('raw.c0', empty)} FROM raw").fetchone() == (text,)


def test_words_for_nothing_may_look_like_values():
    con = duckdb.connect()
    con.execute("CREATE TABLE raw AS SELECT '0' AS c0")
    assert con.execute(f"SELECT {_cell('raw.c0', ('', '0'))} FROM raw").fetchone() == (None,)


def test_units_declared_for_a_column():
    assert read("weight", "120", unit="斤") == (60.0, 6)
    assert read("sbp", "18", unit="kPa") == (135, 6)


def test_a_date_format_of_the_sender():
    assert read("day", "01/03/2024", date="%d/%m/%Y") == ("2024-03-01", 0)


def _numbers():
    right = with_check_digit("33018219540501001")
    x = next(n for k in range(1000) if (n := with_check_digit(f"33018219540501{k:03d}")).endswith("X"))
    return [right, x, x.lower(), right[:6] + right[8:17], "３３" + right[2:], right[:-1] + "0", right[:-1] + "1",
            right[:-4] + "0000", "3.30182E+17", "3.30182e17", "123", "33018219540501abcd", "99" + right[2:],
            "330182195413010012", "330182100001010015", right[:6] + " " + right[6:], "'" + right,
            "330182540230001", "33018218490101001X"]


@pytest.mark.parametrize("number", _numbers())
def test_numbers_in_sql_are_read_as_in_python(number):
    con = duckdb.connect()
    make_macros(con)
    con.execute("CREATE TABLE cells AS SELECT ?::VARCHAR AS r_id_number", [number])
    make_who(con, {"id_number"})
    found = con.execute("SELECT id18, problem FROM who").fetchone()
    try:
        expected = (parse_resident_id(number).number18, None)
    except IdentityProblem as problem:
        expected = (None, problem.reason)
    assert found == expected


@pytest.mark.parametrize(("birth", "sex", "doubt"), [
    ("1954-05-01", "男", None), ("1954-01-01", "", None), ("2020-01-01", "", "birth_differs"),
    ("", "女", "sex_differs"), ("", "2", "sex_differs"), ("1954/5/1", "1", None)])
def test_a_number_that_contradicts_its_row_is_doubted(birth, sex, doubt):
    con = duckdb.connect()
    make_macros(con)
    con.execute("CREATE TABLE cells AS SELECT ? AS r_id_number, nullif(?, '') AS r_birth_date, nullif(?, '') AS r_sex",
                [with_check_digit("33018219540501001"), birth, sex])
    make_who(con, {"id_number", "birth_date", "sex"})
    assert con.execute("SELECT doubt FROM who").fetchone() == (doubt,)
