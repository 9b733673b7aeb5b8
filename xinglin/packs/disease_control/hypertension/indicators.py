"""高血压的指标。口径取自规范原文；原文没有说死的，写在 note 里印在页上。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from xinglin.datasets.chronic import AnnualExam, BpScreening
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
from xinglin.packs.disease_control.follow_up import LOST, decided, followed, paused, standard, until
from xinglin.packs.disease_control.hypertension.forms import HtnVisit
from xinglin.packs.disease_control.hypertension.norms import (
    ADULT_AGE,
    FOLLOW_UP,
    GUIFAN,
    HOUSE,
    PREVALENCE,
    SCREENING,
    START_AGE,
)
from xinglin.packs.disease_control.hypertension.programme import BP_BAD, PROGRAMME

if TYPE_CHECKING:
    import ibis.expr.types as ir

SINCE = "2017-02-28"
TARGETS = GUIFAN.clause("高血压 五 工作指标")
HOUSE_FIGURES = HOUSE.clause("随访质量指标", sure=False)

AGE = Age(Person.birth_date)
ADULT: Condition = AGE >= ADULT_AGE
TO_BE_SCREENED: Condition = AGE >= START_AGE
FACE_TO_FACE: Condition = HtnVisit.way.is_any("门诊", "家庭")
COMPLETE: Condition = ~(HtnVisit.way.is_null() | HtnVisit.sbp.is_null() | HtnVisit.dbp.is_null()
                        | HtnVisit.adherence.is_null())


@count(code="htn.managed_count", title="年内已管理的高血压患者人数", cites=TARGETS, population="常住",
       since=SINCE, unit="人", better="high", by=("township", "village", "org"))
def managed_count(lake: Lake, year: Period) -> Count:
    """年内已管理的高血压患者人数。

    到期末（进行中的年份到昨夜）仍在专案内的患者。只有死亡和登记迁出自其日期起离开；失访、拒绝仍计在内。
    """
    return Count(of=lake.cases(PROGRAMME, active_in=year))


@proportion(code="htn.bp_controlled", title="管理人群血压控制率", cites=TARGETS, population="常住",
            since=SINCE, better="high", by=("township", "village", "org"),
            note="目标值取随访当日有效的标准；年内无随访、失访、拒绝的人留在分母，不算达标")
def bp_controlled(lake: Lake, year: Period) -> Share:
    """年内最近一次随访血压达标人数 ÷ 年内已管理的高血压患者人数。

    收缩压、舒张压均须达标。年内无随访的人、失访与拒绝的人留在分母，不算达标。目标值取随访当日有效的标准。
    """
    last = lake.latest(HtnVisit, year).select("person", "day", "sbp", "dbp")
    rows = lake.cases(PROGRAMME, active_in=year).left_join(last, "person")
    away = rows["day"].isnull() | paused(rows, until(lake, year))
    return Share(of=rows, having=ibis.cases(
        (away, False), else_=meets(~BP_BAD, rows, on=rows["day"])))


@proportion(code="htn.standard_managed", title="高血压患者规范管理率", cites=TARGETS, population="常住",
            since=SINCE, better="high", by=("township", "village", "org"),
            note="运行默认口径：纳入后每个完整的自然季度至少一次面对面且必填项齐全的随访；年度体检已做；"
                 "两周内复查、转诊追踪均按期。进行中的年份，未到期的季度、体检、复查暂不计为不合格。"
                 "必填项：随访方式、收缩压、舒张压、服药依从性")
def standard_managed(lake: Lake, year: Period) -> Share:
    """按照规范要求进行高血压患者健康管理的人数 ÷ 年内已管理的高血压患者人数。

    自纳入起每个自然季度至少一次面对面随访（纳入当年按余下的完整季度计），年度体检已做，随访表必填项齐全，
    每次控制不满意或不良反应后 14 天内再随访，每次转诊后 14 天内追踪。一次补四次的不算。
    """
    visits = lake.within(HtnVisit, year)
    return standard(lake, year, PROGRAMME,
                    visits.filter(meets(FACE_TO_FACE & COMPLETE, visits, on=visits["day"])))


@coverage(code="htn.managed_share", title="高血压患者健康管理率", cites=TARGETS, population="常住",
          since=SINCE, better="high", by=("township", "village"),
          note="分母是估算数：18 岁及以上常住居民数 × 患病率（全国调查粗率，县可另定），可能超过 100%")
def managed_share(lake: Lake, year: Period) -> Coverage:
    """年内已管理高血压患者人数 ÷ 年内辖区内高血压患者总人数（估算）。

    高血压患者总人数 = 辖区 18 岁及以上常住居民数 × 成人高血压患病率。
    """
    last = min(year.last, lake.day)
    people = lake.people(on=last)
    adults = people.filter(meets(ADULT, people, on=ibis.literal(last)))
    estimated = adults.mutate(patients=PREVALENCE.at(ibis.literal(year.last)) / 100)
    return Coverage(reached=lake.cases(PROGRAMME, active_in=year), expected=estimated, weight="patients")


@count(code="htn.new_cases", title="新纳入高血压患者", cites=HOUSE_FIGURES, population="常住",
       since=SINCE, unit="人", by=("township", "village", "org", "month"))
def new_cases(lake: Lake, year: Period) -> Count:
    """期内新纳入管理的高血压患者人数，按纳入日期计；纳入后死亡或迁出的仍计在内。"""
    return follow_up.new_cases(lake, year, PROGRAMME)


@count(code="htn.visits", title="高血压随访次数", cites=TARGETS, population="服务", since=SINCE,
       unit="次", better="high", by=("township", "village", "org", "month"))
def visits(lake: Lake, year: Period) -> Count:
    """期内完成的高血压随访次数，按随访机构和随访日期计；电话、视频随访计在内，不论是否在管。"""
    return Count(of=lake.within(HtnVisit, year))


@proportion(code="htn.recheck_on_time", title="两周内复查按期率", cites=HOUSE_FIGURES,
            population="服务", since=SINCE, better="high", by=("township", "village", "org"),
            note="只计已做或已过期限的复查；按最迟日期归入时期")
def recheck_on_time(lake: Lake, year: Period) -> Share:
    """期内按期完成的复查次数 ÷ 期内应复查的次数（已做的与已过期限的）。

    第一次出现血压控制不满意或药物不良反应的患者，2 周内随访。
    """
    rows = decided(lake, year, PROGRAMME, "recheck")
    return Share(of=rows, having=rows["on_time"])


@proportion(code="htn.referral_closed", title="转诊按期追踪率", cites=HOUSE_FIGURES,
            population="服务", since=SINCE, better="high", by=("township", "village", "org"),
            note="只计已了结或已过追踪期限的转诊；按开启日期归入时期")
def referral_closed(lake: Lake, year: Period) -> Share:
    """2 周内主动随访了转诊情况的次数 ÷ 期内开启的转诊闭环数（已了结的与已过期限的）。"""
    opened = followed(lake, year, PROGRAMME)
    return Share(of=opened, having=opened["on_time"])


@proportion(code="htn.lost_share", title="高血压患者失访率", cites=HOUSE_FIGURES, population="常住",
            since=SINCE, better="low", by=("township", "village", "org"),
            note="失访须经三次不同日联系并由卫生院确认；失访的人不离开分母")
def lost_share(lake: Lake, year: Period) -> Share:
    """期末处于失访状态的人数 ÷ 年内已管理的高血压患者人数。"""
    rows = lake.cases(PROGRAMME, active_in=year)
    return Share(of=rows, having=paused(rows, until(lake, year), LOST))


@proportion(code="htn.screened_35", title="35 岁及以上居民年内测血压率", cites=SCREENING,
            population="常住", since=SINCE, better="high", by=("township", "village"),
            note="筛查、随访、体检中的血压都算一次")
def screened_35(lake: Lake, year: Period) -> Share:
    """年内至少测过一次血压的人数 ÷ 辖区内 35 岁及以上常住居民数。

    对辖区内 35 岁及以上常住居民，每年为其免费测量一次血压（非同日三次测量）。
    """
    last = min(year.last, lake.day)
    people = lake.people(on=last)
    residents = people.filter(meets(TO_BE_SCREENED, people, on=ibis.literal(last)))
    measured = _measured(lake, year)
    rows = residents.left_join(measured, "person").drop("person_right")
    return Share(of=rows, having=rows["measured"].notnull())


def _measured(lake: Lake, year: Period) -> ir.Table:
    readings = [t.filter(t["sbp"].notnull()).select("person") for t in (
        lake.within(record, year) for record in (BpScreening, HtnVisit, AnnualExam))]
    return ibis.union(*readings, distinct=True).mutate(measured=True)


@count(code="htn.due", title="应做的高血压随访", cites=FOLLOW_UP, population="服务", since=SINCE, unit="次",
       by=("township", "village", "org", "month"), note="按最迟日期归入时期；因更正撤销的不计")
def due(lake: Lake, year: Period) -> Count:
    """期内到期的季度随访次数，做了的和没有做的都计在内。"""
    return follow_up.due_visits(lake, year, PROGRAMME)


@proportion(code="htn.late", title="高血压随访逾期率", cites=FOLLOW_UP, population="服务", since=SINCE, better="low",
            by=("township", "village", "org", "month"),
            note="按最迟日期归入时期；最迟日期当天还不算逾期；失访、拒绝的人没有做的也计在内")
def late(lake: Lake, year: Period) -> Share:
    """逾期才做和没有做的季度随访次数 ÷ 期内应做的季度随访次数（已做的与已过期限的）。"""
    return follow_up.late_visits(lake, year, PROGRAMME)


@count(code="htn.not_found", title="高血压随访未见到人", cites=HOUSE_FIGURES, population="服务", since=SINCE, unit="次",
       better="low", by=("township", "village", "org", "month"), note="只计联系结果为“未见到”的，外出、改期、住院不计")
def not_found(lake: Lake, year: Period) -> Count:
    """期内为高血压随访而联系、没有见到人的次数，按联系日期计。"""
    return follow_up.not_found(lake, year, PROGRAMME)


@proportion(code="htn.loops_closed", title="高血压转诊闭环率", cites=HOUSE_FIGURES, population="服务", since=SINCE,
            better="high", by=("township", "village", "org"), note="不论是否按期；期末才开启的也在分母")
def loops_closed(lake: Lake, year: Period) -> Share:
    """到期末（进行中的年份到昨夜）已了结的转诊闭环数 ÷ 期内开启的转诊闭环数。"""
    return follow_up.loops_closed(lake, year, PROGRAMME)


@mean(code="htn.loop_days", title="高血压转诊闭环用时", cites=HOUSE_FIGURES, population="服务", since=SINCE, unit="天",
      better="low", by=("township", "village", "org"), note="只平均已了结的；未了结的单列，不当作零")
def loop_days(lake: Lake, year: Period) -> Mean:
    """期内开启的转诊闭环从开启到了结的天数之和 ÷ 其中已了结的闭环数。"""
    return follow_up.days_to_close(lake, year, PROGRAMME)


INDICATORS: tuple[Indicator, ...] = (
    managed_count, bp_controlled, standard_managed, managed_share, new_cases, visits,
    recheck_on_time, referral_closed, lost_share, screened_35, due, late, not_found, loops_closed, loop_days,
)
