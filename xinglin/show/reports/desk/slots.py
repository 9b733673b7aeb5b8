"""The typed slots of a text: what a number, date, place or blank says, and where it stands.

Full-width digits and letters are read as half-width of the same length, so places stay true.
`value` is scaled (1.24万 → 12400; 率 in its own unit: 64.19 % → 64.19); `what` is a short name
guessed from the words around.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

WIDE = {
    i: i - 0xFEE0 for i in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}
WIDE |= {ord("％"): ord("%"), ord("．"): ord("."), ord("×"): ord("x"), ord("＊"): ord("x")}

UNITS = (
    "平方公里|平方米|立方米|公里|千克|公斤|毫升|人次|人份|人天|户次|剂次|例次|件次|车次|诊次|班次|"
    "万元|元|个百分点|百分点|个位次|位次|人|名|家|所|个|例|张|户|件|份|起|次|场|台|辆|支|项|处|种|剂|只|套|"
    "吨|升|克|倍|床|条|批|帖|间|管|副|座|对|轮|册|幅|期|篇|组|队|棵|把|箱|部|门|类|岁|天|小时|分钟|万|亿"
)
COUNT = "%|‰|/10万|/万|" + UNITS
DIGITS = r"(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
BLANKS = r"[xX]{1,6}(?:\.[xX]{1,3})?"
NUMBER = re.compile(
    rf"(?P<number>(?<![\d.])(?<!\d,){DIGITS}|(?<![A-Za-z]){BLANKS}(?![A-Za-z]))"
    rf"(?P<about>余|多)?(?P<scale>[万亿千百]?)(?P<more>余|多)?(?P<unit>{COUNT})?(?P<over>余|多)?"
)
YEAR = r"(?:19|20)(?:\d\d|[xX]{2})|(?<![\w])[xX]{4}"
DATE = re.compile(
    rf"(?:(?P<y>{YEAR})年)?(?P<m>\d{{1,2}}|[xX]{{1,2}})月(?:(?P<d>\d{{1,2}}|[xX]{{1,2}})日|末|底|份|初|中旬|下旬|上旬)?"
    rf"|(?P<year>{YEAR})年(?:度|底|末|初)?(?!以上)"
)
PERIOD = re.compile(
    rf"(?:(?:{YEAR})年)?\d{{1,2}}(?:月份?)?\s*[—\-–~～至到]+\s*\d{{1,2}}月份?|(?:(?:{YEAR})年)?(?:上半年|下半年|前三季度|[一二三四]季度|全年)"
    rf"|(?:{YEAR})\s*[—\-–~～至]+\s*(?:{YEAR})年?|“?十[三四五]五”?(?=期间|规划|时期)|截[至止]目前"
)
RANK = re.compile(
    r"第(?P<n>\d+|[一二三四五六七八九十]+|[xX]{1,3})(?P<u>名|位|方阵)|前(?P<f>\d+)(?P<fu>名|位|%)"
)
ORDINAL = re.compile(
    r"第(?P<n>\d+|[一二三四五六七八九十]+|[xX]{1,3})(?P<u>轮|届|批|次|季度|个|条|期|周期|版|代|剂)"
)
LOST_DAY = "日期"
LOST = (
    re.compile(r"(?<![\d.xX十百])(?P<u>(?<=[率为达比重超过到的降长高])%|‰(?=[，。；,;、]))"),
    re.compile(
        r"(?:完成|建成|成立|新增|开展|开展了|建设|累计|(?<!公)共|至少|最初的|提升至|接种|开展一)(?P<u>万?(?:家|个|名|轮|场|所|剂次|人次|余场|份/日|份|人))(?=[\u4e00-\u9fff（(，,。])(?!别|性|所|门|属|体|案|人|员|区|民|工|单|长|数|们|口|才|群|均|月|方面|庭|试|院)"
    ),
    re.compile(
        r"(?:讲座|义诊|演练|座谈会|推进会|会议|培训班|活动)(?:等)?(?P<u>(?:余场|场次|场|期|次))(?=[，,。；;、])"
        r"|(?:手术|救治|诊治)(?P<q>例|台次|台)(?=[，,。；;])|(?:履约|引进|招聘|招录|选派|参训|受益|惠及|覆盖|培训|救治|接诊|服务)(?:群众|人员)?(?P<p>人次|人|名)(?=[，,。；;])"
    ),
    re.compile(
        r"第(?P<u>名)|(?P<day>截至月日|截止月日|至月日)|(?<!\d)(?:率|死亡率)为(?=[，,。；;])|率(?P<dot>\s*[.．]\s*)[。，]|(?<=[，,。；;、发展立])(?P<age>岁)(?:以下|以上|及以上)"
    ),
)
CHINESE = re.compile(
    r"(?<![第十百千一二三四五六七八九两])(?P<n>[一二三四五六七八九十两]{1,3})(?P<u>家|所|名|例|起|支|台|辆|张|户|处)(?=[\u4e00-\u9fff，。；])"
)
PLACE = re.compile(
    r"(?<![A-Za-z])(?P<blank>[xX]{1,4}(?:自治区|自治州|自治县|省|市|区|县|镇|乡|街道|村)(?!域))"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[在到赴和与及由对]))(?P<name>[\u4e00-\u9fff]{2,3}(?:县|区|市|镇|乡|街道)(?![级域直属内委长际民场政]))"
)
NO_PLACE = re.compile(
    r"^通过|[全我本各该其返并组织影响满足超低高目前集中指导核实居属推进实施未来健康以上的了]"
    r"|^[在到赴和与及由对为是将向把每某两多一二三四五六七八九十]|(?:省|市|县|乡|城|辖|社|园|地|病|灾|小|景|院|治|郊|校|战|库|禁|专|疫|分|整|片|牧|矿)[县区市镇乡]|街道$(?<=镇街道)"
)
ORGANISATION = re.compile(
    r"(?:[省市县区]|[xX]{1,3}[市县区])(?:[一二三四]院|第?[\u4e00-\u9fff]{0,8}?(?:医院|卫生院|疾控中心|疾病预防控制中心|保健院|服务中心|监督所|"
    r"卫生健康局|卫健局|卫健委|卫计局|卫计委|卫生健康委员会|卫生健康委|执法大队))"
)
TENS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
SCALES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
BOUNDARY = re.compile(r"[，。；：、！？,;:（）()《》“”\n\s]")
TAIL = re.compile(
    r"(?:分别|累计|已经|现已|达到|目前|上升|下降|提高|降低|增长|增加|减少|较上年|同比|比上年|共计|合计|总计|约|近|已|共|达|为|是|至|到|了|有|仅|超过|(?<![人户次所])均|由|从|的|超|控制在|保持在|稳定在)+$"
)
HEAD = re.compile(r"^(?:.*(?:其中|截至|目前|全年|今年|全县|全市|全区|我县|我区|我市))")
NUMBERED = re.compile(rf"[\d.xX]+(?![\d.xX]|型|周?岁|种)(?:{COUNT}|年|月|日)*")
LONGEST = 16  # characters of a proposed name
STOP = re.compile(
    r"进行|开展|完成|购置|纳入|参加|实施|达到|全部|均|已|为|被|的|在|共|核定|获|投入|分赴|通过|提交|设置|使用|享受"
)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place of the text that changes from report to report. `digits` is the number as printed."""

    kind: str  # number percentage money date period rank ordinal place organisation blank lost
    start: int
    end: int
    text: str
    value: float | None = None
    unit: str = ""
    what: str = ""
    digits: str = ""
    scale: str = ""
    about: bool = False  # 余、多、近、约
    at: int = 0  # of a lost number: how far behind `start` it should stand

    @property
    def digits_end(self) -> int:
        """Where the printed number ends (it begins at `start`, or later when the slot has a 第)."""
        return self.digits_start + len(self.digits)

    @property
    def digits_start(self) -> int:
        return self.start + max(0, normal(self.text).find(self.digits))

    @property
    def decimals(self) -> int:
        """How many decimals are printed."""
        return len(self.digits.partition(".")[2])

    @property
    def step(self) -> float:
        """The size of the last printed digit, scaled: 1.24万 → 100."""
        return float(Decimal(10) ** -self.decimals * SCALES[self.scale])

    def as_json(self) -> dict[str, Any]:
        """The shape that `xinglin report check --json` promises."""
        return {"kind": self.kind, "start": self.start, "end": self.end, "text": self.text,
                "value": self.value, "unit": self.unit, "what": self.what}  # fmt: skip


