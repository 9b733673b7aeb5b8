"""高血压的指标。口径取自规范原文；原文没有说死的，写在 note 里印在页上。"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.people import Person
from xinglin.datasets.work import Case
from xinglin.declare.expr import Age, Condition
from xinglin.declare.indicator import (
    Count,
    Coverage,
    Indicator,
    Lake,
    Share,
    count,
    coverage,
    meets,
    proportion,
)
from xinglin.kernel.dates import Period
from xinglin.packs.disease_control.hypertension.forms import HtnVisit
from xinglin.packs.disease_control.hypertension.norms import (
    ADULT_AGE,
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
WITHDRAWN = "因更正撤销"
LOST: Condition = Case.state.is_any("失访")
PAUSED: Condition = Case.state.is_any("失访", "拒绝")


def _until(lake: Lake, period: Period) -> ir.DateValue:
    """The last day that counts: the period's own, or the last known."""
    return ibis.literal(min(period.last, lake.day))


def _paused(rows: ir.Table, until: ir.DateValue, state: Condition = PAUSED) -> ir.BooleanValue:
    """Is the case lost (or refused) by that day? A pause without a day counts from the start."""
    begun = rows["paused_on"].isnull() | (rows["paused_on"] <= until)
    return (meets(state, rows, on=until) & begun).fill_null(False)


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
    away = rows["day"].isnull() | _paused(rows, _until(lake, year))
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
    rows = lake.cases(PROGRAMME, active_in=year)
    for table in (_quarters(lake, year), _examined(lake, year), _late_rechecks(lake, year),
                  _late_referrals(lake, year)):
        rows = rows.left_join(table, "person").drop("person_right")
    kept = ibis.and_(*[_quarter_kept(rows, q) for q in _closed_quarters(lake, year)], True)
    examined = rows["exams"].notnull() | (lake.day < year.last)
    on_time = rows["late_rechecks"].isnull() & rows["late_referrals"].isnull()
    return Share(of=rows, having=kept & examined & on_time)


def _closed_quarters(lake: Lake, year: Period) -> list[Period]:
    """Calendar quarters of the year that are over; the running one does not count against."""
    quarters = {Period.of(m.first, "quarter") for m in year.months()}
    return sorted(q for q in quarters if q.last <= lake.day)


def _quarters(lake: Lake, year: Period) -> ir.Table:
    """Which quarters each person had a complete face-to-face visit in: columns q1 to q4."""
    visits = lake.within(HtnVisit, year)
    good = visits.filter(meets(FACE_TO_FACE & COMPLETE, visits, on=visits["day"]))
    return good.group_by("person").agg(
        **{_name(q): good["day"].between(q.first, q.last).any() for q in _year_quarters(year)})


def _year_quarters(year: Period) -> list[Period]:
    return sorted({Period.of(m.first, "quarter") for m in year.months()})


def _name(quarter: Period) -> str:
    return f"visited_{quarter}"


def _quarter_kept(rows: ir.Table, quarter: Period) -> ir.BooleanValue:
    """A quarter binds those who were enrolled before it or on its first day."""
    return (rows["enrolled"] > quarter.first) | rows[_name(quarter)].fill_null(False)


def _examined(lake: Lake, year: Period) -> ir.Table:
    exams = lake.within(AnnualExam, year)
    return exams.group_by("person").agg(exams=exams.count())


def _late_rechecks(lake: Lake, year: Period) -> ir.Table:
    """People with a recheck that was missed or done late."""
    due = _decided(lake.tasks(PROGRAMME, year), "recheck", lake)
    late = due.filter(~due["on_time"])
    return late.group_by("person").agg(late_rechecks=late.count())


def _late_referrals(lake: Lake, year: Period) -> ir.Table:
    """People with a referral that was not followed in time."""
    opened = _followed(lake, year)
    late = opened.filter(~opened["on_time"])
    return late.group_by("person").agg(late_referrals=late.count())


def _decided(tasks: ir.Table, code: str, lake: Lake) -> ir.Table:
    """Tasks whose last day is over or which were done; `on_time` says how.

    A pause does not take a missed one away, else marking people lost would raise the figure.
    """
    mine = tasks.filter(tasks["task"] == code, tasks["state"].isnull() | (tasks["state"] != WITHDRAWN))
    over = mine.filter(mine["done_on"].notnull() | (mine["due_by"] < lake.day))
    return over.mutate(on_time=(over["done_on"] <= over["due_by"]).fill_null(False))


