"""The population that several figures imply: they must fit one county."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, Hit, Rule, number
from xinglin.show.reports.desk.slots import SCALES, Slot

FACTOR = 2.0  # how far two ranges must lie apart before it is said
# label → the share of the population that such a count can be, from a low to a high county
SHARES = (
    (
        re.compile(r"65(?:周)?岁(?:及)?以上(?:常住)?老年人(?:口)?(?:数|共|有)*$"),
        0.06,
        0.40,
        "65 岁及以上老年人",
    ),
    (
        re.compile(r"(?:在册|登记|报告|管理)?(?:的)?严重精神障碍患者(?:共|有|为)*$"),
        0.002,
        0.009,
        "严重精神障碍患者",
    ),
    (
        re.compile(r"(?:在管|管理|登记)?(?:原发性)?高血压患者(?:共|有|数)*$"),
        0.02,
        0.30,
        "高血压患者",
    ),
    (re.compile(r"(?:在管|管理|登记)?(?:2型)?糖尿病患者(?:共|有|数)*$"), 0.005, 0.15, "糖尿病患者"),
)
BIRTHS = re.compile(r"(?:共出生|出生人口|出生|活产婴儿|活产数|活产|新生儿)(?:共|为|数)*$")
PEOPLE = re.compile(r"(?:常住人口|户籍人口|总人口|服务人口|辖区人口)(?:数|约|共|为|达|有)*$")
MONTHS = re.compile(
    r"截[至止](?:20\d\d年)?(\d{1,2})月|1\s*[—\-–至~～到]+\s*(\d{1,2})月|(上半年|前三季度)"
)
BIRTH_RATE = (0.0035, 0.016)


@dataclass(frozen=True, kw_only=True)
class Implied:
    """A range of the population that some words imply."""

    low: float
    high: float
    start: int
    end: int
    words: str


def _direct(r: Reading) -> Iterator[Implied]:
    for s in r.slots:
        if (
            s.kind == "number"
            and s.unit == "人"
            and s.value
            and PEOPLE.search(r.text[max(0, s.start - 10) : s.start])
        ):
            yield Implied(
                low=s.value * 0.8,
                high=s.value * 1.25,
                start=s.start,
                end=s.end,
                words=f"人口 {s.text}",
            )


def _shares(r: Reading) -> Iterator[Implied]:
    for s in r.slots:
        if s.kind != "number" or not s.value or s.unit not in ("人", "名", "例") or s.value < 50:
            continue
        before = r.text[max(0, s.start - 20) : s.start]
        for pattern, low, high, title in SHARES:
            if pattern.search(before) and not re.search(
                r"镇|乡|街道|村|新增|接种|筛查|救治|培训", before
            ):
                yield Implied(
                    low=s.value / high,
                    high=s.value / low,
                    start=s.start,
                    end=s.end,
                    words=f"{title} {s.text}",
                )
        if BIRTHS.search(before):
            yield _births(r, s)


def _births(r: Reading, s: Slot) -> Implied:
    """A year's births are 3.5 to 16 per thousand people; part of a year is scaled up."""
    m = MONTHS.search(r.sentence_of(s.start).text)
    months = (
        12
        if m is None
        else {"上半年": 6, "前三季度": 9}.get(m[3] or "", 0) or int(m[1] or m[2] or 12)
    )
    year = (s.value or 0) * 12 / months
    words = f"出生 {s.text}" + (
        f"（{months} 个月，折全年约 {number(round(year))}）" if months != 12 else ""
    )
    return Implied(
        low=year / BIRTH_RATE[1], high=year / BIRTH_RATE[0], start=s.start, end=s.end, words=words
    )


def _prevalence(r: Reading) -> Iterator[Implied]:
    """登记 20,614 人，患病率 4.53‰: the two imply a population."""
    for rate in r.slots:
        if rate.kind != "percentage" or rate.unit not in ("‰", "/10万") or not rate.value:
            continue
        if not re.search(
            r"(?:患病|检出|发病)率(?:为|达|是)*$", r.text[max(0, rate.start - 12) : rate.start]
        ):
            continue
        counts = [
            s
            for s in r.within(max(0, rate.start - 48), rate.start, "number")
            if s.value and s.unit in ("人", "例", "名")
        ][-2:]
        if counts:
            scale = 1000 if rate.unit == "‰" else 100_000
            people = [(s.value or 0) * scale / rate.value for s in counts]
            yield Implied(low=min(people) * 0.9, high=max(people) * 1.1, start=counts[0].start, end=rate.end,
                          words=f"{'、'.join(s.text for s in counts)}与 {rate.text}（相当于人口 {number(round(min(people) / 10_000))} 万以上）")  # fmt: skip


def implausible(r: Reading) -> Iterator[Hit]:
    """The pair of figures that lies farthest apart, once."""
    found = [*_direct(r), *_prevalence(r), *_shares(r)]
    apart = [(max(a.low, b.low) / min(a.high, b.high), a, b) for a, b in combinations(found, 2)]
    worst = max(apart, key=lambda each: each[0], default=None)
    if worst is None or worst[0] < FACTOR:
        return
    _, a, b = worst
    if a.words.startswith("人口"):  # the figure is asked about, not the population
        a, b = b, a
    yield Hit(
        start=a.start,
        end=a.end,
        suggest="请核对是否多写或少写一位",
        reason=f"{a.words}推出人口约 {_range(a)}，而{b.words}推出约 {_range(b)}，两者对不上，其中一个可能差了一位。",
    )


def _range(i: Implied) -> str:
    return f"{i.low / SCALES['万']:.1f}—{i.high / SCALES['万']:.1f} 万"


RULES = (
    Rule(
        code="population", title="与人口不合", grade=ASK, check=implausible,
        sentence="出生数、患者数、患病率各自推出的人口应当是同一个量级。",
        fires=("全县常住人口42.6万人。登记严重精神障碍患者18600人，报告患病率4.4‰。", "全年共出生2310人。常住人口426万人。"),
        silent=("全县常住人口42.6万人。登记严重精神障碍患者1860人，报告患病率4.4‰。", "全年共出生2310人。常住人口42.6万人。"),
    ),
)  # fmt: skip
