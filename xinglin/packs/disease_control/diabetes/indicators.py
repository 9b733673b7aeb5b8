"""糖尿病的指标。口径取自规范原文；原文没有说死的，写在 note 里印在页上。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from xinglin.datasets.chronic import AnnualExam
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.people import Person
from xinglin.declare.expr import Age, Condition
from xinglin.declare.indicator import (
    Count,
    Coverage,
    Indicator,
    Lake,
    Mean,
    Share,
    count,
    coverage,
    mean,
    meets,
    proportion,
)
from xinglin.kernel.dates import Period
from xinglin.packs.disease_control import follow_up
from xinglin.packs.disease_control.diabetes.forms import DmVisit
from xinglin.packs.disease_control.diabetes.norms import (
    ADULT_AGE,
    FOLLOW_UP,
    FREE_TESTS,
    GUIFAN,
    HOUSE,
    PREVALENCE,
    SCREENING,
)
from xinglin.packs.disease_control.diabetes.programme import (
    EXAM_FASTED,
    FASTED,
    FBG_BAD,
    IMPAIRED,
    LAB_FASTED,
    PROGRAMME,
)
from xinglin.packs.disease_control.follow_up import LOST, decided, followed, paused, standard, until

if TYPE_CHECKING:
    import ibis.expr.types as ir

SINCE = "2017-02-28"
TARGETS = GUIFAN.clause("2 型糖尿病 五 工作指标")
HOUSE_FIGURES = HOUSE.clause("随访质量指标", sure=False)
EVERYWHERE = ("township", "village", "org")

ADULT: Condition = Age(Person.birth_date) >= ADULT_AGE
FACE_TO_FACE: Condition = DmVisit.way.is_any("门诊", "家庭")
COMPLETE: Condition = FASTED & ~(
    DmVisit.way.is_null() | DmVisit.sbp.is_null() | DmVisit.dbp.is_null() | DmVisit.foot_pulse.is_null()
    | DmVisit.adherence.is_null())


@count(code="dm.managed_count", title="年内已管理的 2 型糖尿病患者人数", cites=TARGETS, population="常住", since=SINCE,
       unit="人", better="high", by=EVERYWHERE)
def managed_count(lake: Lake, year: Period) -> Count:
    """年内已管理的 2 型糖尿病患者人数。

    到期末（进行中的年份到昨夜）仍在专案内的患者。只有死亡和登记迁出自其日期起离开；失访、拒绝仍计在内。
    """
    return Count(of=lake.cases(PROGRAMME, active_in=year))


@proportion(code="dm.glucose_controlled", title="管理人群血糖控制率", cites=TARGETS, population="常住", since=SINCE,
            better="high", by=EVERYWHERE,
            note="只看空腹血糖：随机和餐后的值不算；取年内最近一次测了空腹血糖的随访。目标值取随访当日有效的标准；"
                 "年内没有测过空腹血糖、失访、拒绝的人留在分母，不算达标")
def glucose_controlled(lake: Lake, year: Period) -> Share:
    """年内最近一次随访空腹血糖达标人数 ÷ 年内已管理的 2 型糖尿病患者人数。"""
    last = lake.latest(DmVisit, year, where=FASTED).select("person", "day", "fbg", "glucose", "glucose_kind")
    rows = lake.cases(PROGRAMME, active_in=year).left_join(last, "person")
    away = rows["day"].isnull() | paused(rows, until(lake, year))
    return Share(of=rows, having=ibis.cases((away, False), else_=meets(~FBG_BAD, rows, on=rows["day"])))


@proportion(code="dm.standard_managed", title="2 型糖尿病患者规范管理率", cites=TARGETS, population="常住", since=SINCE,
            better="high", by=EVERYWHERE,
            note="运行默认口径：纳入后每个完整的自然季度至少一次面对面且必填项齐全的随访；年度体检已做；"
                 "两周内复查、转诊追踪均按期。进行中的年份，未到期的季度、体检、复查暂不计为不合格。"
                 "必填项：随访方式、空腹血糖、血压、足背动脉搏动、服药依从性")
def standard_managed(lake: Lake, year: Period) -> Share:
    """按照规范要求进行 2 型糖尿病患者健康管理的人数 ÷ 年内已管理的 2 型糖尿病患者人数。

    自纳入起每个自然季度至少一次面对面随访并测空腹血糖（纳入当年按余下的完整季度计），年度体检已做，随访表必填项
    齐全，每次控制不满意或不良反应后 14 天内再随访，每次转诊后 14 天内追踪。一次补四次的不算。
    """
    visits = lake.within(DmVisit, year)
    return standard(lake, year, PROGRAMME, visits.filter(meets(FACE_TO_FACE & COMPLETE, visits, on=visits["day"])))


@coverage(code="dm.managed_share", title="2 型糖尿病患者健康管理率", cites=TARGETS, population="常住", since=SINCE,
          better="high", by=("township", "village"),
          note="分母是估算数：18 岁及以上常住居民数 × 患病率（全国调查，县可另定），可能超过 100%")
def managed_share(lake: Lake, year: Period) -> Coverage:
    """年内已管理 2 型糖尿病患者人数 ÷ 年内辖区内 2 型糖尿病患者总人数（估算）。

    患者总人数 = 辖区 18 岁及以上常住居民数 × 成人糖尿病患病率。
    """
    last = min(year.last, lake.day)
    people = lake.people(on=last)
    adults = people.filter(meets(ADULT, people, on=ibis.literal(last)))
    estimated = adults.mutate(patients=PREVALENCE.at(ibis.literal(year.last)) / 100)
    return Coverage(reached=lake.cases(PROGRAMME, active_in=year), expected=estimated, weight="patients")


@count(code="dm.new_cases", title="新纳入 2 型糖尿病患者", cites=HOUSE_FIGURES, population="常住", since=SINCE, unit="人",
       by=(*EVERYWHERE, "month"))
def new_cases(lake: Lake, year: Period) -> Count:
    """期内新纳入管理的 2 型糖尿病患者人数，按纳入日期计；纳入后死亡或迁出的仍计在内。"""
    return follow_up.new_cases(lake, year, PROGRAMME)


@count(code="dm.visits", title="糖尿病随访次数", cites=TARGETS, population="服务", since=SINCE, unit="次", better="high",
       by=(*EVERYWHERE, "month"))
def visits(lake: Lake, year: Period) -> Count:
    """期内完成的糖尿病随访次数，按随访机构和随访日期计；电话、视频随访计在内，不论是否在管。"""
    return Count(of=lake.within(DmVisit, year))


@proportion(code="dm.tested", title="糖尿病患者空腹血糖检测率", cites=FOLLOW_UP, population="常住", since=SINCE,
            better="high", by=EVERYWHERE,
            note="随访、体检、检验中的空腹血糖都算，同一天只算一次；进行中的年份，未过完的每个季度少要求一次；当年纳入的也照此计")
def tested(lake: Lake, year: Period) -> Share:
    """年内空腹血糖检测次数达到规范（每年 4 次）的人数 ÷ 年内已管理的 2 型糖尿病患者人数。"""
    done = _fasted_days(lake, year)
    rows = lake.cases(PROGRAMME, active_in=year).left_join(
        done.group_by("person").agg(tests=done["tested_on"].nunique()), "person")
    left = sum(m.last > lake.day for m in year.months()[2::3])
    return Share(of=rows, having=rows["tests"].fill_null(0) >= FREE_TESTS.at(ibis.literal(year.last)) - left)


def _fasted_days(lake: Lake, year: Period) -> ir.Table:
    """person, tested_on: every fasting glucose of the period, wherever it was measured."""
    visits_, exams, labs = lake.within(DmVisit, year), lake.within(AnnualExam, year), lake.within(LabResult, year)
    found = [visits_.filter(meets(FASTED, visits_, on=visits_["day"])).select("person", tested_on="day"),
             exams.filter(meets(EXAM_FASTED, exams, on=exams["day"])).select("person", tested_on="day"),
             labs.filter(meets(LAB_FASTED, labs, on=labs["reported_at"].cast("date"))).select(
                 "person", tested_on=labs["reported_at"].cast("date"))]
    return ibis.union(*found, distinct=True)


@proportion(code="dm.high_risk_tested", title="糖尿病高危人群年内测空腹血糖率", cites=SCREENING, population="常住",
            since=SINCE, better="high", by=("township", "village"),
            note="高危人群在这里指上一年最近一次体检空腹血糖受损（未到诊断界值）、尚未纳入管理的常住居民")
def high_risk_tested(lake: Lake, year: Period) -> Share:
    """年内至少测过一次空腹血糖的人数 ÷ 上一年体检发现空腹血糖受损的常住居民数。

    对 2 型糖尿病高危人群，建议每年至少测量 1 次空腹血糖。
    """
    before = lake.latest(AnnualExam, year.previous_year(), where=EXAM_FASTED)
    risky = before.filter(meets(IMPAIRED, before, on=before["day"])).select("person")
    people = lake.people(on=min(year.last, lake.day)).semi_join(risky, "person")
    free = people.anti_join(lake.cases(PROGRAMME, active_in=year), "person")
    done = _fasted_days(lake, year).select("person").distinct().mutate(measured=True)
    rows = free.left_join(done, "person").drop("person_right")
    return Share(of=rows, having=rows["measured"].notnull())


@proportion(code="dm.recheck_on_time", title="糖尿病两周内复查按期率", cites=HOUSE_FIGURES, population="服务", since=SINCE,
            better="high", by=EVERYWHERE, note="只计已做或已过期限的复查；按最迟日期归入时期")
def recheck_on_time(lake: Lake, year: Period) -> Share:
    """期内按期完成的复查次数 ÷ 期内应复查的次数（已做的与已过期限的）。

    第一次出现空腹血糖控制不满意或药物不良反应的患者，2 周内随访。
    """
    rows = decided(lake, year, PROGRAMME, "recheck")
    return Share(of=rows, having=rows["on_time"])


@proportion(code="dm.referral_closed", title="糖尿病转诊按期追踪率", cites=HOUSE_FIGURES, population="服务", since=SINCE,
            better="high", by=EVERYWHERE, note="只计已了结或已过追踪期限的转诊；按开启日期归入时期")
def referral_closed(lake: Lake, year: Period) -> Share:
    """2 周内主动随访了转诊情况的次数 ÷ 期内开启的转诊闭环数（已了结的与已过期限的）。"""
    opened = followed(lake, year, PROGRAMME)
    return Share(of=opened, having=opened["on_time"])


@proportion(code="dm.lost_share", title="糖尿病患者失访率", cites=HOUSE_FIGURES, population="常住", since=SINCE,
            better="low", by=EVERYWHERE, note="失访须经三次不同日联系并由卫生院确认；失访的人不离开分母")
def lost_share(lake: Lake, year: Period) -> Share:
    """期末处于失访状态的人数 ÷ 年内已管理的 2 型糖尿病患者人数。"""
    rows = lake.cases(PROGRAMME, active_in=year)
    return Share(of=rows, having=paused(rows, until(lake, year), LOST))


@count(code="dm.due", title="应做的糖尿病随访", cites=FOLLOW_UP, population="服务", since=SINCE, unit="次",
       by=(*EVERYWHERE, "month"), note="按最迟日期归入时期；因更正撤销的不计")
def due(lake: Lake, year: Period) -> Count:
    """期内到期的季度随访次数，做了的和没有做的都计在内。"""
    return follow_up.due_visits(lake, year, PROGRAMME)


@proportion(code="dm.late", title="糖尿病随访逾期率", cites=FOLLOW_UP, population="服务", since=SINCE, better="low",
            by=(*EVERYWHERE, "month"),
            note="按最迟日期归入时期；最迟日期当天还不算逾期；失访、拒绝的人没有做的也计在内")
def late(lake: Lake, year: Period) -> Share:
    """逾期才做和没有做的季度随访次数 ÷ 期内应做的季度随访次数（已做的与已过期限的）。"""
    return follow_up.late_visits(lake, year, PROGRAMME)


@count(code="dm.not_found", title="糖尿病随访未见到人", cites=HOUSE_FIGURES, population="服务", since=SINCE, unit="次",
       better="low", by=(*EVERYWHERE, "month"), note="只计联系结果为“未见到”的，外出、改期、住院不计")
def not_found(lake: Lake, year: Period) -> Count:
    """期内为糖尿病随访而联系、没有见到人的次数，按联系日期计。"""
    return follow_up.not_found(lake, year, PROGRAMME)


@proportion(code="dm.loops_closed", title="糖尿病转诊闭环率", cites=HOUSE_FIGURES, population="服务", since=SINCE,
            better="high", by=EVERYWHERE, note="不论是否按期；期末才开启的也在分母")
def loops_closed(lake: Lake, year: Period) -> Share:
    """到期末（进行中的年份到昨夜）已了结的转诊闭环数 ÷ 期内开启的转诊闭环数。"""
    return follow_up.loops_closed(lake, year, PROGRAMME)


@mean(code="dm.loop_days", title="糖尿病转诊闭环用时", cites=HOUSE_FIGURES, population="服务", since=SINCE, unit="天",
      better="low", by=EVERYWHERE, note="只平均已了结的；未了结的单列，不当作零")
def loop_days(lake: Lake, year: Period) -> Mean:
    """期内开启的转诊闭环从开启到了结的天数之和 ÷ 其中已了结的闭环数。"""
    return follow_up.days_to_close(lake, year, PROGRAMME)


INDICATORS: tuple[Indicator, ...] = (
    managed_count, glucose_controlled, standard_managed, managed_share, new_cases, visits, tested, high_risk_tested,
    recheck_on_time, referral_closed, lost_share, due, late, not_found, loops_closed, loop_days,
)