def normal(text: str) -> str:
    """The text with half-width digits, letters, % and points; same length."""
    return text.translate(WIDE)


def slots_of(text: str) -> list[Slot]:
    """Every slot, by place; what one kind has taken another does not take again."""
    plain = normal(text)
    taken = bytearray(len(plain))
    found: list[Slot] = []
    for find in (_periods, _dates, _ranks, _ordinals, _numbers, _lost, _chinese, _names):
        for slot in find(plain):
            if not any(taken[slot.start : slot.end]):
                taken[slot.start : slot.end] = b"\1" * (slot.end - slot.start)
                found.append(slot)
    return [
        replace(s, text=text[s.start : s.end]) for s in sorted(found, key=lambda slot: slot.start)
    ]


def _slot(m: re.Match[str], kind: str, **more: Any) -> Slot:
    return Slot(kind=kind, start=m.start(), end=m.end(), text=m.group(), **more)


def _periods(text: str) -> list[Slot]:
    return [_slot(m, "period") for m in PERIOD.finditer(text)]


def _dates(text: str) -> list[Slot]:
    found = []
    for m in DATE.finditer(text):
        blank = "x" in m.group().lower()
        year = m["y"] or m["year"]
        value = float(year) if year and year.isdigit() else None
        found.append(_slot(m, "blank" if blank else "date", value=value, unit="年" if year else ""))
    return found


