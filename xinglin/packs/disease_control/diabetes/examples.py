"""糖尿病的例：每个界值两侧各一个，每条转诊路各一个。可读作小故事，也当测试运行。"""

from datetime import date
from typing import Any

from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.encounters import Diagnosis
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.work import CaseChange, ContactAttempt, LoopStep
from xinglin.declare.example import Counted, Example
from xinglin.declare.record import Row
from xinglin.packs.disease_control.diabetes.forms import DmVisit
from xinglin.packs.disease_control.follow_up_examples import case, examples, resident

EXAM = "2024-12-31"             # 年度体检的期限，每个在管的例里都有


def _visit(day: str, fbg: float | None, **more: Any) -> Row:
    return DmVisit.row(day=day, fbg=fbg, **{"sbp": 130, "dbp": 80, **more})


def _change(day: str, change: str, **more: Any) -> Row:
    return CaseChange.row(programme="dm", day=day, change=change, **more)


def _one(story: str, row: Row, cls: str | None, due: dict[str, str], loops: dict[str, str] | None = None,
         **more: Any) -> Example:
    """A managed person's single visit on 2024-03-01."""
    return Example(story, enrolled="2024-01-05", born=more.pop("born", "1964-01-01"), records=[row],
                   classes=[cls], due={"exam": EXAM, **due}, loops=loops or {}, **more)


_DAY = "2024-03-01"
_ROUTINE = {"visit": "2024-06-01"}
_RECHECK = {"visit": "2024-06-01", "recheck": "2024-03-15"}
_REFER = {"referral": "2024-03-15"}

CLASSES = [
    _one("空腹血糖 6.9：达标", _visit(_DAY, 6.9), "控制满意", _ROUTINE),
    _one("空腹血糖 7.0：不达标，两周内复查", _visit(_DAY, 7.0), "控制不满意", _RECHECK),
    _one("只测了随机血糖 9.8：不当作空腹，不能判定，季度随访照旧",
         _visit(_DAY, None, glucose=9.8, glucose_kind="随机"), None, _ROUTINE),
    _one("只测了餐后 2 小时血糖 6.5：不当作空腹，不算达标",
         _visit(_DAY, None, glucose=6.5, glucose_kind="餐后2小时"), None, _ROUTINE),
    _one("空腹 6.5、餐后 10.2：按空腹，达标",
         _visit(_DAY, 6.5, glucose=10.2, glucose_kind="餐后2小时"), "控制满意", _ROUTINE),
    _one("空腹值写在“其他血糖”一栏并注明空腹：照空腹判定",
         _visit(_DAY, None, glucose=7.0, glucose_kind="空腹"), "控制不满意", _RECHECK),
    _one("同上，6.9：达标", _visit(_DAY, None, glucose=6.9, glucose_kind="空腹"), "控制满意", _ROUTINE),
    _one("写了血糖没有写类别：不能判定", _visit(_DAY, None, glucose=6.5), None, _ROUTINE),
    _one("电话随访，什么都没有测：不能判定", _visit(_DAY, None, sbp=None, dbp=None, way="电话"), None, _ROUTINE),
    _one("只测了空腹血糖，没有量血压：照样判定", _visit(_DAY, 6.5, sbp=None, dbp=None), "控制满意", _ROUTINE),
    _one("药物不良反应而血糖达标：两周内复查", _visit(_DAY, 6.5, adverse_reaction=True), "不良反应", _RECHECK),
    _one("血糖不达标又有不良反应：记更重的不良反应", _visit(_DAY, 9.0, adverse_reaction=True), "不良反应", _RECHECK),
    _one("新发并发症：转诊，不另复查", _visit(_DAY, 6.5, new_complication=True), "并发症", _ROUTINE, _REFER),
    _one("并发症与不良反应并存：记并发症",
         _visit(_DAY, 6.5, new_complication=True, adverse_reaction=True), "并发症", _ROUTINE, _REFER),
    _one("是否有并发症没有填：不能判定，不算满意", _visit(_DAY, 6.5, new_complication=None), None, _ROUTINE),
    _one("偶有低血糖反应而血糖达标：记下，仍算满意", _visit(_DAY, 6.5, low_sugar="偶尔"), "控制满意", _ROUTINE),
]


