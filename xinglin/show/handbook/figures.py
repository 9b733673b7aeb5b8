"""Indicators in the norm's own words, with what is divided by what."""

from collections.abc import Sequence

from xinglin.declare.fingerprint import fingerprint
from xinglin.declare.indicator import Indicator

KIND_WORDS = {
    "proportion": "比例：分子是分母中符合条件的那些，不会超过 100%",
    "coverage": "覆盖：分子与分母分别统计，可能超过 100%，超过即提示核对数据，不截断",
    "rate": "率：事件数 ÷ 暴露数",
    "mean": "均值：只在数值已知的行上平均",
    "count": "计数",
}
EVERY_WORDS = {
    "year": "年",
    "half": "半年",
    "quarter": "季",
    "month": "月",
    "mch_year": "妇幼年度（10 月至次年 9 月）",
}
BY_WORDS = {"township": "乡镇", "village": "村", "org": "机构", "district": "县区", "month": "月"}
BETTER_WORDS = {"high": "越高越好", "low": "越低越好", "": ""}


def indicator_lines(editions: Sequence[Indicator]) -> list[str]:
    """Every edition of one indicator, the newest first."""
    newest = sorted(editions, key=lambda i: i.since, reverse=True)
    return [line for i, one in enumerate(newest) for line in ([""] if i else []) + _edition(one)]


def _edition(one: Indicator) -> list[str]:
    above, below = _parts(one)
    told = [f"**{one.since} 起**（`{one.code}`，单位 {one.unit or '无'}）", "", one.words, ""]
    told += [f"- 分子：{above}", f"- 分母：{below}"] if below else []
    told += [
        f"- {KIND_WORDS[one.kind]}{'；分母为 0 时“不可计算”；不能判定的单列' if below else ''}",
        f"- 人群：{one.population}；每{EVERY_WORDS[one.every]}；分 "
        f"{'、'.join(BY_WORDS.get(b, b) for b in one.by)}"
        f"{'；' + BETTER_WORDS[one.better] if one.better else ''}",
        f"- 依据：{one.cites}",
    ]
    told += [f"- 注：{one.note}"] if one.note else []
    return [*told, f"- 定义指纹：`{fingerprint(one)}`"]


def _parts(one: Indicator) -> tuple[str, str]:
    """Numerator and denominator as the first sentence of the definition parts them by ÷."""
    first = one.words.splitlines()[0].rstrip("。")
    above, parted, below = first.partition("÷")
    return (above.strip(), below.split("×")[0].strip()) if parted else ("", "")
