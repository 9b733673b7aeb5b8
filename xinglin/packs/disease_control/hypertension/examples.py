"""高血压的例：每个界值两侧各一个，每条转诊路各一个。可读作小故事，也当测试运行。"""

from datetime import date
from typing import Any

from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.work import CaseChange, ContactAttempt, LoopStep
from xinglin.declare.example import Counted, Example
from xinglin.declare.record import Row
from xinglin.packs.disease_control.follow_up_examples import case, examples, resident
from xinglin.packs.disease_control.hypertension.forms import HtnVisit

EXAM = "2024-12-31"             # 年度体检的期限，每个在管的例里都有


def _visit(day: str, sbp: int, dbp: int, **more: Any) -> Row:
    return HtnVisit.row(day=day, sbp=sbp, dbp=dbp, **more)


def _screen(day: str, sbp: int = 120, dbp: int = 70, **more: Any) -> Row:
    return BpScreening.row(day=day, sbp=sbp, dbp=dbp, **more)


def _change(day: str, change: str, **more: Any) -> Row:
    return CaseChange.row(programme="htn", day=day, change=change, **more)


def _one(story: str, row: Row, cls: str | None, due: dict[str, str], loops: dict[str, str] | None = None,
         **more: Any) -> Example:
    """A managed person's single visit on 2024-03-01."""
    return Example(story, enrolled="2024-01-05", born=more.pop("born", "1964-01-01"), records=[row],
                   classes=[cls], due={"exam": EXAM, **due}, loops=loops or {}, **more)


_ROUTINE = {"visit": "2024-06-01"}
_RECHECK = {"visit": "2024-06-01", "recheck": "2024-03-15"}
_REFER = {"referral": "2024-03-15"}

CLASSES = [
    _one("60 岁，血压 150/95：首次不满意，两周内复查；季度随访照旧",
         _visit("2024-03-01", 150, 95), "控制不满意", _RECHECK),
    _one("60 岁，收缩压 139：达标", _visit("2024-03-01", 139, 85), "控制满意", _ROUTINE),
    _one("60 岁，收缩压 140：不达标", _visit("2024-03-01", 140, 85), "控制不满意", _RECHECK),
    _one("舒张压 89：达标", _visit("2024-03-01", 130, 89), "控制满意", _ROUTINE),
    _one("舒张压 90：不达标", _visit("2024-03-01", 130, 90), "控制不满意", _RECHECK),
    _one("70 岁，血压 145/85：达到老年目标，只余季度随访",
         _visit("2024-03-01", 145, 85), "控制满意", _ROUTINE, born="1954-01-01"),
    _one("70 岁，收缩压 149：达到老年目标", _visit("2024-03-01", 149, 85), "控制满意", _ROUTINE,
         born="1954-01-01"),
    _one("70 岁，收缩压 150：不达标", _visit("2024-03-01", 150, 85), "控制不满意", _RECHECK,
         born="1954-01-01"),
    _one("随访当天满 65 岁：用老年目标", _visit("2024-03-01", 145, 85), "控制满意", _ROUTINE,
         born="1959-03-01"),
    _one("随访次日才满 65 岁：用一般目标", _visit("2024-03-01", 145, 85), "控制不满意", _RECHECK,
         born="1959-03-02"),
    _one("66 岁：老年目标", _visit("2024-03-01", 145, 85), "控制满意", _ROUTINE, born="1958-03-01"),
    _one("2 月 29 日出生，平年 2 月 28 日未满 65 岁",
         _visit("2025-02-28", 145, 85), "控制不满意",
         {"visit": "2025-05-28", "recheck": "2025-03-14", "exam": "2025-12-31"}, born="1960-02-29"),
    _one("药物不良反应而血压达标：两周内复查",
         _visit("2024-03-01", 130, 80, adverse_reaction=True), "不良反应", _RECHECK),
    _one("血压不达标又有不良反应：记更重的不良反应",
         _visit("2024-03-01", 150, 95, adverse_reaction=True), "不良反应", _RECHECK),
    _one("新发并发症：转诊，不另复查",
         _visit("2024-03-01", 130, 80, new_complication=True), "并发症", _ROUTINE, _REFER),
    _one("并发症与不良反应并存：记并发症",
         _visit("2024-03-01", 130, 80, new_complication=True, adverse_reaction=True),
         "并发症", _ROUTINE, _REFER),
    _one("是否有并发症没有填：不能判定，不算满意",
         _visit("2024-03-01", 130, 80, new_complication=None), None, _ROUTINE),
]

