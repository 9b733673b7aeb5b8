"""A few rows at a time: what is same, what is different, what a person is asked, and in which words."""

import csv

import duckdb
import pyarrow as pa
import pytest

from xinglin.gather.linkage.clean import FIELDS
from xinglin.gather.linkage.columns import find_columns
from xinglin.gather.linkage.files import link_file, read_rows
from xinglin.gather.linkage.resolve import resolve
from xinglin.gather.linkage.words import pairs_in_words
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import with_check_digit

HOME = {"phone": "15412345678", "address": "浙江省杭州市建德市新安江街道东山村12号"}
OTHERS = [{"name": n, "sex": "女", "birth_date": b, "phone": p, "address": a} for n, b, p, a in (
    ("林晓梅", "1970-03-02", "15400000001", "洋溪街道西塘村1号"), ("吴国强", "1955-11-20", "15400000002", "莲花镇上坞村8号"),
    ("周海燕", "1999-07-07", "15400000003", "寿昌镇下桥村77号"))]
N1, N2 = with_check_digit("33018219620305431"), with_check_digit("33018219620305453")


def told(*rows):
    """(person of each row, sentences of pairs to judge, `record` rows)."""
    rows = [*rows, *OTHERS]
    fields = [f for f in FIELDS if any(r.get(f) for r in rows)]
    with duckdb.connect(config={"temp_directory": ""}) as con:
        con.register("put", pa.table({"uid": range(1, len(rows) + 1), **{f: pa.array([r.get(f) for r in rows], pa.string()) for f in fields}}))
        con.execute("CREATE TABLE given AS FROM put")
        found = resolve(con, fields)
        persons = [p for (p,) in con.execute("SELECT person FROM person_of ORDER BY uid").fetchall()]
        records = con.execute("SELECT uid, number, number_right, number_checked, birth, sex, phone, address, sound FROM record "
                              "ORDER BY uid").fetchall()
        return persons, [p[3] for p in pairs_in_words(con, found.comparisons)], records


def someone(**other):
    return {"name": "张伟", "sex": "男", "birth_date": "1962-03-05", **HOME, **other}


def together(*rows):
    persons, *_ = told(*rows)
    return len(set(persons[:len(rows)])) == 1


