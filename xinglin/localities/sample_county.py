"""示例县（区划 330182）：演示与测试用的一套选择，全部数据为模拟。"""

from xinglin.declare.pack import Locality
from xinglin.packs.disease_control import diabetes, hypertension
from xinglin.packs.emergency import notifiable
from xinglin.packs.medical import visits
from xinglin.packs.public_health import health_record
from xinglin.packs.reporting import annual_report, sources

COUNTY = Locality(code="330182", title="示例县",
                  packs=(hypertension.PACK, diabetes.PACK, health_record.PACK, notifiable.PACK, annual_report.PACK,
                         sources.PACK, visits.PACK))
