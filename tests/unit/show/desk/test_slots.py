"""Slots are typed: what is a number, a date, a rank, a blank, a lost number."""

import pytest

from xinglin.show.reports.desk.slots import normal, slots_of


def only(text):
    found = slots_of(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("规范管理率95.95%", "percentage", 95.95, "%"),
        ("患病率4.53‰", "percentage", 4.53, "‰"),
        ("检测1.24万人次", "number", 12400, "人次"),
        ("总投资2.4亿元", "money", 240_000_000, "元"),
        ("特扶15.5户", "number", 15.5, "户"),
        ("培训2万余人次", "number", 20_000, "人次"),
        ("位列全市第3名", "rank", 3, "名"),
        ("开展第八期培训", "ordinal", 8, "期"),
        ("2021年", "date", 2021, "年"),
        ("5月25日", "date", None, ""),
        ("上半年", "period", None, ""),
        ("１２人", "number", 12, "人"),
        ("诊疗1,234,567人次", "number", 1_234_567, "人次"),
        ("两家医院", "number", 2, "家"),
        ("出动X人次", "blank", None, "人次"),
        ("20XX年", "blank", None, "年"),
    ],
)
def test_a_slot_has_its_kind_value_and_unit(text, kind, value, unit):
    slot = only(text)
    assert (slot.kind, slot.value, slot.unit) == (kind, value, unit)
    assert text[slot.start : slot.end] == slot.text


@pytest.mark.parametrize(
    "text", ["接种率％，居第二", "完成家社区改造", "综合排名第名", "截至月日全部完成"]
)
def test_a_lost_number_is_seen(text):
    assert [s.kind for s in slots_of(text) if s.kind == "lost"] == ["lost"]


@pytest.mark.parametrize(
    "text",
    [
        "1.加强培训",
        "（3）抓好落实",
        "“5+2”药品目录",
        "0—3岁儿童",
        "2型糖尿病",
        "公共场所",
        "建成家门口的站点",
    ],
)
def test_what_is_no_number_to_fill_is_left(text):
    assert [
        s for s in slots_of(text) if s.kind in ("number", "lost", "blank") and s.unit != "岁"
    ] == []


def test_approximations_are_known():
    assert [s.about for s in slots_of("近300人、400余次、500多户、600人")] == [
        True,
        True,
        True,
        False,
    ]


def test_half_width_copies_keep_their_places():
    text = "接种率９５．２％，ＰＣＲ１２人"
    assert len(normal(text)) == len(text)
    assert [s.text for s in slots_of(text)] == ["９５．２％", "１２人"]
