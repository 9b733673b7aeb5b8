"""The evidence of a pair in words: what each comparison found, and what it adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinglin.gather.linkage.declared import COMPARISONS, Comparison
from xinglin.gather.linkage.score import probability
from xinglin.gather.linkage.verdict import JUDGE
from xinglin.gather.sql import Connection


@dataclass(frozen=True)
class Said:
    """One comparison's word on a pair. `agrees` as declared; None also where one side is empty."""

    name: str
    title: str
    words: str
    agrees: bool | None
    empty: bool = False


def said(levels: Mapping[str, int]) -> list[Said]:
    """Comparison → its level, as Splink counts them (-1 empty, 0 the last), to words in the declared order."""
    return [_said(c, levels[c.name]) for c in COMPARISONS if c.name in levels]


def _said(comparison: Comparison, gamma: int) -> Said:
    if gamma < 0:
        return Said(comparison.name, comparison.title, f"{comparison.title}至少一方未填", None, empty=True)
    level = comparison.levels[len(comparison.levels) - 1 - gamma]
    return Said(comparison.name, comparison.title, level.words, level.agrees)


def sentence(levels: Mapping[str, int]) -> str:
    """姓名同音；出生日期日月颠倒；电话相同。What is empty is left out."""
    return "；".join(s.words for s in said(levels) if not s.empty)


def pairs_in_words(con: Connection, comparisons: Sequence[Comparison]) -> list[tuple[int, int, float, str]]:
    """(l, r, probability, sentence) of the pairs for a person to judge, the likeliest first."""
    gammas = "".join(f", gamma_{c.name}" for c in comparisons)
    rows = con.execute(f"SELECT l, r, weight{gammas} FROM judged WHERE verdict = '{JUDGE}' ORDER BY weight DESC, l, r").fetchall()
    names = [c.name for c in comparisons]
    return [(r[0], r[1], round(probability(r[2]), 4), sentence(dict(zip(names, r[3:], strict=True)))) for r in rows]
