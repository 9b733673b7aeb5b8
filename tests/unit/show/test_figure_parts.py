"""Parts of the figures' pages that need neither a lake nor a browser."""

import csv
import io
import random
from datetime import date
from decimal import Decimal

import pytest

from xinglin.kernel.dates import Period
from xinglin.show.cockpit.cells import nearest, picture
from xinglin.show.figures import periods, trend
from xinglin.show.figures.breakdown import address
from xinglin.show.figures.export import file_of
from xinglin.show.figures.markdown import html_of, title_of
from xinglin.show.figures.places import short
from xinglin.show.figures.templatetags.sparks import spark
from xinglin.show.figures.totals import Total, amount_of
from xinglin.site.load import catalog

RATE = catalog().indicator("htn.bp_controlled")[-1]
COUNT = catalog().indicator("ntf.cases")[-1]


def total(period, as_of, num, den, months=None):
    one = COUNT if months is not None else RATE
    return Total(one.code, period, as_of, amount_of(one, Decimal(num), Decimal(den)), months or {})


HELD = [total("2025", date(2025, 3, 31), 50, 100), total("2025", date(2025, 12, 31), 60, 100),
        total("2026", date(2026, 2, 28), 61, 100), total("2026", date(2026, 3, 15), 62, 100)]  # fmt: skip


def test_a_rate_stands_as_it_stood_at_each_months_end():
    line = trend.by_month(RATE, HELD, 2026, date(2026, 3, 15))
    assert [trend.drawn(RATE, a) if a else None for a in line.now[:4]] == [None, 61.0, 62.0, None]
    assert trend.drawn(RATE, line.before[2]) == 50.0
    assert line.open == ("3月",)


def test_change_is_against_the_same_month_of_last_year():
    then = trend.last_year(RATE, HELD, date(2026, 3, 15))
    assert trend.change(RATE, HELD[-1].amount, then) == "比去年 3月末高 12.0 个百分点"
    whole = trend.last_year(RATE, HELD, date(2026, 5, 2))
    assert trend.change(RATE, HELD[-1].amount, whole) == "比去年全年高 2.0 个百分点"


def test_counts_add_up_over_the_quarter():
    held = [total("2026", date(2026, 6, 10), 9, 0, {"2026-01": 1, "2026-03": 3, "2026-05": 5})]
    line = trend.by_quarter(COUNT, held, 2026, date(2026, 6, 10))
    assert [trend.drawn(COUNT, a) if a else None for a in line.now] == [4.0, 5.0, None, None]


def test_nothing_to_divide_by_is_said():
    assert trend.words(RATE, amount_of(RATE, Decimal(0), Decimal(0))) == "—（分母为 0）"
    assert trend.words(RATE, amount_of(RATE, Decimal(3), Decimal(4))) == "75.0%\u30003/4"


def test_only_counts_by_month_offer_parts_of_a_year():
    assert [p for p, _ in periods.parts(RATE)] == [""]
    assert periods.joined("2026", "-03", COUNT) == "2026-03"
    assert periods.split(Period.parse("2026Q1")) == ("2026", "Q1")
    assert periods.years([RATE], date(2026, 5, 1))[-1] == 2018


def test_an_address_leaves_out_what_is_not_chosen():
    assert address("/f/", {"period": "2026", "place": ""}) == "/f/?period=2026"
    assert address("/f/", {"place": "330182101"}, place="") == "/f/"


@pytest.mark.parametrize(("name", "said"), [("下涯村村民委员会", "下涯村"), ("白沙社区居委会", "白沙社区"), ("梅城镇", "梅城镇")])
def test_villages_are_named_as_people_say(name, said):
    assert short(name) == said


def test_a_cell_that_looks_like_a_formula_is_text():
    made = file_of("csv", title="t", mark=["m"], header=["h"], rows=[["=1+1"], ["@x"], [-3]])
    cells = [row[0] for row in csv.reader(io.StringIO(made.decode("utf-8-sig")))]
    assert cells == ["t", "m", "h", "'=1+1", "'@x", "-3", "m"]
    assert file_of("xlsx", title="t", mark=["m"], header=["h"], rows=[["=1+1"]])[:2] == b"PK"


def test_the_handbook_is_escaped_before_it_is_drawn():
    text = "<!-- n -->\n# 标题\n\n## 二\n\n| 甲 | 乙 |\n| --- | --- |\n| <b> | `c` |\n\n1. 一\n2. **二**\n"
    html = html_of(text)
    assert title_of(text) == "标题"
    assert "&lt;b&gt;" in html
    assert "<code>c</code>" in html
    assert html.count("<tr>") == 2
    assert "<ol><li>一</li><li><strong>二</strong></li></ol>" in html


def test_a_mini_line_has_gaps_and_needs_two_points():
    assert spark([None, 3.0]) == ""
    assert spark([1.0, 2.0, None, 4.0, 5.0]).count("<polyline") == 2


def area(shape):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(shape, [*shape[1:], shape[0]], strict=True))) / 2


def test_cells_cover_the_frame_once():
    chance = random.Random(3)
    points = [(chance.random() * 10, chance.random() * 10) for _ in range(12)]
    frame = [(0, 0), (10, 0), (10, 10), (0, 10)]
    cells = [nearest([q for q in points if q != p], p, frame) for p in points]
    assert sum(area(c) for c in cells) == pytest.approx(100)


def test_a_county_without_a_map_gets_tiles():
    drawn = picture("000000", tuple(f"00000010{n}" for n in range(7)))
    assert not drawn.sketch
    assert len(drawn.cells) == 7
    assert picture("330182", ("330182101", "330182102")).sketch
