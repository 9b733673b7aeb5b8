"""诊疗服务量：各机构的就诊与诊断，按就诊当天计。"""

from datetime import date

from xinglin.datasets.encounters import Diagnosis, Encounter
from xinglin.declare.example import Counted
from xinglin.declare.indicator import Count, Lake, count
from xinglin.declare.norm import Source
from xinglin.declare.pack import Pack
from xinglin.kernel.dates import Period

SURVEY = Source("全国卫生健康统计调查制度", issued=date(2021, 12, 31))
SERVICES = SURVEY.clause("医疗服务")
SINCE = "1900-01-01"    # a count of what was delivered has no edition that begins later


@count(code="vis.encounters", title="诊疗人次", cites=SERVICES, population="事件", since=SINCE, unit="人次",
       by=("township", "village", "org", "month", "kind"),
       note="一行就诊记录计一人次；作废的不计；机构待核实的也计，列在“未注明机构”")
def encounters(lake: Lake, period: Period) -> Count:
    """期内的门诊、急诊、住院、体检和家庭出诊人次数，按就诊日期统计。"""
    return Count(of=lake.within(Encounter, period))


@count(code="vis.diagnoses", title="诊断数", cites=SERVICES, population="事件", since=SINCE, unit="个",
       by=("township", "village", "org", "month", "kind"), note="一次就诊有几个诊断计几个；只有名称没有编码的也计")
def diagnoses(lake: Lake, period: Period) -> Count:
    """期内作出的诊断数，按诊断日期统计。"""
    return Count(of=lake.within(Diagnosis, period))


_SEEN = ("2025-12-31", "2026-01-01", "2026-06-30")
COUNTED = (
    Counted("上年末一次、当年两次：两人次", "vis.encounters",
            tuple(Encounter.row(person=1, day=d, kind="门诊") for d in _SEEN), 2),
    Counted("一次就诊两个诊断：计两个", "vis.diagnoses",
            tuple(Diagnosis.row(person=1, day="2026-01-01", kind="门诊", icd10=c) for c in ("I10", "E11.9")), 2),
)

PACK = Pack(
    code="vis",
    title="诊疗服务量",
    office="医政股",
    sources=[SURVEY],
    norms=[],
    indicators=(encounters, diagnoses),
    counted=COUNTED,
)
