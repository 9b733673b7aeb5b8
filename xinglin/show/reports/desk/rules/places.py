"""Words of another place: 县 in a 区's report, a second county in our own offices' names."""

import re
from collections import Counter
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import WRONG, Hit, Rule

OFFICE = r"卫生健康局|卫健局|卫健委|人民医院|中医院|疾控中心|疾病预防控制中心|妇幼保健院|妇幼保健计划生育服务中心|人民政府|县级公立医院"
FOREIGN = {
    "县": re.compile(
        rf"我区|本区|(?<!治)(?<!社)(?<!灾)区委(?:、|，)?区政府|(?<![治社灾城郊园])区(?:{OFFICE})"
    ),
    "区": re.compile(
        rf"我县|本县|全县|县委|县政府|[xX]{{1,3}}县(?=县级公立|{OFFICE})|(?<![\u4e00-\u9fff])县(?:{OFFICE})"
    ),
    "市": re.compile(rf"我县|本县|全县|我区|本区|县委|(?<![\u4e00-\u9fff])县(?:{OFFICE})"),
}
NAMED = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:在|赴|与|和|对|由|到|向)?(?P<name>[\u4e00-\u9fff]{{2}}[县区市])(?={OFFICE}|\d{{4}}年|卫生健康)"
)
GUEST = re.compile(
    r"支援|援助|对口|考察|学习|协作|帮扶|转诊|交流|合作|结对|帮助|来自|赴|选派|派出|专家|借鉴|联盟|签约|上级|邻"
)
NOT_NAMES = re.compile(
    r"^[抓推加做]|[好成进动强升造用展行持托导请派织调善设]$|[全我本各该省市县区乡镇级个的对向由和与在是为到地社郊城灾园治辖]"
)


def kinds(r: Reading) -> Iterator[Hit]:
    """我县 in the report of a 区."""
    pattern = FOREIGN.get(r.own)
    for m in pattern.finditer(r.text) if pattern else ():
        if r.is_residue(m.start()) or (
            _is_office(m.group()) and GUEST.search(r.sentence_of(m.start()).text)
        ):
            continue
        word = m.group()
        yield Hit(
            start=m.start(),
            end=m.end(),
            suggest=re.sub("[县区](?!级)", r.own, word, count=1),
            reason=f"全文说的是“{r.own}”，这里写“{word}”，像是别处的稿子留下的。",
        )


def _is_office(word: str) -> bool:
    return bool(re.search(OFFICE, word))


def names(r: Reading) -> Iterator[Hit]:
    """A county's name before our own kind of office that is not the county of the report."""
    found = [
        m
        for m in NAMED.finditer(r.text)
        if not NOT_NAMES.search(m["name"][:2]) and not r.is_residue(m.start())
    ]
    seen = Counter(m["name"] for m in found)
    if not seen:
        return
    own = _own(r, seen)
    if not own:
        return
    for m in found:
        level = m["name"][-1] == own[-1]
        if m["name"] != own and level and not GUEST.search(r.sentence_of(m.start("name")).text):
            yield Hit(
                start=m.start("name"),
                end=m.end("name"),
                suggest=own,
                reason=f"本报告是“{own}”的，这里写“{m['name']}”，像是别处的稿子留下的。",
            )


def _own(r: Reading, seen: Counter[str]) -> str:
    """The county of the first lines, else the commonest if it is named three times; else nothing."""
    first = r.text[: r.document.paragraphs[min(1, len(r.document.paragraphs) - 1)].end]
    named = [name for name in seen if name in first]
    if named:
        return named[0]
    best, count = seen.most_common(1)[0]
    return best if count >= 3 else ""


RULES = (
    Rule(
        code="place-kind", title="县、区、市混用", grade=WRONG, check=kinds,
        sentence="区的报告里不写“我县”“县委”，县的报告里不写“我区”（“县级公立医院”“县域”一类的专用词除外）。",
        fires=("我区卫生健康系统努力工作。区委、区政府高度重视，区卫健局牵头。我县建成6个接种点。",),
        silent=("我区卫生健康系统努力工作。区委、区政府高度重视，区卫健局牵头。深化县级公立医院改革，县域就诊率提高。",),
    ),
    Rule(
        code="place-name", title="两个县名", grade=WRONG, check=names,
        sentence="本单位的名称前面只能是本县的名字。",
        fires=("青石县2023年卫生健康工作总结\n青石县卫生健康局统筹推进。白沙县人民医院完成改造。",),
        silent=("青石县2023年卫生健康工作总结\n青石县卫生健康局统筹推进。选派专家支援白沙县人民医院。",),
    ),
)  # fmt: skip
