"""Addresses brought to the part that tells homes apart: without province, city and county, houses in one form."""

from __future__ import annotations

_PROVINCES = ("北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西",
              "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古",
              "广西", "西藏", "宁夏", "新疆", "香港", "澳门")
_NAMES = "|".join(_PROVINCES)
# Nothing that ends a smaller place may stand inside a larger one's name.
_INSIDE = "[^省市县区旗盟镇乡村路街道号0-9]"
_STEPS = (
    (r"[\s,，。.、;；#]", ""),
    (r"^(中国|中华人民共和国)", ""),
    (rf"^({_NAMES})(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)?", ""),
    (rf"^{_INSIDE}{{1,10}}(市|地区|自治州|盟)", ""),
    (rf"^{_INSIDE}{{1,10}}(自治县|县|市|区|旗)", ""),
    ("村?(村民委员会|村委会|行政村|自然村)", "村"),
    ("(社区)?(社区居民委员会|居民委员会|社区居委会|居委会)", "社区"),
    ("([0-9a-zA-Z])(号楼|栋|幢|号院|座|单元|楼|层)", r"\1-"),
    ("(室|房|户)$", ""),
    ("[—–－_/]", "-"),
)


def address_sql(x: str) -> str:
    """The address without its larger places; the empty text when nothing is left."""
    for found, instead in _STEPS:
        x = f"regexp_replace({x}, '{found}', '{instead}', 'g')"
    return f"lower({x})"


def street_sql(x: str) -> str:
    """Town, village or road without the house: what stands before the first number."""
    return f"nullif(regexp_replace({x}, '[0-9].*$', ''), '')"
