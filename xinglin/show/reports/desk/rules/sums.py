"""Sums, differences, products and shares that should close inside one sentence."""

import re
from collections.abc import Callable, Iterator

from xinglin.show.reports.desk.reading import Reading, Span
from xinglin.show.reports.desk.rules.base import ASK, WRONG, Hit, Rule, number
from xinglin.show.reports.desk.slots import SCALES, Slot

OF_WHICH = re.compile(r"其中|分别为|分别是|包括")
LEFT = re.compile(r"空缺|空编|余编|空岗|缺额|缺员|缺编|缺口|尚缺|还缺|剩余|结余|结存|尚余|未完成")
WHOLE = re.compile(r"编制|核定|应|计划|任务|总|收入|共|排查|发现|登记|受理|交办|下达")
HELD = re.compile(r"在编|在岗|现有|实有|已|完成|支出|实际|整改|办结|解决")
EACH = re.compile(
    r"[人户家所]均(?:[\u4e00-\u9fff]{0,4}?)|(?:平均)?每[个支家所名户组村处台批期人](?:[\u4e00-\u9fff]{0,6}?)"
)
SET = re.compile(r"标准|定额|不低于|不少于|补助")  # a sum that was set, not one that came out
NEAR = 30  # how far in front of 户均 its two numbers may begin
TOTAL = re.compile(r"(?<!公)共|合计|总计|总共|累计")
SHARE = re.compile(r"占(?:比)?(?:分别)?(?:为|达)?$")


def _counts(r: Reading, start: int, end: int) -> list[Slot]:
    """Exact numbers of a stretch: no blanks, no 余/多/近."""
    return [
        s
        for s in r.within(start, end, "number", "money")
        if s.value is not None and not s.about and s.unit
    ]


def _fits(one: float, other: float, *slots: Slot) -> bool:
    """Whether two numbers are the same within the rounding of the printed ones."""
    return abs(one - other) <= sum(s.step for s in slots if s.decimals or s.scale) / 2 + 1e-9


def _as_printed(*slots: Slot) -> Callable[[float], str]:
    """Writes a number in the scale that all these share: 756万, not 7560000."""
    scales = {s.scale for s in slots}
    scale = scales.pop() if len(scales) == 1 else ""
    return lambda value: number(value / SCALES[scale]) + scale


def parts(r: Reading) -> Iterator[Hit]:
    """Total N, 其中 a、b、c."""
    for sentence in r.sentences:
        for m in OF_WHICH.finditer(sentence.text):
            at = sentence.start + m.start()
            whole = _counts(r, max(sentence.start, at - 40), at)
            found = _parts(r, at, sentence, whole[-1].unit) if whole else []
            if found and not re.search(r"[\u4e00-\u9fff]{0,4}每", r.text[whole[-1].end : at]):
                yield from _judge_parts(r, whole[-1], found, exhaustive=m.group() != "其中")


def _parts(r: Reading, at: int, sentence: Span, unit: str) -> list[Slot]:
    """The numbers of the same unit that follow, until another 其中 or a new total."""
    stop = re.search(r"其中|(?<!公)共(?!卫)|合计|同比|较上年|比上年|；", r.text[at + 2 : sentence.end])
    end = at + 2 + stop.start() if stop else sentence.end
    return [s for s in _counts(r, at, end) if s.unit == unit]


def _judge_parts(r: Reading, whole: Slot, found: list[Slot], *, exhaustive: bool) -> Iterator[Hit]:
    total, value = sum(s.value or 0 for s in found), whole.value or 0
    say = _as_printed(whole, *found)
    sum_words = "＋".join(say(s.value or 0) for s in found)
    start, end = whole.start, found[-1].end
    biggest = max(found, key=lambda s: s.value or 0)
    if len(found) >= 2 and _fits(total, value, whole, *found):
        yield Hit(
            start=start,
            end=end,
            ok=True,
            reason=f"{sum_words}＝{say(value)}，各项相加等于总数。",
        )
    elif (biggest.value or 0) > value:
        yield Hit(
            start=start,
            end=end,
            grade=WRONG,
            suggest="请核对总数和分项",
            reason=f"其中一项 {say(biggest.value or 0)} 大于总数 {say(value)}。",
        )
    elif (
        len(found) >= 2
        and (total > value or exhaustive or total >= 0.9 * value)
        and not _overlap(r, found)
    ):
        yield Hit(
            start=start,
            end=end,
            grade=WRONG if total > value or exhaustive else ASK,
            suggest=f"总数改为 {say(total)}，或核对分项",
            reason=f"{sum_words}＝{say(total)}，而总数写的是 {say(value)}，差 {say(abs(total - value))}。",
        )


def _overlap(r: Reading, found: list[Slot]) -> bool:
    """Whether the parts may overlap by their own words (规范管理、控制达标 of the same people)."""
    words = r.text[found[0].start - 12 : found[-1].end]
    return bool(re.search(r"规范|达标|控制|合格|同时|均|以上|随访|签约|重点人群", words))


def differences(r: Reading) -> Iterator[Hit]:
    """核定 A，在编 B，空缺 C."""
    for sentence in r.sentences:
        slots = _counts(r, sentence.start, sentence.end)
        for i, left in enumerate(slots):
            same = [s for s in slots[:i] if s.unit == left.unit]
            if len(same) < 2 or not LEFT.search(r.clause_before(left.start)):
                continue
            whole, held = same[-2], same[-1]
            if WHOLE.search(r.clause_before(whole.start)) and HELD.search(
                r.clause_before(held.start)
            ):
                yield _difference(whole, held, left)


