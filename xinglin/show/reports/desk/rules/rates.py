"""A rate against its own numerator and denominator; growth against its two numbers."""

import re
from collections.abc import Iterator
from itertools import combinations

from xinglin.show.reports.desk.reading import Reading, Span
from xinglin.show.reports.desk.rules.base import ASK, WRONG, Hit, Rule, number
from xinglin.show.reports.desk.slots import SCALES, Slot

NAMED = re.compile(
    r"(?:率|比例|占比|比重|完成)(?:分别)?(?:达到了?|达|为|是|至|约|在|到|均)*$|占[\u4e00-\u9fff]{0,10}的?$"
)
ASKED = re.compile(
    r"应|老年人|儿童|学生|任务|目标|计划|总|共|登记|辖区|在册|在管|现有|户籍|常住|活产|产妇|建档|管理|全[县区市]|纳入|适龄|总费用|对象|抽检|检测|抽查|检查|患者|人口|编制|核定|排查|隐患|问题|发现|受理|接到|交办|样本|样品"
)
DONE = re.compile(
    r"实|已|完成|其中|规范|达标|合格|控制|接种|签约|随访|体检|筛查|治疗|管理|录取|到位|救治|在编|履约|办结|按时|阳性|建档|整改|解决|成功|检出|销号"
)
GROWTH = re.compile(r"(?P<word>增长|增加|上升|提高|下降|减少|降低|增幅|降幅)(?:了|达|为|约)*$")
DOWN = ("下降", "减少", "降低", "降幅")
LAST = re.compile(r"(?:上年|去年|同期|20\d\d年)[^，。；]{0,14}$")
OTHER = ("岁", "天", "小时", "倍", "")
OWN_PART = ("自付", "自费", "自担")
SCALE = {"%": 100.0, "‰": 1000.0, "/10万": 100_000.0, "/万": 10_000.0}


def rates(r: Reading) -> Iterator[Hit]:
    """Each percentage that is named a rate, with the counts of its own sentence before it."""
    for sentence in r.sentences:
        found = r.within(sentence.start, sentence.end, "percentage")
        for i, rate in enumerate(found):
            before = r.text[max(sentence.start, rate.start - 24) : rate.start]
            if (
                rate.value is None
                or rate.about
                or not NAMED.search(before)
                or GROWTH.search(before)
            ):
                continue
            start = found[i - 1].end if i else sentence.start
            counts = [
                s
                for s in r.within(start, rate.start, "number", "money")
                if s.value and not s.about and s.unit not in OTHER
            ]
            yield from _judge(r, rate, counts, alone=len(found) == 1)


def _judge(r: Reading, rate: Slot, counts: list[Slot], *, alone: bool) -> Iterator[Hit]:
    pairs = [(a, b) for a, b in combinations(counts, 2) if _alike(a, b)]
    for one, other in reversed(pairs):
        told = _closing(one, other, rate)
        if told:
            yield Hit(start=min(one.start, other.start), end=rate.end, ok=True, reason=told)
            return
    share = _share(r, counts, rate)
    if share:
        yield _wrong(*share, rate, rest=False)
        return
    if (
        not pairs
        or counts[-1] is not pairs[-1][1]
        or counts[-2] is not pairs[-1][0]
        or r.text[rate.end : rate.end + 2] in ("以上", "以下", "以内")
    ):
        return
    whole, part = _roles(r, *pairs[-1], rate)
    if whole is None or part is None or rate.start - max(whole.end, part.end) > 24:
        return
    rest = "报销" in r.clause_before(rate.start) and any(
        word in _label(r, part) for word in OWN_PART
    )
    yield _wrong(whole, part, rate, rest=rest)


def _share(r: Reading, counts: list[Slot], rate: Slot) -> tuple[Slot, Slot] | None:
    """总诊疗 562 万，其中医院 286 万、基层 276 万，基层占比 59%: the whole, and the part that is named."""
    named = re.search(r"([\u4e00-\u9fff]{2,6})占比[为达是至到约在]*$", r.clause_before(rate.start))
    if named is None or len(counts) < 3 or not _alike(counts[0], counts[-1]):
        return None
    whole, part = counts[0], counts[-1]
    total = re.search(r"总|共", r.clause_before(whole.start)) and (whole.value or 0) > (part.value or 0)
    return (whole, part) if total and r.clause_before(part.start).endswith(named[1]) else None