EMERGENCIES = [
    _one("收缩压 179：不是危急", _visit("2024-03-01", 179, 95), "控制不满意", _RECHECK),
    _one("收缩压 180：立即转诊，两周内追踪，不另复查",
         _visit("2024-03-01", 180, 95), "控制不满意", _ROUTINE, _REFER),
    _one("舒张压 109：不是危急", _visit("2024-03-01", 150, 109), "控制不满意", _RECHECK),
    _one("舒张压 110：立即转诊", _visit("2024-03-01", 150, 110), "控制不满意", _ROUTINE, _REFER),
    _one("血压达标而有危急症状：立即转诊",
         _visit("2024-03-01", 130, 80, danger_sign=True), "控制不满意", _ROUTINE, _REFER),
    _one("有不能处理的其他疾病：立即转诊",
         _visit("2024-03-01", 130, 80, other_emergency=True), "控制不满意", _ROUTINE, _REFER),
    _one("妊娠期血压 140/80：高于正常，立即转诊",
         _visit("2024-03-01", 140, 80, pregnant=True), "控制不满意", _ROUTINE, _REFER,
         born="1988-01-01"),
    _one("妊娠期血压 139/89：不转诊",
         _visit("2024-03-01", 139, 89, pregnant=True), "控制满意", _ROUTINE, born="1988-01-01"),
    _one("妊娠期舒张压 90：立即转诊",
         _visit("2024-03-01", 130, 90, pregnant=True), "控制不满意", _ROUTINE, _REFER,
         born="1988-01-01"),
    _one("男，妊娠一项不问：血压高，两周内复查", _visit("2024-03-01", 150, 95, pregnant=None),
         "控制不满意", _RECHECK, sex="男", born="1984-01-01"),
    _one("女，54 岁，妊娠一项没有填：是否危急不能判定，不另复查",
         _visit("2024-03-01", 150, 85, pregnant=None), "控制不满意", _ROUTINE, born="1969-03-02"),
    _one("女，55 岁，妊娠一项不问：血压高，两周内复查",
         _visit("2024-03-01", 150, 85, pregnant=None), "控制不满意", _RECHECK, born="1969-03-01"),
    _one("女，56 岁，同上", _visit("2024-03-01", 150, 85, pregnant=None), "控制不满意", _RECHECK,
         born="1968-03-01"),
    _one("不良反应并血压危急：转诊，不另复查",
         _visit("2024-03-01", 185, 95, adverse_reaction=True), "不良反应", _ROUTINE, _REFER),
]


def _two(story: str, first: Row, second: Row, due: dict[str, str],
         loops: dict[str, str] | None = None, **more: Any) -> Example:
    """A managed person's two visits, on 2024-03-01 and 2024-03-14."""
    return Example(story, enrolled="2024-01-05", born="1964-01-01", records=[first, second],
                   due={"exam": EXAM, "visit": "2024-06-14", **due}, loops=loops or {}, **more)


_RECHECK_2, _REFER_2 = {"recheck": "2024-03-28"}, {"referral": "2024-03-28"}

ROADS = [
    _two("复查达标：复查了结，季度随访从复查日算起",
         _visit("2024-03-01", 150, 95), _visit("2024-03-14", 135, 85), {}),
    _two("连续两次不达标：转诊，两周内追踪，并复查",
         _visit("2024-03-01", 150, 95), _visit("2024-03-14", 150, 85), _RECHECK_2, _REFER_2),
    _two("上次危急、这次不达标：危急也算不达标，连续两次",
         _visit("2024-03-01", 185, 95), _visit("2024-03-14", 150, 85), _RECHECK_2, _REFER_2),
    _two("连续两次不良反应：转诊",
         _visit("2024-03-01", 130, 80, adverse_reaction=True),
         _visit("2024-03-14", 130, 80, adverse_reaction=True), _RECHECK_2, _REFER_2),
    _two("一次不良反应、一次血压高，不是连续两次",
         _visit("2024-03-01", 130, 80, adverse_reaction=True), _visit("2024-03-14", 150, 85),
         _RECHECK_2),
    _two("不良反应难以控制：一次即转诊",
         _visit("2024-03-01", 130, 80),
         _visit("2024-03-14", 130, 80, adverse_reaction=True, adr_hard=True), _RECHECK_2, _REFER_2),
    _two("转诊后两周内随访到了：闭环了结",
         _visit("2024-03-01", 130, 80, new_complication=True), _visit("2024-03-14", 130, 80), {}),
    Example("转出、接诊、回转都有记录，随访也记了：闭环了结",
            enrolled="2024-01-05", born="1964-01-01", on="2024-03-12",
            records=[_visit("2024-03-01", 185, 95),
                     *(LoopStep.row(programme="htn", loop="referral", step=s, day=d) for s, d in [
                         ("转出", "2024-03-01"), ("接诊", "2024-03-02"), ("回转", "2024-03-09"),
                         ("随访", "2024-03-12")])],
            loops={}, due={"exam": EXAM, "visit": "2024-06-01"}),
    Example("逾期未追踪：第 2 天还没有上报", enrolled="2024-01-05", born="1964-01-01",
            records=[_visit("2024-03-01", 185, 95)], on="2024-03-17", told={"referral": ()}),
    Example("逾期第 3 天报卫生院院长", enrolled="2024-01-05", born="1964-01-01",
            records=[_visit("2024-03-01", 185, 95)], on="2024-03-18",
            told={"referral": ("卫生院院长",)}),
    Example("逾期第 13 天还没有报县", enrolled="2024-01-05", born="1964-01-01",
            records=[_visit("2024-03-01", 185, 95)], on="2024-03-28",
            told={"referral": ("卫生院院长",)}),
    Example("逾期第 14 天报县", enrolled="2024-01-05", born="1964-01-01",
            records=[_visit("2024-03-01", 185, 95)], on="2024-03-29",
            told={"referral": ("卫生院院长", "县基层卫生股")}),
]

