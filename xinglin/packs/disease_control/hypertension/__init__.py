"""高血压患者健康管理。

发现、登记、随访、转诊、评估五件事。数字在 norms，表在 forms，任务与闭环在 programme，
指标在 indicators，例在 examples。
"""

from xinglin.declare.pack import Pack
from xinglin.packs.disease_control.hypertension import norms
from xinglin.packs.disease_control.hypertension.examples import COUNTED, EXAMPLES
from xinglin.packs.disease_control.hypertension.forms import HtnVisit
from xinglin.packs.disease_control.hypertension.indicators import INDICATORS
from xinglin.packs.disease_control.hypertension.programme import PROGRAMME, WATCH

__all__ = ["PACK", "PROGRAMME", "WATCH", "HtnVisit"]

PACK = Pack(
    code="htn",
    title="高血压患者健康管理",
    office="基层卫生股",
    sources=[norms.GUIFAN, norms.GUIDE_2020, norms.SURVEY, norms.HOUSE],
    norms=norms.ALL,
    records=(HtnVisit,),
    programmes=(PROGRAMME, WATCH),
    indicators=INDICATORS,
    examples=EXAMPLES,
    counted=COUNTED,
)
