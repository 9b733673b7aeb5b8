"""A door as a key that sorts as people walk: 12号 before 107号. Two readings, equal by test."""

from __future__ import annotations

import re
from typing import Any

import ibis

WIDE = 5        # digits of the first number of a door: 00012号
_PARTS = re.compile(r"([^0-9]*)([0-9]*)(.*)", re.S)


def door_of(house_no: str, household: str) -> str:
    """The key of one household's door."""
    before, number, rest = _PARTS.fullmatch(house_no).groups()      # type: ignore[union-attr]
    return f"{before}{number.rjust(WIDE, '0') if number else ''}{rest}|{household}"


def door_column(house_no: Any, household: Any) -> Any:
    """The same of two text columns."""
    said = house_no.fill_null("")
    before, number = said.re_extract(r"^[^0-9]*", 0), said.re_extract(r"[0-9]+", 0)
    rest = said.substr(before.length() + number.length())
    narrow = (number.length() > 0) & (number.length() < WIDE)
    wide = ibis.ifelse(narrow, number.lpad(WIDE, "0"), number)
    return before + wide + rest + "|" + household.fill_null("")


def shown_door(key: str) -> str:
    """The number as people write it."""
    before, number, rest = _PARTS.fullmatch(key.partition("|")[0]).groups()     # type: ignore[union-attr]
    return f"{before}{(number.lstrip('0') or '0') if number else ''}{rest}"
