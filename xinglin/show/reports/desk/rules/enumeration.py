"""Lists that skip, repeat or go back: 一是…四是…六是; （一）（三）; 1. 3."""

import re
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import WRONG, Hit, Rule
from xinglin.show.reports.desk.slots import chinese_value

CN = "[一二三四五六七八九十]{1,3}"
EDGE = r"(?:^|(?<=[\n。；：！？;:）)]))\s*"
CHAPTER = re.compile(rf"{EDGE}(?P<n>{CN})、", re.M)
SECTION = re.compile(rf"(?:{EDGE}|(?<=[\u4e00-\u9fff]))[（(](?P<n>{CN})[）)]", re.M)
ITEM = re.compile(rf"{EDGE}(?P<n>\d{{1,2}})[.．](?=\s*[\u4e00-\u9fff“《])", re.M)
POINT = re.compile(rf"(?:^|(?<=[\n。；：！？;:，]))\s*(?P<n>{CN})是(?!否)", re.M)
LEVELS = (
    ("、", CHAPTER, "{}、"),
    ("（）", SECTION, "（{}）"),
    (".", ITEM, "{}."),
    ("是", POINT, "{}是"),
)
DIGITS = "零一二三四五六七八九十"


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 25 → 二十五."""
    if number <= 10:
        return DIGITS[number]
    ten, one = divmod(number, 10)
    return f"{'' if ten == 1 else DIGITS[ten]}十{DIGITS[one] if one else ''}"


def _marks(r: Reading) -> list[tuple[int, int, int, re.Match[str]]]:
    """(place, level, number, match) of every list mark outside tables and residue, in order."""
    found = []
    for level, (_, pattern, _words) in enumerate(LEVELS):
        for m in pattern.finditer(r.text):
            value = int(m["n"]) if m["n"].isdigit() else int(chinese_value(m["n"]) or 0)
            if value and not _is_reference(r, m.start("n")):
                found.append((m.start("n"), level, value, m))
    return sorted(found, key=lambda f: f[:2])


def _is_reference(r: Reading, place: int) -> bool:
    kind = r.document.paragraphs[r.document.paragraph_at(place)].kind
    return (
        kind != "body"
        or r.is_residue(place)
        or r.text[max(0, place - 2) : place].endswith(("第（", "第("))
    )


def gaps(r: Reading) -> Iterator[Hit]:
    """Each level is followed on its own; a mark of a higher level begins the lower ones anew."""
    last: dict[int, int] = {}
    for _place, level, value, m in _marks(r):
        for lower in range(level + 1, len(LEVELS)):
            last.pop(lower, None)
        before = last.get(level, 0)
        last[level] = value
        if value == before + 1 or value == 1 or (before == 0 and level != 3):
            continue
        yield _hit(level, value, before, m)


def _hit(level: int, value: int, before: int, m: re.Match[str]) -> Hit:
    words = LEVELS[level][2]
    name = words.format if level == 2 else (lambda n: words.format(chinese(n)))
    start, end = m.start("n") - (level == 1), m.end()
    if value == before:
        reason = f"“{name(value)}”出现了两次。"
    elif value < before:
        reason = f"“{name(before)}”之后是“{name(value)}”，次序倒了。"
    else:
        missing = "、".join(f"“{name(n)}”" for n in range(before + 1, value))
        after = f"“{name(before)}”之后就是" if before else "一上来就是"
        reason = f"{after}“{name(value)}”，缺{missing}。"
    return Hit(
        start=start, end=end, reason=reason, suggest=f"改为“{name(before + 1)}”或补上缺的一段"
    )


RULES = (
    Rule(
        code="enumeration", title="序号不连续", grade=WRONG, check=gaps,
        sentence="“一是、二是”“（一）（二）”“1. 2.”要连着排，不缺、不重、不倒。",
        fires=("一是抓培训。二是抓督导。四是抓考核。", "（一）基本情况\n内容。\n（三）主要做法\n内容。", "一是抓培训。二是抓督导。二是抓考核。"),
        silent=("一是抓培训。二是抓督导。三是抓考核。", "（一）甲\n一是抓培训。二是抓督导。\n（二）乙\n一是抓考核。二是抓宣传。"),
    ),
)  # fmt: skip