def test_the_same_number_in_four_spellings():
    old = N1[:6] + N1[8:17]
    x = with_check_digit("33018219620305" + next(f"{n:03d}" for n in range(1, 999, 2) if with_check_digit(f"33018219620305{n:03d}")[-1] == "X"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in N1)
    assert together(someone(id_number=N1), someone(id_number=old, phone="", address=""), someone(id_number=wide, birth_date=""))
    assert together(someone(id_number=x), someone(id_number=x.lower(), phone="15499999999"))


def test_two_right_numbers_whatever_else_agrees():
    assert not together(someone(id_number=N1), someone(id_number=N2))


def test_two_right_numbers_through_a_third_without_one():
    persons, *_ = told(someone(id_number=N1), someone(id_number=N2), someone())
    assert persons[0] != persons[1]


@pytest.mark.parametrize("other", [
    {"name": "章伟"}, {"birth_date": "1962-05-03"}, {"birth_date": "1962-01-01"}, {"birth_date": "1962-03-06"},
    {"address": "新安江街道东山村12号"}, {"phone": "15487654321"}, {"sex": ""}, {"address": "", "phone": "15412345679"},
])
def test_one_slip_is_the_same_person(other):
    assert together(someone(), someone(**other))


@pytest.mark.parametrize("other", [
    {"name": "张强"},                                                   # a twin
    {"name": "李秀英", "sex": "女", "birth_date": "1963-08-01"},        # his wife
    {"name": "张建国", "birth_date": "1936-05-05"},                     # his father
    {"name": "张伟", "birth_date": "1988-10-12"},                       # a namesake in the house
])
def test_a_family_is_not_one_person(other):
    assert not together(someone(), someone(**other))


@pytest.mark.parametrize("other", ["艾力江·买买提", "艾力江买买提", "艾力江 买买提", "艾力江．买买提", "艾力江●买买提", "艾力江•买买提（户主）"])
def test_a_name_in_two_parts_however_they_are_parted(other):
    assert together(someone(name="艾力江·买买提"), someone(name=other, phone="15412345679"))


def test_half_of_a_name_in_two_parts_is_for_a_person():
    persons, sentences, _ = told(someone(name="艾力江·买买提"), someone(name="艾力江"))
    assert persons[0] != persons[1]
    assert sentences == ["一方只写了姓名的前一部分；性别相同；出生日期相同；电话相同；住址相同（电话也同）"]


def test_a_wrong_number_without_a_day_of_birth():
    wrong = N1[0] + N1[2] + N1[1] + N1[3:]
    assert together({"name": "张伟", "id_number": N1}, {"name": "张伟", "id_number": wrong, "phone": HOME["phone"]})


@pytest.mark.parametrize(("day", "phone"), [("19620305.0", "15400000009.0"), ("22710", "+86 154 0000 0009"), ("1962年3月5日", "154-0000-0009")])
def test_days_and_phones_as_spreadsheets_write_them(day, phone):
    *_, records = told(someone(birth_date=day, phone=phone))
    assert (records[0][4], records[0][6]) == ("19620305", "15400000009")


def test_a_transposed_number_is_evidence_not_contradiction():
    wrong = N1[:15] + N1[16] + N1[15] + N1[17]
    assert together(someone(id_number=N1), someone(id_number=wrong, phone="", address="三都镇西坪村3号"))


def test_a_right_number_outweighs_a_name_that_changed():
    assert together(someone(id_number=N1), someone(id_number=N1, name="张卫国", phone="", address=""))


def test_evidence_in_words():
    _, sentences, _ = told(someone(sex="女"), someone(name="章伟", birth_date="1962-05-03"))
    assert sentences == ["姓名同音（两字）；性别不同；出生日期日月颠倒；电话相同；住址相同（电话也同）"]


@pytest.mark.parametrize("woman", ["女", "2", "F", "female"])
def test_sex_in_its_spellings(woman):
    *_, records = told(someone(sex=woman), someone(sex="1"), someone(sex="不详"))
    assert [r[5] for r in records[:3]] == ["2", "1", None]


def test_babies_have_no_name_yet():
    *_, records = told(someone(name="李秀英之子", birth_date="2024-05-01"), someone(name="未命名"))
    assert [r[8] for r in records[:2]] == [None, None]


def test_borrowed_numbers_link_nobody():
    """A child on its mother's number: the day of birth in it is another one altogether."""
    persons, _, records = told({"name": "李秀英", "sex": "女", "birth_date": "1990-02-02", "id_number": with_check_digit("33018219900202002"), **HOME},
                               {"name": "张小宝", "sex": "男", "birth_date": "2021-09-09", "id_number": with_check_digit("33018219900202002"), **HOME})
    assert persons[0] != persons[1]
    assert records[1][1:4] == (None, False, False)


ADDRESSES = {
    "浙江省杭州市建德市更楼街道下塘村3号": "更楼街道下塘村3号", "建德市 更楼街道下塘村3号": "更楼街道下塘村3号",
    "浙江更楼街道下塘村村民委员会3号": "更楼街道下塘村3号", "新疆维吾尔自治区伊犁哈萨克自治州伊宁县某镇5号": "某镇5号",
    "寿昌镇东街3幢2单元501室": "寿昌镇东街3-2-501", "洋溪街道小区村8号": "洋溪街道小区村8号",
}


def test_addresses_without_their_larger_places():
    *_, records = told(*(someone(address=a) for a in ADDRESSES))
    assert [r[7] for r in records[:len(ADDRESSES)]] == list(ADDRESSES.values())


def test_columns_by_their_usual_names_and_by_a_map():
    assert find_columns(["姓名", "性别", "出生日期", "身份证号码", "联系电话", "现住址"]) == {
        "name": ("姓名",), "sex": ("性别",), "birth_date": ("出生日期",), "id_number": ("身份证号码",),
        "phone": ("联系电话",), "address": ("现住址",)}
    header = ["No", "Who", "Tel1", "Road", "Nr"]
    forward = find_columns(header, 'row = "No"\nname = "Who"\naddress = ["Road", "Nr"]')
    back = find_columns(header, '[columns]\nNo = "row"\nWho = "name"\nRoad = "address"\nNr = "address"')
    assert forward == back == {"row": ("No",), "name": ("Who",), "address": ("Road", "Nr")}


@pytest.mark.parametrize(("text", "says"), [
    ('nome = "Who"', "没有“nome”这个字段"), ('name = "Whom"', "文件没有列“Whom”"), ("name = ", "不是正确的 TOML"),
    ('row = "No"', "认不出"),
])
def test_a_map_that_does_not_fit_says_so(text, says):
    with pytest.raises(XinglinError, match=says):
        find_columns(["No", "Who"], text)


def test_ragged_rows_quotes_and_a_column_named_person(tmp_path):
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text('row;person;name;birth_date\n1;x;"张;伟";1962-03-05\n2;y\n\n3;z;李秀英;1963-08-01;more\n', encoding="utf-8")
    link_file(file, out)
    with out.open(encoding="utf-8", newline="") as made:
        rows = list(csv.reader(made))
    assert rows[0] == ["row", "person_in_file", "name", "birth_date", "person", "confidence"]
    assert [r[:2] for r in rows[1:]] == [["1", "x"], ["2", "y"], ["3", "z"]]
    assert len({r[4] for r in rows[1:]}) == 3


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(XinglinError, match="找不到要读的文件"):
        read_rows(tmp_path / "no.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(XinglinError, match="文件是空的"):
        read_rows(tmp_path / "empty.csv")
