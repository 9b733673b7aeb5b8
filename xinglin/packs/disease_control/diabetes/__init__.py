"""2 型糖尿病患者健康管理。

发现、登记、随访、转诊、评估五件事。数字在 norms，表在 forms，任务与闭环在 programme，
指标在 indicators，例在 examples。
"""

from xinglin.declare.pack import Pack
from xinglin.packs.disease_control.diabetes import norms
from xinglin.packs.disease_control.diabetes.examples import COUNTED, EXAMPLES
from xinglin.packs.disease_control.diabetes.forms import DmVisit
from xinglin.packs.disease_control.diabetes.indicators import INDICATORS
from xinglin.packs.disease_control.diabetes.programme import PROGRAMME, WATCH

__all__ = ["PACK", "PROGRAMME", "WATCH", "DmVisit"]

PACK = Pack(
    code="dm",
    title="2 型糖尿病患者健康管理",
    office="基层卫生股",
    sources=[norms.GUIFAN, norms.GUIDE_2022, norms.PREGNANCY_STANDARD, norms.SURVEY, norms.HOUSE],
    norms=norms.ALL,
    records=(DmVisit,),
    programmes=(PROGRAMME, WATCH),
    indicators=INDICATORS,
    examples=EXAMPLES,
    counted=COUNTED,
)