def _followed(lake: Lake, year: Period) -> ir.Table:
    """Referrals opened in the period that are closed or past their follow-up day."""
    loops = lake.loops(PROGRAMME, year)
    mine = loops.filter(loops["loop"] == "referral")
    over = mine.filter(mine["closed"].notnull() | (mine["follow_by"] < lake.day))
    return over.mutate(on_time=(over["closed"] <= over["follow_by"]).fill_null(False))


@coverage(code="htn.managed_share", title="高血压患者健康管理率", cites=TARGETS, population="常住",
          since=SINCE, better="high", by=("township", "village"),
          note="分母是估算数：18 岁及以上常住居民数 × 患病率（全国调查粗率，县可另定），可能超过 100%")
def managed_share(lake: Lake, year: Period) -> Coverage:
    """年内已管理高血压患者人数 ÷ 年内辖区内高血压患者总人数（估算）。

    高血压患者总人数 = 辖区 18 岁及以上常住居民数 × 成人高血压患病率。
    """
    until = min(year.last, lake.day)
    people = lake.people(on=until)
    adults = people.filter(meets(ADULT, people, on=ibis.literal(until)))
    estimated = adults.mutate(patients=PREVALENCE.at(ibis.literal(year.last)) / 100)
    return Coverage(reached=lake.cases(PROGRAMME, active_in=year), expected=estimated, weight="patients")


@count(code="htn.new_cases", title="新纳入高血压患者", cites=HOUSE_FIGURES, population="常住",
       since=SINCE, unit="人", by=("township", "village", "org", "month"))
def new_cases(lake: Lake, year: Period) -> Count:
    """期内新纳入管理的高血压患者人数，按纳入日期计；纳入后死亡或迁出的仍计在内。"""
    cases = lake.within(Case, year)
    mine = cases.filter(cases["programme"] == PROGRAMME.code,
                        cases["state"].notin(("待核实", "已排除")))
    return Count(of=mine.mutate(day=mine["enrolled"]))


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
    due = _decided(lake.tasks(PROGRAMME, year), "recheck", lake)
    return Share(of=due, having=due["on_time"])


@proportion(code="htn.referral_closed", title="转诊按期追踪率", cites=HOUSE_FIGURES,
            population="服务", since=SINCE, better="high", by=("township", "village", "org"),
            note="只计已了结或已过追踪期限的转诊；按开启日期归入时期")
def referral_closed(lake: Lake, year: Period) -> Share:
    """2 周内主动随访了转诊情况的次数 ÷ 期内开启的转诊闭环数（已了结的与已过期限的）。"""
    opened = _followed(lake, year)
    return Share(of=opened, having=opened["on_time"])


@proportion(code="htn.lost_share", title="高血压患者失访率", cites=HOUSE_FIGURES, population="常住",
            since=SINCE, better="low", by=("township", "village", "org"),
            note="失访须经三次不同日联系并由卫生院确认；失访的人不离开分母")
def lost_share(lake: Lake, year: Period) -> Share:
    """期末处于失访状态的人数 ÷ 年内已管理的高血压患者人数。"""
    rows = lake.cases(PROGRAMME, active_in=year)
    return Share(of=rows, having=_paused(rows, _until(lake, year), LOST))


@proportion(code="htn.screened_35", title="35 岁及以上居民年内测血压率", cites=SCREENING,
            population="常住", since=SINCE, better="high", by=("township", "village"),
            note="筛查、随访、体检中的血压都算一次")
def screened_35(lake: Lake, year: Period) -> Share:
    """年内至少测过一次血压的人数 ÷ 辖区内 35 岁及以上常住居民数。

    对辖区内 35 岁及以上常住居民，每年为其免费测量一次血压（非同日三次测量）。
    """
    until = min(year.last, lake.day)
    people = lake.people(on=until)
    residents = people.filter(meets(TO_BE_SCREENED, people, on=ibis.literal(until)))
    measured = _measured(lake, year)
    rows = residents.left_join(measured, "person").drop("person_right")
    return Share(of=rows, having=rows["measured"].notnull())


def _measured(lake: Lake, year: Period) -> ir.Table:
    readings = [t.filter(t["sbp"].notnull()).select("person") for t in (
        lake.within(record, year) for record in (BpScreening, HtnVisit, AnnualExam))]
    return ibis.union(*readings, distinct=True).mutate(measured=True)


INDICATORS: tuple[Indicator, ...] = (
    managed_count, bp_controlled, standard_managed, managed_share, new_cases, visits,
    recheck_on_time, referral_closed, lost_share, screened_35,
)
