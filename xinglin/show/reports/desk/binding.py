"""Which declared figure a row could be: ranked by shared words; a person confirms, the summary remembers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from xinglin.show.reports.desk.adopt import Row

LEAST = 0.34


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A declared figure for a row, and how alike their names are (0–1)."""

    code: str
    title: str
    score: float
    reason: str = ""


def suggestions(row: Row, figures: Iterable[tuple[str, str]], *, most: int = 3) -> list[Suggestion]:
    """The likest of (code, title); shares and counts are not mixed."""
    rate = row.unit in ("%", "‰", "/10万")
    found = []
    for code, title in figures:
        if rate == bool(re.search(r"率|比例|占比", title)):
            score = likeness(row.name, title)
            if score >= LEAST:
                found.append(Suggestion(code=code, title=title, score=round(score, 2),
                                        reason=_reason(row.name, title, rate=rate)))  # fmt: skip
    return sorted(found, key=lambda s: (-s.score, s.code))[:most]


def _reason(name: str, title: str, *, rate: bool) -> str:
    """Which words the two names share, in one sentence."""
    if name == title:
        return "名称相同。"
    one, other = _plain(name), _plain(title)
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    words = "、".join(f"“{one[b.a : b.a + b.size]}”" for b in blocks if b.size > 1)
    return f"名称里都有{words}，都是{'率' if rate else '数'}。"


def likeness(one: str, other: str) -> float:
    """Shared pairs of characters over all of them (Dice)."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _pairs(words: str) -> set[str]:
    plain = _plain(words)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _plain(words: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff0-9]|全县|患者|人群|管理人群|的", "", words)
