"""What a template, a lost number or a web site left behind."""

import re
from collections import defaultdict
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, WRONG, Hit, Rule
from xinglin.show.reports.desk.slots import Slot

MANY = 30  # so many blanks make the whole paper a template; it is said once
NAME = re.compile(
    r"[xX]{2,6}(?=[市县区镇乡村省街酒宾公老]|行动|学习)|(?<![A-Za-z])[xX]{1,3}(?=[市县区](?!域))"
)


def blanks(r: Reading) -> Iterator[Hit]:
    """XX left in a paragraph; a paper full of them is a template, which is said once."""
    found = [s for s in r.slots if s.kind == "blank" and not r.is_residue(s.start)]
    found += [s for s in r.slots if s.kind == "place" and "x" in s.text.lower() and not r.is_residue(s.start)]
    found.sort(key=lambda s: s.start)
    if not found:
        return
    if len(found) >= MANY:
        yield Hit(
            start=found[0].start,
            end=found[0].end,
            grade=ASK,
            suggest="逐处填写；可用“改成今年的”分给科室",
            reason=f"全文有 {len(found)} 处用 X 代替的数字、日期或名称，是一份没有填的样稿；从这里开始。",
        )
        return
    for slots in _by_paragraph(r, found).values():
        words = "、".join(
            f"“{s.text}{r.after(s.end, reach=3) if not s.unit else ''}”".replace("\n", "")
            for s in slots[:4]
        )
        yield Hit(
            start=slots[0].start,
            end=slots[0].end,
            suggest="填上，或者删去",
            reason=f"这一段有 {len(slots)} 处没有填：{words}{'等' if len(slots) > 4 else ''}。",
        )


def _by_paragraph(r: Reading, slots: list[Slot]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = defaultdict(list)
    for s in slots:
        found[r.document.paragraph_at(s.start)].append(s)
    return found


def lost(r: Reading) -> Iterator[Hit]:
    """A unit or a rate that has lost its number: 接种率％, 完成家, 第名."""
    found = [s for s in r.slots if s.kind == "lost" and not r.is_residue(s.start)]
    for slots in _by_paragraph(r, found).values():
        words = "、".join(
            f"“{r.raw[max(0, s.start - 4) : s.end]}”".replace("\n", "") for s in slots[:5]
        )
        yield Hit(
            start=slots[0].start,
            end=slots[0].end,
            suggest="补上数字",
            reason=f"这一段有 {len(slots)} 处丢了数字：{words}{'等' if len(slots) > 5 else ''}。",
        )


def residue(r: Reading) -> Iterator[Hit]:
    """Lines of a web site around the text; neighbouring lines are one hit."""
    last = -2
    begin = end = count = 0
    for index, p in enumerate([*r.document.paragraphs, None]):
        if p is not None and r.is_residue(p.start):
            begin, count = (p.start, 1) if index != last + 1 else (begin, count + 1)
            last, end = index, p.end
        elif last == index - 1 and count:
            yield Hit(
                start=begin,
                end=end,
                suggest="删去",
                reason=f"这 {count} 行像是网站或模板留下的文字（下载、上传、会员、版权一类），不是报告正文。",
            )


RULES = (
    Rule(
        code="blank", title="没有填的空", grade=WRONG, check=blanks,
        sentence="X、XX、20XX 要填上；整篇都是的，只提一次。",
        fires=("全县建成XX个接种点，接种12600人。",),
        silent=("全县建成12个接种点，接种12600人，拍X光片36张，做CT120人次。",),
    ),
    Rule(
        code="lost-number", title="丢了的数字", grade=WRONG, check=lost,
        sentence="“接种率％”“完成家”“第名”“截至月日”是数字丢了。",
        fires=("规范管理率达％。", "综合排名第名。", "截至月日，全部完成。", "完成家社区中心装修。", "组织健康讲座场，参训人次。", "完成白内障手术例，减免费用。"),
        silent=("规范管理率达86％。", "综合排名第3名。", "完成家庭医生签约。", "建成家门口的服务站。"),
    ),
    Rule(
        code="residue", title="网站和模板的残留", grade=ASK, check=residue,
        sentence="报告里不应有下载站、模板站的字句。",
        fires=("青石县工作总结\n会员可在线阅读，下载该文档请联系客服\n全县工作有序。",),
        silent=("青石县工作总结\n全县工作有序。",),
    ),
)  # fmt: skip