def _crisis(story: str, fbg: float | None = 6.5, *, urgent: bool = True, cls: str = "控制不满意", **more: Any) -> Example:
    """An urgent visit is referred and not rechecked besides; otherwise it is as its glucose says."""
    told = {k: more.pop(k) for k in ("born", "sex") if k in more}
    row = _visit(_DAY, fbg, **more)
    if urgent:
        return _one(story, row, cls, _ROUTINE, _REFER, **told)
    return _one(story, row, cls, _RECHECK if cls == "控制不满意" else _ROUTINE, **told)


EMERGENCIES = [
    _crisis("空腹血糖 16.6：不达标，不是危急", 16.6, urgent=False),
    _crisis("空腹血糖 16.7：立即转诊，两周内追踪，不另复查", 16.7),
    _crisis("空腹血糖 4.0：不是危急", 4.0, urgent=False, cls="控制满意"),
    _crisis("空腹血糖 3.9：低血糖，立即转诊", 3.9),
    _crisis("随机血糖 16.6：不是危急", 6.5, glucose=16.6, glucose_kind="随机", urgent=False, cls="控制满意"),
    _crisis("随机血糖 16.7：立即转诊", 6.5, glucose=16.7, glucose_kind="随机"),
    _crisis("只测了随机血糖 16.7：危急不看是不是空腹", None, glucose=16.7, glucose_kind="随机"),
    _crisis("随机血糖 3.9：立即转诊", 6.5, glucose=3.9, glucose_kind="随机"),
    _crisis("收缩压 179：不是危急", sbp=179, urgent=False, cls="控制满意"),
    _crisis("收缩压 180：立即转诊", sbp=180),
    _crisis("舒张压 109：不是危急", sbp=150, dbp=109, urgent=False, cls="控制满意"),
    _crisis("舒张压 110：立即转诊", sbp=150, dbp=110),
    _crisis("心率持续 100：不是危急", pulse=100, urgent=False, cls="控制满意"),
    _crisis("心率持续 101：立即转诊", pulse=101),
    _crisis("体温 39.0：不是危急", temperature=39.0, urgent=False, cls="控制满意"),
    _crisis("体温 39.1：立即转诊", temperature=39.1),
    _crisis("血糖达标而有危急症状：立即转诊", danger_sign=True),
    _crisis("有不能处理的其他疾病：立即转诊", other_emergency=True),
    _crisis("妊娠期空腹血糖 5.0：不转诊", 5.0, pregnant=True, born="1988-01-01", urgent=False, cls="控制满意"),
    _crisis("妊娠期空腹血糖 5.1：高于正常，立即转诊", 5.1, pregnant=True, born="1988-01-01"),
    _crisis("妊娠期餐后 2 小时血糖 8.4：不转诊", 5.0, glucose=8.4, glucose_kind="餐后2小时", pregnant=True,
            born="1988-01-01", urgent=False, cls="控制满意"),
    _crisis("妊娠期餐后 2 小时血糖 8.5：立即转诊", 5.0, glucose=8.5, glucose_kind="餐后2小时", pregnant=True,
            born="1988-01-01"),
    _crisis("男，妊娠一项不问：血糖高，两周内复查", 8.0, pregnant=None, sex="男", born="1984-01-01", urgent=False),
    _crisis("女，55 岁，妊娠一项不问：血糖高，两周内复查", 8.0, pregnant=None, born="1969-03-01", urgent=False),
    _crisis("女，56 岁，同上", 8.0, pregnant=None, born="1968-03-01", urgent=False),
    _one("女，54 岁，妊娠一项没有填：是否危急不能判定，不另复查", _visit(_DAY, 8.0, pregnant=None),
         "控制不满意", _ROUTINE, born="1969-03-02"),
    _crisis("不良反应并血糖危急：转诊，不另复查", 17.0, adverse_reaction=True, cls="不良反应"),
]


