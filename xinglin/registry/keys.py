"""The lookups of people: which keyed hashes a person has, and the county's keys in use."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from xinglin.kernel.crypto import KEY_FILE, Keys
from xinglin.kernel.home import home
from xinglin.kernel.identity import IdentityProblem, parse_resident_id
from xinglin.kernel.pinyin import first_letter

KEY_KINDS = {"id_number": "证件号", "phone": "电话", "name": "姓名", "initials": "姓名拼音首字母"}


def county_keys() -> Keys:
    """The keys of the home in use; read again when the file changes (rotation).

    Raises XinglinError when the county has none: they are made once, with the county.
    """
    folder = home().keys
    file = folder / KEY_FILE
    return _load(folder, file.stat().st_mtime_ns if file.exists() else 0)


@cache
def _load(folder: Path, changed: int) -> Keys:
    return Keys.load(folder)


def plain_id_number(text: str) -> str:
    """18 digits where it parses; else the text without blanks, upper case (passports, bad numbers)."""
    try:
        return parse_resident_id(text).number18
    except IdentityProblem:
        return _folded(re.sub(r"[\s\-]", "", _folded(text)).upper())


def plain_phone(text: str) -> str:
    """Digits only, without 86 before a mobile number."""
    digits = re.sub(r"[^0-9]", "", _folded(text))
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def plain_name(text: str) -> str:
    """Full width to half, no blanks, one kind of dot between parts (买买提·艾力)."""
    name = _folded(re.sub(r"\s", "", _folded(text)))
    return re.sub(r"[•･・‧.．]", "·", name)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


# Readings that a character has as a family name only.
_SURNAMES = {
    "单": "s",
    "曾": "z",
    "解": "x",
    "仇": "q",
    "查": "z",
    "区": "o",
    "翟": "z",
    "乐": "y",
    "朴": "p",
    "盖": "g",
    "尉": "y",
    "秘": "b",
    "召": "s",
    "繁": "p",
    "员": "y",
    "种": "c",
}


def initials(name: str) -> str:
    """李玉兰 → lyl. Characters without a reading are left out."""
    first = _SURNAMES.get(name[:1]) or first_letter(name[:1])
    return first + "".join(first_letter(character) for character in name[1:])


PLAIN = {
    "id_number": plain_id_number,
    "phone": plain_phone,
    "name": plain_name,
    "initials": lambda text: text.strip().lower(),
}


def hashes_of(kind: str, values: Iterable[str]) -> dict[str, int]:
    """Plain value → keyed hash, over distinct values; empty ones have none."""
    return county_keys().hash64_all(kind, (value for value in values if value))