def _ranks(text: str) -> list[Slot]:
    found = []
    for m in RANK.finditer(text):
        digits = m["n"] or m["f"]
        kind = "blank" if "x" in digits.lower() else "rank"
        found.append(_slot(m, kind, value=chinese_value(digits), unit=m["u"] or m["fu"],
                           digits=digits, what=_before(text, m.start())))  # fmt: skip
    return found


def _ordinals(text: str) -> list[Slot]:
    return [_slot(m, "ordinal", value=chinese_value(m["n"]), unit=m["u"], digits=m["n"])
            for m in ORDINAL.finditer(text)]  # fmt: skip


def _numbers(text: str) -> list[Slot]:
    return [slot for m in NUMBER.finditer(text) if (slot := _number(text, m)) is not None]


def _number(text: str, m: re.Match[str]) -> Slot | None:
    digits, unit, scale = m["number"], m["unit"] or "", m["scale"]
    if unit in ("万", "亿"):
        unit, scale = "", unit
    if unit == "万元":
        unit, scale = "元", "万"
    blank = "x" in digits.lower()
    if _is_mark(text, m) or (blank and not unit and not scale and _is_name(text, m)):
        return None
    before = text[max(0, m.start() - 1) : m.start()]
    about = bool(m["about"] or m["more"] or m["over"] or before in ("近", "约"))
    value = None if blank else float(digits.replace(",", "")) * SCALES[scale]
    return _slot(m, "blank" if blank else _kind(unit), value=value, unit=unit, digits=digits,
                 scale=scale, about=about, what=_what(text, m, unit))  # fmt: skip


def _kind(unit: str) -> str:
    if unit in ("%", "‰", "/10万", "/万"):
        return "percentage"
    return "money" if unit == "元" else "number"


