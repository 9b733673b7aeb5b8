"""Names of organisations against each other."""

import re
from collections.abc import Iterator
from itertools import combinations

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, Hit, Rule

BUREAU = re.compile(
    r"(?<![省市])(?P<place>[县区])(?P<name>卫生健康局|卫健局|卫生健康委员会|卫生健康委(?!员)|卫健委|卫计局|卫计委|卫生和计划生育局|卫生计生局)"
)
OLD = re.compile(
    r"(?<![原省])(?:卫计局|卫计委|卫生和计划生育局|卫生计生局|卫生计生行政执法|新农合|新型农村合作医疗|食品药品监督管理局|老龄委办)"
)
HOSPITAL = re.compile(r"[县区](?P<name>[\u4e00-\u9fff]{1,8}?(?:医院|保健院|疾控中心))")
REFORM = 2019


def old_names(r: Reading) -> Iterator[Hit]:
    """Names that ended with the reform of 2018–2019."""
    if r.year is None or r.year < REFORM:
        return
    for m in OLD.finditer(r.text):
        if not r.is_residue(m.start()):
            yield Hit(
                start=m.start(),
                end=m.end(),
                suggest=re.sub("卫计|卫生和计划生育|卫生计生", "卫生健康", m.group()),
                reason=f"“{m.group()}”是机构改革（2018—2019 年）以前的名称，报告写的是 {r.year} 年。",
            )


def bureaus(r: Reading) -> Iterator[Hit]:
    """局 here, 委 there, of the same county."""
    first = None
    for m in BUREAU.finditer(r.text):
        if r.is_residue(m.start()) or "计" in m["name"]:
            continue
        kind = "局" if m["name"].endswith("局") else "委"
        first = first or (m, kind)
        if first[0]["place"] == m["place"] and first[1] != kind:
            yield Hit(
                start=m.start(),
                end=m.end(),
                suggest=first[0].group(),
                reason=f"前面写“{first[0].group()}”，这里写“{m.group()}”，是“局”还是“委”要统一。",
            )
            return


def hospitals(r: Reading) -> Iterator[Hit]:
    """Two names of the same characters in another order, or with one more of them."""
    seen: dict[str, re.Match[str]] = {}
    for m in HOSPITAL.finditer(r.text):
        seen.setdefault(m["name"], m)
    said = set()
    for one, other in combinations(seen, 2):
        mixed = set(one) == set(other) and len(one) >= 4 and one != other
        if mixed and other not in said:
            said.add(other)
            m = seen[other]
            yield Hit(
                start=m.start(),
                end=m.end(),
                suggest=seen[one].group(),
                reason=f"前面写“{seen[one].group()}”，这里写“{m.group()}”，像是同一家单位的两种写法。",
            )


RULES = (
    Rule(
        code="old-name", title="旧的机构名", grade=ASK, check=old_names,
        sentence="2019 年以后的报告不再用“卫计局”一类的旧名（写历史的加“原”字）。",
        fires=("青石县2023年卫生健康工作总结\n县卫计局牵头推进。",),
        silent=("青石县2023年卫生健康工作总结\n县卫生健康局牵头推进，接收原卫计局档案。",),
    ),
    Rule(
        code="bureau", title="局与委", grade=ASK, check=bureaus,
        sentence="同一个县的卫生健康局（委），全文用一个名称。",
        fires=("县卫健局召开会议。随后县卫健委组织督导。",),
        silent=("县卫健局召开会议。市卫健委组织督导。县卫生健康局落实整改。",),
    ),
    Rule(
        code="hospital", title="一家单位两种写法", grade=ASK, check=hospitals,
        sentence="同一家医院的名称前后一致。",
        fires=("县中西医结合医院设立门诊。县西中医结合医院派出专家。",),
        silent=("县中西医结合医院设立门诊。县人民医院派出专家。",),
    ),
)  # fmt: skip
