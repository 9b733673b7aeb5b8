"""The evidence of a pair in words: what each comparison found, and what it adds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinglin.gather.linkage.declared import COMPARISONS, Comparison
from xinglin.gather.linkage.score import probability
from xinglin.gather.linkage.verdict import JUDGE
from xinglin.gather.sql import Connection


@dataclass(frozen=True)
class Said:
    """One comparison's word on a pair. `agrees` as declared."""

    name: str
    title: str
    words: str
    agrees: bool | None
    weight: float = 0.0         # log2 of how much likelier it is among records of one person


def level_words(levels: Mapping[str, int]) -> dict[str, str]:
    """Comparison → its level, as Splink counts them (-1 empty, 0 the last), to its words; empty ones are left out.

    Words are what is kept of a pair: they stay true when levels are declared anew.
    """
    return {c.name: c.levels[len(c.levels) - 1 - levels[c.name]].words for c in COMPARISONS if levels.get(c.name, -1) >= 0}


def said(words: Mapping[str, str]) -> list[Said]:
    """What was found, in the declared order, with what it weighs today."""
    return [_said(c, words[c.name]) for c in COMPARISONS if c.name in words]


def _said(comparison: Comparison, words: str) -> Said:
    level = next((lv for lv in comparison.levels if lv.words == words), None)
    if level is None:
        return Said(comparison.name, comparison.title, words, None)
    return Said(comparison.name, comparison.title, words, level.agrees, math.log2(level.m / level.u))


def sentence(words: Mapping[str, str]) -> str:
    """姓名同音；出生日期日月颠倒；电话相同."""
    return "；".join(s.words for s in said(words))


def pairs_in_words(con: Connection, comparisons: Sequence[Comparison]) -> list[tuple[int, int, float, str]]:
    """(l, r, probability, sentence) of the pairs for a person to judge, the likeliest first."""
    gammas = "".join(f", gamma_{c.name}" for c in comparisons)
    rows = con.execute(f"SELECT l, r, weight{gammas} FROM judged WHERE verdict = '{JUDGE}' ORDER BY weight DESC, l, r").fetchall()
    names = [c.name for c in comparisons]
    return [(r[0], r[1], round(probability(r[2]), 4), sentence(level_words(dict(zip(names, r[3:], strict=True))))) for r in rows]
