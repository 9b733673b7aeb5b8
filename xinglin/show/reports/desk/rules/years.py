"""Years of headings against the title and against each other; days that do not exist."""

import re
from calendar import monthrange
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import PLANS, Reading, Span
from xinglin.show.reports.desk.rules.base import ASK, WRONG, Hit, Rule

NAMED = re.compile(
    r"(?P<year>20\d\d)年?度?(?P<half>上半年|下半年)?(?P<words>[^。，；\d]{0,14}?)"
    r"(?P<what>总结|完成情况|开展情况|工作情况|主要工作|思路|计划|打算|安排|重点任务|工作要点)"
)
DAY = re.compile(r"(?:(?P<y>20\d\d)年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日")


def _named(span: Span) -> list[tuple[bool, int, int, int]]:
    """(is a plan, year, start, end) of each year that a heading names."""
    found = []
    for m in NAMED.finditer(span.text):
        plan = any(word in m["words"] + m["what"] for word in (*PLANS, "重点任务", "下一步"))
        found.append(
            (plan, int(m["year"]), span.start + m.start("year"), span.start + m.end("year"))
        )
    return found


def headings(r: Reading) -> Iterator[Hit]:
    """A plan of the year that is reported, or a summary of another year than the title's."""
    title = _named(r.title) if r.title else []
    summary = {year for plan, year, *_ in title if not plan}
    planned = {year for plan, year, *_ in title if plan}
    rest = [h for h in r.headings if r.title is None or h.start != r.title.start]
    told = summary or {year for h in rest for plan, year, *_ in _named(h) if not plan}
    if not told and r.title and r.year:  # 述职报告, 工作汇报: the title says the year, but not of what
        told = {r.year}
    if len(told) != 1:
        return
    year = next(iter(told))
    for heading in rest:
        for plan, named, start, end in _named(heading):
            expected = next(iter(planned)) if len(planned) == 1 else year + 1
            if plan and named != expected:
                yield Hit(
                    start=start,
                    end=end,
                    suggest=f"{expected}年",
                    reason=f"小标题写“{named}年”的工作计划，而本报告总结的是 {year} 年，计划应是 {expected} 年。",
                )
            elif not plan and named != year:
                yield Hit(
                    start=start,
                    end=end,
                    suggest=f"{year}年",
                    reason=f"小标题写“{named}年”的工作情况，而标题写的是 {year} 年。",
                )


def days(r: Reading) -> Iterator[Hit]:
    """A day that no calendar has."""
    for m in DAY.finditer(r.text):
        month, day, year = int(m["m"]), int(m["d"]), int(m["y"] or r.year or 2024)
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
            yield Hit(
                start=m.start(),
                end=m.end(),
                reason=f"日历上没有 {year} 年的 {month} 月 {day} 日。",
                suggest="请核对日期",
            )


def stale(r: Reading) -> Iterator[Hit]:
    """The title's own year wrong against 今年 of the opening sentence."""
    if r.title is None or r.year is None:
        return
    for p in r.document.paragraphs[:4]:
        m = re.match(r"\s*(20\d\d)年(?:以来)?，", p.text)
        if p.start != r.title.start and m and int(m[1]) != r.year:
            yield Hit(
                start=p.start + m.start(1),
                end=p.start + m.end(1),
                suggest=f"{r.year}年",
                reason=f"开头写“{m[1]}年”，而标题总结的是 {r.year} 年。",
            )


RULES = (
    Rule(
        code="heading-year", title="小标题的年份", grade=WRONG, check=headings,
        sentence="小标题里的年份要与标题一致：总结的年份是报告期，计划的年份是下一年。",
        fires=("青石县2023年工作总结和2024年工作思路\n一、2023年工作总结\n内容。\n二、2023年工作思路\n内容。",
               "青石县2023年度工作述职报告\n一、完成情况\n内容。\n二、2023年工作打算\n内容。"),
        silent=("青石县2023年工作总结和2024年工作思路\n一、2023年工作总结\n内容。\n二、2024年工作思路\n内容。",),
    ),
    Rule(
        code="impossible-day", title="不存在的日期", grade=WRONG, check=days,
        sentence="写出的月、日要是日历上有的。",
        fires=("截至2023年2月30日，完成体检120人。", "6月31日召开会议。"),
        silent=("截至2024年2月29日，完成体检120人。",),
    ),
    Rule(
        code="opening-year", title="开头的年份", grade=ASK, check=stale,
        sentence="开头一段写的年份要与标题的报告期一致（常见于沿用去年的稿子）。",
        fires=("青石县2024年卫生健康工作总结\n2023年，全县卫生健康系统努力工作。",),
        silent=("青石县2024年卫生健康工作总结\n2024年，全县卫生健康系统努力工作。",),
    ),
)  # fmt: skip
