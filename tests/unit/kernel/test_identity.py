"""Resident IDs and credit codes, as people send them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from id_validator import validator

from xinglin.kernel.identity import (
    SENTENCES,
    IdentityProblem,
    credit_code,
    mask_name,
    mask_number,
    parse_resident_id,
    valid_credit_code,
    with_check_digit,
)

births = st.dates(date(1900, 1, 1), date(2024, 12, 31))
serials = st.integers(0, 999)


def number(area="330182", birth=date(1954, 5, 1), serial=2):
    return with_check_digit(f"{area}{birth:%Y%m%d}{serial:03d}")


@given(births, serials)
def test_what_was_put_in_comes_out(birth, serial):
    full = number(birth=birth, serial=serial)
    found = parse_resident_id(full)
    assert (found.number18, found.birth, found.area) == (full, birth, "330182")
    assert (found.sex, found.sex_code) == (("男", "1") if serial % 2 else ("女", "2"))


@given(births, serials)
def test_another_implementation_agrees(birth, serial):
    full = number(area="110101", birth=birth, serial=serial)
    assert validator.is_valid(full)


@given(births, serials, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(birth, serial, place, by):
    full = number(birth=birth, serial=serial)
    wrong = full[:place] + str((int(full[place]) + by) % 10) + full[place + 1 :]
    with pytest.raises(IdentityProblem):
        parse_resident_id(wrong)


@given(births, serials, st.integers(6, 15))
def test_two_neighbours_swapped_are_found(birth, serial, place):
    full = number(birth=birth, serial=serial)
    swapped = full[:place] + full[place + 1] + full[place] + full[place + 2 :]
    if swapped != full:
        with pytest.raises(IdentityProblem):
            parse_resident_id(swapped)


def with_x():
    return next(n for n in (number(serial=s) for s in range(1000)) if n.endswith("X"))


@pytest.mark.parametrize(
    "spell",
    [
        str.lower,
        lambda n: f"  {n} ",
        lambda n: f"'{n}",
        lambda n: f"{n[:6]} {n[6:14]} {n[14:]}",
        lambda n: "".join(chr(ord(c) + 0xFEE0) for c in n),
        lambda n: f"\ufeff{n}\u200b",
    ],
)
def test_spellings_are_understood(spell):
    assert parse_resident_id(spell(with_x())).number18 == with_x()


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), serials)
def test_fifteen_digits_become_eighteen(birth, serial):
    old = f"330182{birth:%y%m%d}{serial:03d}"
    assert parse_resident_id(old).number18 == number(birth=birth, serial=serial)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "empty"),
        ("  ", "empty"),
        ("3.30182E+17", "excel"),
        ("3.30182195405010E+17", "excel"),
        ("330182195405010000", "excel"),
        ("33018219540501", "length"),
        ("3301821954050100201", "length"),
        ("33018219540501002A", "characters"),
        ("33018219540501X020", "characters"),
        ("33018254050100X", "characters"),
        ("无", "length"),
        (with_check_digit("00018219540501002"), "area"),
        (with_check_digit("33018219230229002"), "birth"),
        (with_check_digit("33018219541301002"), "birth"),
        (with_check_digit("33018217540501002"), "birth"),
        ("330182195405010021", "check_digit"),
    ],
)
def test_refusals_have_a_reason_and_a_sentence_without_the_number(text, reason):
    with pytest.raises(IdentityProblem) as problem:
        parse_resident_id(text)
    assert problem.value.reason == reason
    assert str(problem.value) == problem.value.sentence == SENTENCES[reason]
    assert not text or not text.strip() or text not in str(problem.value)


def test_a_leap_day_is_a_birthday():
    assert parse_resident_id(number(birth=date(2000, 2, 29))).birth == date(2000, 2, 29)


def test_a_true_number_ending_in_000_is_no_excel_damage():
    true = next(
        n
        for n in (number(birth=date(1950, 1, d), serial=0) for d in range(1, 32))
        if n.endswith("0")
    )
    assert true.endswith("0000") and parse_resident_id(true).number18 == true


def test_credit_codes():
    good = credit_code("12330182MB0A12345")
    assert valid_credit_code(good) and valid_credit_code(f" {good} ")
    assert valid_credit_code("91110000600037341L")
    assert not valid_credit_code("91110000600037342L")
    assert not any(
        valid_credit_code(bad) for bad in (None, "", good[:-1], good[:-1] + "O", good + "1")
    )


@pytest.mark.parametrize(
    ("name", "masked"), [("李玉兰", "李**"), ("李", "李"), ("", ""), ("买买提·艾力", "买*****")]
)
def test_names_are_masked(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("330182195405010020", "330*************20"),
        ("13800138000", "138****8000"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_numbers_are_masked(text, masked):
    assert mask_number(text) == masked