def _two(story: str, first: Row, second: Row, due: dict[str, str],
         loops: dict[str, str] | None = None, **more: Any) -> Example:
    """A managed person's two visits, on 2024-03-01 and 2024-03-14."""
    return Example(story, enrolled="2024-01-05", born="1964-01-01", records=[first, second],
                   due={"exam": EXAM, "visit": "2024-06-14", **due}, loops=loops or {}, **more)


_NEXT = "2024-03-14"
_RECHECK_2, _REFER_2 = {"recheck": "2024-03-28"}, {"referral": "2024-03-28"}
_HIGH = _visit(_DAY, 17.0)

ROADS = [
    _two("复查达标：复查了结，季度随访从复查日算起", _visit(_DAY, 8.0), _visit(_NEXT, 6.5), {}),
    _two("连续两次空腹血糖不达标：转诊，两周内追踪，并复查", _visit(_DAY, 8.0), _visit(_NEXT, 7.5), _RECHECK_2, _REFER_2),
    _two("上次血糖危急、这次不达标：连续两次", _HIGH, _visit(_NEXT, 8.0), _RECHECK_2, _REFER_2),
    _two("上次低血糖危急、这次不达标：不是连续两次高", _visit(_DAY, 3.5), _visit(_NEXT, 8.0), _RECHECK_2),
    _two("一次空腹不达标、一次只测了随机：不是连续两次", _visit(_DAY, 8.0),
         _visit(_NEXT, None, glucose=9.0, glucose_kind="随机"), {}),
    _two("连续两次不良反应：转诊", _visit(_DAY, 6.5, adverse_reaction=True),
         _visit(_NEXT, 6.5, adverse_reaction=True), _RECHECK_2, _REFER_2),
    _two("一次不良反应、一次血糖高，不是连续两次", _visit(_DAY, 6.5, adverse_reaction=True), _visit(_NEXT, 8.0), _RECHECK_2),
    _two("不良反应难以控制：一次即转诊", _visit(_DAY, 6.5),
         _visit(_NEXT, 6.5, adverse_reaction=True, adr_hard=True), _RECHECK_2, _REFER_2),
    _two("转诊后两周内随访到了：闭环了结", _visit(_DAY, 6.5, new_complication=True), _visit(_NEXT, 6.5), {}),
    Example("转出、接诊、回转都有记录，随访也记了：闭环了结", enrolled="2024-01-05", born="1964-01-01", on="2024-03-12",
            records=[_HIGH, *(LoopStep.row(programme="dm", loop="referral", step=s, day=d) for s, d in [
                ("转出", "2024-03-01"), ("接诊", "2024-03-02"), ("回转", "2024-03-09"), ("随访", "2024-03-12")])],
            loops={}, due={"exam": EXAM, "visit": "2024-06-01"}),
    Example("逾期未追踪：第 2 天还没有上报", enrolled="2024-01-05", born="1964-01-01", records=[_HIGH],
            on="2024-03-17", told={"referral": ()}),
    Example("逾期第 3 天报卫生院院长", enrolled="2024-01-05", born="1964-01-01", records=[_HIGH],
            on="2024-03-18", told={"referral": ("卫生院院长",)}),
    Example("逾期第 13 天还没有报县", enrolled="2024-01-05", born="1964-01-01", records=[_HIGH],
            on="2024-03-28", told={"referral": ("卫生院院长",)}),
    Example("逾期第 14 天报县", enrolled="2024-01-05", born="1964-01-01", records=[_HIGH],
            on="2024-03-29", told={"referral": ("卫生院院长", "县基层卫生股")}),
]

CALENDAR = [
    Example("纳入后没有随访：三个月内第一次随访，年底前体检", enrolled="2024-01-05",
            due={"visit": "2024-04-05", "exam": EXAM}),
    Example("年度体检已做：下一次在明年", enrolled="2024-01-05",
            records=[_visit(_DAY, 6.5), AnnualExam.row(day="2024-05-06")],
            due={"visit": "2024-06-01", "exam": "2025-12-31"}),
    Example("逾期的随访仍在名单上", enrolled="2024-01-05", on="2024-09-01", records=[_visit(_DAY, 6.5)],
            due={"visit": "2024-06-01", "exam": EXAM}),
]


