"""Last year's report as rows: every number (and blank) that somebody has to fill again, by office."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from xinglin.show.reports.desk.document import Document
from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.direction import pairs
from xinglin.show.reports.desk.slots import LOST_DAY, Slot, normal
from xinglin.show.reports.desk.tables import NOW, Place, places

OFFICES = (  # what a heading or a sentence speaks of → the office that usually owes it
    (
        "疾控科",
        r"传染病|疫情|防控|免疫|接种|疫苗|鼠疫|艾滋|结核|核酸|流调|隔离|地方病|布病|大骨节|克山",
    ),
    (
        "基层卫生科",
        r"基本公共卫生|家庭医生|签约|高血压|糖尿病|血压|血糖|慢病|慢性病|两慢病|老年人健康管理|健康档案|乡镇卫生院|村卫生室|基层",
    ),
    ("妇幼科", r"妇幼|孕产妇|婴儿|新生儿|母婴|出生缺陷|两癌|宫颈癌|托育|婴幼儿|托位|儿童"),
    (
        "医政科",
        r"医疗服务|诊疗|出院|病床|床位|医共体|三级公立|绩效考核|门诊|住院|急救|手术|转诊|对口支援|院感|医师|血液",
    ),
    ("中医科", r"中医|中药|蒙医|中医馆"),
    ("监督所", r"监督|执法|处罚|非法行医|许可|职业卫生|职业病|医疗废物|尘肺"),
    ("人事科", r"人才|招录|编制|招聘|职称|培养|引进|医学生"),
    ("规划财务科", r"项目|投资|资金|财政|经费|建设|固定资产|收入|支出|医保|费用"),
    ("家庭发展科", r"计划生育|生育|奖励扶助|特扶|老龄|优待证|医养|人口|出生"),
    ("爱卫办", r"爱国卫生|爱卫|卫生乡镇|卫生村|健康细胞|控烟|病媒|健康县|健康社区"),
    ("信息科", r"信息化|数字化|平台|系统上线|互联互通|远程"),
    ("办公室", r"党建|党员|党组织|廉政|清廉|信访|建议提案|宣传|表彰|会议"),
)
UNKNOWN = "办公室"
DOT = re.compile(r"(?:\s*[.．]\s*)?")
PLANNED = "计划数"  # the scope of a number in a chapter of plans
BASE = "上年基数，已由去年报告带出，请核对"
COUNTED = ("number", "percentage", "money", "rank", "blank", "lost")
FIXED = re.compile(r"《[^》]*$|“[^”]{0,12}$")  # numbers inside titles of papers and slogans stay
FROM = re.compile(
    r"(?P<subject>[\u4e00-\u9fff]{2,20}?)[由从](?:上年|去年|20\d\d年|年初)?的?(?:$|[\d.]+.*(?:到|至|为)$)"
)
GROWN = re.compile(r"(?:增长|增加|上升|提高|下降|减少|降低|多|少)(?:了|约|近)*$")
LEAD = re.compile(r"^(?:力争|确保|[一二三四五六七八九]是|下设|登记|及?以上|对(?=[\u4e00-\u9fff]))")
PEOPLE = re.compile(r"(?:[\u4e00-\u9fff]{0,6}?(?:患者|老年人|儿童|孕产妇|产妇|居民))")
CONSTANT = re.compile(r"^%(?:的)?(?:医用)?(?:酒精|乙醇)")
CHAPTER = re.compile(r"\s*(?:[一二三四五六七八九]、|第[一二三四五]部分)")
PLAN = re.compile(r"思路|计划|打算|下一?步|安排|重点任务")
LARGE_WORDS = re.compile(r"^(?:大类|个专项|个必须|个一|道防线|位一体|个方面|个维护|项机制)")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the workbook: one number of last year's report, and what an office writes beside."""

    code: str  # n-001, in the order of the text; a binding is kept by `name`
    paragraph: int
    context: str  # the sentence, the number in 【】
    name: str
    last: str  # as printed; empty for a blank
    unit: str
    office: str
    start: int  # offsets of the printed number in Document.text
    end: int
    decimals: int = 0
    scope: str = ""  # 口径
    this: str = ""
    as_of: str = ""
    by: str = ""
    checked_by: str = ""
    note: str = ""
    figure: str = ""  # a declared figure this row is bound to
    above: str = ""  # 上级通报值
    chosen: str = ""  # whose value the report takes: 科室 (also when empty), 系统, 上级; with a reason in `note`
    system: str = ""  # 系统计算值 of the bound figure, never stored
    sheet: str = ""  # where it came from when it was collected
    when: str = ""  # when that sheet was last saved, as the sheet itself says

    @property
    def used(self) -> str:
        """The value that goes into the report; the others stay beside it."""
        if self.chosen == "系统":
            return self.system
        if self.chosen == "上级":
            return self.above
        return self.this or self.system

    @property
    def taken(self) -> str:
        """Whose value that is: 科室, 系统, 上级, or — when there is none."""
        return self.chosen or ("科室" if self.this else "系统" if self.system else "—")

    @property
    def origin(self) -> str:
        """Where the used value came from, in words."""
        if self.chosen == "上级":
            return f"上级通报值（{self.sheet}）"
        if self.chosen == "系统" or not self.this:
            return f"系统计算值 {self.figure}"
        return self.sheet


