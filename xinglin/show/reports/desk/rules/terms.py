"""Slips of terms: a verb that cannot stand with its object, wrong characters, doubled words.

Learned from the two lists below, never guessed: a slip that is not listed is not found.
"""

import re
from collections.abc import Iterator

from xinglin.show.reports.desk.reading import Reading
from xinglin.show.reports.desk.rules.base import ASK, WRONG, Hit, Rule

SLIPS = (  # (wrong, right, why)
    (r"截止(?=目前|今年|20\d\d年|\d{1,2}月|[xX]{1,2}月|年底|[上下]半年)", "截至", "“截止”是停止，后面跟时间要用“截至”"),
    (r"布署", "部署", "错字"), (r"签定", "签订", "错字"), (r"既将", "即将", "错字"), (r"按装", "安装", "错字"),
    (r"帐(?=户|号|目|款)", "账", "错字"), (r"登陆(?=系统|平台|账号|网站|APP)", "登录", "进入系统是“登录”"),
    (r"反应(?=问题|情况强烈|出的问题)", "反映", "错字"), (r"做为", "作为", "错字"), (r"妇幼保建", "妇幼保健", "错字"),
    (r"传染并", "传染病", "错字"), (r"高血压患着", "高血压患者", "错字"), (r"复盖", "覆盖", "错字"), (r"防空(?=工作|措施|疫情)", "防控", "错字"),
    (r"计化免疫", "计划免疫", "错字"), (r"家廷医生", "家庭医生", "错字"), (r"慢姓病", "慢性病", "错字"), (r"医工体", "医共体", "错字"),
    (r"诊疗人此", "诊疗人次", "错字"), (r"孕产妇(?=建档率)", "孕产妇（建册率）", "孕产妇是“建册”，不是“建档”"),
    (r"国家(?=工作(?:稳步|有序|顺利|扎实)推进)", "", "前面已有“国家”，这里多了"), (r"达到到", "达到", "多了一个字"),
    (r"购制", "购置", "错字"), (r"竟(?=赛|争|聘)", "竞", "错字"), (r"按排", "安排", "错字"), (r"防犯", "防范", "错字"), (r"贯撤", "贯彻", "错字"),
    (r"一如继往", "一如既往", "错字"), (r"再接再励", "再接再厉", "错字"), (r"因地治宜", "因地制宜", "错字"), (r"按步就班", "按部就班", "错字"),
    (r"峻工", "竣工", "错字"), (r"免役(?=规划|接种|门诊)", "免疫", "错字"), (r"役苗", "疫苗", "错字"), (r"筛察", "筛查", "错字"), (r"随仿", "随访", "错字"),
    (r"诊廖", "诊疗", "错字"), (r"预访", "预防", "错字"), (r"医疔", "医疗", "错字"), (r"接踵疫苗", "接种疫苗", "错字"), (r"托育机够", "托育机构", "错字"),
    (r"布暑", "部署", "错字"), (r"松驰", "松弛", "错字"), (r"既使", "即使", "错字"), (r"渡过难关期", "度过难关期", "错字"), (r"重点人裙", "重点人群", "错字"),
    (r"跟跟踪", "跟踪", "多了一个字"), (r"(?<=开展)了(?=的)", "", "“了的”多了一个字"), (r"进一步进一步", "进一步", "多写了一遍"),
)  # fmt: skip
DOUBLED = re.compile(
    r"的的|了了|和和|在在|与与|及及|对对(?!子)|将将|被被|于于|(?!一[个步项点]|很多|许多)([\u4e00-\u9fff]{2,6})\1"
)
OBJECTS = (  # an object, the verbs that cannot stand with it, what is meant
    (r"(?:大病|重特大疾病|罕见病)(?:病种|患者)?", r"接种", "救治"),
    (r"(?:疫苗|流感疫苗|加强针)", r"救治|随访|治疗|康复", "接种"),
    (r"(?:高血压|糖尿病|严重精神障碍|肺结核|慢性病)(?:患者)?(?:规范)?", r"接种率", "管理率"),
    (r"(?:孕产妇|产妇|孕妇)(?:系统)?", r"处置率|救治接种|防治率", "管理率"),
    (r"医疗废物(?:集中)?", r"救治|随访|接种|管护治疗", "处置"),
    (r"(?:饮用水|生活饮用水)(?:水质)?", r"救治|接种|随访率", "监测"),
    (r"(?:突发公共卫生事件|疫情)", r"接种率|治愈率|签约率", "报告率或处置率"),
    (r"家庭医生", r"接种率|救治率|治愈率", "签约率"),
    (r"(?:新生儿疾病|两癌|宫颈癌|乳腺癌)", r"签约率|接种率(?!.*疫苗)", "筛查率"),
    (r"(?:预防接种|国家免疫规划疫苗)", r"治愈率|签约率|救治率", "接种率"),
)
PAIRS = tuple((re.compile(rf"(?P<object>{o})(?P<verb>{v})"), right) for o, v, right in OBJECTS)


def slips(r: Reading) -> Iterator[Hit]:
    """Each listed slip."""
    for pattern, right, why in SLIPS:
        for m in re.finditer(pattern, r.text):
            if not r.is_residue(m.start()):
                grade = ASK if right == "截至" else WRONG
                words = f"应为“{right}”" if right else "应删去"
                yield Hit(
                    start=m.start(),
                    end=m.end(),
                    grade=grade,
                    suggest=right or "删去",
                    reason=f"“{r.text[m.start() : m.end() + 4].strip()}”{words}：{why}。",
                )
    for m in DOUBLED.finditer(r.text):
        if not r.is_residue(m.start()):
            half = m.group()[: len(m.group()) // 2]
            yield Hit(start=m.start(), end=m.end(), suggest=half, reason=f"“{half}”连着写了两遍。")


def pairs(r: Reading) -> Iterator[Hit]:
    """A verb that cannot stand with its object."""
    for pattern, right in PAIRS:
        for m in pattern.finditer(r.text):
            yield Hit(
                start=m.start(),
                end=m.end(),
                suggest=f"{m['object']}{right}",
                reason=f"“{m['object']}”与“{m['verb']}”不能搭配，一般说“{right}”。",
            )


RULES = (
    Rule(
        code="term", title="错字和多字", grade=WRONG, check=slips,
        sentence="列在词表里的错字、多字和误用（如“截止目前”）。",
        fires=("截止6月底，共签定协议12份。", "稳步推进的的项目建设。"),
        silent=("截至6月底，共签订协议12份。报名已于6月30日截止。",),
    ),
    Rule(
        code="term-pair", title="搭配不当", grade=WRONG, check=pairs,
        sentence="动词要能与它的对象搭配：大病是救治，疫苗是接种。",
        fires=("25种大病接种率达98%。", "2型糖尿病患者接种率为70%。"),
        silent=("25种大病救治率达98%。", "糖尿病患者流感疫苗接种率为70%。"),
    ),
)  # fmt: skip
