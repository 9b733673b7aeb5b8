"""What a pair comes to: same, different, or for a person to judge; from its levels and its weight.

What a family shares (phone, address, household) never makes two people one: name and birth must agree, or a number.
"""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.gather.linkage.declared import ONE_SAME, Comparison

SAME, JUDGE, DIFFERENT = "same", "judge", "different"


def verdict_sql(comparisons: Sequence[Comparison]) -> str:
    """An expression over `edge`: its verdict."""
    held = {c.name: c for c in comparisons}
    said = _Said(held)
    home = said.any(("phone", "address", "household"), True)
    unlike = said.any(("name", "birth"), False)
    unsure = said.any(("name",), None)
    # One home, no birth date, and a short name only by its sound: as well a brother.
    by_ear = f"gamma_birth = -1 AND gamma_name = {said.place('name', 2)}" if {"name", "birth"} <= set(held) else "false"
    other_sex = "gamma_sex = 0" if "sex" in held else "false"
    return f"""CASE WHEN {said.apart()} THEN '{DIFFERENT}'
        WHEN {said.any(("number", "other_no"), True)} AND weight >= {ONE_SAME} THEN '{SAME}'
        WHEN {said.any(("name",), False)} AND {home} AND NOT {said.any(("number",), None)} THEN '{DIFFERENT}'
        WHEN {unlike} OR {other_sex} OR weight < {ONE_SAME} OR ({home} AND ({unsure} OR {by_ear})) THEN '{JUDGE}'
        ELSE '{SAME}' END"""


class _Said:
    """Conditions over the levels of the comparisons that were made."""

    def __init__(self, held: dict[str, Comparison]) -> None:
        self.held = held

    def place(self, name: str, at: int) -> int:
        """Splink counts levels from the last, which is 0."""
        levels = self.held[name].levels
        return len(levels) - 1 - at % len(levels)

    def apart(self) -> str:
        """Two right numbers that are not one."""
        return f"gamma_number = {self.place('number', -1)}" if "number" in self.held else "false"

    def any(self, names: Sequence[str], agrees: bool | None) -> str:
        """Does one of these comparisons stand on a level that agrees so?"""
        found = [f"gamma_{n} IN ({', '.join(map(str, places))})" for n in names if n in self.held
                 if (places := [self.place(n, i) for i, lv in enumerate(self.held[n].levels) if lv.agrees is agrees])]
        return f"({' OR '.join(found)})" if found else "false"