def adopt(document: Document, *, known: Mapping[str, Mapping[str, str]] | None = None) -> list[Row]:
    """Every number of a report as a Row; `known` are the remembered columns of rows, by name."""
    reading, cells = Reading(document), places(document)
    bases = _bases(reading, cells)
    rows: list[Row] = []
    for slot in _owed(reading, cells):
        row = _row(reading, slot, f"n-{len(rows) + 1:03d}", rows[-1] if rows else None)
        if slot.start in cells:
            row = _in_table(row, cells[slot.start])
        base = bases.get(slot.start)
        if base:
            row = replace(row, this=base, note=BASE)
        kept: dict[str, Any] = _known(row, known or {})
        rows.append(replace(row, **kept))
    return rows


def _known(row: Row, known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What a person said of this row of this report, else of a figure of this name."""
    told = known.get(f"{row.code}|{row.last}") or known.get(row.name) or {}
    return {field: value for field, value in told.items() if value}


def _bases(r: Reading, cells: Mapping[int, Place]) -> dict[int, str]:
    """Start of a number of the year before → what the year reported on says, which is this year's base."""
    found = {pair.last.start: pair.now.digits for pair in pairs(r)}
    counted = [s for s in r.slots if s.value is not None and s.digits and s.kind in COUNTED]
    for one, other in pairwise(counted):
        before = r.clause_before(other.start, reach=12)
        near = one.unit == other.unit and "。" not in r.text[one.end : other.start]
        if near and re.search(r"(?:上年|去年)(?:同期)?(?:为|是|共|的)?$", before):
            found.setdefault(other.start, one.digits)
    lines = {(c.table, c.row): start for start, c in cells.items() if NOW.search(c.head)}
    for start, c in cells.items():
        if c.is_base and (c.table, c.row) in lines:
            now = r.document.paragraphs[r.document.paragraph_at(lines[c.table, c.row])]
            found[start] = now.text.strip().rstrip("%‰")
    return found


def _in_table(row: Row, place: Place) -> Row:
    """A number of a table: named by the heads of its line and column."""
    heads = f"表：{place.line} ｜ {place.head}　【{row.last}】"
    return replace(row, name=place.name[-24:] or row.name, unit=row.unit or place.unit, context=heads,
                   scope=PLANNED if re.search("计划|目标", place.head) else "",
                   office=_said(place.line) or row.office)  # fmt: skip


def _owed(r: Reading, cells: Mapping[int, Place]) -> Iterator[Slot]:
    for slot in r.slots:
        if slot.start in cells:
            yield slot
            continue
        if slot.kind not in COUNTED or r.is_residue(slot.start) or _fixed(r, slot):
            continue
        if slot.kind == "number" and not slot.unit and not slot.scale and not slot.what:
            continue
        if slot.what == LOST_DAY or (slot.kind == "blank" and not slot.unit and not slot.scale):
            continue  # stands for a name or a date
        yield slot


def _fixed(r: Reading, slot: Slot) -> bool:
    before = r.text[max(0, slot.start - 60) : slot.start]
    heading = any(h.start <= slot.start < h.end for h in r.headings)
    return bool(
        heading or FIXED.search(before) or CONSTANT.match(r.after(slot.digits_end)) or LARGE_WORDS.match(r.after(slot.end - len(slot.unit)))
    ) or (slot.unit in ("年", "小时", "天", "岁"))


def _row(r: Reading, slot: Slot, code: str, above: Row | None) -> Row:
    sentence = r.sentence_of(slot.start)
    low = slot.digits_start if slot.digits else slot.start + slot.at
    high = slot.digits_end if slot.digits else slot.end
    if slot.kind == "lost":  # nothing stands there, or only the point that the digits left behind
        high = low + len(DOT.match(r.text, low)[0])  # type: ignore[index]
    near = r.raw[max(sentence.start, low - 36) : low], r.raw[high : min(sentence.end, high + 20)]
    return Row(code=code, paragraph=r.document.paragraph_at(slot.start) + 1,
               context=f"{near[0]}【{r.raw[low:high]}】{near[1]}".strip(),
               name=_name(r, slot, above),
               last="" if slot.value is None else normal(slot.digits),
               unit=slot.scale + slot.unit if slot.kind != "rank" else "位次",
               office=_office(r, slot.start), start=low, end=high, decimals=slot.decimals,
               scope=PLANNED if _is_planned(r, slot.start) else "",
               note="去年稿里这里丢了数字" if slot.kind == "lost" else "")  # fmt: skip


def _is_planned(r: Reading, place: int) -> bool:
    """Whether the last chapter head above speaks of what is going to be done."""
    above = [h.text for h in r.headings if h.start < place and CHAPTER.match(h.text)]
    return bool(above and PLAN.search(above[-1]))


def _name(r: Reading, slot: Slot, above: Row | None) -> str:
    """A short name: the subject of a change (由…上升到), whose growth (增长), of which people (率)."""
    clause = re.sub("三、四级", "三四级", r.text[max(0, slot.start - 40) : slot.start])
    clause = re.split(r"[，。；：、（(\n,;]", clause)[-1]
    subject = FROM.match(clause)
    if subject:
        base = not re.search(r"(?:到|至|为)$", subject.group())
        return subject["subject"][-16:] + ("（上年基数）" if base else "")
    sentence = r.sentence_of(slot.start)
    same = above is not None and above.start >= sentence.start
    last = re.sub("增[幅减]$|（.*", "", above.name) if above and same else ""
    if GROWN.search(clause) and (len(slot.what) < 4 or "比" in clause[:2] or "较" in clause):
        return f"{last or slot.what}{'增幅' if slot.unit == '%' else '增减'}"
    if slot.what.endswith("率") and len(slot.what) <= 6 and PEOPLE.search(last):
        return f"{PEOPLE.search(last)[0]}{slot.what}"  # type: ignore[index]
    return LEAD.sub("", slot.what or clause[-12:]) or "（请起个名）"


def _office(r: Reading, place: int) -> str:
    """By the sentence first, then the headings above, nearest first."""
    above = [h.text for h in r.headings if h.start < place][-2:]
    said = (r.sentence_of(place).text[-160:], *reversed(above), r.text[max(0, place - 240) : place])
    return next((office for words in said if (office := _said(words))), UNKNOWN)


def _said(words: str) -> str:
    """The office that some words speak of most, or nothing."""
    scores = {office: len(re.findall(pattern, words)) for office, pattern in OFFICES}
    best = max(scores, key=lambda office: scores[office])
    return best if scores[best] else ""
