"""How right the linkage is, on made families and on real test sets, each time beside what it must reach."""

import csv
from functools import cache

import duckdb
import pyarrow as pa
import pytest

from tests.lib.linkage_set import COLUMNS, make_set, pairs_score, write_csv
from tests.lib.linkage_styles import make_styled
from tests.lib.machine import SHARED_DATA
from xinglin.gather.linkage.files import link_file
from xinglin.gather.linkage.resolve import resolve
from xinglin.kernel.identity import IdentityProblem, parse_resident_id

PEOPLE = 4000
FIELDS = COLUMNS[1:]


def found_in(rows, fields=FIELDS):
    with duckdb.connect(config={"temp_directory": ""}) as con:
        con.register("put", pa.table({"uid": range(1, len(rows) + 1), **{f: [r[f] for r in rows] for f in fields}}))
        con.execute("CREATE TABLE given AS FROM put")
        resolve(con, fields)
        told = dict(con.execute("SELECT uid, person FROM person_of").fetchall())
    return {r["row"]: told[n] for n, r in enumerate(rows, 1)}


@cache
def resolved(seed):
    rows, truth = make_set(people=PEOPLE, seed=seed)
    return rows, truth, found_in(rows)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_families_are_told_apart(seed):
    _, truth, found = resolved(seed)
    precision, recall = pairs_score(truth, found)
    assert precision >= 0.995
    assert recall >= 0.965


def checked(number):
    """The number, when it has a check digit and that is right."""
    try:
        return parse_resident_id(number).number18 if len(number) == 18 else None
    except IdentityProblem:
        return None


@pytest.mark.parametrize("seed", [1, 3])
def test_two_right_numbers_are_never_one_person(seed):
    rows, _, found = resolved(seed)
    held = {}
    for row in rows:
        if number := checked(row["id_number"]):
            held.setdefault(found[row["row"]], set()).add(number)
    assert len(held) > PEOPLE // 2
    assert {person: numbers for person, numbers in held.items() if len(numbers) > 1} == {}


def test_the_order_of_rows_changes_nothing():
    rows, _, found = resolved(3)
    other = found_in(rows[::-1])
    assert groups(found) == groups(other)


def groups(found):
    made = {}
    for row, person in found.items():
        made.setdefault(person, set()).add(row)
    return {frozenset(g) for g in made.values()}


def test_without_numbers_at_all():
    rows, truth, _ = resolved(1)
    precision, recall = pairs_score(truth, found_in(rows, tuple(f for f in FIELDS if f != "id_number")))
    assert precision >= 0.99
    assert recall >= 0.965


def test_as_another_county_writes_them(tmp_path):
    """Other names (compound, with a dot), addresses, dates, phones, codes and titles; half without a number."""
    header, rows, truth = make_styled(people=3000, seed=5)
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    with file.open("w", encoding="gb18030", newline="") as made:
        csv.writer(made).writerows([header, *rows])
    link_file(file, out)
    with out.open(encoding="utf-8", newline="") as told:
        found = {r["编号"]: r["person"] for r in csv.DictReader(told)}
    precision, recall = pairs_score(truth, found)
    assert precision >= 0.995
    assert recall >= 0.965


@pytest.mark.needs("shared_data")
@pytest.mark.parametrize("number", [1, 2])
def test_febrl(number, tmp_path):
    file = SHARED_DATA / "linkage" / f"dataset{number}.csv"
    out = tmp_path / "out.csv"
    link_file(file, out, map_text=FEBRL)
    with out.open(encoding="utf-8") as told:
        found = {r["rec_id"]: r["person"] for r in csv.DictReader(told)}
    precision, recall = pairs_score({r: r.split("-")[1] for r in found}, found)
    assert len(found) in (1000, 5000)
    assert precision >= 0.98
    assert recall >= 0.95


FEBRL = """
row = "rec_id"
given_name = "given_name"
surname = "surname"
birth_date = "date_of_birth"
id_number = "soc_sec_id"
address = ["street_number", "address_1", "address_2"]
suburb = "suburb"
postcode = "postcode"
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_order_of_columns_change_nothing(encoding, tmp_path):
    rows, _, _ = resolved(1)
    some = rows[:300]
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    write_csv(plain, some)
    write_csv(other, some, columns=COLUMNS[::-1], encoding=encoding)
    told = [persons_of(tmp_path, file) for file in (plain, other)]
    assert told[0] == told[1]


def persons_of(folder, file):
    out = folder / f"{file.stem}_out.csv"
    link_file(file, out)
    with out.open(encoding="utf-8") as told:
        return {r["row"]: (r["person"], r["confidence"]) for r in csv.DictReader(told)}
