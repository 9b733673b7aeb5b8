"""代码表（Codelist）

一组有名字的代码。条件写“在某代码表之内”，代码增减只改代码表。
下面的“心脏病”含 I20、I21，按前缀算，但不含 I21.9。
"""

from tests.lib.small_world import EXACT, HEART, Visit
from xinglin.declare.codelist import codelist


def test_exact(spec):
    """逐字相等：多一位就不是"""
    spec(
        table="""
            code
            I20
            I20.0
            J18
            空
        """,
        expression=Visit.code.is_in(EXACT),
        answer=[True, False, True, None],
    )


def test_prefix(spec):
    """按前缀：下位编码也算；列明排除的前缀不算"""
    spec(
        table="""
            code
            I20
            I21.0
            I21.9
            I21.901
            I2
            空
        """,
        expression=Visit.code.is_in(HEART),
        answer=[True, True, False, False, False, None],
    )


def test_words(spec):
    """在页面上读作"""
    spec(expression=Visit.code.is_in(HEART), words="编码在《心脏病》之内（2 个编码）")


def test_an_empty_list(spec):
    """空代码表：拒绝"""
    spec(refused="是空的", when=lambda: codelist("none", "空表", {}), do="至少写一个代码")