def _is_mark(text: str, m: re.Match[str]) -> bool:
    """Whether these digits number an item (1. 2、 （3）) or belong to a word (7-9号文, A+B)."""
    after, before = text[m.end() : m.end() + 2] or "\n", text[max(0, m.start() - 2) : m.start()]
    at_start = not before or before[-1] in "\n。；; ："
    if m["unit"] is None and not m["scale"]:
        if (at_start and after[:1] in ".、．") or (before[-1:] in "（(" and after[:1] in "）)"):
            return True
        if re.match(r"型|期|号|版|楼|[—－\-–~～至]\d+(?:周)?岁", text[m.end() : m.end() + 6]):
            return True
        if re.search(r"\d[—－\-–~～至]$", before):
            return True
        if text[m.end() : m.end() + 2] in ("光片", "光机", "射线"):
            return True
        if (
            after[:1] in "+＋号"
            or before[-1:] in "+＋-"
            or (after[:1].isascii() and after[:1].isalpha())
        ):
            return True
    return False


def _is_name(text: str, m: re.Match[str]) -> bool:
    """Whether a blank stands for a name (xx市, X镇) or inside a word, and not for a number."""
    return text[m.end() : m.end() + 1] in "市县区镇乡村省街" and bool(text[m.end() : m.end() + 1])


def _lost(text: str) -> list[Slot]:
    return [_lost_slot(text, m) for each in LOST for m in each.finditer(text)]


def _lost_slot(text: str, m: re.Match[str]) -> Slot:
    """Its `at` is where the number should stand: before its unit, or at the end."""
    found = m.groupdict()
    named = next((name for name in ("u", "p", "q", "age", "dot") if found.get(name)), "")
    unit = (found[named] or "").strip(" .．") if named else ""
    if found.get("day"):
        return _slot(m, "lost", what=LOST_DAY)
    scale, unit = ("万", unit[1:]) if unit.startswith("万") else ("", unit)
    place = m.start(named) if named else m.end()
    what = _before(text, place if named == "dot" else m.start())
    return _slot(m, "lost", unit=unit, scale=scale, what=what, at=place - m.start())


def _chinese(text: str) -> list[Slot]:
    return [_slot(m, "number", value=chinese_value(m["n"]), unit=m["u"], digits=m["n"],
                  what=_after(text, m.end()) or _before(text, m.start()))
            for m in CHINESE.finditer(text)]  # fmt: skip


def _names(text: str) -> list[Slot]:
    made = [_slot(m, "organisation", what=m.group()) for m in ORGANISATION.finditer(text)]
    places = (m for m in PLACE.finditer(text) if m["blank"] or not NO_PLACE.search(m["name"]))
    return made + [_slot(m, "place", what=m.group()) for m in places]


def chinese_value(digits: str) -> float | None:
    """12, 十二, 二十三, 两 → a number; None for a blank."""
    if digits.isdigit():
        return float(digits)
    if not all(c in TENS for c in digits):
        return None
    ten, _, one = digits.partition("十")
    if "十" not in digits:
        return float(TENS[digits]) if len(digits) == 1 else None
    return float((TENS[ten] if ten else 1) * 10 + (TENS[one] if one else 0))


def _what(text: str, m: re.Match[str], unit: str) -> str:
    before, after = _before(text, m.start()), _after(text, m.end())
    named = before.endswith(
        ("率", "比例", "数", "费用", "金额", "资金", "收入", "支出", "面积", "占比")
    )
    if named or _kind(unit) != "number" or not after:
        return before or after
    return after if len(before) < 2 else f"{before[-8:]}{after}"[-16:]


def _before(text: str, place: int) -> str:
    """The words of the clause before a number, without what leads up to it."""
    # 三、四级手术 is one thing; BOUNDARY knows no half a word.
    clause = re.sub(r"(?<=[一二三四])、(?=[一二三四]级)", "", text[max(0, place - 40) : place])
    clause = BOUNDARY.split(clause)[-1]
    clause = TAIL.sub("", NUMBERED.split(TAIL.sub("", clause))[-1])
    words = HEAD.sub("", clause)
    return words if len(words) <= LONGEST else re.sub(r"^\d+种?", "", words[-LONGEST:])


def _after(text: str, place: int) -> str:
    """The noun behind a counted number: 7所|乡镇卫生院|进行…"""
    clause = BOUNDARY.split(text[place : place + 24])[0]
    stop = STOP.search(clause)
    return re.sub(r"\d.*", "", clause[: stop.start()] if stop else clause)[:12]
