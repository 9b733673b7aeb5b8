"""居民健康档案：建档与使用。

建档的人有多少，建了的档案有没有在用。"""

from datetime import date
from typing import TYPE_CHECKING

import ibis

from xinglin.datasets.chronic import AnnualExam, BpScreening
from xinglin.datasets.encounters import Encounter
from xinglin.datasets.immunisation import Vaccination
from xinglin.datasets.laboratory import LabResult
from xinglin.datasets.people import Person
from xinglin.datasets.pharmacy import Dispense
from xinglin.declare.example import Counted
from xinglin.declare.indicator import Lake, Share, proportion
from xinglin.declare.norm import Source
from xinglin.declare.pack import Pack
from xinglin.declare.record import Row
from xinglin.kernel.dates import Period
from xinglin.packs.disease_control.diabetes import DmVisit
from xinglin.packs.disease_control.hypertension import HtnVisit

if TYPE_CHECKING:
    import ibis.expr.types as ir

GUIFAN = Source("国家基本公共卫生服务规范（第三版）", issued=date(2017, 2, 28),
                number="国卫基层发〔2017〕13号")
TARGETS = GUIFAN.clause("居民健康档案 五 工作指标")
SINCE = "2017-02-28"
# What counts as a dynamic record: care received, and services given under the programme.
DYNAMIC = (Encounter, Dispense, LabResult, Vaccination, AnnualExam, BpScreening, HtnVisit, DmVisit)


def _filed(lake: Lake, year: Period) -> "ir.Table":
    """Usual residents at the period's end, with `filed`: whether a record was opened by then."""
    until = min(year.last, lake.day)
    people = lake.people(on=until)
    return people.mutate(filed=(people["person__record_opened_on"] <= until).fill_null(False))


@proportion(code="rec.coverage", title="健康档案建档率", cites=TARGETS, population="常住", since=SINCE,
            better="high", by=("township", "village"), note="常住居民数取登记的常住居民，不取公布数")
def coverage(lake: Lake, year: Period) -> Share:
    """建档人数 ÷ 辖区内常住居民数。

    建档指完成健康档案封面和个人基本信息表；没有建档日期的算未建档。
    """
    people = _filed(lake, year)
    return Share(of=people, having=people["filed"])


@proportion(code="rec.use", title="健康档案使用率", cites=TARGETS, population="常住", since=SINCE,
            better="high", by=("township", "village"),
            note="动态记录：期内的就诊、用药、检验、接种、体检、测血压、慢病随访")
def use(lake: Lake, year: Period) -> Share:
    """档案中有动态记录的档案份数 ÷ 档案总份数。

    有动态记录的档案是指一年内与患者的医疗记录相关联和（或）有符合对应服务规范要求的相关服务记录的健康档案。
    """
    people = _filed(lake, year)
    files = people.filter(people["filed"])
    moved = ibis.union(*[_people_of(lake, record, year) for record in DYNAMIC], distinct=True)
    rows = files.left_join(moved.mutate(moved=True), "person").drop("person_right")
    return Share(of=rows, having=rows["moved"].notnull())


def _people_of(lake: Lake, record: type, year: Period) -> "ir.Table":
    return lake.within(record, year).select("person").distinct()


def _filed_person(person: int, opened: str | None) -> Row:
    return Person.row(person=person, updated_on="2024-01-01", birth_date="1960-01-01", usual_resident=True, record_opened_on=opened)


_PEOPLE = (_filed_person(1, "2019-05-01"), _filed_person(2, "2026-06-30"), _filed_person(3, "2026-07-01"), _filed_person(4, None))

COUNTED = (
    Counted("四个常住居民：两人已建档，一人明天才建，一人没有", "rec.coverage", _PEOPLE, 2, 4),
    Counted("两份档案，一份年内有糖尿病随访", "rec.use", (*_PEOPLE, DmVisit.row(person=1, day="2026-03-01", fbg=6.0),
            DmVisit.row(person=2, day="2025-03-01", fbg=6.0)), 1, 2),
)

PACK = Pack(
    code="rec",
    title="居民健康档案",
    office="基层卫生股",
    sources=[GUIFAN],
    norms=[],
    indicators=(coverage, use),
    counted=COUNTED,
)
