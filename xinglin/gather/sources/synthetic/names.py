"""Names that belong to nobody: surnames by their frequency and given names, from faker's lists."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import duckdb
from faker.providers.person.zh_CN import Provider

SLOTS = 2000
# In the national standard's four-byte part, and names of two parts: both are cut by old systems.
RARE = ("䶮", "𬱖", "㛃", "㬎", "𫍯", "𬭎", "䴖", "𫖯", "犇", "堃")
DOTTED = ("阿依古丽·买买提", "古丽娜尔·艾合买提", "巴合提古丽·哈山", "扎西·多吉", "卓玛·央金",
          "阿布都·热合曼", "迪丽拜尔·吐尔逊", "帕提古丽·玉素甫")


def set_names(con: duckdb.DuckDBPyConnection) -> None:
    """Lists of surnames (repeated by frequency) and given characters, as variables."""
    lists = {"surnames": surnames(), "given_male": _given(Provider.first_names_male),
             "given_female": _given(Provider.first_names_female), "rare": list(RARE),
             "dotted": list(DOTTED)}
    for name, values in lists.items():
        con.execute(f"SET VARIABLE {name} = ?", [values])


def surnames() -> list[str]:
    """About 2,000 slots; a common surname fills many."""
    names = Provider.last_names
    weights: Mapping[str, float] = names if isinstance(names, Mapping) else dict.fromkeys(names, 1.0)
    total = sum(weights.values())
    return [n for n, w in weights.items() for _ in range(max(1, round(w / total * SLOTS)))]


def _given(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def staff_names(how_many: int, key: int) -> list[str]:
    """Names of the staff."""
    chance = random.Random(key)  # noqa: S311
    family, given = surnames(), [*_given(Provider.first_names_male), *_given(Provider.first_names_female)]
    return [chance.choice(family) + chance.choice(given) for _ in range(how_many)]
