"""Units that are missing, lost a part or change between two mentions; slips of width."""

import re
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, WRONG, Hit, Rule
from xinglin.show.reports.desk.slots import DIGITS

LOST_BASE = re.compile(
    rf"(?P<name>(?:甲乙类|乙类|丙类)?[传染病肺结核]{{0,4}}(?:报告)?(?:发病率|死亡率|患病率|报告发病率))(?:为|是|达|至|到)*(?P<n>{DIGITS}|[xX]{{1,4}})(?P<u>万|/十?万)(?![\u4e00-\u9fff]*[元人])(?=[。，；、（,;]|$)"
)
BARE = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{2,12}}率)(?:分别)?(?:为|是|达到|达|降至|升至|降到)?(?P<n>{DIGITS})(?=[，。；、,;\n]|$)"
)
SCALES = (
    (re.compile(r"孕产妇死亡率(?:为|是|降至|控制在|达到?)*(?P<n>" + DIGITS + r")(?P<u>%|‰)"), "孕产妇死亡率按每 10 万活产计", "/10万"),
    (re.compile(r"(?:婴儿|新生儿|5岁以下儿童)死亡率(?:为|是|降至|控制在|达到?)*(?P<n>" + DIGITS + r")(?P<u>%|/10万)"),
     "婴儿和儿童死亡率按千分之几计", "‰"),
    (re.compile(r"(?:甲乙类|乙类|法定)?传染病(?:报告)?发病率(?:为|是|降至|控制在|达到?)*(?P<n>" + DIGITS + r")(?P<u>%|‰)"),
     "传染病发病率按每 10 万人口计", "/10万"),
    (re.compile(r"传染病[^。；]{0,24}[，,、](?:报告)?发病率(?:为|是|降至|达到?)*(?P<n>" + DIGITS + r")(?P<u>%|‰)"),
     "传染病发病率按每 10 万人口计", "/10万"),
)  # fmt: skip
MIXED_NUMBER = re.compile(
    r"(?<![A-Za-z])(?:\d+[OoIl]\d*|\d*[Oo]\d+)(?:\.\d+)?(?=[%年月日人名家所个例份户次张件万亿元])"
)
WIDTHS = (
    ("数字", re.compile(r"[０-９]"), re.compile(r"[0-9]")),
    ("百分号", re.compile("％"), re.compile("%")),
    ("逗号", re.compile(r"(?<=[\u4e00-\u9fff\d%])[,](?=[\u4e00-\u9fff])"), re.compile("，")),
    ("句号", re.compile(r"(?<=[\u4e00-\u9fff])[.](?=\s*$|[\u4e00-\u9fff])"), re.compile("。")),
    ("分号", re.compile(r"(?<=[\u4e00-\u9fff]);(?=[\u4e00-\u9fff])"), re.compile("；")),
    ("冒号", re.compile(r"(?<=[\u4e00-\u9fff]):(?=[\u4e00-\u9fff])"), re.compile("：")),
)


def rate_units(r: Reading) -> Iterator[Hit]:
    """发病率为 35万 without /10; 规范管理率为 95.95 without %; 孕产妇死亡率 in %."""
    for m in LOST_BASE.finditer(r.text):
        yield Hit(
            start=m.start("n"),
            end=m.end(),
            grade=WRONG,
            suggest=f"{m['n']}/10万",
            reason=f"{m['name']}写成“{m['n']}{m['u']}”，单位像是丢了“/10”。",
        )
    for m in BARE.finditer(r.text):
        if float(m["n"].replace(",", "")) > 1 or "." in m["n"]:
            yield Hit(
                start=m.start("n"),
                end=m.end("n"),
                grade=WRONG,
                suggest=f"{m['n']}%（或 ‰、/10万）",
                reason=f"{m['name']}写的是 {m['n']}，后面没有单位。",
            )
    for pattern, why, unit in SCALES:
        for m in pattern.finditer(r.text):
            yield Hit(
                start=m.start("n"),
                end=m.end(),
                suggest=f"{m['n']}{unit}？",
                reason=f"{why}，这里写的是 {m['n']}{m['u']}。",
            )