def _difference(whole: Slot, held: Slot, left: Slot) -> Hit:
    should, say = (whole.value or 0) - (held.value or 0), _as_printed(whole, held, left)
    words = f"{say(whole.value or 0)}−{say(held.value or 0)}＝{say(should)}"
    if _fits(should, left.value or 0, whole, held, left):
        return Hit(start=whole.start, end=left.end, ok=True, reason=f"{words}，与文中一致。")
    return Hit(
        start=whole.start,
        end=left.end,
        suggest=say(should),
        reason=f"{words}，文中写的是 {say(left.value or 0)}。",
    )


def products(r: Reading) -> Iterator[Hit]:
    """5 支队伍，每支 20 人，共 100 人; 慰问 326 户，发放 32.6 万元，户均 1000 元."""
    for sentence in r.sentences:
        for m in EACH.finditer(sentence.text):
            at = sentence.start + m.start()
            each = _counts(r, at, sentence.end)[:1]
            if each and each[0].start - at < 10 and not SET.search(r.clause_before(each[0].start)):
                yield from _multiplied(r, sentence, m.group(), at, each[0])


def _multiplied(r: Reading, sentence: Span, words: str, at: int, each: Slot) -> Iterator[Hit]:
    """The count is what 每 or 均 is said of; the total has the unit of each, before or after."""
    before, later = _counts(r, sentence.start, at), _counts(r, each.end, sentence.end)
    total = [s for s in later if s.unit == each.unit and TOTAL.search(r.clause_before(s.start))][:1]
    if total and before and _is_of(before[-1], words):
        yield _product(before[-1], each, total[0])
    elif not total and len(before) >= 2 and at - before[-2].end < NEAR:
        count, whole = before[-2:] if before[-1].unit == each.unit else before[:-3:-1]
        if _is_of(count, words) and whole.unit == each.unit != count.unit:
            yield _product(count, each, whole)


def _is_of(count: Slot, words: str) -> bool:
    people = ("人", "名", "位", "例")
    places = ("家", "所", "个")
    asked = next((u for u in words if u in "支家所名户组村处台批期人个"), "")
    return asked == count.unit or any(asked in g and count.unit in g for g in (people, places))


def _product(count: Slot, each: Slot, total: Slot) -> Hit:
    should, unit = (count.value or 0) * (each.value or 0), SCALES[total.scale]
    words = f"{number(count.value or 0)}×{number(each.value or 0)}＝{number(should)}"
    loose = (count.value or 0) * each.step / 2 if total.scale or each.decimals else 0
    start, end = min(count.start, total.start), max(each.end, total.end)
    if abs(should - (total.value or 0)) <= loose + (total.step / 2 if total.scale or total.decimals else 0) + 1e-9:
        return Hit(start=start, end=end, ok=True, reason=f"{words}，与文中一致。")
    return Hit(
        start=start,
        end=end,
        suggest=number(should / unit) + total.scale,
        reason=f"{words}，文中合计写的是 {total.digits}{total.scale}。",
    )


def shares(r: Reading) -> Iterator[Hit]:
    """占 40%、35%、30% of one whole."""
    for sentence in r.sentences:
        found = [
            s
            for s in r.within(sentence.start, sentence.end, "percentage")
            if s.unit == "%" and s.value
        ]
        named = [s for s in found if SHARE.search(r.text[max(0, s.start - 8) : s.start])]
        joint = bool(re.search(r"分别占", sentence.text))
        used = found if joint else named
        total = sum(s.value or 0 for s in used)
        if len(used) < 2 or (len(used) < 3 and not joint and total <= 100):
            continue
        words = "＋".join(f"{number(s.value or 0)}%" for s in used)
        if abs(total - 100) <= sum(s.step for s in used) / 2 + 1e-9:
            yield Hit(start=used[0].start, end=used[-1].end, ok=True, reason=f"{words}＝100%。")
        elif total > 100:
            yield Hit(
                start=used[0].start,
                end=used[-1].end,
                suggest="请核对各部分的占比",
                reason=f"{words}＝{number(total)}%，各部分占比之和超过 100%。",
            )


RULES = (
    Rule(
        code="parts", title="分项与总数", grade=WRONG, check=parts,
        sentence="“共…，其中…”的各项相加要等于总数，任何一项不能大于总数。",
        fires=("全年共招录52人，其中考录40人，定向生8人，引进6人。", "在管患者1200人，其中规范管理1350人。"),
        silent=("全年共招录54人，其中考录40人，定向生8人，引进6人。", "床位612张，其中医院486张、卫生院104张、专业公共卫生机构22张。", "全县医务人员2100人，其中高级职称180人。"),
    ),
    Rule(
        code="difference", title="差额", grade=WRONG, check=differences,
        sentence="“核定…、现有…、空缺…”三个数要相减得上。",
        fires=("核定编制820人，现有在编人员761人，空缺69人。",),
        silent=("核定编制820人，现有在编人员761人，空缺59人。",),
    ),
    Rule(
        code="product", title="乘积", grade=WRONG, check=products,
        sentence="“几支队伍，每支几人，共几人”“几户，共几元，户均几元”要乘得上。",
        fires=("组建应急小队6支，每支12人，共82人。", "慰问困难家庭240户，发放慰问金36万元，户均150元。"),
        silent=("组建应急小队6支，每支12人，共72人。", "慰问困难家庭240户，发放慰问金36万元，户均1500元。",
                "发放扶助金612.4万元，惠及6380人，人均960元。", "投入资金800万元，培训1200人，人均经费标准提高到89元。"),
    ),
    Rule(
        code="shares", title="占比之和", grade=WRONG, check=shares,
        sentence="同一总体各部分的占比相加不超过 100%。",
        fires=("门诊、住院、体检收入分别占52%、38%、15%。",),
        silent=("门诊、住院、体检收入分别占52%、38%、10%。",),
    ),
)  # fmt: skip
