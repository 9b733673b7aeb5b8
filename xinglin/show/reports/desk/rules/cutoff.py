"""Figures of an annual report that were cut off at another time than the report's."""

import re
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, Hit, Rule

CUT = re.compile(
    r"1\s*[—\-–~～至到]+\s*(?P<to>\d{1,2})月份?|(?P<half>上半年|前三季度|一季度)"
    r"|截[至止](?P<now>目前)|截[至止](?:20\d\d年|今年)?(?P<month>\d{1,2}|[xX]{1,2})月(?:\d{1,2}日|[xX]{1,2}日|底|末|份)?"
)
LAST_MONTH = {"全年": 12, "上半年": 6, "前三季度": 9, "一季度": 3, "二季度": 6, "三季度": 9}


def cutoffs(r: Reading) -> Iterator[Hit]:
    """One hit for each figure-bearing clause with its own cut-off."""
    if not re.search(r"总结|汇报|报告|述职|工作情况|完成情况", r.text[:3000]):
        return
    body = r.title.end if r.title else 0
    headings = [(h.start, h.end) for h in r.headings]
    for m in CUT.finditer(r.text, body):
        if any(start <= m.start() < end for start, end in headings) or r.is_residue(m.start()):
            continue
        if _differs(m, r) and _has_figure(r, m):
            yield Hit(
                start=m.start(),
                end=m.end(),
                suggest="改成与全文一致的截止时间，或在数字后注明",
                reason=f"报告期是{_period(r)}，这里的数字却是“{m.group()}”的，与前后口径不一。",
            )


def _period(r: Reading) -> str:
    return f"{r.year} 年{r.period}" if r.year else r.period


def _has_figure(r: Reading, m: re.Match[str]) -> bool:
    """Whether a number (or the blank of one) follows in the sentence."""
    end = r.sentence_of(m.end()).end
    return any(
        s.unit for s in r.within(m.end(), end, "number", "percentage", "money", "blank")
    ) or bool(r.within(m.end(), end, "lost"))


def _differs(m: re.Match[str], r: Reading) -> bool:
    last = LAST_MONTH.get(r.period, 12)
    if m["now"]:
        return True
    if m["half"]:
        return LAST_MONTH[m["half"]] != last
    month = m["to"] or m["month"]
    return not month.isdigit() or int(month) != last


RULES = (
    Rule(
        code="other-cutoff", title="截止时间不一", grade=ASK, check=cutoffs,
        sentence="年度报告里出现“1—5月”“上半年”“截至目前”等另一个截止时间的数字，要统一或者注明。",
        fires=("青石县2023年工作总结\n1—5月完成投资3200万元。", "青石县2023年工作总结\n截至目前，共建档1260份。"),
        silent=("青石县2023年工作总结\n截至2023年12月底，共建档1260份。", "青石县2023年上半年工作总结\n上半年共建档1260份。"),
    ),
)  # fmt: skip
