"""导出: the breakdown or the list as a file. Names are always starred; a reason is asked; an act remains."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from xinglin.kernel.errors import XinglinError
from xinglin.kernel.identity import mask_name
from xinglin.know.indicators.queries import Amount, Asked
from xinglin.know.indicators.queries import figure as figure_at
from xinglin.show.common.county import county
from xinglin.show.common.second_views import fresh_code
from xinglin.show.common.signin import signed_in
from xinglin.show.figures import members, places, trend
from xinglin.show.figures.actions import note_export, note_rows, taken_today
from xinglin.show.figures.breakdown import breakdowns
from xinglin.show.figures.choices import Chosen, chosen, scope_here
from xinglin.show.figures.export import FORMS, file_of
from xinglin.show.figures.notes import sensitive_of
from xinglin.show.figures.reading import Reading, reading
from xinglin.show.figures.scope import Scope
from xinglin.show.figures.views.rows import refuse_rows

SHORTEST = 4                    # characters of a reason
MOST = 5_000                    # lines of one list
A_DAY = 20                      # lists that one reader takes away in a day
Sheet = tuple[list[str], list[list[object]], list[int]]


@require_POST
@signed_in
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The file of this figure; `what` is sums or rows, `form` csv or xlsx."""
    scope, reason = scope_here(request), request.POST.get("reason", "").strip()
    form, what = request.POST.get("form", "xlsx"), request.POST.get("what", "sums")
    fresh_code(request, back=reverse("figure", args=[code]))
    if len(reason) < SHORTEST:
        raise XinglinError("没有写导出的原因", do=f"写明用途（至少 {SHORTEST} 个字），例如：季度通报附表")
    if form not in FORMS:
        raise XinglinError("没有这种文件格式", do="选 xlsx 或 csv")
    if what == "rows" and taken_today(scope.staff) >= A_DAY:
        raise XinglinError(f"今天已导出 {A_DAY} 份名单，到了上限", do="明天再导；如确有需要，请统计室一次办理")
    with reading() as at:
        picked = chosen(request, code, scope=scope, at=at)
        if what == "rows":
            refuse_rows(request, scope, picked.place, code, asks=sensitive_of(at.con, picked.indicator))
        asked = at.ask(code, picked.period)
        header, lines, persons = (_rows if what == "rows" else _sums)(at, asked, picked, scope)
    if persons:
        note_rows(scope=scope, figure=code, persons=persons, page="export", what="figure.exported")
    number = note_export(scope=scope, figure=code, period=picked.period.text, place=picked.place, what=what, form=form,
                         rows=len(lines), reason=reason[:500])
    title = f"{asked.indicator.title}　{picked.period}　{places.name_of(picked.place)}"
    answer = HttpResponse(file_of(form, title=title, mark=_mark(request, scope, number, reason, asked), header=header,
                                  rows=lines), content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="{code}-{picked.period}-{what}.{form}"'
    return answer


def _mark(request: HttpRequest, scope: Scope, number: str, reason: str, asked: Asked) -> list[str]:
    org = places.org_names([scope.org])[scope.org]
    made = "模拟数据，非真实；" if county().synthetic else ""
    return [f"{made}导出人 {scope.staff}（{org}），{timezone.localtime():%Y-%m-%d %H:%M}，导出号 {number[:8]}",
            f"用途：{reason[:200]}；数据截至 {asked.day}；口径指纹 {asked.fingerprint[:16]}"]


def _sums(at: Reading, asked: Asked, picked: Chosen, scope: Scope) -> Sheet:
    lines: list[list[object]] = []
    for b in breakdowns(asked, place=picked.place, scope=scope, where=picked.where, at=lambda **_: ""):
        lines += [[b.title, c.name, *_numbers(c.amount, asked)] for c in b.cells]
    whole = figure_at(asked, place=picked.place, where=picked.where).amount
    lines.append(["合计", places.name_of(picked.place), *_numbers(whole, asked)])
    return ["分法", "名称", "分子", "分母", "值"], lines, []


def _numbers(amount: Amount, asked: Asked) -> list[object]:
    if amount.hidden:
        return ["＊", "＊", "＊"]
    below = "" if amount.denominator is None else float(amount.denominator)
    return [float(amount.numerator), below, trend.text(asked.indicator, amount)]


def _rows(at: Reading, asked: Asked, picked: Chosen, scope: Scope) -> Sheet:
    found = members.everything(asked, right=scope.rows, place=picked.place, where=picked.where)
    if len(found) > MOST:
        raise XinglinError(f"名单有 {len(found)} 行，一次最多导出 {MOST} 行", do="请按乡镇或时期分开导出；名单只为核对，不为留存")
    lines: list[list[object]] = [[mask_name(x.name) if x.name else "", x.about, x.place, x.org, x.state] for x in found]
    return ["姓名（隐去）", "说明", "地方", "机构", "状态"], lines, [x.person for x in found if x.person]
