"""One thing told twice, with two numbers."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, Hit, Rule
from xinglin.show.reports.desk.slots import Slot

THINGS = ("中心卫生院", "卫生院", "村卫生室", "卫生室", "社区卫生服务中心", "医疗卫生机构", "医疗机构", "发热门诊", "行政村", "乡镇",
          "托育机构", "预防接种门诊", "接种点", "采样点", "隔离点", "中医馆", "急救站", "救护车", "医共体", "公立医院")  # fmt: skip
WHOLE_BEFORE = re.compile(
    r"(?:[全我本辖][县区市]|辖区内?|下辖|现有|共有|拥有|设有|所有|[xX]{2,3})(?:现有|共有|共|的)?$"
)
WHOLE_AFTER = re.compile(r"^[^，。；]{0,10}?(?:核定|全部|全覆盖)")
PART = re.compile(r"新[建增改]|改[造扩]|其中|完成|创建|增加|分赴|另|打造|通过|达标")
SUPERVISED = re.compile(r"督导|指导|检查|巡查|监督|评审|考核")
ELSEWHERE = re.compile(
    r"上年|去年|较|比|由|从|目标|计划|力争|预计|将|拟|任务|以上|不低于|全[市省国]|周岁|岁|剂|其中|镇|乡|街道|医院|上半年|季度|20\d\d年|[1-9]\d?月|原"
)
GROUP = re.compile(r"周?岁(?:及)?(?:以上|以下)?|剂|以上")
LABELLED = re.compile(
    r"(?:率|比例|人数|人口|总数|床位数?|费用|资金|收入|支出|面积|签约|编制|出生|诊疗人次|总量)$"
)
SCOPE = re.compile(
    r"^(?:全县|全区|全市|我县|我区|我市|今年|全年|目前|累计|年末|年底|其中|同时|实现|使|的)+"
)


def counted(r: Reading) -> Iterator[Hit]:
    """Two different whole numbers of one kind of institution, or two rounds that nearly agree."""
    for thing, slots in _by_thing(r).items():
        whole = [s for s in slots if _is_whole(r, s)]
        if len({s.value for s in whole}) > 1:
            yield _two_counts(thing, whole, slots)
            continue
        close = [(a, b) for a, b in pairwise(slots) if _nearly(r, a, b)]
        if close:
            yield _two_counts(thing, list(close[0]), list(close[0]))


def _by_thing(r: Reading) -> dict[str, list[Slot]]:
    found: dict[str, list[Slot]] = defaultdict(list)
    for s in r.slots:
        if (
            s.kind == "number"
            and s.value is not None
            and not s.about
            and s.unit in ("家", "所", "个", "处", "辆")
        ):
            thing = _thing(r.after(s.end))
            if thing and not r.is_residue(s.start):
                found[thing].append(s)
    return found


def _thing(after: str) -> str:
    """The institution that follows a number; qualified ones (民营医疗机构) are things of their own."""
    words = re.split(r"[，。；、（(\n]|的(?!卫生院)|和|及|与", after)[0]
    words = re.sub(r"乡镇(?=.{0,6}卫生院)|行政村(?=卫生室)|建制|政府所在地", "", words)
    at, thing = min(((words.find(t), t) for t in THINGS if t in words), default=(-1, ""))
    return thing if at >= 0 and words[:at] in ("", "各类", "基层") else ""


def _is_whole(r: Reading, s: Slot) -> bool:
    before = r.clause_before(s.start, reach=12)
    return bool(
        WHOLE_BEFORE.search(before) or WHOLE_AFTER.search(r.after(s.end))
    ) and not PART.search(before)


def _nearly(r: Reading, one: Slot, other: Slot) -> bool:
    """32 个医疗机构 … 34 所医疗机构, both supervised: one of them is probably a slip."""
    low, high = sorted((one.value or 0, other.value or 0))
    both = all(SUPERVISED.search(r.sentence_of(s.start).text[:200]) for s in (one, other))
    return low >= 10 and low < high <= 1.1 * low and both


def _two_counts(thing: str, disagree: list[Slot], slots: list[Slot]) -> Hit:
    first, last = disagree[0], next(s for s in disagree if s.value != disagree[0].value)
    said = "、".join(dict.fromkeys(s.text for s in slots))
    return Hit(
        start=last.start,
        end=last.end,
        suggest="写明各是哪个范围，或统一成一个数",
        reason=f"“{thing}”前面写 {first.text}，这里写 {last.text}（全文共有 {said} 几种写法）。",
    )


def labelled(r: Reading) -> Iterator[Hit]:
    """The same figure with two values."""
    seen: dict[tuple[str, str], Slot] = {}
    for s in r.slots:
        label = SCOPE.sub("", s.what)
        if s.value is None or len(label) < 5 or not LABELLED.search(label) or r.is_residue(s.start):
            continue
        if (s.kind == "number" and s.unit not in ("人", "人次", "张", "名", "户")) or _scoped(r, s):
            continue
        first = seen.setdefault((label, s.unit), s)
        if first.value != s.value and not (first.about or s.about):
            yield Hit(
                start=s.start,
                end=s.end,
                suggest="请核对，统一成一个数",
                reason=f"“{label}”前面写 {first.text}，这里写 {s.text}。",
            )


def _scoped(r: Reading, s: Slot) -> bool:
    """Whether the sentence around speaks of another place, time or group."""
    start = r.sentence_of(s.start).start
    before = r.text[max(start, s.start - 44) : s.start]
    # An age or a dose speaks of its own clause; a place or a time of the clauses behind it too.
    *earlier, own = re.split(r"(?<=%)[，、；]", before)
    before = GROUP.sub("", "，".join(earlier)) + own
    tail = r.text[s.end : s.end + 10]
    return bool(
        ELSEWHERE.search(re.sub(r"医院感染|全市平均|家庭医生", "", before))
    ) or tail.startswith(("以上", "左右", "提高到", "上升到", "下降到"))


RULES = (
    Rule(
        code="two-counts", title="一物两数", grade=ASK, check=counted,
        sentence="同一类机构的总数前后要一致；范围不同的，写明各是哪个范围。",
        fires=("全县26所乡镇卫生院全部达标。对全县24所乡镇卫生院开展培训。", "对36家医疗机构进行督导。随后对38家医疗机构开展检查。"),
        silent=("全县26所乡镇卫生院全部达标。新建3所乡镇卫生院。", "全县26所乡镇卫生院全部达标，全县26家卫生院均已联网。"),
    ),
    Rule(
        code="two-values", title="一个指标两个值", grade=ASK, check=labelled,
        sentence="同一个指标在全文里只有一个值。",
        fires=("高血压患者规范管理率为76.5%。工作扎实。高血压患者规范管理率达75.6%。",
               "65岁以上老年人体检率71%，糖尿病患者规范管理率75.8%。工作扎实。糖尿病患者规范管理率达78.5%。"),
        silent=("高血压患者规范管理率为76.5%，2型糖尿病患者规范管理率为75.6%。",),
    ),
)  # fmt: skip
