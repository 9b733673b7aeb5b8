from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.urls import path

from xinglin.registry.permissions import ROLES
from xinglin.show.common import menu
from xinglin.show.common.charts import Chart, Series
from xinglin.show.common.county import county
from xinglin.show.common.tables import Column, Row, Table


def drawn(source, **words):
    return Template(source).render(Context(words))


def test_a_state_is_mark_word_and_colour():
    html = drawn('{% state "late" "逾期 3 天" %}')
    assert "▲" in html
    assert "逾期 3 天" in html
    assert "x-state-late" in html


def test_words_from_data_are_escaped():
    assert "&lt;b&gt;" in drawn('{% state "info" w %}', w="<b>")
    table = Table(columns=[Column(title="名")], rows=[Row(cells=["<script>"])])
    assert "&lt;script&gt;" in drawn("{% table t %}", t=table)
    chart = Chart(
        title="x", kind="bars", labels=["</script>"], series=[Series(name="n", values=[1])]
    )
    assert "</script>," not in drawn("{% chart c %}", c=chart)


def test_an_empty_table_teaches():
    table = Table(
        columns=[Column(title="批次")], rows=[], caption="没有收到", empty="应由检验科送达"
    )
    html = drawn("{% table t %}", t=table)
    assert "应由检验科送达" in html
    assert "<table" not in html


def test_a_chart_refuses_rows_of_another_length():
    with pytest.raises(ValueError, match="去年"):
        Chart(
            title="t", kind="line", labels=["1月", "2月"], series=[Series(name="去年", values=[1])]
        )


def test_a_chart_over_time_has_a_day_for_each_point():
    with pytest.raises(ValueError, match="day"):
        Chart(title="t", kind="line", labels=["26/1/5", "26/7/1"], days=["2026-01-05"], series=[])


def test_a_gap_in_a_chart_is_a_dash_in_its_table():
    chart = Chart(title="t", kind="line", labels=["1月"], unit="%", incomplete=["1月"],
                  series=[Series(name="今年", values=[None])])  # fmt: skip
    assert chart.table() == [("1月", True, ["—"])]


urlpatterns = [path(f"{entry.page}/", lambda request: None, name=entry.page) for entry in menu.MENU]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("village_doctor", ["今日", "居民", "指标"]),
        ("bureau_chief", ["今日", "居民", "指标", "报告"]),
        ("hospital_it", ["指标", "数据"]),
        ("system_admin", ["管理"]),
    ],
)
def test_the_menu_is_that_of_the_role(role, titles):
    lines = menu.lines_for(frozenset(ROLES[role].reach), "/figures/")
    assert [str(line.title) for line in lines] == titles
    assert all(line.here == (line.address == "/figures/") for line in lines)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("roles", "front"), [
    (["village_doctor"], "/today/"), (["bureau_chief"], "/today/"), (["hospital_it"], "/deliveries/"), (["statistician"], "/people/"),
    (["audit_admin"], "/administration/"), (["nobody", "hospital_it"], "/deliveries/"), ([], None)])
def test_the_first_page_is_what_the_role_is_for(roles, front):
    assert menu.front_of([SimpleNamespace(role=role) for role in roles]) == front


def test_an_entry_without_a_page_is_not_shown(settings):
    settings.ROOT_URLCONF = "xinglin.show.common.urls"
    assert menu.lines_for(frozenset({"figures"}), "/") == []


def test_a_real_county_shows_no_accounts(tmp_path, monkeypatch):
    monkeypatch.setenv("XINGLIN_HOME", str(tmp_path))
    assert county().name == "未建县"
    told = 'code = "330182"\nname = "某县"\nkind = "{}"\n[[accounts]]\nusername="a"\npassword="b"\nabout="c"\n'
    (tmp_path / "county.toml").write_text(told.format("real"), encoding="utf-8")
    assert county().accounts == ()
    assert not county().synthetic
