"""What the rules look at: the text of a report with its slots, sentences, headings and period."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.slots import Slot, normal, slots_of

HEADING = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])")
TITLE = re.compile(
    r"(?P<year>20\d\d)年?度?[^。，]{0,16}?(?P<what>总结|情况|汇报|报告|述职|思路|计划|打算|安排)"
)
PLANS = ("思路", "计划", "打算", "安排", "要点")
RESIDUE = re.compile(
    r"QQ|下载(?=该|Word|相关|文档)|上传(?=人|时间|分享)|由会员|会员(?=资料|群|材料)|在线客服|联系客服|范文|版权所有|资源描述|copyright|www\.|http|珍藏版|docx?_第|ICP备|倒卖|文档(?:编号|共)|^仅供(?:参考|学习)|展开阅读|^相关搜索|发布时间[:：]|编辑推荐|^[•·]|立即下载|自建平台|实时分享|订阅立享|相关资源|当前位置"
)
STOPS = re.compile(r"[。！？；\n]")


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of the text: a sentence or a clause."""

    start: int
    end: int
    text: str


class Reading:
    """A report, read once. All places are offsets into `text` (half-width digits and letters)."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.raw = document.text
        self.text = normal(document.text)
        self.slots = slots_of(document.text)
        self._starts = [slot.start for slot in self.slots]

    def within(self, start: int, end: int, *kinds: str) -> list[Slot]:
        """The slots that lie in a stretch, of these kinds (all kinds if none is named)."""
        low, high = bisect_left(self._starts, start), bisect_right(self._starts, end - 1)
        return [s for s in self.slots[low:high] if s.end <= end and (not kinds or s.kind in kinds)]

    @cached_property
    def sentences(self) -> list[Span]:
        """Sentences, in order; residue of web sites and headings of a file are left out."""
        found, start = [], 0
        for stop in [*STOPS.finditer(self.text), None]:
            end = stop.end() if stop else len(self.text)
            text = self.text[start:end]
            if text.strip() and not self.is_residue(start):
                found.append(Span(start=start, end=end, text=text))
            start = end
        return found

    def sentence_of(self, place: int) -> Span:
        """The sentence that holds an offset."""
        start = max((m.end() for m in STOPS.finditer(self.text, 0, place)), default=0)
        stop = STOPS.search(self.text, place)
        end = stop.start() if stop else len(self.text)
        return Span(start=start, end=end, text=self.text[start:end])

    @cached_property
    def _residue(self) -> frozenset[int]:
        lines = enumerate(self.document.paragraphs)
        return frozenset(
            i for i, p in lines if len(p.text) < 400 and RESIDUE.search(normal(p.text))
        )

    def is_residue(self, place: int) -> bool:
        """Whether an offset lies in a paragraph that a web site left behind."""
        return self.document.paragraph_at(place) in self._residue

    @cached_property
    def headings(self) -> list[Span]:
        """Paragraphs that are headings by style or by number and length; the title is the first."""
        found = []
        for index, p in enumerate(self.document.paragraphs):
            short = len(p.text) <= 48 and not p.text.rstrip().endswith(("。", "；", "，"))
            named = p.style.lower().startswith(("heading", "title")) or HEADING.match(p.text)
            if (
                index not in self._residue
                and p.kind == "body"
                and short
                and (named or TITLE.search(p.text))
            ):
                found.append(Span(start=p.start, end=p.end, text=normal(p.text)))
        return found

    @cached_property
    def title(self) -> Span | None:
        """The first heading that names a year and what the paper is."""
        named = [h for h in self.headings if TITLE.search(h.text) and not HEADING.match(h.text)]
        return named[0] if named else None

    @cached_property
    def year(self) -> int | None:
        """The year that is reported on: the title's, else the commonest year of the text."""
        if self.title:
            years = {
                m["what"] not in PLANS: int(m["year"]) for m in TITLE.finditer(self.title.text)
            }
            return years.get(True) or years[False] - 1
        seen = [int(s.value) for s in self.slots if s.kind == "date" and s.value]
        return max(set(seen), key=seen.count) if len(seen) >= 2 else None

    @cached_property
    def period(self) -> str:
        """全年 or 上半年, by the title and the first headings."""
        first = " ".join(h.text for h in self.headings[:3])
        found = re.search(r"上半年|前三季度|[一二三]季度", first)
        return found.group() if found else "全年"

    @cached_property
    def own(self) -> str:
        """县, 区 or 市: by the first lines, else what the report calls its own place; empty when it does not say."""
        words = {
            "县": r"[全我本]县|县委|县政府|县卫",
            "区": r"(?<!治)(?:我区|区委|区政府|区卫|区疾控|区人民医院|区中医院|全区)",
            "市": r"我市|市卫健局",
        }
        first = self.text[: self.document.paragraphs[min(1, len(self.document.paragraphs) - 1)].end]
        named = re.search(r"[\u4e00-\u9fff]{2}(县|区|市)(?=卫生健康|卫健|20\d\d年)|20\d\d年[\u4e00-\u9fff]{2}(县|区|市)卫", first)
        if named:
            return str(named[1] or named[2])
        seen = {kind: len(re.findall(pattern, self.text)) for kind, pattern in words.items()}
        best = max(seen, key=lambda kind: seen[kind])
        return best if seen[best] >= 2 else ""

    def clause_before(self, place: int, *, reach: int = 30) -> str:
        """The words of the clause up to an offset."""
        return re.split(r"[，。；：、（(\n,;]", self.text[max(0, place - reach) : place])[-1]

    def after(self, place: int, *, reach: int = 12) -> str:
        """The words behind an offset."""
        return self.text[place : place + reach]