def _alike(one: Slot, other: Slot) -> bool:
    people = ("人", "名", "例", "位")
    return one.unit == other.unit or (one.unit in people and other.unit in people)


def _closing(one: Slot, other: Slot, rate: Slot) -> str:
    """The sentence that says how a pair gives the rate, or nothing."""
    unit = SCALES[one.scale] if one.scale == other.scale else 1
    small, big = sorted(((one.value or 0) / unit, (other.value or 0) / unit))
    scale, printed = SCALE[rate.unit], rate.value or 0
    tolerance = rate.step / 2 + 1e-9
    if abs(small / big * scale - printed) <= tolerance:
        return f"{number(small)}÷{number(big)}＝{small / big * scale:.2f}{rate.unit}，与文中 {number(printed)}{rate.unit} 一致。"
    if abs((big - small) / big * scale - printed) <= tolerance and small:
        return (
            f"（{number(big)}−{number(small)}）÷{number(big)}＝{(big - small) / big * scale:.2f}{rate.unit}，"
            f"与文中 {number(printed)}{rate.unit} 一致。"
        )
    return ""


def _roles(r: Reading, one: Slot, other: Slot, rate: Slot) -> tuple[Slot | None, Slot | None]:
    """Which is the denominator and which the numerator, by size and by their words."""
    whole, part = (one, other) if (one.value or 0) >= (other.value or 0) else (other, one)
    label, called = r.clause_before(part.start), r.clause_before(rate.start)
    done = (
        DONE.search(_label(r, part))
        or any(word in label for word in OWN_PART)
        or (len(label) >= 2 and label[-4:] in called)
    )
    named = ASKED.search(_label(r, whole)) and done
    return (whole, part) if named or _is_stem(r, part, rate) else (None, None)


def _is_stem(r: Reading, part: Slot, rate: Slot) -> bool:
    """Whether the count just before is of what the rate is called after: 节约 1176 万元，节约率."""
    stem = re.search(r"([\u4e00-\u9fff]{2})率[为达是至到约在]*$", r.clause_before(rate.start))
    return bool(stem and stem[1] in r.clause_before(part.start) and rate.start - part.end < 10)


def _label(r: Reading, slot: Slot) -> str:
    return r.clause_before(slot.start) + re.split(r"[，。；、]", r.after(slot.end))[0]


def _wrong(whole: Slot, part: Slot, rate: Slot, *, rest: bool) -> Hit:
    unit = SCALES[whole.scale] if whole.scale == part.scale else 1
    big, small = (whole.value or 1) / unit, (part.value or 0) / unit
    true = (big - small if rest else small) / big * SCALE[rate.unit]
    far = abs(true - (rate.value or 0)) > 1.5 * rate.step
    shown = f"{true:.{rate.decimals}f}{rate.unit}"
    return Hit(start=min(whole.start, part.start), end=rate.end, grade=WRONG if far else ASK, suggest=shown,
               reason=f"{f'（{number(big)}−{number(small)}）' if rest else number(small)}÷{number(big)}＝{shown}，文中写的是 {rate.digits}{rate.unit}。")  # fmt: skip


def growth(r: Reading) -> Iterator[Hit]:
    """上年 A，今年 B，增长 P%; B，比上年增加 N，增长 P%."""
    for sentence in r.sentences:
        for rate in r.within(sentence.start, sentence.end, "percentage"):
            word = GROWTH.search(r.text[max(sentence.start, rate.start - 8) : rate.start])
            if word is None or rate.unit != "%" or rate.value is None:
                continue
            counts = [
                s
                for s in r.within(sentence.start, rate.start, "number", "money")
                if s.value and not s.about
            ]
            pair = _two_years(r, counts[-2:]) or _in_brackets(r, counts, rate, sentence)
            if pair and not _is_turned(*pair[2:], rate, down=word["word"] in DOWN):
                yield _grown(*pair, rate, down=word["word"] in DOWN)


