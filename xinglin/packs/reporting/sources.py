"""数据报送：来源送得全不全、迟不迟。行是一份份到达的数据，不指任何人。"""

from datetime import date

import ibis

from xinglin.datasets.arrivals import Arrival
from xinglin.declare.example import Counted
from xinglin.declare.expr import Condition
from xinglin.declare.indicator import Count, Lake, Mean, Share, count, mean, meets, proportion
from xinglin.declare.norm import Source, norm, since
from xinglin.declare.pack import Pack
from xinglin.declare.record import Row
from xinglin.kernel.dates import Period

HOUSE = Source("杏林运行默认口径（县可另定）", issued=date(2026, 1, 1))
ARRIVING = HOUSE.clause("数据报送", sure=False)
SINCE = "2017-02-28"

DAILY_LATE = norm("每日报送的最长间隔", "天", since("2017-02-28", 3, ARRIVING))
WEEKLY_LATE = norm("每周报送的最长间隔", "天", since("2017-02-28", 10, ARRIVING))
MONTHLY_LATE = norm("每月报送的最长间隔", "天", since("2017-02-28", 40, ARRIVING))

LATE: Condition = (
    (Arrival.every.is_any("每日") & (Arrival.gap > DAILY_LATE))
    | (Arrival.every.is_any("每周") & (Arrival.gap > WEEKLY_LATE))
    | (Arrival.every.is_any("每月") & (Arrival.gap > MONTHLY_LATE))
)
AGREED: Condition = ~Arrival.every.is_null() & ~Arrival.gap.is_null()


@count(code="src.deliveries", title="收到的数据批次", cites=ARRIVING, population="事件", since=SINCE, unit="份",
       by=("org", "month"))
def deliveries(lake: Lake, year: Period) -> Count:
    """期内各来源送到并收下的数据份数，按到达日期计；整份退回的不计。"""
    rows = lake.within(Arrival, year)
    return Count(of=rows.mutate(rk=rows["number"]))


@mean(code="src.accepted", title="数据接收率", cites=ARRIVING, population="事件", since=SINCE, unit="%", better="high",
      by=("org", "month"), note="每份先算接收行数占收到行数的百分比，再按份平均；空的份不参与")
def accepted(lake: Lake, year: Period) -> Mean:
    """期内各份数据接收率之和 ÷ 期内收到的数据份数。

    一份数据的接收率 = 接收的行数 ÷ 收到的行数 × 100%；其余的行已退回来源，改正后重报。
    """
    rows = lake.within(Arrival, year)
    rows = rows.mutate(rk=rows["number"])
    whole = rows["received"].nullif(0)
    return Mean(of=rows, value=(rows["accepted"] * 100 / whole).cast("decimal(18, 6)"))


@proportion(code="src.late", title="数据迟到率", cites=ARRIVING, population="事件", since=SINCE, better="low",
            by=("org", "month"), note="只计有报送约定、且不是第一份的数据；迟到指距上一份超过约定的最长间隔")
def late(lake: Lake, year: Period) -> Share:
    """期内迟到的数据份数 ÷ 期内按约定应连续报送的数据份数。"""
    rows = lake.within(Arrival, year)
    agreed = rows.filter(meets(AGREED, rows, on=rows["day"]))
    agreed = agreed.mutate(rk=agreed["number"], late=meets(LATE, agreed, on=agreed["day"]))
    return Share(of=agreed, having=ibis.coalesce(agreed["late"], False))


def _came(number: int, every: str | None, gap: int | None, *, taken: int = 10) -> Row:
    return Arrival.row(number=number, sender="县医院", dataset="lab_result", every=every, day="2026-03-01", received=10,
                       accepted=taken, gap=gap)


COUNTED = (
    Counted("三份数据：三份", "src.deliveries", tuple(_came(n, "每日", 1) for n in (1, 2, 3)), 3),
    Counted("一份全收，一份十行收九行：平均 95%", "src.accepted", (_came(1, "每日", 1), _came(2, "每日", 1, taken=9)), 190, 2),
    Counted("每日报送隔三天不算迟，隔四天算；没有约定的和第一份不判", "src.late",
            (_came(1, "每日", 3), _came(2, "每日", 4), _came(3, None, 90), _came(4, "每日", None)), 1, 2),
    Counted("每周报送隔十天不算迟，隔十一天算", "src.late", (_came(1, "每周", 10), _came(2, "每周", 11)), 1, 2),
    Counted("每月报送隔四十天不算迟，隔四十一天算", "src.late", (_came(1, "每月", 40), _came(2, "每月", 41)), 1, 2),
)

PACK = Pack(
    code="src",
    title="数据报送",
    office="信息中心",
    sources=[HOUSE],
    norms=[DAILY_LATE, WEEKLY_LATE, MONTHLY_LATE],
    indicators=(deliveries, accepted, late),
    counted=COUNTED,
)
