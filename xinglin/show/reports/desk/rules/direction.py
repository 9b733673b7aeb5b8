"""Words of rise and fall against the numbers beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import WRONG, Hit, Rule, number
from xinglin.show.reports.desk.slots import Slot

UP = {
    "上升": "下降",
    "提高": "下降",
    "增长": "下降",
    "增加": "减少",
    "提升": "下降",
    "升高": "下降",
    "延长": "缩短",
}
DOWN = {"下降": "上升", "降低": "提高", "减少": "增加", "降": "升", "缩短": "延长"}
LEVEL = "持平"
WORD = re.compile(f"{'|'.join([*UP, *DOWN])}|{LEVEL}")
FROM = re.compile(r"[由从](?:上年|去年|20[\dxX]{2}年|[xX]{4}年|起初|年初|同期|原来)?[\u4e00-\u9fff]{0,6}?的?$")
TO = re.compile(
    rf"^(?:以上|左右)?，?(?P<word>{'|'.join([*UP, *DOWN])})(?:到|至|为)了?(?:今年|20[\dxX]{{2}}年|[xX]{{4}}年|目前|本年)?的?$"
)
LAST = re.compile(r"[较比与](?:上年|去年|20[\dxX]{2}年|上年同期|去年同期)(?:同期)?的?$")
AFTER = re.compile(
    rf"^，?(?:有所|略有|明显|稳步|进一步|实现)?(?P<word>{'|'.join([*UP, *DOWN])}|{LEVEL})"
)
POINTS = re.compile(r"(?:个)?百分点")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Last period's number, this period's, and the word (with its place) that compares them."""

    last: Slot
    now: Slot
    word: str
    start: int
    end: int


def pairs(r: Reading) -> Iterator[Pair]:
    """由 A 上升到 B; B，较上年的 A 上升."""
    slots = [
        s for s in r.slots if s.value is not None and s.kind in ("number", "money", "percentage")
    ]
    for one, other in pairwise(slots):
        between = r.text[one.end : other.start]
        if one.unit != other.unit or len(between) > 24 or "。" in between or "\n" in between:
            continue
        to = TO.match(between)
        if to and FROM.search(r.text[max(0, one.start - 16) : one.start]):
            yield _pair(one, other, to["word"], one.end + to.start("word"))
        after = AFTER.match(r.text[other.end : other.end + 10])
        if LAST.search(between) and after:
            yield _pair(other, one, after["word"], other.end + after.start("word"))


def _pair(last: Slot, now: Slot, word: str, start: int) -> Pair:
    return Pair(last=last, now=now, word=word, start=start, end=start + len(word))


def right_word(pair: Pair) -> str:
    """The word that the two numbers ask for; the pair's own when it is right."""
    last, now = pair.last.value or 0, pair.now.value or 0
    if pair.word == LEVEL:
        close = abs(now - last) <= 0.005 * abs(last)
        return LEVEL if close else ("上升" if now > last else "下降")
    if now == last:
        return LEVEL
    rising = pair.word in UP
    if rising == (now > last):
        return pair.word
    return UP[pair.word] if rising else DOWN[pair.word]


def directions(r: Reading) -> Iterator[Hit]:
    """The word of each pair, and the percentage points behind it."""
    for pair in pairs(r):
        right, low, high = (
            right_word(pair),
            number(pair.last.value or 0),
            number(pair.now.value or 0),
        )
        if right == pair.word:
            yield Hit(
                start=min(pair.last.start, pair.now.start),
                end=max(pair.end, pair.last.end, pair.now.end),
                ok=True,
                reason=f"由 {low} 到 {high}，写“{pair.word}”，方向一致。",
            )
            yield from _points(r, pair)
        else:
            yield Hit(
                start=pair.start,
                end=pair.end,
                suggest=right,
                reason=f"由 {low} 到 {high}，却写“{pair.word}”。",
            )


def _points(r: Reading, pair: Pair) -> Iterator[Hit]:
    """由 60% 提高到 65%，提高 5 个百分点: the difference, and its unit."""
    end = max(pair.last.end, pair.now.end, pair.end)
    later = [s for s in r.within(end, min(len(r.text), end + 24)) if s.value is not None]
    if (
        pair.now.unit != "%"
        or not later
        or not re.match(r"[^。；]{0,12}$", r.text[end : later[0].start])
    ):
        return
    said, true = later[0], abs((pair.now.value or 0) - (pair.last.value or 0))
    if not WORD.search(r.text[end - 3 : said.start]):
        return
    words = f"{number(pair.now.value or 0)}% 与 {number(pair.last.value or 0)}% 相差 {number(true)} 个百分点"
    if POINTS.fullmatch(said.unit):
        fits = abs(true - (said.value or 0)) < 0.006
        yield Hit(
            start=said.start,
            end=said.end,
            ok=fits,
            suggest="" if fits else f"{number(true)}个百分点",
            reason=f"{words}，与文中一致。"
            if fits
            else f"{words}，文中写的是 {said.digits} 个百分点。",
        )
    elif said.unit == "%" and abs(true - (said.value or 0)) < 0.006:
        yield Hit(
            start=said.start,
            end=said.end,
            suggest=f"{number(true)}个百分点",
            reason=f"{words}，两个百分比相差要写“个百分点”，不写“%”。",
        )


RULES = (
    Rule(
        code="direction", title="升降用词", grade=WRONG, check=directions,
        sentence="写“上升、下降、持平”要与两个数的大小一致；两个百分比之差写“个百分点”。",
        fires=("规范管理率由72.5%上升到70.1%。", "发病率为35.2/10万，较上年的33.1/10万下降。", "就诊率由88%提高到90%，提高2%。",
               "就诊率由88%提高到90%，提高3个百分点。", "就诊率从20XX年的88%上升到20XX年的81%。"),
        silent=("规范管理率由70.1%上升到72.5%，提高2.4个百分点。", "发病率为33.1/10万，较上年的35.2/10万下降。"),
    ),
)  # fmt: skip