def mixed_units(r: Reading) -> Iterator[Hit]:
    """The same rate in two units."""
    seen: dict[str, tuple[str, str]] = {}
    for s in r.slots:
        if (
            s.kind != "percentage"
            or s.value is None
            or not re.search(r"(发病|死亡|患病)率$", s.what)
        ):
            continue
        unit, said = seen.setdefault(s.what, (s.unit, s.text))
        if unit != s.unit:
            yield Hit(
                start=s.start,
                end=s.end,
                suggest="统一单位",
                reason=f"“{s.what}”前面写 {said}，这里写 {s.text}，单位不同。",
            )


def letters(r: Reading) -> Iterator[Hit]:
    """A letter typed for a digit: 1O5人, 2l8人."""
    for m in MIXED_NUMBER.finditer(r.text):
        fixed = m.group().translate({ord("O"): "0", ord("o"): "0", ord("I"): "1", ord("l"): "1"})
        yield Hit(
            start=m.start(),
            end=m.end(),
            suggest=fixed,
            reason=f"“{m.group()}”里混进了字母，像是 {fixed}。",
        )


def widths(r: Reading) -> Iterator[Hit]:
    """What is written in two widths: the rarer one is named, each time up to three."""
    for title, one, other in WIDTHS:
        left, right = _seen(r, one), _seen(r, other)
        rare, common = (left, right) if len(left) <= len(right) else (right, left)
        if not rare or len(rare) > 5 or len(common) < 3 * len(rare):
            continue
        for m in rare[:3]:
            start, end = _whole(r.raw, m)
            yield Hit(
                start=start,
                end=end,
                suggest=f"改成“{common[0].group()}”的写法" if title != "数字" else "改成同一种数字",
                reason=f"{title}全角、半角混用：全文 {len(common)} 处用“{common[0].group()}”一类，这里用“{m.group()}”。",
            )


def _seen(r: Reading, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Matches outside residue and outside lost numbers, which are told by their own rule."""
    lost = {place for s in r.slots if s.kind == "lost" for place in range(s.start, s.end)}
    return [
        m for m in pattern.finditer(r.raw) if m.start() not in lost and not r.is_residue(m.start())
    ]


def _whole(text: str, m: re.Match[str]) -> tuple[int, int]:
    """A digit's whole number; any other sign as it stands."""
    start, end = m.start(), m.end()
    while start and text[start - 1].isdigit() and text[start].isdigit():
        start -= 1
    return start, end


RULES = (
    Rule(
        code="rate-unit", title="率的单位", grade=ASK, check=rate_units,
        sentence="发病率、死亡率要有“/10万”或“‰”，其他率要有“%”，不能丢、不能用错。",
        fires=("乙类传染病报告发病率为152万。", "规范管理率为95.95，达到要求。", "孕产妇死亡率为8.6%。",
               "报告传染病310例，发病率为96.1%。"),
        silent=("乙类传染病报告发病率为152/10万。", "规范管理率为95.95%，达到要求。", "孕产妇死亡率为8.6/10万。"),
    ),
    Rule(
        code="mixed-unit", title="前后单位不同", grade=ASK, check=mixed_units,
        sentence="同一个率前后用同一个单位。",
        fires=("婴儿死亡率为2.1‰。比全市低。婴儿死亡率2.1/10万。",),
        silent=("婴儿死亡率为2.1‰。比全市低。婴儿死亡率2.1‰。",),
    ),
    Rule(
        code="letter", title="数字里的字母", grade=WRONG, check=letters,
        sentence="数字里不混字母 O、l、I。",
        fires=("累计签约1O52人。", "完成筛查2l8人。", "罚没3O.5万元。"),
        silent=("累计签约1052人，B超120人。",),
    ),
    Rule(
        code="width", title="全角半角", grade=ASK, check=widths,
        sentence="数字、百分号和标点用同一种宽度。",
        fires=("完成12人，完成13人，完成15人，接种率９5%。", "一家，二家，三家，四家，五家,六家。"),
        silent=("完成12人，完成13人，接种率95%。",),
    ),
)  # fmt: skip
