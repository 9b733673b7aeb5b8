"""The samples that /_kit/ shows: every part with long names, gaps, zeros and unfinished months."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xinglin.kernel.errors import XinglinError
from xinglin.show.common.charts import Chart, Series, Target
from xinglin.show.common.menu import MENU, Line
from xinglin.show.common.tables import Column, Row, Table
from xinglin.show.common.wording import share_words

MONTHS = [f"{m}月" for m in range(1, 13)]
TOWNS = ["新安江街道", "洋溪街道", "更楼街道", "莲花镇", "乾潭镇", "梅城镇", "杨村桥镇", "下涯镇",
         "大洋镇", "三都镇", "寿昌镇", "航头镇", "大慈岩镇", "大同镇", "李家镇", "钦堂乡"]  # fmt: skip


def components(request: HttpRequest) -> HttpResponse:
    """Every part once."""
    today = timezone.localdate()
    days = [today - timedelta(days=3), today, today + timedelta(days=5), today + timedelta(days=40)]
    words = _frame() | {
        "today": today, "days": days, "far": today - timedelta(days=500),
        "line": _line(), "bars": _bars(), "few": _few(), "towns": _towns(), "nothing": _nothing(),
    }  # fmt: skip
    return render(request, "common/kit.html", words)


def _frame() -> dict[str, object]:
    """The frame as a doctor sees it, though nobody is signed in here."""
    lines = [
        Line(title=e.title, icon=e.icon, address=f"#{e.page}", here=e.page == "today") for e in MENU
    ]
    reader = {"name": "王大夫", "role": "责任医生", "organisation": "下涯镇卫生院下涯村卫生室"}
    return {"menu": lines, "reader": reader, "search_address": "#find"}


def _line() -> Chart:
    shares = [(1100 + 17 * m, 1760) for m in range(12)]
    now = [round(100 * n / d, 1) for n, d in shares]
    return Chart(
        title="管理人群血压控制率，按月", kind="line", labels=MONTHS, unit="%",
        series=[Series(name="今年", values=[*now[:10], 62.0, None]),
                Series(name="去年", values=[v - 4.5 + (i % 3) for i, v in enumerate(now)], past=True)],
        target=Target(value=70, name="目标 70%"), incomplete=["11月", "12月"],
        details=[[share_words(n, d) for n, d in shares], [share_words(n - 60, d) for n, d in shares]],
    )  # fmt: skip


def _bars() -> Chart:
    values = [71.2 - 1.3 * i for i in range(len(TOWNS))]
    return Chart(
        title="按乡镇（街道）", kind="bars", labels=TOWNS, unit="%", incomplete=["大洋镇"],
        series=[Series(name="控制率", values=values)], target=Target(value=65, name="目标 65%"),
    )  # fmt: skip


def _few() -> Chart:
    return Chart(
        title="本月随访方式", kind="bars", labels=["门诊", "家庭", "电话", "视频"], unit="",
        series=[Series(name="次", values=[412, 268, 77, 3])],
    )  # fmt: skip


def _towns() -> Table:
    columns = [
        Column(title="乡镇（街道）"), Column(title="应随访", unit="人", number=True),
        Column(title="已做", unit="人", number=True), Column(title="未见到", unit="人", number=True, desk=True),
        Column(title="控制率", number=True),
    ]  # fmt: skip
    rows = [
        Row(
            cells=[t, 300 + 7 * i, 200 + 5 * i, i % 4, share_words(200 + i, 300 + 7 * i)],
            address="#",
        )
        for i, t in enumerate([*TOWNS, "一个名字特别特别长的街道办事处社区卫生服务站"])
    ]
    rows.append(Row(cells=["无人管理的镇", 0, 0, 0, share_words(0, 0)], address="#"))
    total = Row(cells=["全县", 5100, 3400, 24, share_words(3512, 5100)], total=True)
    return Table(columns=columns, rows=[*rows, total], caption="按乡镇（街道），截至昨夜")


def _nothing() -> Table:
    return Table(
        columns=[Column(title="批次")], rows=[], caption="本周没有收到检验数据",
        empty="县人民医院检验科应在每日 06:00 前送达；昨日的一批还没有到。",
    )  # fmt: skip


def empty_page(request: HttpRequest) -> HttpResponse:
    """A page with nothing on it."""
    return render(request, "common/no_post.html")


def resident(request: HttpRequest) -> HttpResponse:
    """The resident's look."""
    return render(request, "common/kit_resident.html")


def slow_part(request: HttpRequest) -> HttpResponse:
    """A fragment that arrives by itself."""
    return HttpResponse("<p>这一部分自己到了。</p>")


def refused(request: HttpRequest) -> HttpResponse:
    """A refusal of ours, as a page or as a fragment."""
    raise XinglinError(
        "出生日期 2023-02-30 不是有效日期",
        where="第 12 行",
        do="请核对身份证号第 7–14 位后重传本行",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    raise RuntimeError("a fault, to see its page")