def _two_years(r: Reading, counts: list[Slot]) -> tuple[Slot, Slot, float, float] | None:
    """(first, second, this year's, last year's) when two numbers are a year apart."""
    if len(counts) != 2 or not _alike(*counts):
        return None
    first, second = counts
    one, other = first.value or 0, second.value or 0
    before = r.clause_before(second.start)
    if LAST.search(r.clause_before(first.start)) and not LAST.search(before):
        return first, second, other, one
    change = re.search(r"(增加|增长|多|减少|下降|少)了?$", before)
    if change:
        sign = -1 if change[1] in ("减少", "下降", "少") else 1
        return (first, second, one, one - sign * other) if one > sign * other else None
    if LAST.search(before) and not re.search(r"[从由]", before):
        return first, second, one, other
    return None


def _is_turned(now: float, last: float, rate: Slot, *, down: bool) -> bool:
    """Whether only the word is wrong (32, 去年 28, 下降 14.3%): the rule of words says it, once."""
    true = (now - last) / last * 100
    return (now < last) != down and abs(abs(true) - (rate.value or 0)) <= rate.step / 2 + 1e-9


def _in_brackets(
    r: Reading, counts: list[Slot], rate: Slot, sentence: Span
) -> tuple[Slot, Slot, float, float] | None:
    """218 项，同比增长 13.5%（2023 年为 192 项）."""
    base = r.within(rate.end, sentence.end, "number", "money")[:1]
    if not counts or not base or not base[0].value or not _alike(counts[-1], base[0]):
        return None
    told = re.fullmatch(r"[（(](?:上年|去年|20\d\d年)(?:同期)?(?:为|是)?", r.text[rate.end : base[0].start])
    return (counts[-1], rate, counts[-1].value or 0, base[0].value) if told else None


def _grown(first: Slot, second: Slot, now: float, last: float, rate: Slot, *, down: bool) -> Hit:
    true = (last - now if down else now - last) / last * 100
    shown = f"{true:.{rate.decimals}f}%"
    unit = (
        SCALES[first.scale] if first.scale == second.scale else 1
    )  # as printed: 92 万, not 920000
    shown_now, shown_last = number(now / unit), number(last / unit)
    words = f"（{shown_now}−{shown_last}）÷{shown_last}＝{(now - last) / last * 100:.{max(1, rate.decimals)}f}%"
    if abs(true - (rate.value or 0)) <= rate.step / 2 + 1e-9:
        return Hit(start=first.start, end=rate.end, ok=True, reason=f"{words}，与文中一致。")
    far = abs(true - (rate.value or 0)) > 1.5 * rate.step
    return Hit(
        start=first.start,
        end=rate.end,
        grade=WRONG if far else ASK,
        suggest=shown,
        reason=f"{words}，文中写的是{'降' if down else '增'} {rate.digits}%。",
    )


RULES = (
    Rule(
        code="rate", title="率与分子分母", grade=WRONG, check=rates,
        sentence="一句话里同时有分子、分母和率时，三个数要算得上（含“报销比例＝（总−自付）÷总”）。",
        fires=("应体检老年人2400人，实际完成1800人，体检率85%。", "总诊疗562万人次，其中医院286万人次、基层276万人次，基层占比59%。", "排查隐患240条，整改216条，整改率95%。"),
        silent=("应体检老年人2400人，实际完成1800人，体检率75%。", "总费用300万元，个人自付60万元，报销比例达到80%。"),
    ),
    Rule(
        code="growth", title="增长幅度", grade=WRONG, check=growth,
        sentence="写出两年的数（或增加数）和增幅时，增幅要算得上。",
        fires=("门诊量36000人次，比上年增加6000人次，增长30%。", "上年出生800人，今年出生760人，下降8%。",
               "立项课题120项，同比增长30%（上年为100项）。"),
        silent=("门诊量36000人次，比上年增加6000人次，增长20%。", "上年出生800人，今年出生760人，下降5%。"),
    ),
)  # fmt: skip
