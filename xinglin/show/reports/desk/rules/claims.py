"""Claims without a number, each with the check that would prove it."""

import re
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, Hit, Rule

CLAIMS = (  # (words, what would prove them)
    (r"全覆盖", "已覆盖的个数÷应覆盖的名册数（要有名册）"),
    (r"无一[\u4e00-\u9fff]{1,4}|零(?:感染|事故|投诉|差错|病例|遗漏|发生|上访)|(?:排查|风险排查)?无遗漏", "登记册里未了结、逾期和漏登的条数为 0"),
    (r"(?:在)?全[市省国区县](?:范围内)?率先|率先(?:在|完成|实现|成立|建成|达到|规划)", "同级各地完成日期的对比表"),
    (r"名列前茅|走在(?:全[市省国])?前列|位居前列|全[市省国]领先", "上级通报的排名"),
    (r"提前(?:超额)?完成", "完成数÷任务数，完成日期早于期限"),
    (r"时间过半[，、]?任务过半", "进度÷任务 ≥ 已过时间的占比"),
    (r"(?:全部|均)(?:指标)?(?:达到|符合|高于|优于)[\u4e00-\u9fff]{0,8}(?:要求|标准|目标)", "每项指标与目标值的对照表"),
    (r"控制在(?:指标|目标|规定|标准)范围内", "率与目标值的对照"),
    (r"持续低于全[市省国]平均", "每一期本地值与上级通报值的对照"),
    (r"无确诊[、，]?无疑似|未发生一?例", "报告期内报告卡为 0 张"),
    (r"圆满完成", "任务清单全部办结"),
    (r"未发现[\u4e00-\u9fff]{0,8}(?:违纪|违规|违法|滥用职权)", "检查次数，以及发现问题数为 0"),
    (r"(?:基本(?:可以|能够)?|能够)满足", "能力÷需要量"),
    (r"(?:任务|指标|项目|工作)(?:已)?(?:全面|全部)完成", "任务清单上每一项的完成情况"),
    (r"全部(?:通过验收|完成改造|配[置备]|达标|建设到位|整改到位)|所有[\u4e00-\u9fff]{2,16}(?:均|全部|实现|达到)", "名册上逐个核对：达到的÷应达到的"),
    (r"(?:获|得到)[^，。；]{0,10}领导(?:同志)?(?:批示|肯定)", "批示件的编号和日期"),
    (r"(?:成功|妥善|有效)处置[^，。；]{0,12}多起", "事件登记册里的起数和名称"),
)  # fmt: skip
RANKED = re.compile(r"前茅|前列|领先|率先")  # only a rank can prove these
PATTERNS = tuple((re.compile(words), proof) for words, proof in CLAIMS)


def claims(r: Reading) -> Iterator[Hit]:
    """A claim in a clause without a number near it."""
    for pattern, proof in PATTERNS:
        for m in pattern.finditer(r.text):
            sentence = r.sentence_of(m.start())
            near = (max(sentence.start, m.start() - 40), min(sentence.end, m.end() + 24))
            kinds = ("rank",) if RANKED.search(m.group()) else ("number", "percentage", "rank")
            numbers = r.within(*near, *kinds)
            if (
                (not numbers or "均" in m.group())
                and not r.is_residue(m.start())
                and not _in_plan(r, sentence.start, m.start())
            ):
                yield Hit(
                    start=m.start(),
                    end=m.end(),
                    suggest=f"附上：{proof}",
                    reason=f"“{m.group()}”没有数字支撑；能证明它的是：{proof}。",
                )


def _in_plan(r: Reading, start: int, place: int) -> bool:
    """Whether it is what is going to be done, not what was."""
    if re.search(
        r"力争|确保|计划|争取|推动|努力|目标|将(?:于|在|继续|进一步|全面)|到20\d\d年",
        r.text[start:place],
    ):
        return True
    above = [
        h.text
        for h in r.headings
        if h.start < place and re.match(r"\s*[一二三四五六七八九]、", h.text)
    ]
    return bool(above and re.search(r"思路|计划|打算|下一步|安排", above[-1]))


RULES = (
    Rule(
        code="claim", title="没有数字的断言", grade=ASK, check=claims,
        sentence="“全覆盖”“零”“率先”“无一”要有能证明它的数字或名册。",
        fires=("村级卫生室实现远程会诊全覆盖。", "清廉建设走在全省前列，培育示范单位12家。", "转运工作无一疏漏。"),
        silent=("304个村卫生室实现远程会诊全覆盖，覆盖率100%。", "力争实现远程会诊全覆盖。"),
    ),
)  # fmt: skip
