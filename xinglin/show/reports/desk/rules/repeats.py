"""Words that stood before: a paragraph or sentence again, whole, or nearly so under another opening."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from xinglin.show.reports.desk.reading import Reading, Span
from xinglin.show.reports.desk.rules.base import ASK, Hit, Rule

LEAST = 20  # characters of a sentence, marks left out
BLOCK = 4  # a shorter stretch in common is chance
LONG = 32  # so many characters in one stretch are a repeat whatever stands around them
ALIKE = 0.8
SHORT, CLOSER = 28, 0.9  # of a short sentence nearly all must be the same
SEED = 10  # two sentences are compared when they share so many characters in a row
OPENING = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．是]")
TITLE = re.compile(r"《[^》]*》")
# What every paper says of the same meetings and thoughts; it may stand at each chapter.
STOCK = re.compile(
    r"习近平|新时代中国特色|社会主义思想|党的[一二三四五六七八九十]+大|[一二三四]中全会|党中央|国务院|各级党委|"
    r"县委|区委|市委|省委|在[^，。]{0,12}(?:坚强|正确)领导下|[一二三四五六七八九十]+个必须|四个意识|两个维护"
)


@dataclass(frozen=True)
class Line:
    """A sentence without marks and titles of papers, with its numbers."""

    span: Span
    paragraph: int
    key: str

    @cached_property
    def numbers(self) -> list[str]:
        return re.findall(r"\d+(?:\.\d+)?", self.span.text)


def repeated(r: Reading) -> Iterator[Hit]:
    """Neighbouring sentences that stood in one earlier paragraph are one hit."""
    found = list(_pairs(_lines(r)))
    while found:
        own = [found.pop(0)]
        while found and _follows(own[-1], found[0]):
            own.append(found.pop(0))
        yield _hit(r, own)


def _lines(r: Reading) -> list[Line]:
    made = []
    for s in r.sentences:
        index = r.document.paragraph_at(s.start)
        paragraph = r.document.paragraphs[index]
        if paragraph.kind == "table" or _is_heading(paragraph.text):
            continue
        words = TITLE.sub("", OPENING.sub("", s.text))
        key = re.sub(r"[^\u4e00-\u9fffA-Za-z\d]", "", words)
        if len(key) >= LEAST:
            made.append(Line(s, index, key))
    return made


def _is_heading(text: str) -> bool:
    return len(text) <= 48 and not re.search(r"[。；，]", text)


def _pairs(lines: list[Line]) -> Iterator[tuple[Line, Line, int]]:
    """(later line, the earlier one it repeats, how many characters they share)."""
    seeds: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        grams = {line.key[i : i + SEED] for i in range(len(line.key) - SEED + 1)}
        near = sorted({other for gram in grams for other in seeds.get(gram, ())})
        shared = [(_shared(lines[other], line), other) for other in near]
        best, other = max(shared, default=(0, 0))
        if best:
            yield line, lines[other], best
        for gram in grams:
            seeds[gram].append(at)


def _shared(one: Line, other: Line) -> int:
    """Characters in common when that makes one a repeat of the other, else 0."""
    if one.key == other.key:
        return len(one.key)
    if one.numbers != other.numbers and one.numbers and other.numbers:
        return 0  # the same words about another thing, with its own numbers
    blocks = SequenceMatcher(None, one.key, other.key, autojunk=False).get_matching_blocks()
    sizes = [b.size for b in blocks if b.size >= BLOCK and not _is_stock(one.key, b.a, b.size)]
    total, longest = sum(sizes), max(sizes, default=0)
    size, larger = sorted((len(one.key), len(other.key)))
    short = size < SHORT
    alike = total >= LEAST - 2 and total >= (CLOSER if short else ALIKE) * size
    alike = alike and (not short or larger < 2 * size)  # a phrase inside a long sentence is no repeat
    return total if alike or longest >= LONG else 0


def _is_stock(key: str, start: int, size: int) -> bool:
    """Whether a shared stretch is little more than what every paper says."""
    words = key[start : start + size]
    said = sum(len(m.group()) for m in STOCK.finditer(words))
    return said > 0 and size - said < LONG


def _follows(one: tuple[Line, Line, int], other: tuple[Line, Line, int]) -> bool:
    """Whether two repeats stand side by side, here and where they stood before."""
    return one[0].paragraph == other[0].paragraph and one[1].paragraph == other[1].paragraph != one[0].paragraph


def _hit(r: Reading, own: list[tuple[Line, Line, int]]) -> Hit:
    start, end = own[0][0].span.start, own[-1][0].span.end
    start += len(r.text[start:end]) - len(r.text[start:end].lstrip())
    size, shared = sum(len(line.key) for line, *_ in own), sum(count for *_, count in own)
    place = own[0][1].paragraph + 1
    what = "这句话" if len(own) == 1 else f"这 {len(own)} 句话"
    if shared == size:
        reason = f"{what}（{size} 字）在第 {place} 段已经写过。"
    else:
        reason = f"{what}有 {shared} 字与第 {place} 段的“{_quote(own[0][1])}…”相同（共 {size} 字）。"
    return Hit(start=start, end=end - (r.text[end - 1] == "\n"), reason=reason, suggest="删去一处，或改成各说各的")


def _quote(line: Line) -> str:
    return OPENING.sub("", line.span.text).strip()[:14]


RULES = (
    Rule(
        code="repeated", title="重复的话", grade=ASK, check=repeated,
        sentence="整段话或一整句长话不应出现两次；换了开头、改了几个字的也算。",
        fires=("组织全县乡村医生开展中医适宜技术培训，提升基层服务能力。工作有序。组织全县乡村医生开展中医适宜技术培训，提升基层服务能力。",
               "为方便群众看病，县医院在每周六开设延时门诊，并在大厅安排志愿者引导分诊，受到患者好评。工作有序。"
               "一是县医院在每周六开设延时门诊，并在大厅安排志愿者引导分诊，受到了患者好评。"),
        silent=("组织全县乡村医生开展中医适宜技术培训。组织全县护士开展急救技能培训。",
                "对16家镇卫生院开展药品耗材专项检查，发现问题32个，下达整改通知书16份。对40家民营诊所开展药品耗材专项检查，发现问题57个，下达整改通知书29份。",
                "全县卫生健康系统深入学习贯彻党的二十大精神，持续抓好理论武装。\n下一步，全县卫生健康系统深入学习贯彻党的二十大精神，谋划重点项目。"),
    ),
)  # fmt: skip