def _attempts(*days: str) -> list[Row]:
    return [ContactAttempt.row(programme="dm", day=d, means="上门", outcome="未见到") for d in days]


_LOST = _change("2024-09-20", "失访", confirmed=True)
_THREE = _attempts("2024-09-01", "2024-09-08", "2024-09-15")

STATES = [
    Example("三次不同日联系不到、卫生院确认：失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_THREE, _LOST], state="失访"),
    Example("同一天联系两次只算一次：还不是失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_attempts("2024-09-01", "2024-09-08", "2024-09-08"), _LOST], state="在管"),
    Example("联系四次：失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_THREE, *_attempts("2024-09-18"), _LOST], state="失访"),
    Example("卫生院没有确认：不是失访", enrolled="2024-01-05", on="2024-10-01",
            records=[*_THREE, _change("2024-09-20", "失访")], state="在管"),
    Example("高血压联系不到的三次不算糖尿病的", enrolled="2024-01-05", on="2024-10-01", state="在管",
            records=[*(ContactAttempt.row(programme="htn", day=r.day.isoformat(), means="上门", outcome="未见到")
                       for r in _THREE), _LOST]),
    Example("失访后又来随访：恢复在管", enrolled="2024-01-05", on="2024-10-09",
            records=[*_THREE, _LOST, _visit("2024-10-08", 6.5)], state="在管"),
    Example("拒绝服务：暂停，仍在管理人数里", enrolled="2024-01-05", on="2024-10-01",
            records=[_change("2024-09-20", "拒绝")], state="拒绝"),
    Example("死亡当日起结案，不再有任务", enrolled="2024-01-05", on="2024-06-01",
            records=[_visit(_DAY, 8.0)], person={"died_on": date(2024, 6, 1)}, state="已结案", due={}),
    Example("死亡前一日仍在管", enrolled="2024-01-05", on="2024-05-31",
            records=[_visit(_DAY, 6.5)], person={"died_on": date(2024, 6, 1)},
            state="在管", due={"visit": "2024-06-01", "exam": EXAM}),
    Example("迁出当日起结案，未了的闭环随之了结", enrolled="2024-01-05", on="2024-06-01",
            records=[_HIGH], person={"moved_out_on": date(2024, 3, 10)}, state="已结案", due={}, loops={}),
]

_DISCHARGED = Diagnosis.row(day="2024-03-01", kind="出院", icd10="E11.900", words="2型糖尿病", org_level=2)


def _seen(day: str, **more: Any) -> Row:
    return Diagnosis.row(**{"day": day, "kind": "门诊", "icd10": "E11.9", "words": "2型糖尿病", "org_level": 2, **more})


def _lab(day: str, value: float, item: str = "GLU", unit: str = "mmol/L") -> Row:
    return LabResult.row(reported_at=f"{day}T09:00:00", item=item, value=value, unit=unit)


def _suspect(story: str, suspect: bool, *rows: Row, born: str = "1964-01-01", **more: Any) -> Example:
    return Example(story, born=born, on="2024-06-01", records=rows, suspect=suspect, **more)


SUSPECTS = [
    _suspect("出院诊断 2 型糖尿病：列入待核实", True, _DISCHARGED),
    _suspect("34 岁：不列入", False, _DISCHARGED, born="1989-06-02"),
    _suspect("满 35 岁：列入", True, _DISCHARGED, born="1989-06-01"),
    _suspect("满 36 岁：列入", True, _DISCHARGED, born="1988-06-01"),
    _suspect("不是常住：不列入", False, _DISCHARGED, person={"usual_resident": False}),
    _suspect("诊断写着“糖尿病？”：不列入", False,
             Diagnosis.row(day="2024-03-01", kind="出院", icd10="E11.9", words="糖尿病？")),
    _suspect("1 型糖尿病 E10：不列入", False,
             Diagnosis.row(day="2024-03-01", kind="出院", icd10="E10.9", words="1型糖尿病")),
    _suspect("妊娠期糖尿病 O24：不列入", False,
             Diagnosis.row(day="2024-03-01", kind="出院", icd10="O24.4", words="妊娠期糖尿病")),
    _suspect("两次门诊诊断隔 13 天：不列入", False, _seen("2024-03-01"), _seen("2024-03-14")),
    _suspect("两次门诊诊断隔 14 天：列入", True, _seen("2024-03-01"), _seen("2024-03-15")),
    _suspect("一级机构的两次门诊诊断：不列入", False, _seen("2024-03-01", org_level=1), _seen("2024-03-20", org_level=1)),
    _suspect("三级机构的两次门诊诊断：列入", True, _seen("2024-03-01", org_level=3), _seen("2024-03-20", org_level=3)),
    _suspect("两天的空腹血糖都是 7.0：列入", True, _lab("2024-03-01", 7.0), _lab("2024-03-02", 7.0)),
    _suspect("同一天两次只算一次", False, _lab("2024-03-01", 7.2), _lab("2024-03-01", 7.4)),
    _suspect("一次 7.0、一次 6.9：不列入", False, _lab("2024-03-01", 7.0), _lab("2024-03-05", 6.9)),
    _suspect("两天的餐后 2 小时血糖都是 11.1：列入", True, _lab("2024-03-01", 11.1, "GLU2H"),
             _lab("2024-03-08", 11.1, "GLU2H")),
    _suspect("餐后 2 小时血糖 11.0：不列入", False, _lab("2024-03-01", 11.0, "GLU2H"), _lab("2024-03-08", 12.0, "GLU2H")),
    _suspect("两次糖化血红蛋白 6.5：列入", True, _lab("2024-03-01", 6.5, "HBA1C", "%"), _lab("2024-04-01", 6.5, "HBA1C", "%")),
    _suspect("糖化血红蛋白 6.4：不列入", False, _lab("2024-03-01", 6.4, "HBA1C", "%"), _lab("2024-04-01", 6.8, "HBA1C", "%")),
    _suspect("没有单位的两次血糖：不列入", False, LabResult.row(reported_at="2024-03-01T09:00:00", item="GLU", value=126.0),
             LabResult.row(reported_at="2024-03-05T09:00:00", item="GLU", value=130.0)),
    _suspect("体检空腹血糖 7.0：列入，复测后由医生核实", True, AnnualExam.row(day="2024-03-01", fbg=7.0)),
    _suspect("体检空腹血糖 6.9：不列入", False, AnnualExam.row(day="2024-03-01", fbg=6.9)),
    _suspect("核实后排除：不再列入", False, _DISCHARGED, _change("2024-03-20", "排除")),
    _suspect("排除之后又有出院诊断：再列入", True, _DISCHARGED, _change("2024-03-20", "排除"),
             Diagnosis.row(day="2024-05-01", kind="出院", icd10="E11.2", words="2型糖尿病肾病")),
    _suspect("责任医生已确认纳入：不再是待核实", False, _DISCHARGED, _change("2024-03-20", "纳入"), state="在管"),
]

def _watched(story: str, due: str | None, *rows: Row, on: str = "2025-02-01", **more: Any) -> Example:
    """Somebody with an impaired glucose in 2024, or nearly; `due`: the last day of the year's fasting glucose."""
    return Example(story, programme="dm_watch", on=on, records=rows, due={"glucose": due} if due else {},
                   **{"born": "1980-01-01", **more})


def _exam(day: str, fbg: float | None) -> Row:
    return AnnualExam.row(day=day, sbp=120, dbp=80, fbg=fbg)


_RISKY = _exam("2024-05-01", 6.1)

WATCHED = [
    _watched("体检空腹血糖 6.0：不是高危", None, _exam("2024-05-01", 6.0)),
    _watched("体检空腹血糖 6.1：高危，次年年底前测一次", "2025-12-31", _RISKY),
    _watched("体检空腹血糖 6.9：高危", "2025-12-31", _exam("2024-05-01", 6.9)),
    _watched("体检空腹血糖 7.0：已到诊断界值，列入待核实，不在高危名单", None, _exam("2024-05-01", 7.0)),
    _watched("查出高危的那次体检就是当年的一次", "2025-12-31", _RISKY, on="2024-06-01"),
    _watched("三十五岁生日前一天查出：不列入", None, _RISKY, born="1989-05-02", on="2024-05-01"),
    _watched("三十五岁生日那天查出：列入", "2025-12-31", _RISKY, born="1989-05-01", on="2024-05-01"),
    _watched("次年体检没有查血糖：不算测过", "2025-12-31", _RISKY, _exam("2025-03-01", None), on="2025-06-01"),
    _watched("次年体检查了血糖：了结，等明年", "2026-12-31", _RISKY, _exam("2025-03-01", 5.6), on="2025-06-01"),
    _watched("一月一日测的算当年", "2026-12-31", _RISKY, _exam("2025-01-01", 5.6), on="2025-06-01"),
    _watched("上一年十二月三十一日测的不算", "2025-12-31", _RISKY, _exam("2024-12-31", 5.6), on="2025-06-01"),
    _watched("医院查了空腹血糖：了结", "2026-12-31", _RISKY, _lab("2025-03-01", 5.6), on="2025-06-01"),
    _watched("医院只报了文字，没有数值：不算", "2025-12-31", _RISKY,
             LabResult.row(reported_at="2025-03-01T09:00:00", item="GLU", words="溶血"), on="2025-06-01"),
    _watched("医院查的是餐后两小时血糖：不算", "2025-12-31", _RISKY, _lab("2025-03-01", 7.0, "GLU2H"), on="2025-06-01"),
    _watched("确诊纳入糖尿病管理：不再是高危人群", None, _RISKY, _change("2025-03-01", "纳入"), on="2025-06-01", state="已结案"),
    _watched("死亡：结案", None, _RISKY, person={"died_on": date(2025, 1, 5)}, state="已结案"),
    _watched("迁出：结案", None, _RISKY, person={"moved_out_on": date(2025, 1, 5)}, state="已结案"),
]

_FULL = {"sbp": 130, "dbp": 80, "way": "门诊", "adherence": "规律", "foot_pulse": "触及正常"}


def _seen_by(person: int, *days: str, **more: Any) -> tuple[Row, ...]:
    return tuple(DmVisit.row(person=person, day=d, **{"fbg": 6.5, **_FULL, **more}) for d in days)


COUNTED = (
    Counted("最近一次空腹 6.9 达标；7.0 不达标；只测了随机的不算达标", "dm.glucose_controlled",
            (*(case(n, "dm") for n in (1, 2, 3)), *_seen_by(1, "2026-05-01", fbg=6.9), *_seen_by(2, "2026-05-01", fbg=7.0),
             *_seen_by(3, "2026-05-01", fbg=None, glucose=6.5, glucose_kind="随机")), 1, 3),
    Counted("每季度一次的合格；六月一次补四次的不合格；没有查足背动脉的不合格", "dm.standard_managed",
            (*(case(n, "dm") for n in (1, 2, 3)), *_seen_by(1, "2026-02-01", "2026-05-01"),
             *_seen_by(2, "2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"),
             *_seen_by(3, "2026-02-01", "2026-05-01", foot_pulse=None)), 1, 3),
    Counted("年中应测两次：测了两天的够，同一天两次的不够", "dm.tested",
            (case(1, "dm"), case(2, "dm"), *_seen_by(1, "2026-02-01"),
             LabResult.row(person=1, reported_at="2026-05-01T09:00:00", item="GLU", value=6.6, unit="mmol/L"),
             *_seen_by(2, "2026-02-01", "2026-02-01")), 1, 2),
    Counted("上年体检 6.1 和 6.9 的是高危，7.0 的不是；其中一人今年又测过", "dm.high_risk_tested",
            (*(resident(n) for n in (1, 2, 3)), AnnualExam.row(person=1, day="2025-05-01", fbg=6.1),
             AnnualExam.row(person=2, day="2025-05-01", fbg=6.9), AnnualExam.row(person=3, day="2025-05-01", fbg=7.0),
             AnnualExam.row(person=1, day="2026-05-01", fbg=6.0)), 1, 2),
    *examples("dm", DmVisit, prevalence=11.2),
)

EXAMPLES = (*CLASSES, *EMERGENCIES, *ROADS, *CALENDAR, *STATES, *SUSPECTS, *WATCHED)
