"""法定传染病报告：病例数按发病时间、地区计。"""

from datetime import date

from xinglin.datasets.infectious import CaseReport
from xinglin.declare.example import Counted
from xinglin.declare.indicator import Count, Lake, count
from xinglin.declare.norm import Source
from xinglin.declare.pack import Pack
from xinglin.kernel.dates import Period

LAW = Source("中华人民共和国传染病防治法", issued=date(1989, 2, 21))
REPORTING = LAW.clause("疫情报告、通报和公布")


@count(code="ntf.cases", title="传染病病例数", cites=REPORTING, population="事件", since="1989-09-01",
       unit="例", by=("township", "village", "org", "month", "disease", "district"),
       note="按发病日期计；没有发病日期的个案不计入，列为待补；疑似病例与病原携带者不计")
def cases(lake: Lake, period: Period) -> Count:
    """期内发病的病例数：确诊与临床诊断病例，按发病日期和现住址统计。

    没有区划代码的个案，按报告卡上填写的县（区）名称分组。
    """
    rows = lake.within(CaseReport, period)
    counted = rows.filter(rows["case_class"].isnull() | rows["case_class"].notin(("疑似", "携带")))
    return Count(of=counted.mutate(day=counted["onset_on"]))


COUNTED = (
    Counted("确诊一例、疑似一例、没有发病日期一例：计一例", "ntf.cases", tuple(
        CaseReport.row(person=n, disease="dengue", case_class=kind, onset_on=day)
        for n, kind, day in ((1, "确诊", "2026-03-01"), (2, "疑似", "2026-03-01"), (3, "确诊", None))), 1),
)

PACK = Pack(
    code="ntf",
    title="传染病报告",
    office="县疾控中心",
    sources=[LAW],
    norms=[],
    indicators=(cases,),
    counted=COUNTED,
)
