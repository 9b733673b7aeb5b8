"""What is merged without being asked: a county's own choice, in county.toml.

    [linkage]
    automatic = "number"      # "never": nobody; "number": one ID number and one name; "sure": all that are certain
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from xinglin.gather.linkage.declared import NAME, NUMBER
from xinglin.kernel.errors import XinglinError
from xinglin.kernel.home import Home

CHOICES = ("never", "number", "sure")
_ALIKE = {level.words for level in NAME.levels if level.agrees}


def chosen(home: Home) -> str:
    """The county's choice; `number` where it made none. Raises XinglinError for a word that is none."""
    told = tomllib.loads(home.county_file.read_text("utf-8")) if home.county_file.exists() else {}
    choice = told.get("linkage", {}).get("automatic", "number")
    if choice not in CHOICES:
        raise XinglinError(f"[linkage] automatic 不能是“{choice}”", str(home.county_file), f"可写：{'、'.join(CHOICES)}")
    return str(choice)


def automatic(home: Home, levels: Mapping[str, str]) -> bool:
    """May a pair that is as good as certain be merged at once? `levels`: comparison → words."""
    choice = chosen(home)
    by_number = levels.get(NUMBER.name) == NUMBER.levels[0].words and levels.get(NAME.name) in _ALIKE
    return choice == "sure" or (choice == "number" and by_number)
