"""高血压的指标。"""

from xinglin.declare.indicator import Indicator

INDICATORS: tuple[Indicator, ...] = ()