CALENDAR = [
    Example("纳入后没有随访：三个月内第一次随访，年底前体检", enrolled="2024-01-05",
            due={"visit": "2024-04-05", "exam": EXAM}),
    Example("11 月 30 日随访：下次在 2 月最后一天", enrolled="2024-01-05",
            records=[_visit("2024-11-30", 130, 80)],
            due={"visit": "2025-02-28", "exam": EXAM}),
    Example("年度体检已做：下一次在明年", enrolled="2024-01-05",
            records=[_visit("2024-03-01", 130, 80), AnnualExam.row(day="2024-05-06")],
            due={"visit": "2024-06-01", "exam": "2025-12-31"}),
    Example("逾期的随访仍在名单上", enrolled="2024-01-05", on="2024-09-01",
            records=[_visit("2024-03-01", 130, 80)],
            due={"visit": "2024-06-01", "exam": EXAM}),
]


def _attempts(*days: str) -> list[Row]:
    return [ContactAttempt.row(programme="htn", day=d, means="上门", outcome="未见到") for d in days]


_LOST = _change("2024-09-20", "失访", confirmed=True)

STATES = [
    Example("三次不同日联系不到、卫生院确认：失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_attempts("2024-09-01", "2024-09-08", "2024-09-15"), _LOST], state="失访"),
    Example("同一天联系两次只算一次：还不是失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_attempts("2024-09-01", "2024-09-08", "2024-09-08"), _LOST], state="在管"),
    Example("联系四次：失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_attempts("2024-09-01", "2024-09-08", "2024-09-15", "2024-09-18"), _LOST],
            state="失访"),
    Example("卫生院没有确认：不是失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_attempts("2024-09-01", "2024-09-08", "2024-09-15"),
                     _change("2024-09-20", "失访")], state="在管"),
    Example("失访后又来随访：恢复在管", enrolled="2024-01-05", on="2024-10-09",
            records=[*_attempts("2024-09-01", "2024-09-08", "2024-09-15"), _LOST,
                     _visit("2024-10-08", 130, 80)], state="在管"),
    Example("拒绝服务：暂停，仍在管理人数里", enrolled="2024-01-05", on="2024-10-01",
            records=[_change("2024-09-20", "拒绝")], state="拒绝"),
    Example("死亡当日起结案，不再有任务", enrolled="2024-01-05", on="2024-06-01",
            records=[_visit("2024-03-01", 150, 95)], person={"died_on": date(2024, 6, 1)},
            state="已结案", due={}),
    Example("死亡前一日仍在管", enrolled="2024-01-05", on="2024-05-31",
            records=[_visit("2024-03-01", 130, 80)], person={"died_on": date(2024, 6, 1)},
            state="在管", due={"visit": "2024-06-01", "exam": EXAM}),
    Example("迁出当日起结案，未了的闭环随之了结", enrolled="2024-01-05", on="2024-06-01",
            records=[_visit("2024-03-01", 185, 95)], person={"moved_out_on": date(2024, 3, 10)},
            state="已结案", due={}, loops={}),
]

_DISCHARGED = Diagnosis.row(day="2024-03-01", kind="出院", icd10="I10.x00", words="高血压病2级",
                            org_level=2)


def _seen(day: str, **more: Any) -> Row:
    return Diagnosis.row(**{"day": day, "kind": "门诊", "icd10": "I10", "words": "高血压",
                            "org_level": 2, **more})


def _suspect(story: str, suspect: bool, *rows: Row, born: str = "1964-01-01",
             **more: Any) -> Example:
    return Example(story, born=born, on="2024-06-01", records=rows, suspect=suspect, **more)


SUSPECTS = [
    _suspect("出院诊断原发性高血压：列入待核实", True, _DISCHARGED),
    _suspect("34 岁：不列入", False, _DISCHARGED, born="1989-06-02"),
    _suspect("满 35 岁：列入", True, _DISCHARGED, born="1989-06-01"),
    _suspect("满 36 岁：列入", True, _DISCHARGED, born="1988-06-01"),
    _suspect("不是常住：不列入", False, _DISCHARGED, person={"usual_resident": False}),
    _suspect("诊断写着“高血压待查”：不列入", False,
             Diagnosis.row(day="2024-03-01", kind="出院", icd10="I10", words="高血压待查")),
    _suspect("继发性高血压 I15：不列入", False,
             Diagnosis.row(day="2024-03-01", kind="出院", icd10="I15.0", words="肾血管性高血压")),
    _suspect("妊娠期高血压 O13：不列入", False,
             Diagnosis.row(day="2024-03-01", kind="出院", icd10="O13", words="妊娠期高血压")),
    _suspect("两次门诊诊断隔 13 天：不列入", False, _seen("2024-03-01"), _seen("2024-03-14")),
    _suspect("两次门诊诊断隔 14 天：列入", True, _seen("2024-03-01"), _seen("2024-03-15")),
    _suspect("一级机构的两次门诊诊断：不列入", False, _seen("2024-03-01", org_level=1),
             _seen("2024-03-20", org_level=1)),
    _suspect("三级机构的两次门诊诊断：列入", True, _seen("2024-03-01", org_level=3),
             _seen("2024-03-20", org_level=3)),
    _suspect("非同日三次增高：列入", True, _screen("2024-03-01", 140), _screen("2024-03-08", 140),
             _screen("2024-03-15", 140)),
    _suspect("非同日两次增高：还不列入", False, _screen("2024-03-01", 140), _screen("2024-03-08", 150)),
    _suspect("同一天两次只算一次", False, _screen("2024-03-01", 145), _screen("2024-03-01", 150),
             _screen("2024-03-08", 150)),
    _suspect("第二次 139/89：不连续，不列入", False, _screen("2024-03-01", 150),
             _screen("2024-03-08", 139, 89), _screen("2024-03-15", 150), _screen("2024-03-22", 150)),
    _suspect("舒张压三次 90：列入", True, _screen("2024-03-01", dbp=90),
             _screen("2024-03-08", dbp=90), _screen("2024-03-15", dbp=90)),
    _suspect("核实后排除：不再列入", False, _DISCHARGED, _change("2024-03-20", "排除")),
    _suspect("排除之后又有出院诊断：再列入", True, _DISCHARGED, _change("2024-03-20", "排除"),
             Diagnosis.row(day="2024-05-01", kind="出院", icd10="I11.9", words="高血压心脏病")),
    _suspect("责任医生已确认纳入：不再是待核实", False, _DISCHARGED, _change("2024-03-20", "纳入"),
             state="在管"),
]


def _watch(story: str, row: Row, risk: bool, *, born: str = "1980-01-01", **more: Any) -> Example:
    """Someone measured once, on 2024-03-01."""
    due = {"yearly": "2025-12-31", **({"risk": "2024-09-01"} if risk else {}), **more.pop("due", {})}
    return Example(story, programme="htn_watch", born=born, records=[row], due=due, **more)


_DAY = "2024-03-01"
_REMEASURE: dict[str, Any] = {"due": {"remeasure": "2024-03-29"}}

WATCHED = [
    _watch("血压正常、无危险因素：明年再测", _screen(_DAY, 129, 84), False),
    _watch("收缩压 130：高危，半年内再测", _screen(_DAY, 130, 80), True),
    _watch("舒张压 85：高危", _screen(_DAY, 120, 85), True),
    _watch("体质指数 23.9：不是高危", _screen(_DAY, bmi=23.9), False),
    _watch("体质指数 24：高危", _screen(_DAY, bmi=24.0), True),
    _watch("男，腰围 89：不是高危", _screen(_DAY, waist=89.0), False, sex="男"),
    _watch("男，腰围 90：高危", _screen(_DAY, waist=90.0), True, sex="男"),
    _watch("女，腰围 84：不是高危", _screen(_DAY, waist=84.0), False),
    _watch("女，腰围 85：高危", _screen(_DAY, waist=85.0), True),
    _watch("有家族史：高危", _screen(_DAY, family_history=True), True),
    _watch("长期高盐：高危", _screen(_DAY, high_salt=True), True),
    _watch("长期过量饮酒：高危", _screen(_DAY, heavy_drinking=True), True),
    _watch("54 岁：不是高危", _screen(_DAY), False, born="1969-03-02"),
    _watch("55 岁：高危", _screen(_DAY), True, born="1969-03-01"),
    _watch("首次增高：四周内复测，也按高危半年测", _screen(_DAY, 140, 80), True, **_REMEASURE),
    _watch("舒张压首次 90：四周内复测", _screen(_DAY, 120, 90), True, **_REMEASURE),
    _watch("139/89：不复测，按高危", _screen(_DAY, 139, 89), True),
    Example("非同日三次增高：转诊确诊，两周内追踪结果", programme="htn_watch", born="1980-01-01",
            records=[_screen("2024-03-01", 150), _screen("2024-03-08", 150),
                     _screen("2024-03-15", 150)],
            due={"yearly": "2025-12-31", "risk": "2024-09-15"}, loops={"confirm": "2024-03-29"}),
    Example("确诊转诊逾期两周：报卫生院，也报县", programme="htn_watch", born="1980-01-01",
            on="2024-04-12", records=[_screen("2024-03-01", 150), _screen("2024-03-08", 150),
                                      _screen("2024-03-15", 150)],
            told={"confirm": ("卫生院院长", "县基层卫生股")}),
    Example("筛查对象死亡：结案", programme="htn_watch", born="1980-01-01", on="2024-06-01",
            records=[_screen(_DAY, 150)], person={"died_on": date(2024, 6, 1)}, due={},
            state="已结案"),
    Example("筛查对象迁出：结案", programme="htn_watch", born="1980-01-01", on="2024-06-01",
            records=[_screen(_DAY, 150)], person={"moved_out_on": date(2024, 6, 1)}, due={},
            state="已结案"),
    Example("确诊纳入：不再是筛查对象", programme="htn_watch", born="1980-01-01", on="2024-04-01",
            records=[_screen("2024-03-01", 150), _screen("2024-03-08", 150),
                     _screen("2024-03-15", 150), _change("2024-03-20", "纳入")],
            due={}, loops={}, state="已结案"),
    Example("今年还没有测：年底前一次", programme="htn_watch", born="1980-01-01", on="2025-02-01",
            records=[_screen("2024-03-01", 120)], due={"yearly": "2025-12-31"}),
]

_QUARTERLY = tuple(HtnVisit.row(person=1, day=d, sbp=130, dbp=80, way="门诊", adherence="规律") for d in ("2026-02-01", "2026-05-01"))
_IN_JUNE = tuple(HtnVisit.row(person=2, day=f"2026-06-0{n}", sbp=130, dbp=80, way="门诊", adherence="规律") for n in range(1, 5))

COUNTED = (
    Counted("139/89 达标，140/89 不达标，年内没有随访的不算达标", "htn.bp_controlled",
            (*(case(n, "htn") for n in (1, 2, 3)), *(resident(n, born="1980-01-01") for n in (1, 2, 3)),
             HtnVisit.row(person=1, day="2026-05-01", sbp=139, dbp=89), HtnVisit.row(person=2, day="2026-05-01", sbp=140, dbp=89)), 1, 3),
    Counted("每季度一次的合格；六月一次补四次的，第一季度缺，不合格", "htn.standard_managed",
            (case(1, "htn"), case(2, "htn"), *_QUARTERLY, *_IN_JUNE), 1, 2),
    Counted("35 岁测过、35 岁没有测、34 岁测过：两人中一人", "htn.screened_35",
            (resident(1, born="1991-06-30"), resident(2, born="1991-06-30"), resident(3, born="1991-07-01"),
             *(BpScreening.row(person=n, day="2026-03-01", sbp=120, dbp=70) for n in (1, 3))), 1, 2),
    *examples("htn", HtnVisit, prevalence=27.9),
)

EXAMPLES = (*CLASSES, *EMERGENCIES, *ROADS, *CALENDAR, *STATES, *SUSPECTS, *WATCHED)
