"""Percentages that cannot be, and growth without a base."""

import re
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, WRONG, Hit, Rule

CAPPED = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{0,8}(?:率|报销比例|占比|占|占[\u4e00-\u9fff]{1,12}的))(?:分别)?(?:达到了?|达|为|是|至|在|到|均)*$"
)
UNCAPPED = re.compile(r"(?:完成|发病|增长|增速|周转|使用|负债|收益|回报|任务|进度|保值|出勤|就业|兑现|床位)率")
GROWN = re.compile(r"(?:增长|上升|提高|下降|减少|降低|提升)(?:了|约|近|达)*$")
BASE = re.compile(
    r"同比|环比|较|比|上年|去年|年均|[由从]|以来|相比|目标|力争|计划|确保|争取|期末|累计增|[～~—-]|上浮|补助|标准|报销"
)


def over(r: Reading) -> Iterator[Hit]:
    """A rate that is a share of a whole, above 100%."""
    for s in r.slots:
        m = (
            CAPPED.search(r.text[max(0, s.start - 24) : s.start])
            if s.unit == "%" and s.kind == "percentage"
            else None
        )
        if m and s.value is not None and s.value > 100 and not UNCAPPED.search(m["name"]):
            yield Hit(
                start=s.start,
                end=s.end,
                suggest="请核对分子、分母",
                reason=f"{m['name']}写的是 {s.digits}%，超过了 100%。",
            )


def bases(r: Reading) -> Iterator[Hit]:
    """增长 15% of what."""
    for s in r.slots:
        if s.kind != "percentage" or s.value is None:
            continue
        m = GROWN.search(r.text[max(0, s.start - 6) : s.start])
        if m and not BASE.search(r.sentence_of(s.start).text) and not r.is_residue(s.start):
            yield Hit(
                start=s.start - len(m.group()),
                end=s.end,
                suggest="补上“同比”“较上年”或写明基数",
                reason=f"“{m.group()}{s.digits}{s.unit}”没有说是与哪一期、哪个数相比。",
            )


RULES = (
    Rule(
        code="over-100", title="超过 100%", grade=WRONG, check=over,
        sentence="覆盖率、管理率、接种率、占比等不会超过 100%（任务完成率除外）。",
        fires=("高血压患者规范管理率达到106.3%。", "乡村医生参保率104%。", "四级手术占全部手术的131.4%。"),
        silent=("全年任务完成率达到106.3%。", "病床使用率103.2%。", "高血压患者规范管理率达到86.3%。"),
    ),
    Rule(
        code="no-base", title="增减没有基数", grade=ASK, check=bases,
        sentence="写“增长百分之几”要说与哪一期相比。",
        fires=("全县门诊量增长12.5%。",),
        silent=("全县门诊量同比增长12.5%。", "就诊率由80%提高5%。"),
    ),
)  # fmt: skip
